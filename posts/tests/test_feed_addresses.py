"""Where feeds are, by what they and their entries are known, and what they cost."""

import re

import pytest
from django.test import Client

from accounts.tests.factories import UserFactory
from posts.tests.factories import PostFactory, many_published
from posts.tests.feed_readers import ATOM, assert_valid_atom, read, read_json

pytestmark = pytest.mark.django_db

XML = ["/feed/atom.xml", "/feed/rss.xml"]
ALL = [*XML, "/feed/feed.json"]


@pytest.fixture
def post(author):
    post = PostFactory(published=True, author=author, slug="a-post")
    post.edit(tags=["Gardens", "City life"])
    return post


# What they are known by


@pytest.mark.parametrize("place", ["/feed/", "/authors/ada/feed/", "/tags/gardens/feed/"])
def test_a_feed_says_where_it_is_and_whose_page_it_follows(client, post, author, place):
    author.handle = "ada"
    author.save()
    home = "http://localhost:8000" + place.removesuffix("feed/")

    for name in ("atom.xml", "rss.xml"):
        feed = read(client, place + name).feed
        links = {link.rel: link.href for link in feed.links}
        assert links == {"alternate": home, "self": f"http://localhost:8000{place}{name}"}
    feed = read_json(client, f"{place}feed.json")
    assert feed["home_page_url"] == home
    assert feed["feed_url"] == f"http://localhost:8000{place}feed.json"


@pytest.mark.parametrize("page", ["/", "/a-post/", "/authors/ada/", "/tags/gardens/", "/nothing/"])
def test_pages_link_to_the_feeds_there_are(client, post, author, page):
    author.handle = "ada"
    author.save()
    links = re.findall(
        r'<link rel="alternate" type="([^"]+)" href="([^"]+)"', client.get(page).text
    )

    places = [f"{page}feed/", "/feed/"] if page.count("/") == 3 else ["/feed/"]
    assert links == [
        (kind, place + name)
        for place in places
        for kind, name in [
            ("application/atom+xml", "atom.xml"),
            ("application/rss+xml", "rss.xml"),
            ("application/feed+json", "feed.json"),
        ]
    ]
    for kind, address in links:
        assert client.get(address)["Content-Type"].partition(";")[0] == kind


def test_ids_survive_a_rename_and_a_move_of_the_site(client, post, author, settings):
    def ids():
        told = [entry.id for address in XML for entry in read(client, address).entries]
        told += [item["id"] for item in read_json(client)["items"]]
        told += [
            assert_valid_atom(client.get(f"{place}feed/atom.xml").content).find(f"{ATOM}id").text
            for place in ("/", f"/authors/{author.handle}/", "/tags/gardens/")
        ]
        return told

    before = ids()
    post.edit(slug="elsewhere")
    author.handle = "countess"
    author.save()
    settings.SITE_URL = "https://moved.example"

    assert ids() == before
    assert read(client, "/feed/atom.xml").entries[0].link == "https://moved.example/elsewhere/"


@pytest.mark.parametrize("address", ALL)
def test_without_a_hub_none_is_named(client, address):
    response = client.get(address)

    assert "hub" not in response.text
    assert "Link" not in response.headers


@pytest.mark.parametrize("address", ALL)
def test_a_hub_is_named_in_the_feed_and_in_its_headers(client, settings, address):
    settings.WEBSUB_HUB = "https://hub.example/"

    response = client.get(address)

    assert (
        response["Link"]
        == f'<https://hub.example/>; rel="hub", <http://localhost:8000{address}>; rel="self"'
    )
    if address.endswith("json"):
        assert read_json(client)["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    else:
        hubs = [link.href for link in read(client, address).feed.links if link.rel == "hub"]
        assert hubs == ["https://hub.example/"]


# What they cost


@pytest.mark.parametrize("count", [1, 100])
@pytest.mark.parametrize(
    ("place", "queries"), [("/feed/", 3), ("/authors/ada/feed/", 4), ("/tags/gardens/feed/", 4)]
)
def test_a_feed_costs_the_same_queries_for_one_post_as_for_a_hundred(
    author, as_user, django_assert_num_queries, count, place, queries
):
    author.handle = "ada"
    author.save()
    for post in many_published(count, author)[:20]:
        post.edit(tags=["Gardens", "Cats"])

    for name in ("atom.xml", "rss.xml", "feed.json"):
        for person in (None, UserFactory()):
            client = as_user(person)
            with django_assert_num_queries(queries):
                response = client.get(place + name)
            assert response["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("address", ALL)
def test_a_feed_can_be_asked_after_and_not_written_to(address):
    client = Client()

    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405
