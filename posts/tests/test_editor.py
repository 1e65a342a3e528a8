"""The editor, as an author meets it, in the machine's own Chromium."""

import re

import pytest

from posts.models import Post
from posts.tests.conftest import IN_A_BROWSER

pytestmark = IN_A_BROWSER


@pytest.fixture
def open_editor(open_browser):
    """Return a function that opens the form of a new post, with an editor in it, or of a stored one."""

    def open_form(body=None, **options):
        page = open_browser(**options)
        page.goto("/dashboard/new/")
        page.get_by_role("button", name=re.compile("Mei Tanaka")).click()
        page.wait_for_url("**/dashboard/new/")
        if body is not None:
            from accounts.models import User

            post = Post(author=User.objects.get(), title="Stored", body=body)
            post.add(slug="stored", publish=False, at=None)
            page.goto("/stored/edit/")
        page.locator(".editor").wait_for()
        return page

    return open_form


def words(page):
    return page.get_by_role("textbox", name="Text")


def html(page):
    """Return what the text area holds once the editor has written it there."""
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    return page.locator("textarea[name=body]").input_value()


def test_typed_markdown_becomes_structure(open_editor):
    page = open_editor()
    words(page).click()

    page.keyboard.type("## A part\nSome **bold** words\n- one\ntwo\n\n```python x = 1")

    assert html(page) == (
        "<h2>A part</h2>\n<p>Some <strong>bold</strong> words</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        '<pre><code class="language-python">x = 1</code></pre>'
    )
