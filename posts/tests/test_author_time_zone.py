"""Dates on the dashboard are in the author's time zone, and those of public pages in the site's."""

from datetime import UTC, datetime

import pytest

from posts.models import Post
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def client(as_user, author, time_machine):
    time_machine.move_to(NOON, tick=False)
    author.time_zone = "Asia/Tokyo"
    author.save()
    return as_user(author)


def test_a_post_is_scheduled_in_the_authors_time_zone(client):
    form = {"title": "Later", "body": "x", "action": "publish", "published_at": "2026-07-02T09:30"}

    page = client.post("/dashboard/new/", form, follow=True).text

    assert Post.objects.get().published_at == datetime(2026, 7, 2, 0, 30, tzinfo=UTC)
    assert "Scheduled for July 2, 2026, 9:30 a.m. (Asia/Tokyo)" in page


def test_the_form_shows_and_names_it(client, author):
    PostFactory(author=author, slug="mine", scheduled=True)
    Post.objects.update(published_at=datetime(2026, 7, 2, 0, 30, tzinfo=UTC))

    page = client.get("/mine/edit/").text

    assert 'value="2026-07-02T09:30"' in page
    assert "Time zone: Asia/Tokyo." in page


def test_the_dashboard_is_in_it_and_public_pages_are_not(client, author):
    PostFactory(author=author, slug="mine", published=True)
    Post.objects.update(published_at=datetime(2026, 6, 30, 22, tzinfo=UTC))

    assert "July 1, 2026, 7 a.m." in client.get("/dashboard/").text
    assert ">June 30, 2026</time>" in client.get("/mine/").text


def test_it_is_live_on_the_second_without_any_job(client, author, time_machine):
    post = PostFactory(author=author, slug="mine")
    post.publish(at=datetime(2026, 7, 1, 12, 0, 10, tzinfo=UTC))
    client.logout()

    answers = []
    for second in (9, 10):
        time_machine.move_to(NOON.replace(second=second), tick=False)
        answers.append((client.get("/mine/").status_code, "mine" in client.get("/").text))

    assert answers == [(404, False), (200, True)]


def test_the_next_request_is_in_the_sites_time_zone_again(client, stranger, as_user):
    client.get("/dashboard/new/")

    assert "Time zone: UTC." in as_user(stranger).get("/dashboard/new/").text
