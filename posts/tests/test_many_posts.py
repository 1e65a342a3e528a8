"""What every page costs the database, with ten posts and with ten thousand."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from posts.models import SearchEntry, Tag, Tagging
from posts.tests.factories import PostFactory, many_published

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

FEEDS = ["feed/atom.xml", "feed/rss.xml", "feed/feed.json"]
PLACES = ["/", "/authors/ada/", "/tags/all/"]
PAGES = [
    *PLACES,
    *(f"{place}{feed}" for place in PLACES for feed in FEEDS),
    "/mine/",
    "/mine/card.png",
    "/archive/",
    "/archive/2025/01/",
    "/search/?q=text",
    "/search/?q=zyzzyva",
    "/sitemap.xml",
    "/nothing/",
    "/dashboard/",
    "/dashboard/?q=post&state=published",
    "/dashboard/new/",
    "/dashboard/images/",
    "/mine/edit/",
    "/mine/revisions/",
    "/mine/previews/",
    "/account/",
    "/admin/posts/post/",
    "/admin/posts/post/?q=text",
]


def costs(client):
    """Return of each page what it answers, and with how many queries."""
    counted = {}
    for page in PAGES:
        with CaptureQueriesContext(connection) as captured:
            status = client.get(page).status_code
        counted[page] = status, len(captured)
    return counted


def test_every_page_makes_as_many_queries_for_10_000_posts_as_for_10(author, as_user):
    author.handle, author.is_admin = "ada", True
    author.save()
    mine = PostFactory(author=author, slug="mine", published=True, title="Mine")
    mine.edit(tags=["All"])
    visitor, insider = Client(), as_user(author)

    def grow(posts):
        tag = Tag.objects.get()
        Tagging.objects.bulk_create(
            Tagging(post=post, tag=tag, published_at=post.published_at) for post in posts
        )
        for start in range(0, len(posts), 500):
            SearchEntry.objects.index(posts[start : start + 500])

    grow(many_published(9, author))
    costs(insider)  # what is asked once a process
    few = costs(visitor), costs(insider)
    grow(many_published(10_000, author, "more"))
    many = costs(visitor), costs(insider)

    assert many == few
    answers = {page: status for page, (status, _queries) in many[1].items()}
    assert answers == {page: 404 if page == "/nothing/" else 200 for page in PAGES}
