import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from posts import sanitiser
from posts.sanitiser import ELEMENTS, EVERYWHERE, is_blank, nesting, opening, removed, sanitise

REL = ' rel="noopener noreferrer"'


@pytest.mark.parametrize(
    "body",
    [
        "<h2>One</h2><h3>Two</h3><h4>Three</h4><h5>Four</h5><h6>Five</h6>",
        "<p>a <em>b</em> <strong>c</strong> <b>d</b> <i>e</i> <u>f</u> <s>g</s></p>",
        '<ul><li>a<ol start="3" type="a"><li value="7">b</li></ol></li></ul>',
        "<dl><dt>a</dt><dd>b</dd></dl>",
        '<pre><code class="language-python">a &lt; b</code></pre>',
        '<blockquote cite="https://a.example/"><p>a</p></blockquote>',
        '<figure><img src="/static/img/a.svg" alt="A" width="8" height="4">'
        "<figcaption>b</figcaption></figure>",
        "<table><caption>a</caption><thead><tr><th scope=\"col\">b</th></tr></thead>"
        '<tbody><tr><td colspan="2">c</td></tr></tbody></table>',
        "<details open=\"\"><summary>a</summary><p>b</p></details>",
        '<p><abbr title="x">a</abbr> <time datetime="2025-01-02">b</time> c<sup>2</sup> d<sub>3</sub>'
        " <kbd>e</kbd> <mark>f</mark> <small>g</small> <del>h</del><ins>i</ins> <q>j</q></p>",
        '<p lang="ar" dir="rtl">مرحبا</p>',
        f'<p><a href="https://a.example/"{REL}>a</a> <a href="mailto:a@a.example"{REL}>b</a>'
        f' <a href="/other/"{REL}>c</a></p>',
        "<p><ruby>京<rp>(</rp><rt>kyō</rt><rp>)</rp></ruby></p>",
    ],
)  # fmt: skip
def test_what_an_article_needs_stays_as_it_is(body):
    assert sanitise(body) == body
    assert removed(body, body) == []


