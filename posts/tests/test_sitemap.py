"""The sitemap, whole and in sections."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from posts import sitemaps
from posts.models import Post
from posts.tests.factories import LONG_AGO, PostFactory, many_published

pytestmark = pytest.mark.django_db

SCHEMA = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HERE = "http://localhost:8000"


def read(client, address="/sitemap.xml"):
    """Return the name of the root of a file, and the addresses in it with their times."""
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(response.content)
    assert root.tag.startswith(SCHEMA)
    found = {
        entry.findtext(f"{SCHEMA}loc").removeprefix(HERE): entry.findtext(f"{SCHEMA}lastmod")
        for entry in root
    }
    assert len(found) == len(root)
    return root.tag.removeprefix(SCHEMA), found


@pytest.fixture
def post(author):
    author.handle = "ada"
    author.save()
    post = PostFactory(published=True, author=author, slug="café")
    post.edit(tags=["City life"])
    Post.objects.update(updated_at=LONG_AGO + timedelta(days=1))
    return post


def test_all_public_pages_are_in_it_with_when_they_changed(client, post, stranger):
    name, found = read(client)

    assert name == "urlset"
    assert found == {
        "/": "2025-01-02T03:04:05+00:00",
        "/caf%C3%A9/": "2025-01-03T03:04:05+00:00",
        "/authors/ada/": "2025-01-02T03:04:05+00:00",
        "/tags/city-life/": None,
        "/archive/": None,
        "/archive/2025/01/": None,
    }
    for address in found:
        assert client.get(address).status_code == 200


def test_a_text_older_than_its_date_changed_when_it_became_public(client):
    PostFactory(published=True, slug="a", updated_at=LONG_AGO - timedelta(days=9))

    assert read(client)[1]["/a/"] == "2025-01-02T03:04:05+00:00"


@pytest.mark.parametrize("state", ["draft", "scheduled", "hidden", "trashed"])
def test_what_is_not_public_is_not_in_it_whoever_asks(as_user, author, admin, state):
    post = PostFactory(author=author, slug="mine", **({} if state == "draft" else {state: True}))
    post.edit(tags=["Secret"])

    for person in (None, author, admin):
        assert read(as_user(person)) == ("urlset", {"/": None})


def test_a_post_first_published_elsewhere_is_left_to_the_sitemap_there(client, post):
    post.canonical_url = "https://elsewhere.example/a"
    post.edit()

    assert "/caf%C3%A9/" not in read(client)[1]


def test_with_more_addresses_than_fit_it_is_an_index_of_sections(client, author, monkeypatch):
    posts = many_published(12, author)
    posts[0].edit(tags=["Gardens"])
    first = min(post.pk for post in posts)
    monkeypatch.setattr(sitemaps, "MOST", first + 5)

    name, files = read(client)
    found = [read(client, file) for file in files]

    assert name == "sitemapindex"
    assert {name for name, _addresses in found} == {"urlset"}
    assert all(len(addresses) <= first + 5 for _name, addresses in found)
    addresses = [address for _name, addresses in found for address in addresses]
    assert sorted(addresses) == sorted(
        ["/", f"/authors/{author.handle}/", "/tags/gardens/", "/archive/", "/archive/2025/01/"]
        + [f"/many-{number}/" for number in range(12)]
    )


@pytest.mark.parametrize("file", ["posts-0", "posts-3", "posts-99999999999999999999", "users-1"])
def test_a_section_there_is_not_is_not_found(client, post, file):
    assert client.get(f"/sitemap-{file}.xml").status_code == 404


def test_who_has_it_is_not_sent_it_again_until_something_changes(client, post):
    Post.objects.update(changed_at=datetime(2026, 1, 1, tzinfo=UTC))
    first = client.get("/sitemap.xml")
    headers = {"If-None-Match": first["ETag"]}
    assert client.get("/sitemap.xml", headers=headers).status_code == 304

    post.edit(slug="renamed")

    assert client.get("/sitemap.xml", headers=headers).status_code == 200
    assert "Last-Modified" in first


@pytest.mark.parametrize("count", [1, 200])
def test_it_costs_the_same_queries_for_one_post_as_for_many(
    client, author, django_assert_num_queries, count
):
    many_published(count, author)

    with django_assert_num_queries(11):
        client.get("/sitemap.xml")
    with django_assert_num_queries(3):
        client.get("/sitemap-posts-1.xml")
