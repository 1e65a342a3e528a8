"""A hub is told of what is new, at a hub on loopback."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from posts.models import Post
from posts.tests.factories import LONG_AGO, PostFactory
from posts.tests.hub import hub as serving_hub

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = ["atom.xml", "rss.xml", "feed.json"]


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def hub(settings):
    with serving_hub() as server:
        settings.WEBSUB_HUB = server.url
        yield server


def notify(**options):
    out = StringIO()
    call_command("notify_hub", stdout=out, stderr=out, **options)
    return out.getvalue()


def feeds(*places):
    return [f"http://localhost:8000{place}feed/{name}" for place in places for name in NAMES]


def test_the_hub_is_told_of_every_feed_that_a_new_post_is_in(clock, hub, author):
    author.handle = "ada"
    author.save()
    PostFactory(published=True)
    Post.objects.update(changed_at=LONG_AGO)
    post = PostFactory(author=author)
    post.edit(tags=["Gardens"])
    post.publish()

    said = notify()

    assert hub.told == [
        {"hub.mode": ["publish"], "hub.url": [feed]}
        for feed in feeds("/", "/authors/ada/", "/tags/gardens/")
    ]
    assert said == "Feeds told the hub of: 9.\n"


def test_a_scheduled_post_is_told_of_once_it_is_public(clock, hub):
    PostFactory(status="published", published_at=NOW + timedelta(hours=1))
    notify()
    assert hub.told == []

    clock.shift(timedelta(hours=1, minutes=5))
    notify()

    assert len(hub.told) == 6


@pytest.mark.parametrize("state", ["draft", "hidden", "trashed"])
def test_what_is_not_public_is_not_told_of(clock, hub, state):
    PostFactory(**({} if state == "draft" else {state: True}))

    assert notify() == "Feeds told the hub of: 0.\n"
    assert hub.told == []


def test_what_is_older_is_not_told_of_again(clock, hub):
    PostFactory().publish()
    clock.shift(timedelta(minutes=11))

    notify()
    assert hub.told == []

    notify(minutes=12)
    assert len(hub.told) == 6


def test_what_would_be_told_is_listed_and_not_told(clock, hub):
    PostFactory().publish()

    said = notify(dry_run=True)

    assert said.splitlines()[:3] == feeds("/")
    assert hub.told == []


def test_a_hub_that_refuses_one_feed_is_told_of_the_others(clock, hub):
    PostFactory().publish()
    hub.refused = {feeds("/")[0]}

    with pytest.raises(CommandError, match="could not be told of 1 of 6 feeds"):
        notify()

    assert len(hub.told) == 6


def test_a_hub_out_of_reach_is_an_error(clock, settings):
    settings.WEBSUB_HUB = "http://127.0.0.1:9/"
    PostFactory().publish()

    with pytest.raises(CommandError, match="could not be told of 6 of 6 feeds"):
        notify()


def test_without_a_hub_there_is_nobody_to_tell():
    with pytest.raises(CommandError, match="WEBSUB_HUB is not set"):
        notify()


@pytest.mark.parametrize("minutes", [0, -1, 10**9])
def test_it_looks_back_a_sensible_time(hub, minutes):
    with pytest.raises(CommandError, match="--minutes must be from 1 to 10080"):
        notify(minutes=minutes)


@pytest.mark.parametrize("count", [1, 30])
def test_it_asks_for_posts_once(clock, hub, author, django_assert_num_queries, count):
    for post in PostFactory.create_batch(count, author=author):
        post.edit(tags=["Gardens"])
        post.publish()

    with django_assert_num_queries(2):
        notify()
