"""What differs between two texts, in pieces a template can print.

Blocks are compared first, then sentences within changed blocks, then words within changed
sentences. What would take long to compare more finely is shown as replaced: markup is of its
author's making, and difflib alone needs minutes for some of it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, Literal, NamedTuple

from posts.blocks import MARK, Source, is_tag, sources

Kind = Literal["kept", "removed", "added", "changed", "folded"]
Steps = list[tuple[str, int, int, int, int]]

CONTEXT = 1  # kept blocks shown on either side of a change
MIN_FOLDED = 3
SIMILAR = 0.4  # the share of words from which a block counts as changed, not as another
WINDOW = 8  # blocks looked at for the other version of one
BUDGET = 1_500_000  # comparisons of a whole difference; some tenths of a second
BLOCK_COST = 100  # of looking for the other version of a block, in comparisons

_SENTENCE = re.compile(r"[^.!?…。！？\n]*[.!?…。！？\n]*\s*")
# A space, a letter of a script that writes no spaces, a word, or a sign.
_WORD = re.compile(
    r"\s+"
    r"|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[^\s!-/:-@\[-`{-~\u2000-\u206f\u3000-\u303f]+"
    r"|."
)


class Piece(NamedTuple):
    """Words, or a tag, that stayed, went or came."""

    kind: Kind
    text: str
    is_markup: bool = False


class Block(NamedTuple):
    """A paragraph, heading, list item, row, ...: `tag` says which."""

    kind: Kind
    tag: str
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Whether some of it went or came: then a tag that did is worth showing."""
        return self.kind == "changed"


class Fold(NamedTuple):
    """A long stretch of blocks that stayed."""

    kind: Kind
    blocks: tuple[Block, ...]


def of_bodies(before: str, after: str) -> list[Block | Fold]:
    """Return the blocks of two sanitised bodies, in order. No change: one Fold at the most."""
    return _folded(_Comparison().blocks(list(sources(before)), list(sources(after))))


