"""Where a post leaves a trace, by its state and by who looks."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from posts.models import Post
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
YESTERDAY, HOUR = NOW - timedelta(days=1), timedelta(hours=1)

STATES = ["draft", "scheduled", "published", "unpublished", "hidden", "trashed"]
VIEWERS = ["anonymous", "stranger", "author", "moderator", "admin"]
FEEDS = ["feed/atom.xml", "feed/rss.xml", "feed/feed.json"]
PUBLIC_PLACES = [
    "/",
    "/authors/ada/",
    "/tags/zoology/",
    "/archive/",
    "/archive/2025/03/",
    "/earlier/",
    "/later/",
    "/sitemap.xml",
    *(f"{place}{feed}" for place in ("/", "/authors/ada/", "/tags/zoology/") for feed in FEEDS),
]


@pytest.fixture(autouse=True)
def _frozen(time_machine):
    time_machine.move_to(NOW, tick=False)


def neighbours(author):
    """Make a post before and one after the one in question, by the same author, of the same tag."""
    author.handle = "ada"
    author.save()
    for slug, at in [("earlier", YESTERDAY - HOUR), ("later", YESTERDAY + HOUR)]:
        post = PostFactory(author=author, slug=slug, status="published", published_at=at)
        post.edit(tags=["Zoology"])


def in_question(author, state):
    """Make the post that is asked for, and have become of it what leads to a state."""
    post = PostFactory(author=author, slug="quokka", title="Quokka", body="<p>Wombat.</p>")
    post.edit(tags=["Zoology"])
    if state != "draft":
        post.publish(NOW + HOUR if state == "scheduled" else YESTERDAY)
    match state:
        case "unpublished":
            post.unpublish()
        case "hidden":
            Post.objects.filter(pk=post.pk).hide()
        case "trashed":
            post.trash()
    post.refresh_from_db()
    return post


def seen(client, place):
    """Return what a place answers, without what differs from one answer to the next."""
    response = client.get(place)
    text = response.content.decode()
    return response.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("state", STATES)
def test_a_post_leaves_no_trace_in_any_public_place_unless_it_is_public(
    request, as_user, author, viewer, state
):
    neighbours(author)
    client = as_user(None if viewer == "anonymous" else request.getfixturevalue(viewer))
    before = {place: seen(client, place) for place in PUBLIC_PLACES}
    assert {status for status, _text in before.values()} == {200}

    in_question(author, state)

    traces = [place for place in PUBLIC_PLACES if seen(client, place) != before[place]]
    assert traces == (PUBLIC_PLACES if state == "published" else [])


@pytest.mark.django_db(transaction=connection.vendor == "mysql")  # InnoDB finds what is committed
@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("state", STATES)
def test_a_search_finds_a_post_for_who_may_read_it(request, as_user, author, viewer, state):
    neighbours(author)
    client = as_user(None if viewer == "anonymous" else request.getfixturevalue(viewer))
    places = ["/search/?q=quokka", "/search/?q=wombat", "/search/?q=zoology"]
    before = {place: seen(client, place) for place in places}

    in_question(author, state)

    found = [place for place in places if seen(client, place) != before[place]]
    may_read = state == "published" or viewer in ("author", "moderator", "admin")
    assert found == (places[:2] if may_read else [])


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize(
    ("state", "for_others", "for_those_who_may"),
    [
        ("draft", 404, 200),
        ("scheduled", 404, 200),
        ("published", 200, 200),
        ("unpublished", 404, 200),
        ("hidden", 410, 410),
        ("trashed", 410, 410),
    ],
)
def test_its_own_page_shows_a_post_to_who_may_read_it(
    request, as_user, author, viewer, state, for_others, for_those_who_may
):
    neighbours(author)
    in_question(author, state)
    client = as_user(None if viewer == "anonymous" else request.getfixturevalue(viewer))
    may_read = state == "published" or viewer in ("author", "moderator", "admin")

    status, text = seen(client, "/quokka/")

    assert status == (for_those_who_may if may_read else for_others)
    assert ("Wombat." in text) is may_read
    # What is not public says nothing of itself to machines, whoever asks, and leads nowhere.
    is_public = state == "published"
    assert ("og:title" in text, "BlogPosting" in text) == (is_public, is_public)
    assert ("/earlier/" in text, "/later/" in text) == (is_public, is_public)


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("draft", 404),
        ("scheduled", 404),
        ("published", 200),
        ("unpublished", 404),
        ("hidden", 410),
        ("trashed", 410),
    ],
)
def test_only_a_public_post_has_a_share_image(request, as_user, author, viewer, state, status):
    neighbours(author)
    in_question(author, state)
    client = as_user(None if viewer == "anonymous" else request.getfixturevalue(viewer))

    response = client.get("/quokka/card.png")

    assert response.status_code == status
    assert (response["Content-Type"] == "image/png") is (status == 200)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("draft", 404),
        ("scheduled", 404),
        ("published", 200),
        ("unpublished", 200),
        ("hidden", 200),
        ("trashed", 200),
    ],
)
@pytest.mark.parametrize("place", ["", *FEEDS])
def test_a_tag_is_known_once_a_post_with_it_was_public(client, author, place, state, status):
    post = in_question(author, state)

    assert client.get(f"/tags/zoology/{place}").status_code == status

    post.edit(tags=[])  # its address is kept, whatever becomes of the post
    assert client.get(f"/tags/zoology/{place}").status_code == status


@pytest.mark.parametrize("state", [state for state in STATES if state != "published"])
@pytest.mark.parametrize("place", ["", *FEEDS])
def test_nobody_learns_of_a_tag_that_a_post_was_given_while_it_was_not_public(
    client, author, place, state
):
    post = in_question(author, state)

    post.edit(tags=["Zoology", "Secret project"])

    assert client.get(f"/tags/secret-project/{place}").status_code == 404


def test_a_scheduled_post_appears_everywhere_on_the_second(client, author, time_machine):
    neighbours(author)
    in_question(author, "scheduled")
    before = {place: seen(client, place) for place in PUBLIC_PLACES}

    time_machine.move_to(NOW + HOUR - timedelta(seconds=1), tick=False)
    assert [place for place in PUBLIC_PLACES if seen(client, place) != before[place]] == []
    time_machine.move_to(NOW + HOUR, tick=False)
    appears = [place for place in PUBLIC_PLACES if seen(client, place) != before[place]]

    # It is later than both, so the earlier one's neighbour stays what it was.
    assert appears == [place for place in PUBLIC_PLACES if place != "/earlier/"]
