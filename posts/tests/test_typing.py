"""What becomes of typing, in the machine's own Chromium: kept, said in words, and found again."""

import re

import pytest

from accounts.models import LoginSession, User
from posts.models import Post, Revision, WorkingCopy
from posts.tests import pictures
from posts.tests.conftest import IN_A_BROWSER
from posts.tests.editor import eventually, go_behind, html, said, words
from posts.tests.factories import PostFactory

pytestmark = IN_A_BROWSER

# Playwright waits with its own looking while a page is being left.
SAYS_WHEN_IT_HAS_LOOKED = """
new MutationObserver(() => {
  if (document.querySelector("[data-looked]")) console.log("looked");
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-looked"] });
"""


@pytest.fixture
def page(open_editor):
    return open_editor()


@pytest.fixture
def page_by_provider(open_browser):
    """The same, of somebody whom the provider knows and signs in again without a word."""
    page = open_browser()
    page.goto("/dashboard/new/")
    page.get_by_role("button", name=re.compile("Mei Tanaka")).click()
    page.wait_for_url("**/dashboard/new/*")
    return page


def published():
    return PostFactory(author=User.objects.get(), slug="mine", published=True, body="<p>Old.</p>")


def closed_offline(page, text):
    """Type a text that cannot be sent, close the tab, and return another, on the network again."""
    page.context.set_offline(True)
    words(page).fill(text)
    said(page, "Offline. What you type is kept in this browser")
    other = page.context.new_page()
    page.close()
    other.context.set_offline(False)
    return other


def test_what_is_typed_is_on_the_server_within_two_seconds(page):
    said(page, "Nothing typed yet.")

    words(page).press_sequentially("Words 🎉 of mine")
    said(page, "Saved:")

    assert WorkingCopy.objects.get().body == "<p>Words 🎉 of mine</p>"
    assert Post.objects.count() == 0


def test_a_published_post_says_that_it_has_unpublished_changes(page):
    published()
    page.goto("/mine/edit/")
    said(page, "Published.")

    words(page).fill("New.")
    said(page, "Published, with unpublished changes.")

    assert Post.objects.get().body == "<p>Old.</p>"
    page.get_by_role("button", name="Update").click()
    page.wait_for_url("**/mine/")
    assert Post.objects.get().body == "<p>New.</p>"
    assert not WorkingCopy.objects.exists()
    page.goto("/mine/edit/")
    said(page, "Published.")


def test_what_is_taken_back_leaves_no_unpublished_change(page):
    published()
    page.goto("/mine/edit/")
    go_behind(page, words(page).get_by_text("Old."))
    page.keyboard.type("x")
    said(page, "Published, with unpublished changes.")
    page.keyboard.press("Backspace")
    said(page, re.compile(r"^\s*Published\.\s*$"))
    assert not WorkingCopy.objects.exists()

    page.keyboard.type("y")
    said(page, "Published, with unpublished changes.")
    assert WorkingCopy.objects.get().body == "<p>Old.y</p>"


def test_choosing_a_picture_is_no_typing(page):
    published()
    page.goto("/mine/edit/")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add a picture").click()
    chooser.value.set_files({"name": "a.png", "mimeType": "image/png", "buffer": pictures.png()})
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.evaluate("dispatchEvent(new Event('pagehide'))")

    assert page.locator("[data-working-copy]").get_attribute("data-state") == "clean"
    assert not WorkingCopy.objects.exists()


def test_a_closed_tab_is_found_again_with_both_versions(page):
    published()
    page.goto("/mine/edit/")
    words(page).fill("Never sent.")
    page.context.new_page()
    page.close()
    page = page.context.pages[-1]

    page.goto("/mine/edit/")
    page.get_by_role("link", name="Go on with what was typed").wait_for()
    page.locator("[data-looked]").wait_for(state="attached")

    assert page.get_by_label("Text").first.input_value() == "<p>Never sent.</p>"
    assert page.get_by_label("Text").last.input_value() == "<p>Old.</p>"
    page.get_by_role("link", name="Go on with what was typed").click()
    assert html(page) == "<p>Never sent.</p>"
    page.get_by_role("button", name="Update").click()
    page.wait_for_url("**/mine/")
    assert Post.objects.get().body == "<p>Never sent.</p>"
    page.goto("/mine/edit/")
    assert html(page) == "<p>Never sent.</p>"


