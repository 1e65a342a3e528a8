"""Nobody who is deactivated at the provider has a request accepted more than a minute later.

A thousand trials, each with tabs and methods at random; `pytest -m slow` runs them, CI too.
"""

import random

import pytest
from django.test import Client

from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.models import LoginSession
from posts.models import Post
from posts.tests.factories import PostFactory

TRIALS, BATCHES = 1000, 20
REQUESTS = [
    ("get", "/dashboard/"),
    ("head", "/dashboard/"),
    ("options", "/dashboard/new/"),
    ("get", "/dashboard/new/"),
    ("post", "/dashboard/new/"),
    ("put", "/dashboard/new/"),
    ("get", "/{slug}/edit/"),
    ("post", "/{slug}/edit/"),
    ("post", "/{slug}/delete/"),
    ("post", "/{slug}/publish/"),
    ("patch", "/{slug}/publish/"),
    ("get", "/account/"),
    ("get", "/admin/"),
    ("post", "/admin/posts/post/"),
    ("delete", "/admin/posts/post/"),
]

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def is_accepted(response):
    """Whether the site took the request as one of somebody signed in."""
    if response.status_code == 302:
        return not response.url.startswith(("/login/", "/admin/login/"))
    return response.status_code < 400


@pytest.mark.parametrize("batch", range(BATCHES))
def test_who_left_is_out_within_a_minute_whatever_they_do(batch, provider, sign_in, time_machine):
    chance = random.Random(batch)  # noqa: S311 (so that a failure can be had again)
    time_machine.move_to("2026-01-01T12:00:00Z", tick=False)
    latest, requests_after = 0.0, 0

    for _trial in range(TRIALS // BATCHES):
        person = chance.choice(SAMPLE_PEOPLE)
        provider.activate(person.subject)
        provider.rotate_refresh_tokens = chance.random() < 0.5
        tabs = [Client() for _ in range(chance.randint(1, 3))]
        for tab in tabs:
            time_machine.shift(chance.uniform(0, 20))
            sign_in(tab, person)
        author = LoginSession.objects.latest("pk").user
        slug = PostFactory(author=author).slug

        left_after = chance.uniform(0, 300)
        moments = sorted(
            [chance.uniform(0, left_after + 60) for _ in range(5)]
            + [left_after + chance.uniform(60, 61), left_after + chance.uniform(60, 3600)]
        )
        now, has_left = 0.0, False
        for moment in moments:
            if not has_left and moment >= left_after:
                time_machine.shift(left_after - now)
                provider.deactivate(person.subject)
                now, has_left = left_after, True
            time_machine.shift(moment - now)
            now = moment
            method, address = chance.choice(REQUESTS)
            before = list(Post.objects.values_list("pk", "status", "version", "trashed_at"))
            fields = {"title": "Late", "body": "<p>x</p>", "action": "publish"}

            response = getattr(chance.choice(tabs), method)(address.format(slug=slug), fields)

            if now - left_after > 60:
                requests_after += 1
                after = list(Post.objects.values_list("pk", "status", "version", "trashed_at"))
                assert not is_accepted(response), (batch, method, address, now - left_after)
                assert after == before
            elif has_left and is_accepted(response):
                latest = max(latest, now - left_after)

    assert requests_after >= 2 * TRIALS // BATCHES
    assert latest <= 60
    said = f"{requests_after} requests after a minute, none accepted; the latest at {latest:.1f} s"
    print(said)  # noqa: T201
