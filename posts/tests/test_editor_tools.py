"""The editor's tools, by mouse and by keyboard, in the machine's own Chromium."""

import pytest

from posts.tests.conftest import IN_A_BROWSER
from posts.tests.editor import html, words

pytestmark = IN_A_BROWSER


def test_a_link_is_checked_as_the_sanitiser_will(open_editor):
    page = open_editor("<p>here</p>")
    words(page).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("ControlOrMeta+k")
    dialog = page.get_by_role("dialog", name="Link")

    dialog.get_by_label("Address").fill("javascript:alert(1)")
    dialog.get_by_role("button", name="Insert").click()
    assert "begins with http, https, mailto, tel" in dialog.get_by_role("alert").inner_text()

    dialog.get_by_label("Address").fill("a.example/x")
    dialog.get_by_label("Address").press("Enter")
    dialog.wait_for(state="detached")
    assert html(page) == '<p><a href="https://a.example/x" rel="noopener noreferrer">here</a></p>'


def test_a_figure_needs_an_alternative_text_and_an_image_of_the_site(open_editor):
    page = open_editor()
    words(page).click()
    page.get_by_role("button", name="Figure").click()
    dialog = page.get_by_role("dialog", name="Figure")

    dialog.get_by_label("Address").fill("https://other.example/a.png")
    dialog.get_by_role("button", name="Insert").click()
    assert "no image of this site" in dialog.get_by_role("alert").inner_text()
    dialog.get_by_label("Address").fill("/static/img/icon.svg")
    dialog.get_by_role("button", name="Insert").click()
    assert dialog.get_by_role("alert").inner_text() == "An image needs an alternative text."
    dialog.get_by_label("Alternative text").fill("The letter B")
    dialog.get_by_label("Caption").fill("Our sign")
    dialog.get_by_role("button", name="Insert").click()

    words(page).locator("figure").wait_for()
    figure = html(page).partition("</figure>")[0]
    assert '<img src="/static/img/icon.svg" alt="The letter B" width="' in figure
    assert figure.endswith("<figcaption>Our sign</figcaption>\n")


def test_a_code_block_has_a_language(open_editor):
    page = open_editor("<pre><code>x</code></pre>")
    words(page).locator("pre").click()

    page.get_by_label("Language of the code").fill("Rust")
    page.get_by_label("Language of the code").press("Enter")

    assert html(page) == '<pre><code class="language-rust">x</code></pre>'


def test_a_table_gets_rows_columns_and_a_caption(open_editor):
    page = open_editor()
    words(page).click()
    page.get_by_role("button", name="Table").click()
    page.keyboard.type("head")
    page.get_by_role("button", name="Column after").click()
    page.get_by_role("button", name="Row below").click()
    page.get_by_role("button", name="Caption").click()
    page.keyboard.type("Numbers")

    table = html(page)

    assert "<caption>Numbers</caption>\n<thead>\n<tr><th>head</th>" in table
    assert (table.count("<th>"), table.count("<tr>")) == (4, 4)
    assert table.count("<thead>") == table.count("<tbody>") == 1


def test_the_keyboard_reaches_the_tools_and_gets_out_of_the_text(open_editor):
    page = open_editor("<p>zero</p><ul><li>one</li><li>two</li></ul>")
    words(page).get_by_text("two").click()
    page.get_by_role("button", name="Bullets", pressed=True).wait_for()  # it knows where we are

    page.keyboard.press("Tab")  # in a list, a level deeper
    assert html(page) == "<p>zero</p>\n<ul><li>one<ul><li>two</li></ul></li></ul>"
    page.keyboard.press("Alt+F10")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "Bold"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.textContent") == "Help"
    page.keyboard.press("Escape")
    page.locator(".editor-page [role=textbox]:focus").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Add a picture"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_narrow_window_the_tools_scroll_and_the_page_does_not(open_editor, scheme):
    page = open_editor(
        "<table><tbody><tr><td>a</td></tr></tbody></table>",
        viewport={"width": 320, "height": 700},
        color_scheme=scheme,
    )
    words(page).locator("td").click()
    page.get_by_role("button", name="Row below").wait_for()

    assert page.evaluate("document.documentElement.scrollWidth") == 320
