"""Markdown, as people paste it, to the HTML of a body."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, paragraph

from posts import sanitiser

MAX_LENGTH = 200_000  # characters

_NOTE = re.compile(r"\[\^[^\s\[\]]+\]:")


def to_html(text: str) -> str:
    """Return the sanitised HTML of Markdown; ValueError if it is too long or too intricate."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"More than {MAX_LENGTH:,} characters.")
    html = _parser().render(text)
    if sanitiser.is_too_intricate(html):
        raise ValueError("More elements, or nested deeper, than a post may have.")
    return sanitiser.sanitise(html)


@cache
def _parser() -> MarkdownIt:
    # HTML within Markdown is a part of it; what may not stay, the sanitiser takes out.
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.block.ruler.before("reference", "footnote", _footnote, {"alt": ["paragraph"]})
    return parser


def _footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Have a line like "[^1]: words" begin a paragraph, which posts/footnotes.py knows.

    CommonMark would take it for the address of a link, and print nothing of it (§4.7).
    """
    if state.is_code_block(start):
        return False
    if not _NOTE.match(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[start]):
        return False
    return silent or paragraph(state, start, end, silent)
