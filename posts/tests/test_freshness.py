"""Who has a page already is told so, and nobody is who has an older one (RFC 9110 §13)."""

import gzip
import re
from datetime import UTC, datetime, timedelta

import brotli
import pytest
import time_machine
from django.db import connection
from django.test import Client

from posts import freshness
from posts.models import Post
from posts.tests.factories import LONG_AGO, ImageFactory, PostFactory

try:
    from compression import zstd  # of Python 3.14 itself
except ImportError:
    from backports import zstd

pytestmark = pytest.mark.django_db

PAGES = ["/", "/a-post/", "/authors/ada/", "/tags/gardens/", "/archive/", "/archive/2025/01/"]
FEEDS = ["/feed/atom.xml", "/feed/rss.xml", "/feed/feed.json"]
FEEDS += ["/authors/ada/feed/atom.xml", "/tags/gardens/feed/rss.xml"]
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still, an hour after the last deployment."""
    monkeypatch.setattr(freshness, "STARTED_AT", START)
    with time_machine.travel(START + timedelta(hours=1), tick=False) as clock:
        yield clock


@pytest.fixture
def post(clock, author):
    author.handle = "ada"
    author.save()
    post = PostFactory(published=True, author=author, slug="a-post", title="A post")
    post.edit(tags=["Gardens"])
    PostFactory(published=True, author=author, slug="neighbour").edit(tags=["Gardens"])
    clock.shift(60)
    return post


def asked_again(client, address, response):
    """Return the statuses for who has that response: known by its ETag, by its date, by both."""
    etag = {"If-None-Match": response["ETag"]}
    since = {"If-Modified-Since": response["Last-Modified"]}
    statuses = []
    for headers in (etag, since, etag | since):
        for method in (client.get, client.head):
            again = method(address, headers=headers)
            statuses.append(again.status_code)
            if again.status_code == 304:
                assert again.content == b""
                for name in ("ETag", "Last-Modified", "Cache-Control", "Vary"):
                    assert again.get(name) == response.get(name)
    return statuses


@pytest.mark.parametrize("address", [*PAGES, *FEEDS])
def test_a_page_that_has_not_changed_is_not_sent_again(client, post, clock, address):
    first = client.get(address)
    clock.shift(3600)

    assert first.status_code == 200
    assert first["Cache-Control"] == "no-cache"
    assert asked_again(client, address, first) == [304] * 6


@pytest.mark.parametrize("address", [*PAGES, *FEEDS])
def test_head_says_what_get_would(client, post, address):
    told = [method(address).headers for method in (client.get, client.head)]

    assert told[0] == told[1]


DECODERS = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": zstd.decompress,
}


@pytest.mark.parametrize("coding", DECODERS)
@pytest.mark.parametrize("address", ["/", "/a-post/", *FEEDS[:3], "/sitemap.xml"])
def test_a_page_is_compressed_as_asked_and_known_by_one_etag(client, post, address, coding):
    plain = client.get(address)

    sent = client.get(address, headers={"Accept-Encoding": coding})

    assert sent["Content-Encoding"] == coding
    assert DECODERS[coding](sent.content) == plain.content
    assert (sent["ETag"], sent["Vary"]) == (plain["ETag"], plain["Vary"])
    headers = {"Accept-Encoding": coding, "If-None-Match": sent["ETag"]}
    again = client.get(address, headers=headers)
    assert (again.status_code, again["ETag"], again["Vary"]) == (304, sent["ETag"], sent["Vary"])


def edited(post):
    post.body = "<p>Another text.</p>"
    post.edit()


def renamed(post):
    post.edit(slug="renamed")


def another_name_of_the_author(post):
    post.author.mirror({"given_name": "Augusta", "family_name": "Author"})


def another_tag(post):
    post.edit(tags=["Gardens", "Cats"])


CHANGES = {
    edited: {"/a-post/", *FEEDS},
    renamed: {"/", "/authors/ada/", "/tags/gardens/", "/archive/2025/01/", *FEEDS},
    another_name_of_the_author: {*PAGES, *FEEDS} - {"/archive/"},
    another_tag: {"/a-post/", *FEEDS},
    Post.unpublish: {*PAGES, *FEEDS} - {"/a-post/"},
    Post.trash: {*PAGES, *FEEDS} - {"/a-post/"},
    lambda post: Post.objects.filter(pk=post.pk).hide(): {*PAGES, *FEEDS} - {"/a-post/"},
}


@pytest.mark.parametrize("seconds", [0, 1, 3600])
@pytest.mark.parametrize(
    ("change", "address"),
    [(change, address) for change, pages in CHANGES.items() for address in sorted(pages)],
)
def test_a_page_that_has_changed_is_sent_anew(client, post, clock, change, address, seconds):
    first = client.get(address)
    clock.shift(seconds)

    change(post)

    assert asked_again(client, address, first) == [200] * 6


@pytest.mark.parametrize("address", [*PAGES, *FEEDS, "/sitemap.xml"])
def test_another_post_that_is_removed_may_have_been_linked_to_from_anywhere(
    client, post, clock, address
):
    since = {"If-Modified-Since": client.get(address)["Last-Modified"]}

    Post.objects.get(slug="neighbour").trash()
    clock.shift(10)

    assert client.get(address, headers=since).status_code == 200


@pytest.mark.parametrize("later", [0, 10])
@pytest.mark.parametrize("seconds", [0.0, 0.9, 5])
def test_two_changes_within_a_second_are_told_apart(client, post, clock, seconds, later):
    post.title = "Second title"
    post.edit()
    clock.shift(seconds)
    first = client.get("/")

    post.title = "Third title"
    post.edit()
    clock.shift(later)

    assert asked_again(client, "/", first) == [200] * 6


def test_a_transaction_that_commits_a_second_after_its_time_is_not_missed(client, post, clock):
    clock.shift(0.1)
    post.edit(slug="renamed")
    clock.shift(0.6)
    noted_at = datetime.now(UTC)
    clock.shift(0.9)
    first = client.get("/")

    Post.objects.filter(pk=post.pk).update(title="Another title", changed_at=noted_at)
    clock.shift(10)

    assert asked_again(client, "/", first) == [200] * 6


@pytest.mark.parametrize("address", ["/", "/authors/ada/", "/feed/atom.xml"])
def test_a_scheduled_post_that_goes_live_makes_pages_new(client, post, clock, author, address):
    live_at = datetime.now(UTC) + timedelta(minutes=5)
    PostFactory(status="published", published_at=live_at, author=author, title="To come")
    clock.shift(60)
    before = client.get(address)
    clock.move_to(live_at)

    after = client.get(address, headers={"If-Modified-Since": before["Last-Modified"]})

    assert after.status_code == 200
    assert "To come" in after.text
    assert asked_again(client, address, before) == [200] * 6


def test_a_deployment_makes_pages_new(client, post, monkeypatch):
    first = client.get("/")

    monkeypatch.setattr(freshness, "STARTED_AT", datetime.now(UTC))

    again = client.get("/", headers={"If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 200


def test_no_page_is_newer_than_now(client, post, monkeypatch):
    Post.objects.update(changed_at=datetime.now(UTC) + timedelta(days=1))

    assert client.get("/")["Last-Modified"] == "Sun, 01 Mar 2026 13:00:58 GMT"


def test_a_page_changed_just_now_is_sent_again_to_who_knows_it_by_its_date_alone(client, post):
    post.edit(slug="renamed")

    first = client.get("/")

    assert asked_again(client, "/", first) == [304, 304, 200, 200, 304, 304]


def test_pages_without_anybody_are_as_old_as_the_process(client, clock):
    assert client.get("/")["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"


# What is not a page with content, or not everybody's


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/old/", 301),
        ("/gone/", 410),
        ("/draft/", 404),
        ("/tags/nothing/", 404),
        ("/tags/nothing/feed/atom.xml", 404),
        ("/archive/2025/13/", 404),
        ("/no/such/page/", 404),
        ("/a-post/edit", 301),
        ("/gone/card.png", 410),
    ],
)
def test_what_moved_or_is_gone_is_said_each_time(client, post, address, status):
    renamed = PostFactory(published=True, slug="old")
    renamed.edit(slug="new")
    PostFactory(trashed=True, slug="gone")
    PostFactory(slug="draft")

    for headers in (
        {},
        {"If-None-Match": "*"},
        {"If-None-Match": client.get(address).get("ETag", '"x"')},
        {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    ):
        response = client.get(address, headers=headers)
        assert response.status_code == status
        assert response["Cache-Control"] == "no-cache"
        assert "Last-Modified" not in response


@pytest.mark.parametrize("address", ["/search/?q=post", "/draft/", "/dashboard/", "/gone/"])
def test_what_else_somebody_signed_in_is_shown_is_theirs_too(as_user, post, author, address):
    PostFactory(author=author, slug="draft")
    PostFactory(trashed=True, author=author, slug="gone")

    assert as_user(author).get(address)["Cache-Control"] == "private, no-cache"


@pytest.mark.django_db(transaction=connection.vendor == "mysql")  # InnoDB finds what is committed
def test_a_search_is_asked_anew_and_sent_anew_if_it_finds_anything_else(client, post):
    # It has no date: an engine may find a post later than there is one.
    first = client.get("/search/?q=post")

    assert first["Cache-Control"] == "no-cache"
    assert "Last-Modified" not in first
    known = {"If-None-Match": first["ETag"]}
    assert client.get("/search/?q=post", headers=known).status_code == 304
    post.title = "Post, another"
    post.edit()
    assert client.get("/search/?q=post", headers=known).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_a_page_for_somebody_signed_in_is_theirs_and_sent_each_time(as_user, post, author, address):
    anonymous = Client().get(address)
    client = as_user(author)

    response = client.get(address)

    assert response["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response["Vary"]
    assert "ETag" not in response
    assert "Last-Modified" not in response
    assert asked_again(client, address, anonymous) == [200] * 6


def test_a_page_with_a_message_is_not_taken_for_the_one_without(client, post):
    client.post("/logout/")

    told = client.get("/")
    page = client.get("/")

    assert "You are signed out." in told.text
    assert "Last-Modified" not in told
    assert "You are signed out." not in page.text


def test_what_crawlers_may_read_is_as_old_as_the_process(client, clock):
    first = client.get("/robots.txt")

    assert first["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"
    assert asked_again(client, "/robots.txt", first) == [304] * 6


def test_pages_of_somebody_without_cookies_differ_by_cookie_all_the_same(client, post):
    for address in PAGES:
        assert re.search("Cookie", client.get(address)["Vary"])


def test_a_feed_is_the_same_for_everybody(as_user, post, author):
    first = Client().get("/feed/atom.xml")

    again = as_user(author).get("/feed/atom.xml", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304


def test_a_picture_is_known_by_its_address_until_it_is_removed(client, author):
    image = ImageFactory(uploader=author)
    headers = {"If-None-Match": client.get(image.src)["ETag"]}
    statuses = [client.get(image.src, headers=headers).status_code]

    image.remove(lambda image: False)

    statuses.append(client.get(image.src, headers=headers).status_code)
    assert statuses == [304, 404]


# What it costs


def test_it_is_found_by_one_query_however_many_posts(django_assert_num_queries, rf, post):
    PostFactory.create_batch(20, published=True, published_at=LONG_AGO)

    with django_assert_num_queries(1):
        freshness.last_modified(rf.get("/"))
