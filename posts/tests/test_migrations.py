"""Migrations that change what is stored, there and back."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from posts.models import Post, Tagging
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
