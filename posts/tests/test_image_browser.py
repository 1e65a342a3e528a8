"""Pictures as people put them into a text: by button, paste and drop, and by keyboard."""

import pytest

from posts import images
from posts.models import Image, Post
from posts.tests import pictures
from posts.tests.conftest import IN_A_BROWSER
from posts.tests.editor import html, words

pytestmark = IN_A_BROWSER

BRING = """(bytes) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(bytes)], "beach.png", {type: "image/png"}));
  const area = document.querySelector("textarea[name=body]");
  const options = {bubbles: true, cancelable: true};
  area.dispatchEvent(%s);
}"""
PASTE = 'new ClipboardEvent("paste", {...options, clipboardData: transfer})'
DROP = 'new DragEvent("drop", {...options, dataTransfer: transfer})'


@pytest.fixture
def page(open_editor):
    page = open_editor()
    page.get_by_label("Title", exact=True).fill("With a picture")
    words(page).fill("Before")
    return page


def choose(page, name="beach.png", content=None):
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add a picture").press("Enter")
    chooser.value.set_files(
        {"name": name, "mimeType": "image/png", "buffer": content or pictures.png()}
    )


def bring(how):
    return lambda page: page.evaluate(BRING % how, list(pictures.png()))


@pytest.mark.parametrize(
    "bring", [choose, bring(PASTE), bring(DROP)], ids=["button", "paste", "drop"]
)
def test_a_picture_is_described_uploaded_and_published(page, bring):
    bring(page)
    dialog = page.get_by_role("dialog", name="Add a picture")
    assert page.evaluate("document.activeElement.id") == "upload-alt"
    page.keyboard.type('A "beach"')
    dialog.get_by_label("Caption").fill("In May")
    page.keyboard.press("Enter")
    dialog.wait_for(state="hidden")

    image = Image.objects.get()
    written = html(page)
    assert written.startswith("<p>Before</p>")
    assert f'<img src="{image.src}" alt="A &quot;beach&quot;" width="64" height="48">' in written
    assert "<figcaption>In May</figcaption>" in written
    page.locator(".editor-page [role=textbox]:focus").wait_for()

    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/with-a-picture/")
    shown = page.locator(".prose img")
    assert shown.get_attribute("alt") == 'A "beach"'
    shown.evaluate("img => img.decode()")
    assert shown.evaluate("img => [img.width, img.height]") == [64, 48]


def test_a_refusal_is_said_and_a_cancelled_upload_leaves_the_text_alone(page):
    choose(page, content=b"no picture")
    dialog = page.get_by_role("dialog", name="Add a picture")
    send = dialog.get_by_role("button", name="Upload and insert")

    send.click()
    assert "Describe the picture" in dialog.get_by_role("alert").inner_text()

    dialog.get_by_label("It only decorates").check()
    send.click()
    dialog.get_by_text("not a picture the site can read").wait_for()

    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert html(page) == "<p>Before</p>"
    assert not Image.objects.exists()
    assert not Post.objects.exists()


def test_where_the_text_is_shown_as_html_the_picture_is_put_in_as_html(page):
    page.get_by_role("button", name="HTML").click()
    choose(page)
    page.keyboard.type("A beach")
    page.get_by_role("button", name="Upload and insert").click()
    page.get_by_role("dialog", name="Add a picture").wait_for(state="hidden")

    image = Image.objects.get()
    typed = page.locator("textarea[name=body]").input_value()
    assert "<p>Before</p>" in typed
    assert image.markup("A beach") in typed
    assert page.evaluate("document.activeElement.name") == "body"


def test_the_dialog_knows_the_limit_of_the_site(page):
    most = page.locator("#upload-dialog").get_attribute("data-most")

    assert int(most) == images.MAX_BYTES
