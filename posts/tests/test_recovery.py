"""What was typed and never saved is found again, and nothing replaces anything unasked."""

import re
import uuid
from html import escape

import pytest

from posts.models import Post, Revision, WorkingCopy
from posts.tests.factories import PostFactory
from posts.tests.typing import OpenForm

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(as_user, author):
    return as_user(author)


@pytest.fixture
def post(author):
    return PostFactory(author=author, published=True, slug="mine", title="Mine", body="<p>Old.</p>")


@pytest.fixture
def typed(writer, author, post):
    form = OpenForm(writer, author, post)
    form.type("<p>Old & new.", fields={"title": "Mine", "slug": "mine", "excerpt": "Few"})
    return form


def page(response):
    return response.content.decode()


def test_opening_the_form_shows_both_versions_with_their_times(writer, post, typed):
    shown = page(writer.get("/mine/edit/"))

    assert escape("<p>Old & new.") in shown
    assert escape("<p>Old.</p>") in shown
    copy = WorkingCopy.objects.get()
    for at in (copy.updated_at, post.updated_at):
        assert f'datetime="{at:%Y-%m-%dT%H:%M:%SZ}"' in shown
    assert re.search(r"<ins>.*new.*</ins>", shown, re.DOTALL)
    assert f'href="?copy={typed.form}"' in shown
    assert 'name="body"' not in shown


def test_going_on_fills_the_form_with_what_was_typed_on_its_own_base(writer, typed, post):
    form = writer.get(f"/mine/edit/?copy={typed.form}").context["form"]

    assert form["body"].value() == "<p>Old & new."
    assert form["excerpt"].value() == "Few"
    assert (form["form"].value(), form["version"].value()) == (str(typed.form), 1)
    assert WorkingCopy.objects.count() == 1
    assert Post.objects.get().body == "<p>Old.</p>"


def test_going_on_after_the_post_moved_on_still_finds_the_conflict(writer, typed, post):
    post.body = "<p>Theirs.</p>"
    post.edit()
    form = writer.get(f"/mine/edit/?copy={typed.form}").context["form"]
    data = {name: form[name].value() or "" for name in form.fields}

    response = writer.post("/mine/edit/", data | {"published_at": "", "action": "save"})

    assert response.status_code == 409
    assert Post.objects.get().body == "<p>Theirs.</p>"


def test_keeping_the_saved_one_sets_the_other_aside(writer, typed, post):
    response = writer.post(f"/dashboard/working-copy/{typed.form}/set-aside/")

    assert response.url == "/mine/edit/"
    assert not WorkingCopy.objects.exists()
    aside = Revision.objects.get(kind="set_aside")
    assert (aside.post, aside.title) == (post, "Mine")
    assert "Old &amp; new." in aside.body
    assert Post.objects.get().body == "<p>Old.</p>"
    assert writer.get("/mine/edit/").context["form"]["body"].value() == "<p>Old.</p>"


def test_deciding_later_opens_the_saved_one_and_keeps_the_other(writer, typed, post):
    form = writer.get("/mine/edit/?copy=none").context["form"]

    assert form["body"].value() == "<p>Old.</p>"
    assert str(form["form"].value()) != str(typed.form)
    assert WorkingCopy.objects.count() == 1


@pytest.mark.parametrize("copy", ["x", "0f0e0d0c-0b0a-4908-8706-050403020100", ""])
def test_a_copy_that_is_not_there_is_not_gone_on_with(writer, typed, post, copy):
    assert "Go on with what was typed" in page(writer.get("/mine/edit/", {"copy": copy}))


def test_what_says_the_same_as_what_is_saved_is_no_question(writer, author, post):
    fields = {"title": "Mine", "slug": "mine", "published_at": "2025-01-02T03:04"}
    OpenForm(writer, author, post).type("<p>Old.", fields=fields)

    assert writer.get("/mine/edit/").context["form"]["body"].value() == "<p>Old.</p>"


def test_a_changed_time_alone_is_a_question(writer, author, post):
    OpenForm(writer, author, post).type(post.body, fields={"published_at": "2025-01-02T03:05"})

    assert "Go on with what was typed" in page(writer.get("/mine/edit/"))


def test_a_save_ends_the_copy_of_its_form_and_no_other(writer, author, typed, post):
    OpenForm(writer, author, post).type("other tab")
    data = {"title": "Mine", "body": "x", "slug": "mine", "version": "1", "form": str(typed.form)}

    response = writer.post("/mine/edit/", data | {"action": "save"})

    assert [copy.body for copy in WorkingCopy.objects.all()] == ["other tab"]
    assert str(typed.form) in response.cookies["settled_forms"].value


def test_a_save_that_fails_keeps_the_copy(writer, typed, post):
    for fields in ({"title": ""}, {"title": "T", "version": "7"}, {"title": "T", "slug": "login"}):
        data = {"body": "x", "version": "1", "form": str(typed.form)} | fields
        assert writer.post("/mine/edit/", data).status_code in (200, 409)

    assert WorkingCopy.objects.count() == 1


# Posts that were never saved


def test_a_post_that_was_never_saved_is_found_again(writer, author):
    form = OpenForm(writer, author)
    submission = str(uuid.uuid4())
    form.type("Words", fields={"title": "Begun & left", "submission": submission})

    shown = page(writer.get("/dashboard/new/"))
    listed = page(writer.get("/dashboard/"))
    again = writer.get(f"/dashboard/new/?copy={form.form}").context["form"]

    assert "Begun &amp; left" in shown
    assert "Not saved yet:" in listed
    assert "Begun &amp; left" in listed
    assert (again["body"].value(), again["submission"].value()) == ("Words", submission)


def test_publishing_it_ends_the_copy(writer, author):
    form = OpenForm(writer, author)
    form.type("Words")

    data = {"title": "T", "body": "Words", "form": str(form.form), "action": "publish"}
    assert writer.post("/dashboard/new/", data).url == "/t/"

    assert not WorkingCopy.objects.exists()


def test_discarding_asks_first(writer, author):
    form = OpenForm(writer, author)
    form.type("Words")
    address = f"/dashboard/working-copy/{form.form}/discard/"

    assert "Words" in page(writer.get(address))
    assert WorkingCopy.objects.exists()

    assert writer.post(address).url == "/dashboard/"
    assert not WorkingCopy.objects.exists()


def test_the_dashboard_says_which_posts_have_unsaved_changes(writer, author, typed):
    draft = PostFactory(author=author)
    PostFactory(author=author)
    OpenForm(writer, author, draft).type("More")

    listed = page(writer.get("/dashboard/"))

    assert listed.count("with unpublished changes") == 1
    assert listed.count("with unsaved changes") == 1


@pytest.mark.parametrize("visitor", [None, "stranger", "moderator", "admin"])
@pytest.mark.parametrize("act", ["set-aside", "discard"])
def test_nobody_else_touches_what_an_author_types(request, as_user, typed, visitor, act):
    client = as_user(request.getfixturevalue(visitor) if visitor else None)

    response = client.post(f"/dashboard/working-copy/{typed.form}/{act}/")

    assert response.status_code == (404 if visitor else 302)
    assert WorkingCopy.objects.count() == 1


def test_nobody_else_sees_what_an_author_types(as_user, stranger, typed):
    shown = page(as_user(stranger).get(f"/dashboard/new/?copy={typed.form}"))

    assert "Old &amp; new" not in shown
