"""The page of a post, from the byline to the posts before and after it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from posts.models import Post, PreviewLink, Tag
from posts.tests.factories import LONG_AGO, PostFactory, many_published

pytestmark = pytest.mark.django_db


def page_of(post):
    return LexborHTMLParser(Client().get(post.get_absolute_url()).text)


def words(node):
    return " ".join(node.text().split())


# Who, when, how long


def test_the_byline_says_who_when_and_how_long(author):
    post = PostFactory(
        published=True, author=author, updated_at=LONG_AGO, body=f"<p>{'word ' * 239}</p>"
    )

    byline = page_of(post).css_first(".post .byline")

    assert words(byline) == "Ada Author Jan. 2, 2025 2 minutes to read"
    assert byline.css_first("a[rel=author]").attributes["href"] == f"/authors/{author.handle}/"
    assert byline.css_first("time").attributes["datetime"] == "2025-01-02T03:04:05Z"


def test_dates_are_of_the_sites_time_zone_and_machines_read_utc(settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    at = datetime(2025, 12, 31, 23, tzinfo=UTC)
    post = PostFactory(status="published", published_at=at, updated_at=at)

    time = page_of(post).css_first(".byline time")

    assert words(time) == "Jan. 1, 2026"
    assert time.attributes["datetime"] == "2025-12-31T23:00:00Z"


@pytest.mark.parametrize(
    ("later", "shown"),
    [
        (timedelta(days=-9), ["Jan. 2, 2025"]),
        (timedelta(hours=23), ["Jan. 2, 2025"]),
        (timedelta(days=3), ["Jan. 2, 2025", "Jan. 5, 2025"]),
    ],
)
def test_a_change_is_dated_if_who_read_the_post_when_it_was_new_may_have_missed_it(later, shown):
    post = PostFactory(published=True, updated_at=LONG_AGO + later)

    page = page_of(post)

    assert [words(time) for time in page.css(".post .byline time")] == shown
    assert ("Updated" in words(page.css_first(".byline"))) == (len(shown) == 2)


def test_a_post_with_an_old_date_was_new_when_it_was_published(as_user, author, time_machine):
    time_machine.move_to(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
    post = Post(author=author, title="Old", body="<p>One.</p>", published_at=LONG_AGO)
    post.add(slug="old", at=LONG_AGO)
    time_machine.shift(timedelta(days=3))
    post.body = "<p>Two.</p>"
    post.edit()

    preview = LexborHTMLParser(as_user(author).get("/old/preview/").text)
    post.publish()
    published = page_of(post)
    time_machine.shift(timedelta(days=2))
    post.body = "<p>Three.</p>"
    post.edit()

    dates = [
        [words(time) for time in page.css(".post .byline time")]
        for page in (preview, published, page_of(post))
    ]
    assert dates == [["Jan. 2, 2025"], ["Jan. 2, 2025"], ["Jan. 2, 2025", "March 6, 2026"]]


def test_a_picture_alone_takes_no_time_to_read():
    post = PostFactory(published=True, body='<p><img src="/static/x.png" alt="A"></p>')

    assert "to read" not in words(page_of(post).css_first(".byline"))


def test_tags_lead_to_what_else_is_about_them():
    post = PostFactory(published=True)
    post.tags.set(Tag.objects.named(["City life"]))

    [tag] = page_of(post).css(".tags a[rel=tag]")

    assert (words(tag), tag.attributes["href"]) == ("City life", "/tags/city-life/")


def test_the_author_is_introduced_below_in_plain_text(author):
    author.bio = "Writes <b>& reads</b>."
    author.save()
    post = PostFactory(published=True, author=author)

    box = page_of(post).css_first(".author-box")

    assert words(box) == "Ada Author Writes <b>& reads</b>."
    assert box.css_first("a").attributes["href"] == f"/authors/{author.handle}/"


# Its language


@pytest.mark.parametrize(
    ("language", "lang", "direction"),
    [("ar", "ar", "rtl"), ("he", "he", "rtl"), ("ja", "ja", "ltr"), ("tlh", "tlh", "auto")],
)
def test_a_language_is_marked_with_its_direction(language, lang, direction):
    post = PostFactory(published=True, language=language)

    page = page_of(post)

    article = page.css_first("article")
    assert (article.attributes["lang"], article.attributes["dir"]) == (lang, direction)
    assert page.css_first(".byline").attributes["lang"] == "en"  # is not in it


def test_a_post_in_no_language_in_particular_runs_as_its_first_words_do():
    page = page_of(PostFactory(published=True))

    assert page.css_first("article").attributes == {"class": "post"}
    assert page.css_first("h1").attributes == {"dir": "auto"}
    assert page.css_first(".prose").attributes["dir"] == "auto"


# Contents


PART = f"<h2>Part</h2><p>{'word ' * 100}</p>"


@pytest.mark.parametrize(
    ("body", "is_shown"),
    [
        (PART * 5, True),
        (PART * 4, False),
        (f"<h2>A</h2><h2>B</h2><p>{'word ' * 900}</p>", False),
        ("<h2>A</h2><h2>B</h2><h2>C</h2>", False),
    ],
    ids=["long and in parts", "soon read", "in two parts", "short"],
)
def test_a_long_post_in_parts_has_a_table_of_contents(body, is_shown):
    assert bool(page_of(PostFactory(published=True, body=body)).css(".contents")) is is_shown


def test_contents_are_nested_as_the_headings_are():
    levels = "4 2 4 3 2"
    body = "".join(f"<h{n}>H{n} &amp;</h{n}>" for n in levels.split()) + PART * 5
    page = page_of(PostFactory(published=True, body=body))

    lists = page.css_first(".contents details > ol")

    outline = re.sub(r'<a href="([^"]*)">.*?</a>| dir="auto"|\s', r"\1", lists.html)
    assert outline.startswith(
        "<ol><li>#h-h4</li><li>#h-h2<ol><li>#h-h4-2</li><li>#h-h3</li></ol></li><li>#h-h2-2</li>"
    )
    ids = {node.attributes["id"] for node in page.css("[id]")}
    assert {link.attributes["href"][1:] for link in lists.css("a")} <= ids


def test_no_heading_has_an_address_that_is_the_pages_own():
    page = page_of(PostFactory(published=True, body="<h2>Main</h2><h3>main</h3>"))

    ids = [node.attributes["id"] for node in page.css("[id]")]
    assert sorted(ids) == ["h-main", "h-main-2", "main"]


# The posts before and after


def beside(post, client=None):
    page = LexborHTMLParser((client or Client()).get(post.get_absolute_url()).text)
    return {
        link.attributes["rel"]: (link.attributes["href"], words(link.css_first("b")))
        for link in page.css(".neighbours a")
    }


def test_a_post_leads_to_those_before_and_after_it(author):
    newest, middle, oldest = many_published(3, author)

    assert beside(middle) == {"prev": ("/many-2/", "Post 2"), "next": ("/many-0/", "Post 0")}
    assert beside(newest) == {"prev": ("/many-1/", "Post 1")}
    assert beside(oldest) == {"next": ("/many-1/", "Post 1")}


def test_posts_of_one_moment_follow_each_other_as_in_the_lists(author):
    posts = [PostFactory(published=True, author=author) for _number in range(4)]

    way, post = [], posts[0]
    while post:
        way.append(post)
        after = beside(post).get("next")
        post = Post.objects.get(slug=after[0].strip("/")) if after else None

    assert way == list(Post.objects.for_list().reverse()) == posts


def test_nothing_leads_to_a_post_that_is_not_public(author):
    post = PostFactory(published=True, author=author)
    PostFactory(published=True, author=author, hidden=True)
    PostFactory(author=author, trashed=True)
    PostFactory(author=author, scheduled=True)
    PostFactory(author=author)
    PostFactory(author=author, published_at=LONG_AGO)

    assert beside(post) == {}


@pytest.mark.parametrize("state", ["scheduled", "hidden", "trashed", "draft"])
def test_a_post_that_is_not_public_stands_between_none(as_user, author, state):
    PostFactory(published=True)
    post = PostFactory(author=author, **({state: True} if state != "draft" else {}))

    assert beside(post, as_user(author)) == {}


@pytest.mark.django_db(transaction=connection.vendor == "mysql")  # InnoDB finds what is committed
@pytest.mark.parametrize("address", ["/", "/search/?q=Wort", "/search/?q=Titel"])
def test_in_a_list_a_post_is_marked_with_its_own_language(address):
    PostFactory(published=True, title="Titel", body="<p>Das Wort.</p>", language="de")
    PostFactory(published=True, title="No Titel", body="<p>No Wort.</p>")

    page = LexborHTMLParser(Client().get(address).text)

    marked = [(node.attributes.get("lang"), words(node)) for node in page.css(".summary > [dir]")]
    assert sorted(marked, key=str) == [
        ("de", "Das Wort."),
        ("de", "Titel"),
        (None, "No Titel"),
        (None, "No Wort."),
    ]


def test_a_neighbours_title_is_marked_with_its_own_language():
    PostFactory(published=True, title="<مرحبا>", language="ar")
    page = page_of(PostFactory(published=True))

    title = page.css_first(".neighbours b")
    assert title.attributes == {"lang": "ar"}
    assert title.inner_html.startswith("<bdi>")
    assert words(title) == "<مرحبا>"


# The preview is the page


def test_a_preview_has_the_neighbours_and_dates_of_the_page(as_user, author, time_machine):
    time_machine.move_to(datetime(2026, 1, 1, 22, tzinfo=UTC), tick=False)
    author.time_zone = "Asia/Tokyo"  # where it is tomorrow
    author.save()
    post = PostFactory(author=author, published=True, body="<p>Old</p>", updated_at=LONG_AGO)
    PostFactory(published=True)
    client = as_user(author)
    form = {"title": post.title, "body": f"<p>New[^1]</p>{PART * 6}<p>[^1]: A note</p>"}

    preview = client.post(f"/{post.slug}/preview/", {**form, "slug": post.slug})
    client.post(f"/{post.slug}/edit/", {**form, "slug": post.slug, "version": post.version})

    page = Client().get(post.get_absolute_url())
    assert preview.content == page.content
    assert "Updated" in page.text
    assert ">Jan. 1, 2026</time>" in page.text
    assert timezone.now() == Post.objects.get(pk=post.pk).updated_at


def test_a_preview_of_a_revision_prints_that_revision(author):
    post = PostFactory(author=author, body="<p>Old</p>")
    post.body = "<p>New</p>"
    post.edit()
    old = post.revisions.get(body="<p>Old</p>")
    link = PreviewLink.objects.make(post, by=author, days=7, revision=old)

    page = Client().get(link.get_absolute_url()).text

    assert "<p>Old</p>" in page
    assert '<meta name="description" content="Old">' in page
    assert "New" not in page
