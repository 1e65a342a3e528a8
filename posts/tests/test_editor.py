"""The editor, as an author meets it, in the machine's own Chromium."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from posts.management.commands.load_sample_posts import SAMPLES
from posts.models import Post
from posts.sanitiser import sanitise
from posts.tests.conftest import IN_A_BROWSER
from posts.tests.editor import canonical, go_behind, html, words

pytestmark = IN_A_BROWSER

KITCHEN_SINK = """
<h2 lang="en">Head <em>a <strong>b</strong></em></h2>
<p dir="rtl" title="T">Words <kbd>Ctrl</kbd><kbd>C</kbd> <b><i>bi</i></b> <i>x <b>y</b></i>
<q cite="/a/">one <q>two</q></q> <span lang="de">s <span dir="ltr">t</span></span></p>
<p><a href="/x/" hreflang="en">li <code class="language-py">nk</code></a> a<br>b<wbr>c
<ruby>京<rp>(</rp><rt>kyō</rt><rp>)</rp></ruby> <time datetime="2025">t</time> H<sub>2</sub>O&nbsp;&amp; &lt;</p>
<ul>
<li>bare <em>words</em>
<ul><li><p>para</p><p>two</p></li></ul>
more</li>
<li><p>only</p></li></ul>
<ol start="3" type="a" reversed=""><li value="7">x</li></ol>
<dl><div><dt>a</dt><dd>b</dd><dd><p>c</p></dd></div></dl>
<pre><code class="language-python">def f():

  return "&amp;"
</code></pre>
<pre>

 plain <samp>x</samp>
