"""What pages tell machines: read as they read it."""

import json
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from posts.cards import Card
from posts.models import Post
from posts.tests.factories import LONG_AGO, ImageFactory, PostFactory, many_published

pytestmark = pytest.mark.django_db

HERE = "http://localhost:8000"


def head(client, address):
    """Return the head of a page, as browsers read it."""
    return LexborHTMLParser(client.get(address).text).head


def told(head):
    """Return the names and contents of what is in meta elements, a list where there are several."""
    pairs = [
        (node.attributes.get("property") or node.attributes.get("name"), node.attributes["content"])
        for node in head.css("meta[content]")
    ]
    names = [name for name, _content in pairs]
    return {
        name: content if names.count(name) == 1 else [value for key, value in pairs if key == name]
        for name, content in pairs
    }


def canonical(head):
    links = head.css("link[rel=canonical]")
    return [node.attributes["href"] for node in links]


def things(head):
    """Return what is told in JSON-LD, by type."""
    (script,) = head.css('script[type="application/ld+json"]')
    document = json.loads(script.text())
    assert document["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in document["@graph"]}


@pytest.fixture
def post(author):
    author.handle = "ada"
    author.bio = "Writes & counts."
    author.links = "https://ada.example/\nhttps://social.example/@ada"
    author.save()
    post = PostFactory(
        published=True,
        author=author,
        slug="a-post",
        title='Read & </script><b>"me"',
        excerpt="In <short>",
        seo_title="For engines",
        seo_description="Engines read this",
    )
    post.edit(tags=["Gardens", "City life"])
    Post.objects.update(updated_at=LONG_AGO + timedelta(days=1))
    return post


def test_a_post_tells_what_a_link_to_it_shows(client, post):
    meta = told(head(client, "/a-post/"))

    card = Card.of(post)
    assert meta["description"] == "Engines read this"
    assert {name: value for name, value in meta.items() if ":" in name} == {
        "og:type": "article",
        "og:title": 'Read & </script><b>"me"',
        "og:description": "In <short>",
        "og:url": f"{HERE}/a-post/",
        "og:site_name": "Byline",
        "og:locale": "en",
        "og:image": f"{HERE}/a-post/card.png?v={card.digest}",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": 'Read & </script><b>"me", by Ada Author',
        "article:published_time": "2025-01-02T03:04:05+00:00",
        "article:modified_time": "2025-01-03T03:04:05+00:00",
        "article:author": f"{HERE}/authors/ada/",
        "article:tag": ["City life", "Gardens"],
        "twitter:card": "summary_large_image",
    }


def test_the_image_a_post_names_is_there(client, post):
    address = told(head(client, "/a-post/"))["og:image"]

    assert client.get(address.removeprefix(HERE))["Content-Type"] == "image/png"


def test_a_cover_is_shown_in_place_of_an_image_made_of_the_title(client, post, author):
    post.cover = ImageFactory(uploader=author, alt='A "gate"', widths=[64, 800])
    post.edit()

    page = head(client, "/a-post/")

    meta = told(page)
    assert meta["og:image"] == HERE + post.cover.src
    assert (meta["og:image:width"], meta["og:image:height"]) == ("800", "400")
    assert meta["og:image:alt"] == 'A "gate"'
    assert things(page)["BlogPosting"]["image"]["url"] == HERE + post.cover.src


def test_a_post_is_a_blog_posting_by_a_person(client, post):
    page = head(client, "/a-post/")

    posting = things(page)["BlogPosting"]
    image = posting.pop("image")
    assert (image["@type"], image["width"], image["height"]) == ("ImageObject", 1200, 630)
    assert posting == {
        "@type": "BlogPosting",
        "headline": 'Read & </script><b>"me"',
        "description": "Engines read this",
        "datePublished": "2025-01-02T03:04:05+00:00",
        "dateModified": "2025-01-03T03:04:05+00:00",
        "author": {
            "@type": "Person",
            "name": "Ada Author",
            "url": f"{HERE}/authors/ada/",
            "sameAs": ["https://ada.example/", "https://social.example/@ada"],
        },
        "publisher": {"@type": "Organization", "name": "Byline", "url": f"{HERE}/"},
        "mainEntityOfPage": f"{HERE}/a-post/",
        "keywords": ["City life", "Gardens"],
        "inLanguage": "en",
        "wordCount": 2,
    }


def test_what_is_not_known_of_a_post_is_not_told(client):
    PostFactory(published=True, slug="plain", body="<hr>")

    posting = things(head(client, "/plain/"))["BlogPosting"]

    assert not {"wordCount", "keywords"} & posting.keys()
    assert "sameAs" not in posting["author"]


@pytest.mark.parametrize(
    ("address", "steps"),
    [
        ("/a-post/", [('Read & </script><b>"me"', "/a-post/")]),
        ("/authors/ada/", [("Ada Author", "/authors/ada/")]),
        ("/tags/gardens/", [("Gardens", "/tags/gardens/")]),
        ("/archive/", [("Archive", "/archive/")]),
        ("/archive/2025/01/", [("Archive", "/archive/"), ("January 2025", "/archive/2025/01/")]),
    ],
)
def test_a_page_says_how_to_get_there(client, post, address, steps):
    crumbs = things(head(client, address))["BreadcrumbList"]["itemListElement"]

    assert [(step["position"], step["name"], step["item"]) for step in crumbs] == [
        (1, "Byline", f"{HERE}/"),
        *((number, name, HERE + path) for number, (name, path) in enumerate(steps, 2)),
    ]


@pytest.mark.parametrize(
    ("address", "title", "description"),
    [
        ("/archive/", "Archive", "All posts on Byline by month"),
        ("/archive/2025/01/", "January 2025", "Posts of January 2025"),
    ],
)
def test_the_archive_tells_what_a_link_to_it_shows(client, post, address, title, description):
    meta = told(head(client, address))

    assert meta["description"] == meta["og:description"] == description
    assert (meta["og:title"], meta["og:url"]) == (title, HERE + address)


@pytest.mark.parametrize(
    "address",
    ["/?before=1.1", "/authors/ada/?before=1.1", "/tags/gardens/?before=1.1", "/archive/1999/01/"],
)
def test_a_list_without_posts_is_for_no_search_engine(client, post, address):
    assert told(head(client, address))["robots"] == "noindex"


@pytest.mark.parametrize(
    "address",
    ["/", "/a-post/", "/authors/ada/", "/tags/gardens/", "/archive/", "/archive/2025/01/"],
)
def test_a_page_with_posts_is_for_all_search_engines(client, post, address):
    assert "robots" not in told(head(client, address))


def test_an_authors_page_is_the_profile_of_a_person(client, post):
    page = head(client, "/authors/ada/")

    assert told(page)["og:type"] == "profile"
    assert told(page)["description"] == "Writes & counts."
    assert things(page)["ProfilePage"]["mainEntity"] == {
        "@type": "Person",
        "name": "Ada Author",
        "url": f"{HERE}/authors/ada/",
        "sameAs": ["https://ada.example/", "https://social.example/@ada"],
        "description": "Writes & counts.",
    }


def test_the_front_page_is_that_of_a_web_site(client):
    page = head(client, "/")

    assert things(page)["WebSite"]["name"] == "Byline"
    assert told(page)["og:type"] == "website"
    assert told(page)["twitter:card"] == "summary"


def test_a_post_in_another_language_says_so(client):
    PostFactory(published=True, slug="dort", language="pt-br")

    page = head(client, "/dort/")

    assert told(page)["og:locale"] == "pt_BR"
    assert things(page)["BlogPosting"]["inLanguage"] == "pt-br"


def test_a_post_first_published_elsewhere_leads_search_engines_there(client, post):
    post.canonical_url = "https://elsewhere.example/a?b=1&c=2"
    post.edit()

    page = head(client, "/a-post/")

    assert canonical(page) == ["https://elsewhere.example/a?b=1&c=2"]
    assert told(page)["og:url"] == f"{HERE}/a-post/"


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("/", "/"),
        ("/?utm_source=x", "/"),
        ("/a-post/?utm_source=x", "/a-post/"),
        ("/authors/ada/", "/authors/ada/"),
        ("/tags/GARDENS/", "/tags/gardens/"),
        ("/archive/?utm_source=x", "/archive/"),
        ("/archive/2025/01/", "/archive/2025/01/"),
    ],
)
def test_a_page_has_one_canonical_address(client, post, address, own):
    assert canonical(head(client, address)) == [HERE + own]


