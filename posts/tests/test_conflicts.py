"""A save that would overwrite something newer asks first, whoever saved, and whatever the state."""

import re
import uuid
from html import escape, unescape

import pytest

from posts.models import Post, Revision, WorkingCopy
from posts.tests.factories import PostFactory
from posts.tests.typing import OpenForm

pytestmark = pytest.mark.django_db
STATES = ["draft", "published", "scheduled", "hidden", "trashed"]
MINE = {"title": "Mine", "body": "<p>Mine & more</p>", "slug": "mine", "version": "1"}


@pytest.fixture
def writer(as_user, author):
    return as_user(author)


@pytest.fixture
def make(author):
    def make_post(state):
        traits = {} if state == "draft" else {state: True}
        post = PostFactory(author=author, slug="mine", title="Old", body="<p>Old.</p>", **traits)
        post.title, post.body = "Theirs", "<p>Theirs.</p>"
        post.edit()
        return post

    return make_post


def kept_mine(page):
    """Return what the form of Keep mine and Keep theirs would send."""
    form = re.search(r'<form class="actions".*?</form>', page, re.DOTALL)[0]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in fields}


@pytest.mark.parametrize("state", STATES)
def test_both_texts_are_shown_with_their_times_and_nothing_is_overwritten(writer, make, state):
    post = make(state)
    status = post.status

    response = writer.post("/mine/edit/", MINE | {"action": "save"})

    page = response.content.decode()
    assert response.status_code == 409
    for text in ("<p>Theirs.</p>", "<p>Mine & more</p>"):
        assert escape(text) in page
    for choice in ("Keep mine", "Keep theirs", "Merge by hand"):
        assert choice in page
    assert re.search(r"<del>.*Theirs.*</del>", page, re.DOTALL)
    assert re.search(r"<ins>.*Mine &amp; more.*</ins>", page, re.DOTALL)
    saved_at = f"{post.revisions.latest('pk').saved_at:%Y-%m-%dT%H:%M:%SZ}"
    assert page.count("<time ") >= 2
    assert f'datetime="{saved_at}"' in page
    post.refresh_from_db()
    assert (post.title, post.body, post.status) == ("Theirs", "<p>Theirs.</p>", status)


@pytest.mark.parametrize("state", STATES)
def test_keep_mine_saves_mine_knowingly(writer, make, state):
    make(state)
    fields = kept_mine(writer.post("/mine/edit/", MINE | {"action": "save"}).content.decode())

    response = writer.post("/mine/edit/", fields | {"action": "save"})

    assert response.status_code == 302
    assert Post.objects.get().body == "<p>Mine &amp; more</p>"


@pytest.mark.parametrize("state", STATES)
def test_keep_theirs_sets_mine_aside(writer, author, make, state):
    post = make(state)
    form = OpenForm(writer, author, post)
    form.type("<p>Mine & mo")
    sent = MINE | {"form": str(form.form), "action": "save"}
    fields = kept_mine(writer.post("/mine/edit/", sent).content.decode())

    response = writer.post("/mine/edit/", fields | {"action": "set_aside"})

    assert response.url == "/mine/edit/"
    assert Post.objects.get().body == "<p>Theirs.</p>"
    aside = Revision.objects.get(kind="set_aside")
    assert (aside.title, aside.body, aside.editor) == ("Mine", "<p>Mine &amp; more</p>", author)
    assert not WorkingCopy.objects.exists()


def test_keep_theirs_keeps_even_what_could_not_be_saved(writer, make):
    make("draft")

    sent = {"title": "", "body": "a\x00<script>", "slug": "?", "form": "x"}
    writer.post("/mine/edit/", sent | {"action": "set_aside"})

    assert Revision.objects.filter(kind="set_aside").exists()


def test_keep_mine_asks_again_if_it_changed_once_more(writer, make):
    post = make("published")
    fields = kept_mine(writer.post("/mine/edit/", MINE | {"action": "save"}).content.decode())
    post.body = "<p>Newer still.</p>"
    post.edit()

    response = writer.post("/mine/edit/", fields | {"action": "save"})

    assert response.status_code == 409
    assert Post.objects.get().body == "<p>Newer still.</p>"


def test_the_merged_text_is_saved_and_what_was_to_be_published_still_is(writer, make):
    make("draft")
    page = writer.post("/mine/edit/", MINE | {"action": "publish"}).content.decode()
    version = re.findall(r'name="version" value="(\d+)"', page)[-1]

    assert page.count('name="action" value="publish"') == 2
    writer.post("/mine/edit/", MINE | {"body": "Both", "version": version, "action": "publish"})

    post = Post.objects.get()
    assert (post.body, post.is_public) == ("<p>Both</p>", True)


def test_the_working_copy_stays_until_something_is_chosen(writer, author, make):
    post = make("published")
    form = OpenForm(writer, author, post)
    form.type("<p>Mine</p>")

    response = writer.post("/mine/edit/", MINE | {"form": str(form.form), "action": "save"})

    assert 'data-number="1"' in response.content.decode()
    assert WorkingCopy.objects.count() == 1


@pytest.mark.parametrize("visitor", ["stranger", "admin"])
def test_nobody_else_sets_anything_aside(request, as_user, make, visitor):
    make("published")

    response = as_user(request.getfixturevalue(visitor)).post(
        "/mine/edit/", MINE | {"action": "set_aside", "form": str(uuid.uuid4())}
    )

    assert response.status_code == 403
    assert not Revision.objects.filter(kind="set_aside").exists()