</pre>
<pre lang="x"><code>a</code></pre>
<figure><img src="/static/img/icon.svg" alt="A" width="8" height="4"><figcaption>b <em>c</em></figcaption></figure>
<figure><blockquote><p>q</p></blockquote><figcaption><p>c</p></figcaption></figure>
<table lang="en"><caption>cap</caption><colgroup span="2"></colgroup><colgroup><col span="1"></colgroup>
<thead><tr><th scope="col">a</th><th colspan="2">b</th></tr></thead><tbody title="x"><tr><th scope="row">1</th>
<td>2</td><td><p>3</p></td></tr></tbody><tbody><tr><td rowspan="2">1</td><td></td><td><ul><li>x</li></ul></td></tr>
<tr><td>4</td><td>5</td></tr></tbody><tfoot><tr><td>f</td><td>g</td><td>h</td></tr></tfoot></table>
<details open=""><summary>s</summary><p>a</p>bare</details><details><summary>s</summary>b</details>
<hr>
bare root <em>text</em>
<div>x</div>
"""


def test_typed_markdown_becomes_structure(open_editor):
    page = open_editor()
    words(page).click()

    page.keyboard.type("## A part\nSome **bold** words\n- one\ntwo\n\n```python x = 1")

    assert html(page) == (
        "<h2>A part</h2>\n<p>Some <strong>bold</strong> words</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        '<pre><code class="language-python">x = 1</code></pre>'
    )


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("- one\n- two\n- ", "<ul>\n<li>one</li>\n<li>two</li>\n<li></li>\n</ul>"),
        ("1. one\n2. two - 2\n", "<ol>\n<li>one</li>\n<li>two - 2</li>\n<li></li>\n</ol>"),
        ("- one\n1. two", "<ul>\n<li>one</li>\n<li><ol><li>two</li></ol></li>\n</ul>"),
    ],
)
def test_each_line_of_a_list_can_begin_with_its_sign(open_editor, typed, made):
    page = open_editor()
    words(page).click()

    page.keyboard.type(typed)

    assert html(page) == made


def test_every_sample_post_and_the_kitchen_sink_come_back_as_they_were(open_editor):
    page = open_editor()
    samples = [file.read_text().partition("\n\n")[2] for file in sorted(SAMPLES.glob("*.html"))]

    for body in map(sanitise, [KITCHEN_SINK, *samples]):
        page.evaluate(
            """(body) => {
                const textarea = document.querySelector("textarea[name=body]");
                textarea.value = body;
                textarea.dispatchEvent(new Event("byline:load"));
            }""",
            body,
        )
        assert page.locator(".editor").get_attribute("data-mode") == "rich", body[:80]
        assert html(page) == body.replace("\r\n", "\n")
        # Neither does a block change that has been touched and is written anew.
        rewritten = page.evaluate(
            "async (body) => (await import('/static/js/editor/roundtrip.js')).rewritten(body)", body
        )
        assert canonical(page, rewritten) == canonical(page, body)


def test_saving_what_nobody_touched_stores_the_same_html(open_editor):
    page = open_editor(KITCHEN_SINK)
    before = Post.objects.get().body

    page.get_by_role("button", name="Save draft").click()
    page.locator(".message.success").wait_for()

    assert Post.objects.get().body == before


def test_a_change_leaves_the_other_blocks_as_they_were(open_editor):
    page = open_editor("<p>One</p>\n\n\n<p>Two <i>x  y</i></p>\n<p>Three</p>")
    go_behind(page, words(page).get_by_text("One"))
    page.keyboard.type(" more")

    assert html(page) == "<p>One more</p>\n\n\n<p>Two <i>x  y</i></p>\n<p>Three</p>"


def test_what_the_editor_cannot_show_stays_html_until_the_author_has_seen_what_changes(open_editor):
    body = "<p>a <em>b <em>c</em></em></p>"
    page = open_editor(body)

    assert page.get_by_label("Text").input_value() == body
    assert "The editor cannot show everything" in page.locator(".editor-notice").inner_text()

    page.get_by_text("What the editor would change").click()
    assert "<em>b <em>c</em></em>" in page.locator(".editor-notice pre").first.inner_text()
    page.get_by_role("button", name="Open the editor all the same").click()

    assert words(page).inner_text() == "a b c"
    assert html(page) == body  # nothing is written before something is changed
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("d")
    assert html(page) != body


def test_the_text_area_follows_each_change_and_says_so(open_editor):
    page = open_editor()
    page.evaluate(
        """() => {
            window.told = new Promise((tell) => {
                document.querySelector("form.post-form").addEventListener("input", ({ target }) => {
                    if (target.name === "body") tell(target.value);
                });
            });
        }"""
    )

    words(page).fill("Typed")

    assert page.evaluate("window.told") == "<p>Typed</p>"


def test_whatever_fills_in_the_text_area_behind_the_editor_is_shown(open_editor):
    page = open_editor("<p>Mine</p>")
    words(page).click()

    page.locator("textarea[name=body]").fill("<h2>Filled in</h2>")

    assert words(page).locator("h2").inner_text() == "Filled in"
    assert html(page) == "<h2>Filled in</h2>"


def test_the_editor_shows_what_something_else_puts_into_the_text_area(open_editor):
    page = open_editor("<p>Mine</p>")

    page.evaluate(
        """() => {
            const textarea = document.querySelector("textarea[name=body]");
            textarea.value = "<h2>Theirs</h2>";
            textarea.dispatchEvent(new Event("byline:load"));
        }"""
    )

    assert words(page).locator("h2").inner_text() == "Theirs"


def test_a_key_press_right_before_the_button_is_sent_too(open_editor):
    page = open_editor("<p>Words</p>")
    words(page).click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("!")
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Save draft").click()
    page.locator(".message.success").wait_for()

    assert Post.objects.get().body == "<p>Words!</p>"


def test_html_and_editor_take_turns(open_editor):
    page = open_editor("<p>One</p>")

    page.get_by_role("button", name="HTML").click()
    page.get_by_label("Text").fill("<p>Two</p>")
    page.get_by_role("button", name="HTML").click()

    assert words(page).inner_text() == "Two"


def test_without_javascript_it_is_a_text_area_of_html(open_browser, author):
    page = open_browser(author, java_script_enabled=False)
    page.goto("/dashboard/new/")

    page.get_by_label("Title", exact=True).fill("Plain")
    page.get_by_label("Text").fill("One\n\nTwo")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/plain/")

    assert page.locator(".prose p").all_inner_texts() == ["One", "Two"]


def test_nothing_moves_when_the_editor_takes_the_place_of_the_text_area(open_editor):
    page = open_editor("<p>Words</p>")

    page.add_init_script(
        """new PerformanceObserver((list) => {
            window.shift = list.getEntries().reduce((sum, { value }) => sum + value, window.shift ?? 0);
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    page.reload()
    page.locator(".editor").wait_for()
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )

    assert page.evaluate("window.shift ?? 0") == 0


def test_every_control_has_a_name(open_editor):
    page = open_editor("<table><tbody><tr><td>a</td></tr></tbody></table>")
    words(page).locator("td").click()
    page.get_by_role("button", name="Row below").wait_for()

    tree = LexborHTMLParser(page.locator(".editor").inner_html())

    for control in tree.css("button, select, input"):
        assert control.text().strip() or control.attributes.get("aria-label"), control.html