@pytest.mark.parametrize(
    ("body", "clean", "told"),
    [
        ("<p>a<script>evil()</script></p>", "<p>a</p>", ["<script>"]),
        ("<p>a</p><style>p{}</style>", "<p>a</p>", ["<style>"]),
        ('<p onclick="x()">a</p>', "<p>a</p>", ["onclick="]),
        ('<p style="position:fixed">a</p>', "<p>a</p>", ["style="]),
        ('<p class="site-header" id="main">a</p>', "<p>a</p>", ["class=", "id="]),
        ("<p>a</p><iframe src=//x.example></iframe>", "<p>a</p>", ["<iframe>", 'src="//x.example"']),
        ("<p>a<object data=x></object><embed src=y></p>", "<p>a</p>",
         ["<embed>", "<object>", "data=", 'src="y"']),
        ("<form action=/logout/><p>a<input><button>b</button></p></form>", "<p>ab</p>",
         ["<button>", "<form>", "<input>", "action="]),
        ("<p><svg onload=x><script>y</script></svg>a</p>", "<p>a</p>",
         ["<script>", "<svg>", "onload="]),
        ("<p>a<!-- b --></p>", "<p>a</p>", ["<!-- -->"]),
        ("<!-- b --><p>a</p>", "<p>a</p>", ["<!-- -->"]),
        ("<p>a<?php b ?></p>", "<p>a</p>", ["<!-- -->"]),
        ('<q cite="javascript:x">a</q>', "<p><q>a</q></p>", ['cite="javascript:x"']),
        ('<p><a href="/b/" rel="nofollow">a</a></p>', f'<p><a href="/b/"{REL}>a</a></p>',
         ['rel="nofollow"']),
        ('<p><a href="javascript:x()">a</a></p>', f"<p><a{REL}>a</a></p>", ['href="javascript:x()"']),
        ('<p><a href="JaVa\tScRiPt:x()">a</a></p>', f"<p><a{REL}>a</a></p>",
         ['href="JaVa ScRiPt:x()"']),
        ('<p><a href="data:text/html,x">a</a></p>', f"<p><a{REL}>a</a></p>",
         ['href="data:text/html,x"']),
        ('<p><a href="vbscript:x">a</a></p>', f"<p><a{REL}>a</a></p>", ['href="vbscript:x"']),
        ('<p><a href="https://a.example/" target="_blank" ping="//b">a</a></p>',
         f'<p><a href="https://a.example/"{REL}>a</a></p>', ["ping=", "target="]),
        ('<p>a<img src="https://tracker.example/1.gif" alt="b"></p>', '<p>a<img alt="b"></p>',
         ['src="https://tracker.example/1.gif"']),
        ('<p>a<img src="//tracker.example/1.gif" alt=""></p>', '<p>a<img alt=""></p>',
         ['src="//tracker.example/1.gif"']),
        ('<p>a<img src="/static/../logout/" alt=""></p>', '<p>a<img alt=""></p>',
         ['src="/static/../logout/"']),
        ('<p>a<img src="/login/" alt=""></p>', '<p>a<img alt=""></p>', ['src="/login/"']),
        ('<p>a<img src="/static/a.svg" srcset="//x 2x" onerror="y" alt=""></p>',
         '<p>a<img src="/static/a.svg" alt=""></p>', ["onerror=", "srcset="]),
        ("<p>a<video src=/x autoplay></video><audio src=/y></audio></p>", "<p>a</p>",
         ["<audio>", "<video>", "autoplay=", 'src="/x"', 'src="/y"']),
        ("<p>a<link rel=stylesheet href=//x><meta http-equiv=refresh><base href=//y></p>",
         "<p>a</p>", ["<base>", "<link>", "<meta>", 'href="//x"', 'href="//y"', "http-equiv=",
          'rel="stylesheet"']),
        ('<pre><code class="site-header language-css">a</code></pre>',
         "<pre><code>a</code></pre>", ["class="]),
        ("<p>a</p><tr><td>b", "<p>a</p>b", ["<td>", "<tr>"]),
        ("<body onload=x><p>a</p>", "<p>a</p>", ["onload="]),
    ],
)  # fmt: skip
def test_what_must_not_stay_goes_and_is_told(body, clean, told):
    assert sanitise(body) == clean
    assert removed(body, clean) == told


def test_plain_text_becomes_paragraphs():
    assert sanitise("One & two\n\nthree < four\nfive") == (
        "<p>One &amp; two</p>\n\n<p>three &lt; four<br>five</p>"
    )


def test_text_with_inline_elements_only_becomes_paragraphs_too():
    assert sanitise("One <em>two</em>\n\nthree") == "<p>One <em>two</em></p>\n\n<p>three</p>"


def test_the_page_has_one_h1_so_a_body_has_none():
    body = "<H1>Big</H1><p>a</p>"

    assert sanitise(body) == "<h2>Big</h2><p>a</p>"
    assert removed(body, sanitise(body)) == ["<h1>"]
    assert sanitise('<p title="&lt;h1>">a</p>') == '<p title="&lt;h1&gt;">a</p>'


@pytest.mark.parametrize(
    "body", ["", "   ", "<p></p>", "<p>&nbsp;\u200b</p>", "<script>a</script>", "<!-- a -->",
             '<img src="https://a.example/b.png" alt="">', "\u3164", "<p><br></p>", "<hr>"],
)  # fmt: skip
def test_a_body_that_shows_nothing_is_blank(body):
    assert is_blank(sanitise(body)) is True


@pytest.mark.parametrize(
    "body", ["a", "0", "🎉", "<pre> x</pre>", '<img src="/static/a.svg" alt="">']
)
def test_a_body_that_shows_something_is_not_blank(body):
    assert is_blank(sanitise(body)) is False


@pytest.mark.parametrize(
    ("body", "depth"),
    [
        ("<p>a</p>", 0),
        ("<div><div></div></div><div></div>", 2),
        ("<div>" * 300, 300),
        ("<p>a<p>b<p>c", 0),
        ("<ul>" + "<li>a" * 300 + "</ul>", 1),
        ("</div>" * 5 + "<div>", 1),
        ("<br>" * 500, 0),
    ],
)
def test_nesting_is_counted_without_parsing(body, depth):
    assert nesting(body) == depth


