"""What is pasted comes out as clean structure."""

import pytest

from posts import markdown
from posts.sanitiser import sanitise
from posts.tests import clipboards
from posts.tests.conftest import IN_A_BROWSER
from posts.tests.editor import canonical, html, words


class TestInTheBrowser:
    pytestmark = IN_A_BROWSER

    def paste(self, page, **data):
        """Paste as a program would have it, by the name of each format."""
        words(page).click()
        page.evaluate(
            """(formats) => {
                const data = new DataTransfer();
                for (const [format, text] of Object.entries(formats)) data.setData(format, text);
                document.activeElement.dispatchEvent(
                    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
                );
            }""",
            {f"text/{name}": text for name, text in data.items()},
        )

    @pytest.mark.parametrize("program", ["WORD", "GOOGLE_DOCS", "WEB_PAGE"])
    def test_html_of_other_programs_comes_out_clean(self, open_editor, program):
        page = open_editor()

        self.paste(page, html=getattr(clipboards, program), plain="…")

        pasted = html(page)
        assert canonical(page, pasted) == canonical(page, getattr(clipboards, f"{program}_CLEAN"))
        assert sanitise(pasted) == pasted

    def test_markdown_becomes_structure_and_undo_gives_it_back(self, open_editor):
        page = open_editor()

        self.paste(page, plain=clipboards.MARKDOWN)
        page.get_by_text("Markdown was turned into structure").wait_for()

        assert canonical(page, html(page)) == canonical(page, markdown.to_html(clipboards.MARKDOWN))
        page.keyboard.press("ControlOrMeta+z")
        assert "# Notes" in words(page).inner_text()
        assert "| 1 | 2 |" in words(page).inner_text()
        assert words(page).locator("h2, table, li, strong").count() == 0
        page.keyboard.press("ControlOrMeta+z")
        assert words(page).inner_text().strip() == ""

    def test_text_that_is_no_markdown_stays_text(self, open_editor):
        page = open_editor()

        self.paste(page, plain="2 * 3 * 4 is 24\nand #1 is first")

        assert html(page) == "<p>2 * 3 * 4 is 24</p>\n<p>and #1 is first</p>"

    def test_in_a_code_block_markdown_stays_what_it_is(self, open_editor):
        page = open_editor("<pre><code>a</code></pre>")

        self.paste(page, plain="# a comment\n- a\n- b\n")

        assert "# a comment\n- a\n- b" in html(page)

    def test_what_is_copied_in_the_editor_is_pasted_as_it_was(self, open_editor):
        body = (
            "<table><caption>c</caption><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody>"
            '</table><p>d <kbd>e</kbd> <span lang="de">f</span></p><ul><li>g<ul><li>h</li></ul></li></ul>'
        )
        page = open_editor(body)
        words(page).get_by_text("d", exact=False).first.click()
        page.keyboard.press("ControlOrMeta+a")
        copied = page.evaluate(
            """() => {
                const data = new DataTransfer();
                document.activeElement.dispatchEvent(
                    new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true })
                );
                return data.getData("text/html");
            }"""
        )
        page.keyboard.press("Delete")

        self.paste(page, html=copied, plain="…")

        assert canonical(page, html(page)) == canonical(page, body)


def test_markdown_is_sanitised(client, author):
    client.force_login(author)

    response = client.post(
        "/dashboard/markdown/", {"text": "# A\n\n<script>x()</script>[b](javascript:x) **c**"}
    )

    assert response.status_code == 200
    assert "script" not in response.text.replace("[b](javascript:x)", "")
    assert response.text.startswith("<h2>A</h2>")


def test_only_people_who_may_write_have_markdown_read(client):
    response = client.post("/dashboard/markdown/", {"text": "a"})

    assert response.status_code == 302
    assert response.url.startswith("/login/")


@pytest.mark.parametrize("text", ["a" * 200_001, "- a\n" * 20_001])
def test_too_much_markdown_is_refused(client, author, text):
    client.force_login(author)

    assert client.post("/dashboard/markdown/", {"text": text}).status_code == 413