def of_texts(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces of two plain texts, such as titles."""
    return _Comparison().pieces([before.replace(MARK, "")], [after.replace(MARK, "")])


def is_change(difference: Iterable[Block | Fold | Piece]) -> bool:
    return any(part.kind not in ("kept", "folded") for part in difference)


def text(body: str) -> str:
    """Return the words of a sanitised body as a difference shows them, a line to a block."""
    return "\n".join(
        "".join(token for token in source.tokens if not is_tag(token)) for source in sources(body)
    )


class _Comparison:
    """Compares within a budget; once it is spent, what differs is shown as replaced."""

    def __init__(self) -> None:
        self.budget = BUDGET

    def afford(self, cost: int) -> bool:
        """Spend that much of the budget, and return True; or False if there is not so much left."""
        if cost > self.budget:
            return False
        self.budget -= cost
        return True

    def blocks(self, before: list[Source], after: list[Source]) -> Iterator[Block]:
        for _operation, start, end, other_start, other_end in self.steps(before, after):
            old, new = before[start:end], after[other_start:other_end]
            if old == new:
                yield from (_whole("kept", source) for source in old)
            else:
                yield from self.replaced(old, new)

    def replaced(self, before: list[Source], after: list[Source]) -> Iterator[Block]:
        """Yield blocks that went and came, those of some likeness as one that changed."""
        words = [source.words() for source in after] if before else []
        done = 0
        for source in before:
            own = source.words()
            near = range(done, min(done + WINDOW, len(after)) if self.afford(BLOCK_COST) else done)
            best = max(near, key=lambda index: _likeness(own, words[index]), default=None)
            if best is None or _likeness(own, words[best]) < SIMILAR:
                yield _whole("removed", source)
                continue
            yield from (_whole("added", other) for other in after[done:best])
            other = after[best]
            yield Block("changed", other.tag, self.pieces(source.tokens, other.tokens))
            done = best + 1
        yield from (_whole("added", other) for other in after[done:])

    def pieces(self, before: Sequence[str], after: Sequence[str]) -> tuple[Piece, ...]:
        old, new = list(_split(_SENTENCE, before)), list(_split(_SENTENCE, after))
        found: list[Piece] = []
        for _operation, start, end, other_start, other_end in self.steps(old, new):
            sentences, others = old[start:end], new[other_start:other_end]
            if sentences == others:
                found += _pieces("kept", sentences)
            else:
                found += self.words(sentences, others)
        return tuple(_joined(found))

    def words(self, before: list[str], after: list[str]) -> Iterator[Piece]:
        if not self.afford(sum(map(len, before)) + sum(map(len, after))):
            yield from _pieces("removed", before)
            yield from _pieces("added", after)
            return
        old, new = list(_split(_WORD, before)), list(_split(_WORD, after))
        steps = self.steps(old, new)
        for number, (operation, start, end, other_start, other_end) in enumerate(steps):
            is_between = 0 < number < len(steps) - 1
            if operation != "equal" or (is_between and not "".join(old[start:end]).strip()):
                yield from _pieces("removed", old[start:end])
                yield from _pieces("added", new[other_start:other_end])
            else:
                yield from _pieces("kept", old[start:end])

    def steps(self, before: Sequence[Any], after: Sequence[Any]) -> Steps:
        """Return difflib's opcodes, found by difflib where it is quick."""
        shorter = min(len(before), len(after))
        head = tail = 0
        while head < shorter and before[head] == after[head]:
            head += 1
        while tail < shorter - head and before[-1 - tail] == after[-1 - tail]:
            tail += 1
        old, new = before[head : len(before) - tail], after[head : len(after) - tail]
        steps: Steps = [("equal", 0, head, 0, head)] if head else []
        for operation, start, end, other_start, other_end in self.middle(old, new):
            steps.append(
                (operation, start + head, end + head, other_start + head, other_end + head)
            )
        if tail:
            ends = len(before), len(after)
            steps.append(("equal", ends[0] - tail, ends[0], ends[1] - tail, ends[1]))
        return steps

    def middle(self, before: Sequence[Any], after: Sequence[Any]) -> Steps:
        if not before and not after:
            return []
        if shorter := min(len(before), len(after)):
            counts = Counter(after)
            cost = len(after) + sum(counts[item] + 1 for item in before if item != " ")
            if self.afford(cost * shorter.bit_length()):  # it looks again on either side of a match
                # Without autojunk, which for more than 200 words passes over the frequent ones;
                # the budget is what keeps those from taking long.
                matcher = SequenceMatcher(_is_space, before, after, autojunk=False)
                return [tuple(step) for step in matcher.get_opcodes()]  # type: ignore[misc]
        return [("replace", 0, len(before), 0, len(after))]


def _split(pattern: re.Pattern[str], tokens: Iterable[str]) -> Iterator[str]:
    for token in tokens:
        if is_tag(token):
            yield token
        else:
            yield from filter(None, pattern.findall(token))


def _is_space(token: object) -> bool:
    return isinstance(token, str) and token.isspace()


def _likeness(words: set[str], others: set[str]) -> float:
    return 2 * len(words & others) / (len(words) + len(others) or 1)


def _pieces(kind: Kind, tokens: Iterable[str]) -> Iterator[Piece]:
    for is_markup, run in groupby(tokens, is_tag):
        yield Piece(kind, "".join(run).replace(MARK, ""), is_markup)


def _whole(kind: Kind, source: Source) -> Block:
    return Block(kind, source.tag, tuple(_joined(_pieces(kind, source.tokens))))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces, neighbours as one, and between kept ones what went before what came."""
    for is_kept, run in groupby(pieces, key=lambda piece: piece.kind == "kept"):
        if not is_kept:
            run = iter(sorted(run, key=lambda piece: piece.kind == "added"))
        for (kind, is_markup), same in groupby(run, key=lambda p: (p.kind, p.is_markup)):
            yield Piece(kind, "".join(piece.text for piece in same), is_markup)


def _folded(blocks: Iterable[Block]) -> list[Block | Fold]:
    """Return the blocks with all but the ends of long kept stretches folded."""
    runs = [(is_kept, list(run)) for is_kept, run in groupby(blocks, lambda b: b.kind == "kept")]
    found: list[Block | Fold] = []
    for number, (is_kept, run) in enumerate(runs):
        head = CONTEXT if number else 0
        tail = CONTEXT if number < len(runs) - 1 else 0
        middle = run[head : len(run) - tail]
        if is_kept and (len(middle) >= MIN_FOLDED or len(runs) == 1):
            found += [*run[:head], Fold("folded", tuple(middle)), *run[len(run) - tail :]]
        else:
            found += run
    return found
