"""The lists of tags: in order, from an index, and of no tag that readers cannot know."""

from datetime import timedelta

import pytest
from django.utils import timezone

from posts.models import Post, Tag, Tagging
from posts.tests.factories import LONG_AGO, PostFactory, many_published
from posts.tests.test_reading import explained, titles

pytestmark = pytest.mark.django_db


def tag_all(posts, name):
    tag = Tag.objects.named([name])[0]
    Tagging.objects.bulk_create(
        Tagging(post=post, tag=tag, published_at=post.published_at) for post in posts
    )
    return tag


def test_following_older_and_newer_shows_every_post_of_a_tag_once(client, author):
    posts = many_published(60, author)
    tag_all(posts[::2], "Even")
    tag_all(posts[::3], "Third")

    first = client.get("/tags/even/")
    second = client.get(f"/tags/even/?before={first.context['page_obj'].older}")
    back = client.get(f"/tags/even/?after={second.context['page_obj'].newer}")

    assert titles(first) + titles(second) == [f"Post {number}" for number in range(0, 60, 2)]
    assert titles(back) == titles(first)


def test_the_tags_of_a_post_follow_its_date(client, author):
    older, newer = PostFactory(published=True), PostFactory(published=True)
    for post in (older, newer):
        post.edit(tags=["Books"])

    older.date(LONG_AGO + timedelta(days=1))
    assert client.get("/tags/books/").context["post_list"] == [older, newer]

    newer.edit(at=LONG_AGO + timedelta(days=2))
    assert client.get("/tags/books/").context["post_list"] == [newer, older]


def test_a_draft_with_tags_is_listed_once_it_is_published(client):
    draft = PostFactory()
    draft.edit(tags=["Books"])
    assert client.get("/tags/books/").status_code == 404

    draft.publish(timezone.now() + timedelta(hours=1))
    assert client.get("/tags/books/").status_code == 404

    draft.edit(at=timezone.now())
    assert client.get("/tags/books/").context["post_list"] == [draft]


def test_a_tag_of_a_post_that_was_called_off_stays_unknown(client, time_machine):
    time_machine.move_to(LONG_AGO, tick=False)
    draft = PostFactory()
    draft.edit(tags=["Books"])
    draft.publish(LONG_AGO + timedelta(hours=1))
    draft.unpublish()

    time_machine.move_to(LONG_AGO + timedelta(hours=2), tick=False)

    assert client.get("/tags/books/").status_code == 404


def test_of_two_posts_to_come_the_first_makes_a_tag_known(client, time_machine):
    time_machine.move_to(LONG_AGO, tick=False)
    for hours in (1, 2):
        post = PostFactory()
        post.edit(tags=["Books"])
        post.publish(LONG_AGO + timedelta(hours=hours))

    assert Tag.objects.get().published_at == LONG_AGO + timedelta(hours=1)
    time_machine.move_to(LONG_AGO + timedelta(hours=1), tick=False)
    assert client.get("/tags/books/").status_code == 200


def test_a_tag_that_was_given_to_a_hidden_post_is_public_once_the_post_is_again(client):
    post = PostFactory(hidden=True)
    post.edit(tags=["Books"])
    statuses = [client.get("/tags/books/").status_code]

    for act in (Post.objects.unhide, Post.objects.hide):
        act()
        statuses.append(client.get("/tags/books/").status_code)

    assert statuses == [404, 200, 200]


def test_a_tag_whose_posts_went_keeps_its_page(client):
    post = PostFactory(published=True)
    post.edit(tags=["Books"])
    post.trash()

    response = client.get("/tags/books/")

    assert response.status_code == 200
    assert list(response.context["post_list"]) == []


@pytest.mark.django_db(transaction=True)
def test_a_tags_list_is_read_from_its_index_and_never_sorted(author):
    posts = many_published(600, author)
    tag_all(posts, "All")
    tag = tag_all(posts[::2], "Half")

    plan = explained(Post.objects.for_list().tagged(tag)[:21])

    assert "posts_tagging_newest" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
    assert "filesort" not in plan
