"""What is printed of a body, made once from what its author typed."""

import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from posts import highlighting
from posts.rendering import render
from posts.sanitiser import sanitise


def html(body):
    return render(sanitise(body)).html


def text(markup):
    """Return the characters of HTML that are no tag's."""
    return unescape(re.sub(r"<[^>]*>", "", markup))


# Directions


@pytest.mark.parametrize(
    ("body", "directions"),
    [
        ("<p>English</p><ul><li>only</li></ul>", {"p": None, "ul": None}),
        ("<p>English</p><blockquote>עברית</blockquote>", {"p": "ltr", "blockquote": "rtl"}),
        ("<p>Django בנוי בשפת Python</p>", {"p": "rtl"}),
        ("<p>A text about <i>שלום</i></p>", {"p": "ltr"}),
        ("<p>יש <code>pip install django</code> כאן</p>", {"p": "rtl"}),
        ("<p>ב &amp; &lt; &gt; ג</p>", {"p": "rtl"}),
        ("<h2>مرحبا</h2><p>123 – 🎉</p>", {"h2": "rtl", "p": None}),
        ('<p dir="ltr">مرحبا</p>', {"p": "ltr"}),
        (
            "<ul><li><p>مرحبا بالعالم</p></li><li><p>One</p></li></ul>",
            {"ul": "rtl", "ul > li": None, "li:first-child > p": "rtl", "li + li > p": "ltr"},
        ),
        (
            "<table><caption>أ</caption><tr><td>ب</td></tr></table>",
            {"table": "rtl", "caption": "rtl", "td": None},
        ),
        ("<p>مرحبا[^1]</p><p>[^1]: A note.</p>", {"p": "rtl", ".notes p": "ltr"}),
    ],
)
def test_a_block_runs_the_way_most_of_its_words_are_written(body, directions):
    rendered = LexborHTMLParser(html(body))

    assert {
        selector: rendered.css_first(selector).attributes.get("dir") for selector in directions
    } == directions


# Headings


def test_each_heading_has_an_address_and_is_a_link_to_it():
    assert html("<h2>Two kinds</h2><h3 dir=rtl>A <em>b</em></h3>") == (
        '<h2 id="h-two-kinds"><a class="anchor" href="#h-two-kinds">Two kinds</a></h2>'
        '<h3 id="h-a-b" dir="rtl"><a class="anchor" href="#h-a-b">A <em>b</em></a></h3>'
    )


@pytest.mark.parametrize(
    ("headings", "ids"),
    [
        (["Same", "Same", "Same"], ["h-same", "h-same-2", "h-same-3"]),
        (["A", "A-2", "A", "A"], ["h-a", "h-a-2", "h-a-3", "h-a-4"]),
        (["A", "A", "A 2"], ["h-a", "h-a-2", "h-a-2-2"]),
        (["🎉", "", "!"], ["h-section", "h-section-2", "h-section-3"]),
        (["main"], ["h-main"]),
        (["العربية", "हिन्दी", "目次"], ["h-العربية", "h-हिन्दी", "h-目次"]),
        (["word " * 100], ["h-" + "-".join(["word"] * 12)]),
    ],
)
def test_no_two_headings_have_one_address(headings, ids):
    rendered = render("".join(f"<h2>{heading}</h2>" for heading in headings))

    assert re.findall(r'<h2 id="([^"]*)"', rendered.html) == ids


def test_a_heading_added_below_moves_no_address():
    assert html("<h2>A</h2><h2>A</h2>").startswith(html("<h2>A</h2>"))


@pytest.mark.parametrize(
    "body",
    [
        '<h2>A <a href="/b/">b</a></h2>',
        "<h2></h2>",
        '<h2><img alt="A"></h2>',
        "<h2><div>A</div></h2>",
    ],
)
def test_a_heading_that_is_not_words_alone_is_no_link(body):
    assert "anchor" not in html(body)
    assert '<h2 id="h-' in html(body)


def test_the_contents_are_the_headings_that_say_something():
    contents = render(
        sanitise("<h2>A <b>&amp;</b><br>B</h2><h2></h2><h5>No</h5><h4>C</h4>")
    ).contents

    assert contents == [
        {"level": 2, "id": "h-a-b", "text": "A & B"},
        {"level": 4, "id": "h-c", "text": "C"},
    ]


# Code


def code(language, source):
    return f'<pre><code class="language-{language}">{source}</code></pre>'


@pytest.mark.parametrize("language", ["python", "py", "Python"])
def test_code_says_in_classes_what_its_parts_are(language):
    assert html(code(language, "def f(): # &lt;b&gt;\n")) == (
        f'<pre><code class="language-{language}"><span class="k">def</span> <span class="f">f</span>'
        '(): <span class="c"># &lt;b&gt;</span>\n</code></pre>'
    )


@pytest.mark.parametrize(
    "body",
    [
        code("unheard-of", "def f()"),
        code("brainfuck", "+++"),  # which Pygments knows and LANGUAGES do not
        code("python", "def <em>f</em>()"),
        "<pre>def f()</pre>",
        "<pre><code>def f()</code></pre>",
        f"<pre>x{code('python', 'def f()')[5:]}",
        "<p><code>def f()</code></p>",
        code("python", "x" * 301),
        code("c", "if" + "\n" * 101),
        code("python", "def f()\n" * 626),
    ],
)
def test_other_code_stays_as_it_is(body):
    assert "<span" not in html(body)
    assert text(html(body)) == text(sanitise(body))


def test_of_very_much_code_the_first_part_is_highlighted():
    block = code("python", "def f(): pass\n" * 350)

    assert html(block * 10).count('<span class="k">def') == 350 * 6