def test_what_was_found_does_not_hold_up_somebody_who_goes_on(page):
    published()
    page.goto("/mine/edit/")
    words(page).fill("Sent.")
    said(page, "Published, with unpublished changes.")
    other = closed_offline(page, "Never sent.")
    other.add_init_script(SAYS_WHEN_IT_HAS_LOOKED)
    held = {}
    other.route("**/working-copy/*/", lambda route: held.update(step=route))
    other.goto("/mine/edit/")
    eventually(other, lambda: "step" in held)

    other.route("**/mine/edit/?copy=*", lambda route: held.update(link=route))
    other.get_by_role("link", name="Go on with what was typed").click(no_wait_after=True)
    eventually(other, lambda: "link" in held)
    with other.expect_console_message(lambda message: message.text == "looked"):
        held["step"].continue_()
    held["link"].continue_()

    other.wait_for_url("**/mine/edit/?copy=*")
    assert html(other) == "<p>Never sent.</p>"


def test_without_a_network_it_is_kept_in_this_browser_and_found_there(page):
    other = closed_offline(page, "Typed offline")
    assert not WorkingCopy.objects.exists()

    other.goto("/dashboard/")

    other.get_by_role("heading", name="Not saved yet:").wait_for()
    assert WorkingCopy.objects.get().body == "<p>Typed offline</p>"


def test_it_is_saved_by_itself_when_the_network_is_back(page):
    page.context.set_offline(True)
    words(page).fill("Typed offline")
    said(page, "Offline.")

    page.context.set_offline(False)
    said(page, "Saved:")

    assert WorkingCopy.objects.get().body == "<p>Typed offline</p>"


def test_sign_in_in_another_tab_and_the_save_goes_through_afterwards(page_by_provider):
    page = page_by_provider
    said(page, "Nothing typed yet.")
    LoginSession.objects.all().delete()
    page.get_by_label("Title", exact=True).fill("Mine")
    words(page).fill("Typed signed out")
    said(page, "You are signed out.")

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in, in a new tab").click()
    opened.value.wait_for_url("**/account/")
    opened.value.close()
    said(page, "Saved:")

    assert WorkingCopy.objects.get().body == "<p>Typed signed out</p>"
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/mine/")
    assert Post.objects.get().body == "<p>Typed signed out</p>"


def test_a_form_sent_with_no_session_waits_on_the_page_until_signed_in(page_by_provider):
    page = page_by_provider
    page.get_by_label("Title", exact=True).fill("Mine")
    words(page).fill("Typed")
    said(page, "Saved:")
    LoginSession.objects.all().delete()

    page.get_by_role("button", name="Publish").click()
    page.get_by_role("heading", name="You have been signed out").wait_for()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in, in a new tab").click()
    opened.value.wait_for_url("**/account/")
    page.get_by_role("button", name="Send again").click()

    page.wait_for_url("**/mine/")
    assert Post.objects.get().body == "<p>Typed</p>"


def test_whoever_may_not_write_any_more_keeps_their_text(page):
    User.objects.update(is_author=False)

    words(page).fill("Typed")
    said(page, "Your account may not write here any more.")

    assert html(page) == "<p>Typed</p>"
    page.get_by_role("button", name="Publish").click()
    said(page, "Not sent.")
    User.objects.update(is_author=True)
    words(page).press("End")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    said(page, "Saved:")


def test_a_tab_that_was_doubled_types_into_a_copy_of_its_own(page):
    words(page).fill("One")
    said(page, "Saved:")
    copy = WorkingCopy.objects.get()
    other = page.context.new_page()
    other.goto(f"/dashboard/new/?copy={copy.form}")
    words(other).fill("Two")
    said(other, "Saved:")

    words(page).fill("One and more")
    eventually(page, lambda: WorkingCopy.objects.filter(body="<p>One and more</p>").exists())

    assert sorted(WorkingCopy.objects.values_list("body", flat=True)) == [
        "<p>One and more</p>",
        "<p>Two</p>",
    ]


def test_of_two_tabs_the_later_is_asked_and_keeps_both(page):
    published()
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto("/mine/edit/")
    words(page).fill("First.")
    page.get_by_role("button", name="Update").click()
    page.wait_for_url("**/mine/")

    words(other).fill("Second.")
    other.get_by_role("button", name="Update").click()
    other.get_by_role("button", name="Keep theirs").click()
    other.get_by_text("Theirs stays, and yours is in the history:").wait_for()

    assert Post.objects.get().body == "<p>First.</p>"
    assert Revision.objects.get(kind="set_aside").body == "<p>Second.</p>"


def test_leaving_a_page_whose_text_is_kept_nowhere_asks_first(open_browser, author):
    page = open_browser(author)
    page.add_init_script("indexedDB.open = () => { throw new Error('no') }")
    page.goto("/dashboard/new/")
    said(page, "Nothing typed yet.")
    page.context.set_offline(True)
    words(page).fill("Not sent yet")
    said(page, "This browser keeps nothing: do not close this page.")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    with page.expect_event("dialog"):
        page.get_by_role("link", name="Cancel").click(no_wait_after=True)

    assert asked == ["beforeunload"]
    assert html(page) == "<p>Not sent yet</p>"