@pytest.mark.parametrize(
    ("body", "is_refused"),
    [
        ("<p>a</p>" * sanitiser.MAX_ELEMENTS, False),
        ("<p>a</p>" * sanitiser.MAX_ELEMENTS + "<p>", True),
        ("<div>" * 201, True),
        ("<p " + " ".join(f"a{number}" for number in range(1001)), True),
        (f'<p title="{"a " * 400}">b</p>', False),
        ("".join(f"<b title={number}>" for number in range(190)) + "<p>a</p>" * 3000, True),
        ("<ul>" * 10 + "<li>a</li>" * 3000 + "</ul>" * 10, False),
    ],
)
def test_what_a_parser_would_take_minutes_for_is_refused_before(body, is_refused):
    assert sanitiser.is_too_intricate(body) is is_refused


def test_a_hundred_thousand_ampersands_are_a_text():
    assert sanitise("&" * 100_000) == f"<p>{'&amp;' * 100_000}</p>"


def test_the_empty_lines_a_pre_begins_with_stay():
    body = "<pre>\n\n\nx</pre>"

    assert sanitise(body) == "<pre>\n\n\nx</pre>"


def test_an_emoji_newer_than_this_python_can_be_seen():
    assert sanitiser.has_ink("\U0001fae8") is True
    assert sanitiser.has_ink("\ue000") is True


def test_the_opening_is_prose_without_headings_tables_and_code():
    body = "<h2>Head</h2><p>First.</p><pre>code</pre><table><tr><td>t</td></tr></table><p>Then.</p>"

    assert opening(body) == "First. Then."


def test_the_opening_has_no_footnotes_and_no_marks_of_them():
    body = "<p>First[^1], <code>[^1]</code> and[^none].</p><p>[^1]: A <b>note</b>.</p><p>Then.</p>"

    assert opening(body) == "First, [^1] and[^none]. Then."


def test_the_opening_parts_blocks_and_not_words():
    body = "<dl><dt><time>9:00</time>, <b>un</b>seen</dt><dd>One</dd></dl><p>Two<br>three</p>"

    assert opening(body) == "9:00, unseen One Two three"


def test_a_long_opening_ends_with_a_whole_word():
    text = opening(f"<p>{'word ' * 100}</p>")

    assert len(text) <= sanitiser.OPENING_LENGTH
    assert re.fullmatch(r"(word )+word…", text)


def test_an_opening_without_spaces_is_cut_at_the_limit():
    assert opening(f"<p>{'本' * 500}</p>") == "本" * (sanitiser.OPENING_LENGTH - 1) + "…"


html = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            "<p> </p> <b> <i> </b> <a> <table> <tr> <td> <li> <ul> <script> </script> <svg> <math> "
            "\n<pre>\n\n <style> <!-- --> <img <a href= javascript: onerror= src= // \" ' > = & &lt; &#x3c; "
            "<noscript> <template> <select> <title> <textarea> </textarea> <iframe> <mglyph> <h1> "
            "<form> <input> <br> <pre> \n \n\n <![CDATA[ ]]> <?x ?> <!doctype \x0c /static/a.svg".split(
                " "
            )
        ),
    ),
    max_size=30,
).map("".join)


@given(html)
def test_whatever_comes_in_only_allowed_elements_and_attributes_come_out(body):
    clean = sanitise(body)

    for node in LexborHTMLParser(f"<body>{clean}").css("body *"):
        assert node.tag in ELEMENTS
        assert set(node.attributes) <= ELEMENTS[node.tag] | EVERYWHERE | {"rel"}
        link = (node.attributes.get("href") or "").strip()
        scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", link)
        assert scheme is None or scheme[1].lower() in sanitiser.LINK_SCHEMES
        assert (node.attributes.get("src") or "/static/").startswith("/static/")


@given(html)
def test_sanitising_twice_changes_nothing_more(body):
    clean = sanitise(body)

    assert sanitise(clean) == clean


@given(html)
def test_what_is_clean_already_is_said_to_lose_nothing(body):
    clean = sanitise(body)

    assert removed(clean, sanitise(clean)) == []
