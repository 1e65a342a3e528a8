"""The whole loop as people go through it, in the machine's own Chromium."""

import re

import pytest

from posts.tests.conftest import IN_A_BROWSER
from posts.tests.editor import words

pytestmark = IN_A_BROWSER


def sign_in(page, name):
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name=re.compile(name)).click()


def test_sign_in_write_publish_read_rename_follow_delete_and_sign_out(open_browser):
    author, reader = open_browser(), open_browser(java_script_enabled=False)

    # She wants to write, is sent to sign in, and lands where she wanted to go.
    author.goto("/dashboard/new/")
    author.get_by_role("button", name=re.compile("Mei Tanaka")).click()
    author.wait_for_url(re.compile("/dashboard/new/"))  # which working_copy.js adds to

    # A title is missing: nothing typed is lost.
    author.get_by_role("button", name="HTML").click()
    author.get_by_label("Text").fill("<h2>Part</h2><p>Words of mine.<script>x()</script></p>")
    author.get_by_role("button", name="Publish").click()
    assert author.locator(".errorlist").inner_text() == "A post needs a title."
    assert "Words of mine." in author.get_by_label("Text").input_value()

    # With it, the post is public, and what was left out is said.
    author.get_by_label("Title", exact=True).fill("A first post")
    author.get_by_role("button", name="Publish").click()
    author.wait_for_url("**/a-first-post/")
    assert "Published:" in author.locator(".message.success").inner_text()
    assert "<script>" in author.locator(".message.warning").inner_text()

    # A stranger without JavaScript finds and reads it, with its author's name.
    reader.goto("/")
    reader.get_by_role("link", name="A first post").click()
    assert reader.locator("h1").inner_text() == "A first post"
    assert reader.locator(".prose h2").inner_text() == "Part"
    assert reader.locator(".byline a").inner_text() == "Mei Tanaka"

    # She renames it; his old address leads to the new one.
    author.get_by_role("link", name="Edit").click()
    author.get_by_text("Address, date, cover").click()
    author.get_by_label("Address").fill("renamed")
    author.get_by_role("button", name="Update").click()
    author.wait_for_url("**/renamed/")
    assert reader.goto("/a-first-post/").url.endswith("/renamed/")

    # She deletes it, after being asked; he is told it was removed.
    author.get_by_role("link", name="Delete").click()
    author.get_by_role("button", name="Move to the trash").click()
    author.wait_for_url("**/dashboard/")
    assert reader.goto("/renamed/").status == 410
    assert reader.locator("h1").inner_text() == "This post was removed"

    # She takes it back.
    author.get_by_role("button", name="Restore").click()
    author.get_by_text("Restored from the trash:").wait_for()
    assert reader.goto("/renamed/").status == 200

    # She signs out, here and at the provider, which asks who it is the next time.
    author.get_by_role("button", name="Sign out").click()
    author.get_by_role("link", name="Sign in").wait_for()
    assert "You are signed out." in author.locator(".messages").inner_text()
    author.goto("/dashboard/")
    author.get_by_role("button", name=re.compile("Mei Tanaka")).wait_for()


def test_a_moderator_hides_a_post_in_the_admin_and_restores_it(open_browser):
    author, moderator, reader = open_browser(), open_browser(), open_browser()
    author.goto("/")
    sign_in(author, "Rafael Duarte")
    author.get_by_role("link", name="Write", exact=True).click()
    author.get_by_label("Title", exact=True).fill("Hide me")
    words(author).fill("Words")
    author.get_by_role("button", name="Publish").click()
    author.wait_for_url("**/hide-me/")

    moderator.goto("/admin/posts/post/")
    moderator.get_by_role("button", name=re.compile("Jonas Lindqvist")).click()
    moderator.wait_for_url("**/admin/posts/post/")
    for action, answer, told in [
        ("Hide selected posts", 410, "1 post hidden."),
        ("Restore selected posts", 200, "1 post restored."),
    ]:
        moderator.locator("input[name=_selected_action]").check()
        moderator.get_by_label("Action:").select_option(label=action)
        moderator.get_by_role("button", name=re.compile("Run|Go")).click()
        moderator.get_by_text(told).wait_for()
        assert reader.goto("/hide-me/").status == answer


def test_somebody_new_registers_and_somebody_else_changes_their_mind(open_browser):
    new, other = open_browser(), open_browser()

    new.goto("/")
    new.get_by_role("link", name="Register").click()
    new.get_by_label("Given name").fill("Nina")
    new.get_by_label("Family name").fill("Newcomer")
    new.get_by_label(re.compile("mail")).fill("nina@example.org")
    new.get_by_role("button", name="Register").click()
    new.get_by_role("link", name="Dashboard").click()
    assert "You have not written anything yet." in new.locator("main").inner_text()
    assert "Nina Newcomer" in new.locator("header").inner_text()

    other.goto("/")
    other.get_by_role("link", name="Sign in").click()
    other.get_by_role("button", name="Deny").click()
    assert other.locator("h1").inner_text() == "You did not sign in"
    other.get_by_role("link", name="Read the newest posts").click()
    other.wait_for_url("**/")


def test_going_back_after_publishing_and_sending_again_makes_no_second_post(open_browser):
    page = open_browser()
    page.goto("/dashboard/new/")
    page.get_by_role("button", name=re.compile("Mei Tanaka")).click()
    page.get_by_label("Title", exact=True).fill("Once")
    words(page).fill("Words")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url("**/once/")

    page.go_back()
    page.reload()  # as where the browser has not kept the page
    page.wait_for_url("**/once/edit/")
    words(page).fill("Other words")
    page.get_by_role("button", name="Update").click()
    page.wait_for_url("**/once/")

    page.goto("/dashboard/")
    assert page.locator(".own-post").count() == 1


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways(open_browser, settings, width):
    from django.core.management import call_command

    settings.DEBUG = True
    call_command("load_sample_people")
    call_command("load_sample_posts")
    settings.DEBUG = False
    page = open_browser(viewport={"width": width, "height": 800})
    page.goto("/")
    sign_in(page, "Mei Tanaka")
    page.wait_for_url("**/")
    addresses = page.locator("h2 a").evaluate_all("links => links.map(a => a.pathname)")

    for address in ["/", "/dashboard/", "/dashboard/new/", "/nothing/", *addresses]:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == width, address
