"""What a post will look like before it is public, for its author and for whoever has a link."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from posts.models import Post, PreviewLink
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.django_db
BODY = '<h2>Über</h2><p>Some <em>text</em> &amp; a <a href="/other/">link</a></p>'


@pytest.fixture
def client(author):
    client = Client()
    client.force_login(author)
    return client


@pytest.fixture
def draft(author, time_machine):
    time_machine.move_to(datetime(2026, 1, 1, 12, tzinfo=UTC), tick=False)
    return PostFactory(author=author, slug="mine", title="Mine", body=BODY, excerpt="In short")


def typed(**fields):
    return {"title": "Mine", "body": BODY, "slug": "mine", "excerpt": "In short", **fields}


def test_a_preview_is_the_public_page_byte_for_byte(client, draft):
    preview = client.get("/mine/preview/")
    draft.publish()

    public = Client().get("/mine/")

    assert preview.content == public.content
    assert preview["X-Robots-Tag"] == "noindex"
    assert preview["Cache-Control"] == "no-store"


def test_what_is_in_the_form_is_previewed_byte_for_byte_and_not_stored(client, draft):
    form = typed(title="Anew", body="<p>Anew</p><script>x</script>", version=draft.version)

    preview = client.post("/mine/preview/", form)
    assert Post.objects.get().title == "Mine"
    client.post("/mine/edit/", {**form, "action": "publish"})

    assert preview.content == Client().get("/anew/").content


def test_a_post_that_is_not_saved_yet_is_previewed_byte_for_byte(client, author, time_machine):
    time_machine.move_to(datetime(2026, 1, 1, 12, tzinfo=UTC), tick=False)
    form = {"title": "All new", "body": BODY}

    preview = client.post("/dashboard/new/preview/", form)
    assert not Post.objects.exists()
    client.post("/dashboard/new/", {**form, "action": "publish"})

    assert preview.content == Client().get("/all-new/").content


def test_a_scheduled_post_is_previewed_as_on_its_day(client, draft, time_machine):
    draft.publish(at=timezone.now() + timedelta(days=3))
    time_machine.shift(timedelta(days=3))

    assert client.get("/mine/preview/").content == Client().get("/mine/").content


def test_what_cannot_be_shown_yet_is_named(client, draft):
    page = client.post("/mine/preview/", typed(title=" ")).text

    assert "Nothing to preview yet" in page
    assert "A post needs a title" in page
    assert Post.objects.get().title == "Mine"


@pytest.mark.parametrize(
    ("visitor", "answer"),
    [("anonymous", 302), ("stranger", 404), ("moderator", 403), ("author", 200)],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_preview_is_its_authors_alone(request, as_user, draft, visitor, answer, method):
    user = None if visitor == "anonymous" else request.getfixturevalue(visitor)
    if (visitor, method) == ("anonymous", "post"):
        answer = 403  # a page that gives back what was typed

    response = getattr(as_user(user), method)("/mine/preview/", typed())

    assert response.status_code == answer


# Links for people without an account


@pytest.fixture
def link(draft, author):
    return PreviewLink.objects.make(draft, by=author, days=7, note="The editor")


def test_whoever_has_the_link_reads_the_latest_text(link, draft):
    draft.title = "Mine, later"
    draft.edit()

    response = Client().get(link.get_absolute_url())

    assert response.status_code == 200
    assert "Mine, later" in response.text
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"


def test_a_link_is_too_long_to_guess_and_not_stored_as_it_is(link, django_db_blocker):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, digest FROM posts_previewlink")
        [stored] = cursor.fetchall()

    assert len(link.secret) == 32
    assert link.secret not in "".join(stored)


@pytest.mark.parametrize("end", ["expired", "revoked", "trashed"])
def test_a_link_that_has_ended_is_gone(link, draft, time_machine, end):
    if end == "expired":
        time_machine.shift(timedelta(days=7))
    elif end == "revoked":
        PreviewLink.objects.revoke()
    else:
        draft.trash()

    response = Client().get(link.get_absolute_url())

    assert (response.status_code, response["X-Robots-Tag"]) == (410, "noindex")
    assert "Some <em>text</em>" not in response.text
    assert link.openings.count() == 0


@pytest.mark.parametrize("secret", ["nonsense", "x" * 400, "%F0%9F%8E%89"])
def test_a_link_there_never_was_is_not_found(client, secret):
    assert Client().get(f"/preview/{secret}/").status_code == 404


def test_each_opening_is_noted_and_a_head_request_is_none(link):
    browser = Client(headers={"user-agent": "Firefox"})
    browser.get(link.get_absolute_url())
    browser.get(link.get_absolute_url())
    browser.head(link.get_absolute_url())

    assert [opening.user_agent for opening in link.openings.all()] == ["Firefox", "Firefox"]


def test_an_author_makes_a_link_sees_it_opened_and_revokes_it(client, draft):
    client.post("/mine/previews/", {"note": "My mother", "days": "1"})
    link = PreviewLink.objects.get()
    assert link.expires_at == timezone.now() + timedelta(days=1)
    Client().get(link.get_absolute_url())

    page = client.get("/mine/previews/").text
    assert "My mother" in page
    assert f"http://testserver{link.get_absolute_url()}" in page
    assert "opened once" in page

    client.post(f"/mine/previews/{link.pk}/revoke/")
    assert Client().get(link.get_absolute_url()).status_code == 410
    assert "Ended" in client.get("/mine/previews/").text


@pytest.mark.parametrize("days", ["0", "365", "x", ""])
def test_a_link_lasts_as_long_as_is_offered(client, draft, days):
    response = client.post("/mine/previews/", {"days": days})

    assert response.status_code == 200
    assert not PreviewLink.objects.exists()


@pytest.mark.parametrize(
    ("visitor", "answer"), [("anonymous", 302), ("stranger", 404), ("moderator", 403)]
)
@pytest.mark.parametrize(
    ("method", "address"),
    [("get", "previews/"), ("post", "previews/"), ("post", "previews/{pk}/revoke/")],
)
def test_links_are_the_authors_alone(request, as_user, link, visitor, answer, method, address):
    user = None if visitor == "anonymous" else request.getfixturevalue(visitor)
    address = f"/mine/{address.format(pk=link.pk)}"

    assert getattr(as_user(user), method)(address, {"days": "1"}).status_code == answer
    assert PreviewLink.objects.filter(revoked_at=None).count() == 1


def test_a_link_of_another_post_is_not_revoked_here(client, link, author):
    PostFactory(author=author, slug="other")

    assert client.post(f"/other/previews/{link.pk}/revoke/").status_code == 404
    assert PreviewLink.objects.get().is_live


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_of_links_costs_the_same_queries(
    client, draft, author, django_assert_num_queries, count
):
    for _ in range(count):
        link = PreviewLink.objects.make(draft, by=author, days=7)
        link.openings.create()

    with django_assert_num_queries(7):
        client.get("/mine/previews/")
