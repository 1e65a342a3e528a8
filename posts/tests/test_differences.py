import re
import time

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from posts import differences
from posts.blocks import sources
from posts.sanitiser import sanitise

WORDS = st.lists(
    st.sampled_from(
        ["one", "two", "three", "four", "京都の春", "हिन्दी", "a.", "b!", "&lt;b&gt;", "&amp;"]
    ),
    max_size=12,
).map(" ".join)
BLOCKS = st.builds(
    "<{0}>{1}</{0}>".format,
    st.sampled_from(["p", "h2", "pre", "blockquote", "li", "td", "b"]),
    WORDS,
)
BODIES = (
    st.lists(
        st.one_of(BLOCKS, st.sampled_from(["<hr>", "<br>", "text", "<img alt='x'>"])), max_size=12
    )
    .map("".join)
    .map(sanitise)
)


def leaves(difference):
    for part in difference:
        yield from part.blocks if part.kind == "folded" else [part]


def words_of(blocks, *kinds):
    """Return the text of the blocks that has one of these kinds, a line to a block."""
    lines = []
    for block in leaves(blocks):
        pieces = [piece for piece in block.pieces if piece.kind in kinds and not piece.is_markup]
        if pieces or block.kind in kinds:
            lines.append("".join(piece.text for piece in pieces))
    return "\n".join(lines)


def shown(before, after):
    """Return a difference as marked text: [-removed-], {+added+}."""
    marks = {"removed": "[-{}-]", "added": "{{+{}+}}", "kept": "{}"}
    return [
        f"({len(part.blocks)})"
        if part.kind == "folded"
        else "".join(
            marks[piece.kind].format(piece.text)
            for piece in part.pieces
            if not piece.is_markup or (part.is_changed and piece.kind != "kept")
        )
        for part in differences.of_bodies(before, after)
    ]


@given(BODIES, BODIES)
def test_what_is_kept_and_removed_is_the_text_before_and_with_what_is_added_after(before, after):
    difference = differences.of_bodies(before, after)

    assert words_of(difference, "kept", "removed") == differences.text(before)
    assert words_of(difference, "kept", "added") == differences.text(after)
    assert differences.is_change(difference) == (list(sources(before)) != list(sources(after)))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_titles_can_be_put_together_from_their_pieces(before, after):
    before, after = before.replace("\0", ""), after.replace("\0", "")

    pieces = differences.of_texts(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_that_never_was_sanitised_breaks_it(before, after):
    differences.of_bodies(f"<p>{before}", f"{after}</p><")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("<p>A small house.</p>", "<p>A big house.</p>", ["A [-small-]{+big+} house."]),
        ("<p>A house.</p>", "<p>A house. More.</p>", ["A house.{+ More.+}"]),
        ("<p>A b c d e f</p>", "<p>A x y d e f</p>", ["A [-b c-]{+x y+} d e f"]),
        ("<p>One.</p>", "<p>One.</p><p>Two.</p>", ["One.", "{+Two.+}"]),
        ("<p>One.</p><p>Two.</p>", "<p>Two.</p>", ["[-One.-]", "Two."]),
        ("<p>春は京都の町。</p>", "<p>春は大阪の町。</p>", ["春は[-京都-]{+大阪+}の町。"]),
        ("<p>A head</p>", "<h2>A head</h2>", ["[-<p>-]{+<h2>+}A head"]),
        ("<ul><li>A</li></ul>", "<ol><li>A</li></ol>", ["[-<ul>-]{+<ol>+}A"]),
        ("<p>To <b>be</b></p>", "<p>To be</p>", ["To [-<b>-]be[-</b>-]"]),
        (
            '<p>A <a href="/one/">link</a>.</p>',
            '<p>A <a href="/two/">link</a>.</p>',
            ['A [-<a href="/one/">-]{+<a href="/two/">+}link.'],
        ),
        ('<p><img src="/a.png" alt="Cat"></p>', "", ["[-[Cat]-]"]),
        ("<p>1 &lt; 2 &amp;amp; 3</p>", "<p>1 &lt; 2 &amp;amp; 4</p>", ["1 < 2 &amp; [-3-]{+4+}"]),
        ("<p>Old words here.</p>", "<p>Wholly other ones.</p>", ["[-Old words here.-]", "{+Wholly other ones.+}"]),
        ("<p>A.</p>" * 9, "<p>A.</p>" * 9, ["(9)"]),
        ("", "", []),
    ],
)  # fmt: skip
def test_a_difference_reads_as_a_person_would_put_it(before, after, expected):
    assert shown(before, after) == expected


def test_a_long_stretch_that_stayed_is_folded_but_for_the_blocks_beside_a_change():
    before = [f"<p>Paragraph {number}.</p>" for number in range(20)]
    after = [*before[:10], "<p>New.</p>", *before[10:]]

    assert shown("".join(before), "".join(after)) == [
        "(9)", "Paragraph 9.", "{+New.+}", "Paragraph 10.", "(9)"
    ]  # fmt: skip


def test_a_page_prints_it_escaped_and_in_words_for_those_who_do_not_see_it():
    difference = differences.of_bodies(
        "<p>See <b>a &lt;script&gt; here</b></p>" + "<p>Stays.</p>" * 9, "<p>See a tag here</p>" + "<p>Stays.</p>" * 9
    )  # fmt: skip

    page = render_to_string("posts/_difference.html", {"difference": difference})

    removed = '<del><span class="visually-hidden">removed: </span>'
    assert f"{removed}<code>&lt;b&gt;</code></del>" in page
    assert f"{removed}&lt;script&gt;</del>" in page
    assert '<ins><span class="visually-hidden">added: </span>tag</ins>' in page
    assert "8 unchanged paragraphs" in page


def article(kilobytes):
    sentence = (
        "Some words of the {}th paragraph, of which there are many. Another sentence, number {}."
    )
    count = kilobytes * 1000 // (2 * len(sentence))
    return [f"<p>{sentence.format(n, n)} {sentence.format(-n, n % 7)}</p>" for n in range(count)]


def seconds(before, after):
    """Return how long the processor takes."""
    start = time.process_time()
    differences.of_bodies(before, after)
    return time.process_time() - start


def test_two_articles_of_200_kb_take_well_under_a_second():
    before = article(200)
    after = [
        re.sub("words", "terms", block) if n % 10 == 0 else block for n, block in enumerate(before)
    ]
    after[500:500] = article(2)

    assert seconds("".join(before), "".join(after)) < 0.8


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(("<hr>" * 10_000, "<hr>x" * 5_000), id="rules"),
        pytest.param(("<p>a</p><p>b</p>" * 4_000, "<p>b</p><p>c</p><p>a</p>" * 2_500), id="blocks"),
        pytest.param((f"<p>{'a b ' * 100_000}", f"<p>{'b c a ' * 70_000}"), id="words"),
        pytest.param((f"<p>{'a. b! ' * 60_000}", f"<p>{'b! c? a. ' * 40_000}"), id="sentences"),
        pytest.param((f"<p>{'a b ' * 99}" * 900, f"<p>{'b c a ' * 66}" * 900), id="paragraphs"),
        pytest.param((f"<p>{'.' * 400_000}a", f"<p>{'!' * 400_000}b"), id="signs"),
        pytest.param(("<a" * 200_000, "<b" * 200_000), id="open tags"),
        pytest.param(('<a "' * 200_000, '<b "' * 200_000), id="open quotes"),
    ],
)
def test_nothing_takes_minutes_to_compare(texts):
    assert seconds(*texts) < 4
