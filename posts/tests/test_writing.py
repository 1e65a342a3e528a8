import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.utils.html import escape

from posts.forms import MAX_BODY_BYTES
from posts.models import Post
from posts.tests.factories import LONG_AGO, PostFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def writer(as_user, author):
    return as_user(author)


def send(client, address="/dashboard/new/", **fields):
    data = {"title": "A title", "body": "A text.", "action": "publish"} | fields
    return client.post(address, data)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# New


def test_publishing_a_new_post_leads_to_it_and_says_so_with_a_link(writer, author):
    response = send(writer, title="Hello & <b>")

    post = Post.objects.get()
    assert (response.status_code, response.url) == (302, "/hello-b/")
    assert (post.author, post.title, post.body, post.is_public) == (
        author,
        "Hello & <b>",
        "<p>A text.</p>",
        True,
    )
    assert told(response) == ['Published: <a href="/hello-b/">Hello &amp; &lt;b&gt;</a>']


def test_saving_a_new_post_makes_a_draft_and_goes_on_editing(writer):
    response = send(writer, action="save")

    assert (response.status_code, response.url) == (302, "/a-title/edit/")
    assert Post.objects.get().is_draft
    assert told(response) == ['Draft saved: <a href="/a-title/">A title</a>']


@time_machine.travel(NOON, tick=False)
def test_a_time_to_come_schedules_the_post(writer):
    response = send(writer, published_at="2026-03-02T09:30")

    post = Post.objects.get()
    assert (post.is_scheduled, post.published_at) == (True, datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    assert told(response) == [
        'Scheduled for March 2, 2026, 9:30 a.m. (UTC): <a href="/a-title/">A title</a>'
    ]
    assert Client().get("/a-title/").status_code == 404
    assert writer.get("/a-title/").status_code == 200


def test_a_slug_of_ones_own_is_taken_in_its_one_spelling(writer):
    send(writer, slug=" My OWN address! ")

    assert Post.objects.get().slug == "my-own-address"


@pytest.mark.parametrize(
    "title",
    ["🎉🎉🎉", "?!", "Login", "admin", "dashboard", "static", "京都の春", "हिन्दी", "مرحبا",
     "x" * 200, "本" * 200, "-", "0", "a/b/c", "..", "%2e", "<script>"],
)  # fmt: skip
def test_any_title_can_be_published_and_read_twice_over(writer, title):
    for _time in range(2):
        response = send(writer, title=title)

        assert response.status_code == 302
        page = Client().get(response.url)
        assert page.status_code == 200
        assert escape(title) in page.content.decode()
    assert Post.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"title": ""}, "title", "A post needs a title."),
        ({"title": " \u200b "}, "title", "A post needs a title that can be seen."),
        ({"title": "x" * 201}, "title", "at most 200 characters (it has 201)"),
        ({"title": "a\x00b"}, "title", "Null characters are not allowed."),
        ({"body": ""}, "body", "A post needs a text."),
        ({"body": "<p>&nbsp;</p>"}, "body", "A post needs a text that can be seen."),
        ({"body": "<script>x</script>"}, "body", "Left out: <script>"),
        ({"body": "a\x00b"}, "body", "Null characters are not allowed."),
        ({"body": "é" * (MAX_BODY_BYTES // 2) + "a"}, "body", "The text is 1,001 kB long"),
        ({"body": "<div>" * 201}, "body", "or nests them more than 200 deep"),
        ({"excerpt": "x" * 301}, "excerpt", "at most 300 characters (it has 301)"),
        ({"slug": "?!"}, "slug", "An address needs a letter or a digit."),
        ({"slug": "x" * 101}, "slug", "at most 100 characters; this one has 101"),
        ({"slug": "Login"}, "slug", "The site itself uses the address “login”."),
        ({"slug": "taken"}, "slug", "The address “taken” belongs to another post."),
        ({"published_at": "soon"}, "published_at", "Enter a valid date/time."),
    ],
)
def test_what_cannot_be_stored_is_said_at_its_field_and_nothing_typed_is_gone(
    writer, fields, field, words
):
    PostFactory(slug="taken")
    typed = {"title": "A title", "body": "A text.", "slug": "mine", "excerpt": "Few"} | fields

    response = send(writer, **typed)

    assert response.status_code == 200
    assert words in response.context["form"].errors[field][0]
    page = response.content.decode()
    for value in typed.values():
        assert escape(value) in page
    assert Post.objects.count() == 1


def test_a_body_of_just_the_most_there_may_be_is_stored(writer):
    send(writer, body="é" * (MAX_BODY_BYTES // 2))

    assert Post.objects.get().body == f"<p>{'é' * (MAX_BODY_BYTES // 2)}</p>"


def test_a_browser_is_not_asked_to_cut_what_is_pasted(writer):
    assert "maxlength" not in writer.get("/dashboard/new/").content.decode()


def test_what_the_sanitiser_took_out_is_told(writer):
    response = send(writer, body='<p onclick="x">Text<script>y</script></p>')

    assert Post.objects.get().body == "<p>Text</p>"
    assert (
        told(response)[1] == "Left out or changed, as a page may not carry it: <script>, onclick="
    )


# The same form twice


def test_a_form_sent_twice_makes_one_post(writer):
    form = str(uuid.uuid4())

    first = send(writer, submission=form, version="1")
    second = send(writer, submission=form, version="1")

    assert (first.url, second.url) == ("/a-title/", "/a-title/")
    assert Post.objects.get().version == 1


def test_a_form_with_an_address_sent_twice_makes_one_post(writer):
    form = str(uuid.uuid4())

    for _time in range(2):
        assert send(writer, submission=form, version="1", slug="mine").url == "/mine/"

    assert Post.objects.count() == 1


def test_a_form_sent_again_with_another_text_changes_the_post_it_made(writer):
    form = str(uuid.uuid4())
    send(writer, submission=form, version="1")

    send(writer, submission=form, version="1", body="More text.")

    assert Post.objects.get().body == "<p>More text.</p>"


def test_a_form_sent_again_after_the_post_moved_on_overwrites_nothing(writer):
    form = str(uuid.uuid4())
    send(writer, submission=form, version="1")
    send(writer, "/a-title/edit/", body="Later.", version="1")

    response = send(writer, submission=form, version="1", body="Earlier tab.")

    assert response.status_code == 409
    assert Post.objects.get().body == "<p>Later.</p>"


def test_two_people_may_use_one_form_token(as_user, author, stranger):
    form = str(uuid.uuid4())

    send(as_user(author), submission=form)
    send(as_user(stranger), submission=form)

    assert Post.objects.count() == 2


# Edit


def test_the_edit_form_holds_the_text_as_it_is_stored(writer, author):
    PostFactory(author=author, slug="mine", title="A & b", body="<p>1 &lt; 2 &amp;amp; 3</p>")

    page = writer.get("/mine/edit/").content.decode()

    assert 'value="A &amp; b"' in page
    assert escape("<p>1 &lt; 2 &amp;amp; 3</p>") in page


def test_an_unchanged_form_changes_nothing(writer, author):
    post = PostFactory(
        author=author,
        published=True,
        slug="mine",
        published_at=LONG_AGO + timedelta(microseconds=7),
    )
    initial = writer.get("/mine/edit/").context["form"]
    data = {name: initial[name].value() or "" for name in initial.fields}
    data["published_at"] = data["published_at"].strftime("%Y-%m-%dT%H:%M")

    send(writer, "/mine/edit/", **data, action="save")

    after = Post.objects.get()
    assert (after.version, after.published_at) == (1, post.published_at)


def test_an_update_of_a_published_post_leaves_it_published(writer, author):
    PostFactory(author=author, published=True, slug="mine")

    response = send(writer, "/mine/edit/", body="New.", slug="mine", action="save", version="1")

    post = Post.objects.get()
    assert (response.url, post.body, post.is_public) == ("/mine/", "<p>New.</p>", True)
    assert post.published_at == LONG_AGO


def test_renaming_leads_readers_of_the_old_address_to_the_new_one(writer, author, client):
    PostFactory(author=author, published=True, slug="old")

    response = send(writer, "/old/edit/", slug="New one", version="1")

    assert response.url == "/new-one/"
    assert client.get("/old/").url == "/new-one/"


def test_the_form_can_be_opened_and_sent_at_an_old_address(writer, author):
    PostFactory(author=author, published=True, slug="old").edit(slug="new")

    assert writer.get("/old/edit/").status_code == 200
    assert send(writer, "/old/edit/", body="New.", slug="new").url == "/new/"


def test_a_public_post_cannot_be_scheduled(writer, author):
    PostFactory(author=author, published=True, slug="mine")

    response = send(writer, "/mine/edit/", published_at="2199-01-01T00:00", version="1")

    assert "public already" in response.context["form"].errors["published_at"][0]
    assert Post.objects.get().published_at == LONG_AGO


def test_a_hidden_post_is_edited_but_not_published(writer, author):
    PostFactory(author=author, hidden=True, slug="mine")

    refused = send(writer, "/mine/edit/", body="New.", slug="mine", version="1")
    saved = send(writer, "/mine/edit/", body="New.", slug="mine", version="1", action="save")

    assert "A moderator has hidden this post." in refused.content.decode()
    assert "New." in refused.content.decode()
    assert saved.status_code == 302
    post = Post.objects.get()
    assert (post.body, post.status) == ("<p>New.</p>", "hidden")


def test_a_save_over_something_newer_shows_both_texts_and_can_then_be_saved(writer, author):
    PostFactory(author=author, slug="mine")
    send(writer, "/mine/edit/", body="Theirs & more", version="1", action="save", slug="mine")

    response = send(writer, "/mine/edit/", body="Mine", version="1", action="save", slug="mine")

    page = response.content.decode()
    assert response.status_code == 409
    assert escape("<p>Theirs &amp; more</p>") in page
    assert "Mine" in page
    assert Post.objects.get().body == "<p>Theirs &amp; more</p>"
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    send(writer, "/mine/edit/", body="Both", version=version, action="save", slug="mine")
    assert Post.objects.get().body == "<p>Both</p>"


# Delete, and what buttons do


def test_deleting_asks_first_and_then_moves_to_the_trash(writer, author):
    post = PostFactory(author=author, published=True, slug="mine", title="My post")

    asked = writer.get("/mine/delete/")
    assert "My post" in asked.content.decode()
    assert Post.objects.get().status == "published"

    response = writer.post("/mine/delete/")
    post.refresh_from_db()
    assert (response.url, post.status) == ("/dashboard/", "trashed")
    assert told(response) == ['Moved to the trash: <a href="/mine/">My post</a>']


def test_a_post_is_restored_at_its_old_address(writer, author, client):
    PostFactory(author=author, published=True, slug="mine").trash()
    assert client.get("/mine/").status_code == 410

    writer.post("/mine/restore/")

    assert client.get("/mine/").status_code == 200


@pytest.mark.parametrize("method", ["delete", "put", "patch"])
def test_no_other_method_touches_a_post(writer, author, method):
    PostFactory(author=author, slug="mine")

    for address in ("/mine/", "/mine/edit/", "/mine/delete/"):
        assert getattr(writer, method)(address).status_code == 405

    assert Post.objects.get().status == "draft"


def test_buttons_lead_back_to_where_they_were_and_nowhere_else(writer, author):
    PostFactory(author=author, slug="mine")

    assert writer.post("/mine/publish/", {"next": "/mine/"}).url == "/mine/"
    assert writer.post("/mine/unpublish/", {"next": "//evil.example/"}).url == "/dashboard/"


def test_a_button_that_can_do_nothing_any_more_says_so(writer, author):
    PostFactory(author=author, slug="mine", title="Mine")

    for address in ("/mine/unpublish/", "/mine/restore/"):
        assert "so nothing changed" in told(writer.post(address))[-1]


def test_the_dashboard_lists_ones_own_posts_in_every_state(writer, author):
    for state in (
        {},
        {"published": True},
        {"scheduled": True},
        {"hidden": True},
        {"trashed": True},
    ):
        PostFactory(author=author, **state)
    PostFactory(published=True)

    page = writer.get("/dashboard/")

    assert {post.state for post in page.context["post_list"]} == {
        "Draft",
        "Published",
        "Scheduled",
        "Hidden by a moderator",
        "In the trash",
    }


def test_an_empty_dashboard_invites_to_write(writer):
    assert "You have not written anything yet." in writer.get("/dashboard/").content.decode()


def test_a_form_without_its_token_is_refused_and_shows_what_was_typed(author):
    client = Client(enforce_csrf_checks=True)
    client.force_login(author)

    response = send(client, title="Long & lost", body="<p>My text</p>")

    assert response.status_code == 403
    assert "Long &amp; lost" in response.content.decode()
    assert "&lt;p&gt;My text&lt;/p&gt;" in response.content.decode()
