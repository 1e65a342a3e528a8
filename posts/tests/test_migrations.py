"""Migrations that change what is stored, there and back."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from posts.models import Post, Tag, Tagging
from posts.tests.factories import LONG_AGO, PostFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_emptied_posts_survive_the_way_back_and_forth():
    post = PostFactory(trashed=True, published_at=LONG_AGO)
    Post.objects.update(title="", body="", opening="", emptied_at=timezone.now())

    call_command("migrate", "posts", "0002", verbosity=0)
    call_command("migrate", "posts", verbosity=0)

    post.refresh_from_db()
    assert (post.title, post.body, post.emptied_at) == ("–", "", None)


def test_tags_get_the_dates_of_their_posts_and_survive_the_way_back():
    post = PostFactory(published=True)
    post.edit(tags=["Books"])
    Tagging.objects.update(published_at=None)

    call_command("migrate", "posts", "0005", verbosity=0)
    call_command("migrate", "posts", verbosity=0)

    assert list(Tagging.objects.values_list("post", "tag__slug", "published_at")) == [
        (post.pk, "books", LONG_AGO)
    ]


def test_tags_of_what_is_or_was_public_are_known_after_the_way_back():
    now = timezone.now()
    to_come = now + timedelta(days=1)
    posts = {
        "of-a-draft": PostFactory(published_at=LONG_AGO),
        "of-a-scheduled-one": PostFactory(published=True, published_at=to_come),
        "of-a-published-one": PostFactory(published=True),
        "of-a-hidden-one": PostFactory(hidden=True),
        "of-one-in-the-trash": PostFactory(trashed=True, published_at=LONG_AGO),
        "of-a-draft-in-the-trash": PostFactory(trashed=True, trashed_from="draft"),
        "of-one-never-public": PostFactory(trashed=True, published_at=to_come),
    }
    for name, post in posts.items():
        post.edit(tags=[name])

    call_command("migrate", "posts", "0007", verbosity=0)
    call_command("migrate", "posts", verbosity=0)

    assert dict(Tag.objects.values_list("slug", "published_at")) == {
        "of-a-draft": None,
        "of-a-scheduled-one": to_come,
        "of-a-published-one": LONG_AGO,
        "of-a-hidden-one": LONG_AGO,
        "of-one-in-the-trash": LONG_AGO,
        "of-a-draft-in-the-trash": None,
        "of-one-never-public": None,
    }