@pytest.mark.parametrize("language", sorted(highlighting.LANGUAGES))
@given(source=st.text(st.sampled_from("ab1 \n\t\"'`<>&;:=(){}[]$#%@/*\\-+.,|!?~é漢\u00a0\r\0")))
def test_highlighting_changes_no_character(language, source):
    marked = highlighting.highlight(source, language)

    assert unescape(re.sub(r'<span class="[a-z]">|</span>', "", marked)) == source


def test_code_whose_lines_may_not_fit_can_be_scrolled_by_keys():
    wide, narrow = "x" * 25, "x" * 24

    assert html(f"<pre>{wide}</pre>").startswith(
        '<pre tabindex="0" role="group" aria-label="Code">'
    )
    assert html(code("c++", wide)).startswith('<pre tabindex="0" role="group" aria-label="C++">')
    assert html(f"<pre>{narrow}\n{narrow}</pre>").startswith("<pre>")


# Tables


def test_a_table_scrolls_in_an_element_with_its_captions_name():
    body = sanitise("<table><caption>Fines</caption><tr><td>1</table><table><tr><td>2</table>")

    assert render(body).html == (
        '<div tabindex="0" role="group" aria-labelledby="caption-1" class="scroll">'
        '<table><caption id="caption-1">Fines</caption><tbody><tr><td>1</td></tr></tbody></table>'
        '</div><div tabindex="0" role="group" aria-label="Table" class="scroll">'
        "<table><tbody><tr><td>2</td></tr></tbody></table></div>"
    )


def test_a_table_in_a_table_scrolls_with_it():
    body = sanitise("<table><tr><td><table><tr><td>1</table></table>")

    assert render(body).html.count("<div") == render(body).html.count("</div>") == 1


# Whatever comes

_PIECES = (
    "<h2> </h2> <h3> </h3> <h4> <pre> </pre> <table> </table> <caption> <tr> <td> <p> </p> <div> </div> "
    "<blockquote> </blockquote> <a> </a> <em> </em> <code> </code> <details> <summary> <ul> <li> </ul> "
    "<br> <b> [^1] [^1]: [^2] a & é 漢 مرحبا 🎉 &lt; &nbsp;"
).split()
_PIECES += [
    '<a href="/x/">',
    '<code class="language-python">',
    "<p>[^1]: ",
    "<p>[^2]: ",
    "<pre><code class=language-js>",
    "\n",
    " ",
    "x" * 30,
    "def f(): 'a'",
]
_ADDED = {
    "a": {"class", "href", "id", "role", "lang", "aria-label"},
    "div": {"class", "tabindex", "role", "aria-label", "aria-labelledby"},
    "pre": {"tabindex", "role", "aria-label"},
    "span": {"class"},
    "caption": {"id", "dir"},
    "li": {"id"},
    "h2": {"id", "dir"},
    "h3": {"id", "dir"},
    "h4": {"id", "dir"},
    "ol": set(),
    "sup": set(),
    "blockquote": {"dir"},
    "p": {"dir"},
    "summary": {"dir"},
    "table": {"dir"},
    "ul": {"dir"},
}


def elements(markup):
    tree = LexborHTMLParser(f"<!doctype html><body><div>{markup}</div>")
    return list(tree.css("body *"))[1:]


def assert_renders_well(body):
    rendered = render(body)

    assert render(body) == rendered
    tree = LexborHTMLParser(f"<!doctype html><body>{rendered.html}")
    # As it stands, it is what a browser makes of it. (A parser drops a line break that a <pre>
    # begins with, and what writes HTML does not make up for it: HTML §13.3.)
    written = re.sub("(<pre[^>]*>)\n", r"\1\n\n", tree.body.inner_html)
    assert LexborHTMLParser(f"<body>{written}").body.html == tree.body.html
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    for link in tree.css("a[href^='#']"):
        assert link.attributes["href"][1:] in ids
    assert [anchor["id"] for anchor in rendered.contents] == [
        name for name in ids if name in {anchor["id"] for anchor in rendered.contents}
    ]
    before = elements(body)
    added = {
        (node.tag, name) for node in tree.css("body *") for name in (node.attributes or {"": ""})
    }
    added -= {(node.tag, name) for node in before for name in (node.attributes or {"": ""})}
    assert added <= {(tag, name) for tag, names in _ADDED.items() for name in {*names, ""}}
    if "[^" not in body:
        assert text(rendered.html) == text(body)


@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join))
def test_nothing_is_lost_and_nothing_added_but_what_is_meant_to_be(typed):
    assert_renders_well(sanitise(typed))


@given(st.text(st.sampled_from("<>/ap=\"' [^1]:&;#hre2\n")))
def test_text_that_is_no_body_at_all_breaks_nothing(body):
    render(body)


@pytest.mark.parametrize(
    "piece",
    [
        "<h2>Same</h2>",
        "<h2><b>x</b><b>x</b>",
        "<p>[^1]</p><p>[^1]: a</p>",
        "<p>[^1]: ",
        "[^",
        "<table><tr><td>",
        "<pre>",
        "<div><b>",
        "</div></table></pre>",
        '<pre><code class="language-c">\n\n\n',
        '<pre><code class="language-c">/*</code></pre>',
        "字",
        "-",
        "<blockquote><p>مرحبا ",
        "<ul>ש",
    ],
)
def test_a_long_body_takes_no_longer_than_its_length(piece):
    body = piece * (300_000 // len(piece))
    started = time.process_time()
    rendered = render(body)

    assert time.process_time() - started < 6  # a second on a slow core
    assert len(rendered.html) < 20 * len(body)
