"""Feeds, read as the programs people use read them."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine

from posts.models import Post
from posts.tests.factories import LONG_AGO, ImageFactory, PostFactory, many_published
from posts.tests.feed_readers import ATOM, assert_valid_atom, contents, read, read_json

pytestmark = pytest.mark.django_db

XML = ["/feed/atom.xml", "/feed/rss.xml"]
ALL = [*XML, "/feed/feed.json"]


@pytest.fixture
def post(author):
    post = PostFactory(
        published=True,
        author=author,
        title="Read & <me>",
        slug="a-post",
        body="<p>The <em>text</em>.</p>",
        excerpt="In short & <bold>",
        language="de",
        updated_at=LONG_AGO + timedelta(days=1),
    )
    post.edit(tags=["Gardens", "City life"])
    Post.objects.update(updated_at=LONG_AGO + timedelta(days=1))
    return post


# What is in them


@pytest.mark.parametrize("address", XML)
def test_a_post_is_told_in_full(client, post, address):
    feed = read(client, address)

    entry = feed.entries[0]
    assert entry.title_detail.value == "Read & <me>"
    assert entry.content[0].value == "<p>The <em>text</em>.</p>"
    assert entry.content[0].type == "text/html"
    assert entry.link == "http://localhost:8000/a-post/"
    assert entry.author == "Ada Author"
    assert [tag.term for tag in entry.tags] == ["City life", "Gardens"]
    assert entry.published_parsed[:6] == (2025, 1, 2, 3, 4, 5)
    assert entry.id == f"tag:localhost,2026:post/{post.pk}"


def test_atom_says_when_the_text_changed_its_language_and_the_authors_page(client, post, author):
    feed = assert_valid_atom(client.get("/feed/atom.xml").content)

    entry = feed.find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}published").text == "2025-01-02T03:04:05+00:00"
    assert entry.find(f"{ATOM}updated").text == "2025-01-03T03:04:05+00:00"
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
    assert (
        entry.find(f"{ATOM}author/{ATOM}uri").text
        == f"http://localhost:8000/authors/{author.handle}/"
    )
    assert entry.find(f"{ATOM}summary").text == "In short &amp; &lt;bold&gt;"


def test_rss_has_the_text_beside_its_summary_and_an_id_that_is_no_address(client, post):
    rss = ElementTree.fromstring(client.get("/feed/rss.xml").content)

    item = rss.find("channel/item")
    assert rss.get("version") == "2.0"
    assert item.find("guid").attrib == {"isPermaLink": "false"}
    assert item.find("description").text == "In short &amp; &lt;bold&gt;"
    assert item.find("{http://purl.org/dc/elements/1.1/}creator").text == "Ada Author"
    content = item.find("{http://purl.org/rss/1.0/modules/content/}encoded")
    assert content.text == "<p>The <em>text</em>.</p>"


def test_json_feed_tells_all_it_knows_of_a_post(client, post, author):
    post.cover = ImageFactory(uploader=author)
    post.canonical_url = "https://elsewhere.example/a"
    post.edit()
    Post.objects.update(updated_at=LONG_AGO + timedelta(days=1))

    feed = read_json(client)

    cover = f"http://localhost:8000{post.cover.src}"
    assert feed["items"] == [
        {
            "id": f"tag:localhost,2026:post/{post.pk}",
            "url": "http://localhost:8000/a-post/",
            "external_url": "https://elsewhere.example/a",
            "title": "Read & <me>",
            "content_html": "<p>The <em>text</em>.</p>",
            "summary": "In short & <bold>",
            "image": cover,
            "banner_image": cover,
            "date_published": "2025-01-02T03:04:05+00:00",
            "date_modified": "2025-01-03T03:04:05+00:00",
            "authors": [
                {
                    "name": "Ada Author",
                    "url": f"http://localhost:8000/authors/{author.handle}/",
                }
            ],
            "tags": ["City life", "Gardens"],
            "language": "de",
        }
    ]


@pytest.mark.parametrize("address", XML)
def test_the_cover_stands_before_the_text(client, post, author, address):
    cover = post.cover = ImageFactory(uploader=author, alt="A bird")
    post.edit()

    assert contents(client, address) == [
        f'<figure><img src="http://localhost:8000{cover.src}" alt="A bird"'
        f' width="{cover.width}" height="{cover.height}"></figure><p>The <em>text</em>.</p>'
    ]


@pytest.mark.parametrize("address", ALL)
def test_footnotes_lead_to_those_of_the_page(client, address):
    PostFactory(published=True, slug="noted", body="<p>A[^x].</p><p>[^x]: A note.</p><p>End.</p>")

    page = "http://localhost:8000/noted/"
    assert contents(client, address) == [
        f'<p>A<sup><a href="{page}#fn-1" id="fnref-1" role="doc-noteref">1</a></sup>.</p><p>End.</p>'
        '<div class="notes" role="doc-endnotes"><ol><li id="fn-1"><p>A note.'
        f' <a href="{page}#fnref-1" role="doc-backlink" lang="en"'
        ' aria-label="Back to the text">↩\ufe0e</a></p></li></ol></div>'
    ]


def test_a_post_first_published_elsewhere_is_still_linked_to_here(client, post):
    post.canonical_url = "https://elsewhere.example/a"
    post.edit()

    links = [read(client, address).entries[0].link for address in XML]

    assert links == ["http://localhost:8000/a-post/"] * 2


def test_the_text_of_a_scheduled_post_changed_when_it_became_public(client):
    PostFactory(published=True, updated_at=LONG_AGO - timedelta(days=9))

    entry = read(client, "/feed/atom.xml").entries[0]

    assert entry.updated == "2025-01-02T03:04:05+00:00"


@pytest.mark.parametrize("address", ALL)
def test_every_address_in_a_text_leads_there_from_anywhere(client, author, settings, address):
    settings.SITE_URL = "https://blog.example.com"
    image = ImageFactory(uploader=author, has_avif=True)
    PostFactory(
        published=True,
        author=author,
        slug="café",
        body='<p title="href=&quot;/x&quot; src=&quot;/y&quot;">'
        '<a href="/a?b=1&amp;c=2">a</a><a href="other/">b</a><a href="#part">c</a>'
        '<a href="//cdn.example/x">d</a><a href="mailto:a@b.example">e</a>'
        '<a href="https://[bad">f</a><q cite="/q">g</q></p>'
        f'<p> href="/as/text" <img src="{image.src}" alt=""></p>',
    )

    (content,) = contents(client, address)

    site = "https://blog.example.com"
    for address_there in (
        f'href="{site}/a?b=1&amp;c=2"',
        f'href="{site}/caf%C3%A9/other/"',
        f'href="{site}/caf%C3%A9/#part"',
        'href="https://cdn.example/x"',
        'href="mailto:a@b.example"',
        f'cite="{site}/q"',
        f'src="{site}{image.src}"',
        f'srcset="{site}{image.url(64)} 64w"',
        f'srcset="{site}{image.url(64, "avif")} 64w"',
        'title="href=&quot;/x&quot; src=&quot;/y&quot;"',
        'href="/as/text"',
    ):
        assert address_there in content


@pytest.mark.parametrize("address", ALL)
def test_a_character_that_xml_cannot_hold_breaks_no_feed(client, author, address):
    PostFactory(
        published=True,
        author=author,
        title="Odd \x0b\x1f\ufffe🎉 title",
        excerpt="Odd \x02 excerpt",
        body="<p>Odd \x0c\x7f\uffff text</p>",
    ).edit(tags=["odd\x01tag"])

    feed = read_json(client) if address.endswith("json") else read(client, address)

    title = feed["items"][0]["title"] if "items" in feed else feed.entries[0].title
    assert title == "Odd 🎉 title"


# Which posts are in them


def test_the_twenty_newest_are_in_it_in_order(client, author):
    many_published(25, author)

    titles = [[entry.title for entry in read(client, address).entries] for address in XML]
    titles.append([item["title"] for item in read_json(client)["items"]])

    assert titles == [[f"Post {number}" for number in range(20)]] * 3


@pytest.mark.parametrize("address", ALL)
@pytest.mark.parametrize("state", ["draft", "scheduled", "hidden", "trashed"])
def test_what_is_not_public_is_in_none_whoever_asks(as_user, author, admin, state, address):
    PostFactory(author=author, title="Secret", **({} if state == "draft" else {state: True}))

    for person in (None, author, admin):
        assert "Secret" not in as_user(person).get(address).text


@pytest.mark.parametrize("name", ["atom.xml", "rss.xml", "feed.json"])
def test_an_authors_feed_and_a_tags_hold_theirs_alone(client, post, author, name):
    PostFactory(published=True, title="Another's").edit(tags=["Cats"])

    for place in (f"/authors/{author.handle}/feed/", "/tags/gardens/feed/", "/tags/Gardens/feed/"):
        page = client.get(place + name).text
        assert "The " in page
        assert "Another's" not in page


@pytest.mark.parametrize("name", ["atom.xml", "rss.xml", "feed.json"])
@pytest.mark.parametrize("place", ["/authors/nobody/feed/", "/tags/nothing/feed/"])
def test_the_feed_of_nobody_or_nothing_is_not_found(client, place, name):
    assert client.get(place + name).status_code == 404


def test_an_empty_feed_is_valid_and_stays_as_it_is(client):
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False):
        first = [client.get(address).content for address in ALL]
    with time_machine.travel("2026-01-02T00:00:00Z", tick=False):
        second = [client.get(address).content for address in ALL]

    assert first == second
    assert_valid_atom(first[0])
    assert [read(client, address).entries for address in XML] == [[], []]
    assert read_json(client)["items"] == []