def test_each_page_of_a_list_is_canonical_itself_and_the_newest_is_the_lists(client, author):
    many_published(45, author)
    older = client.get("/").context["page_obj"].older
    second = client.get(f"/?before={older}").context["page_obj"]

    assert canonical(head(client, f"/?before={older}&x=y")) == [f"{HERE}/?before={older}"]
    assert canonical(head(client, f"/?after={second.newer}")) == [f"{HERE}/"]


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/", "Byline"),
        ("/authors/ada/", "Ada Author · Byline"),
        ("/archive/2025/01/", "January 2025 · Byline"),
    ],
)
def test_the_first_page_of_a_list_and_those_after_it_are_called_differently(
    client, author, address, title
):
    author.handle = "ada"
    author.save()
    many_published(25, author)
    first = client.get(address)
    second = client.get(f"{address}?before={first.context['page_obj'].older}")

    titles = [LexborHTMLParser(page.text).css_first("title").text() for page in (first, second)]

    assert titles == [title, f"Earlier posts · {title}"]


@pytest.mark.parametrize("state", ["draft", "scheduled", "hidden", "trashed"])
def test_a_post_that_is_not_public_tells_machines_nothing(as_user, author, state):
    PostFactory(author=author, slug="mine", **({} if state == "draft" else {state: True}))

    page = head(as_user(author), "/mine/")

    assert told(page)["robots"] == "noindex"
    assert not [name for name in told(page) if ":" in name]
    assert not page.css("link[rel=canonical], script[type='application/ld+json']")
