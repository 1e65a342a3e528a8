from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from posts.models import Post
from posts.tests.factories import LONG_AGO, PostFactory, many_published

pytestmark = pytest.mark.django_db


def titles(response):
    return [post.title for post in response.context["post_list"]]


# The list


def test_the_list_shows_each_post_with_its_authors_name(client, author):
    PostFactory(published=True, author=author, title="Read & <me>")

    page = client.get("/").content.decode()

    assert "Read &amp; &lt;me&gt;" in page
    assert "Ada Author" in page


def test_a_date_is_the_sites_to_read_and_utc_to_machines_in_whole_seconds(client, settings):
    """HTML §2.3.5.7 allows three digits after the second; the database keeps six."""
    settings.TIME_ZONE = "Pacific/Kiritimati"
    when = datetime(2025, 12, 31, 10, 0, 0, 123456, tzinfo=UTC)
    PostFactory(status="published", published_at=when)

    assert '<time datetime="2025-12-31T10:00:00Z">Jan. 1, 2026</time>' in client.get("/").text


def test_an_empty_site_says_so(client):
    assert "Nothing has been published here yet." in client.get("/").content.decode()


def test_following_older_and_newer_shows_every_post_once_and_in_order(client, author):
    many_published(45, author)
    pages, address = [], "/"

    while address:
        response = client.get(address)
        pages.append(titles(response))
        older = response.context["page_obj"].older
        address = f"/?before={older}" if older else None
    back = client.get(f"/?after={response.context['page_obj'].newer}")

    assert [len(page) for page in pages] == [20, 20, 5]
    assert [title for page in pages for title in page] == [f"Post {number}" for number in range(45)]
    assert titles(back) == pages[1]


def test_the_newest_page_reached_from_below_has_no_newer_one(client, author):
    many_published(25, author)
    second = client.get(f"/?before={client.get('/').context['page_obj'].older}")

    first = client.get(f"/?after={second.context['page_obj'].newer}")

    assert titles(first) == titles(client.get("/"))
    assert first.context["page_obj"].newer == ""


def test_posts_of_one_moment_are_parted_by_the_cursor_without_loss(client, author):
    many_published(50, author)
    Post.objects.update(published_at=LONG_AGO)

    first = client.get("/")
    second = client.get(f"/?before={first.context['page_obj'].older}")
    third = client.get(f"/?before={second.context['page_obj'].older}")

    shown = [post.pk for page in (first, second, third) for post in page.context["post_list"]]
    assert shown == sorted(shown, reverse=True)
    assert len(set(shown)) == 50


def test_a_post_published_meanwhile_moves_no_page(client, author):
    many_published(30, author)
    address = f"/?before={client.get('/').context['page_obj'].older}"
    before = titles(client.get(address))

    PostFactory(status="published", published_at=LONG_AGO + timedelta(days=1))

    assert titles(client.get(address)) == before


def test_a_page_beyond_the_last_post_says_so_and_leads_back(client):
    page = client.get("/?before=0.1").content.decode()

    assert "There is nothing further in this direction." in page


@pytest.mark.parametrize(
    "cursor",
    ["x", "1", "1.2.3", "1.-2", "9" * 18 + ".1", "-" + "9" * 18 + ".1", "1.9" + "9" * 40, "\x00",
     "१.२"],
)  # fmt: skip
@pytest.mark.parametrize("side", ["before", "after"])
def test_a_cursor_that_no_page_has_is_not_found(client, side, cursor):
    assert client.get("/", {side: cursor}).status_code == 404


def test_an_authors_page_holds_that_authors_posts_only(client, author):
    mine = PostFactory(published=True, author=author)
    PostFactory(published=True)
    PostFactory(author=author)

    assert list(client.get(f"/authors/{author.handle}/").context["post_list"]) == [mine]


def test_the_page_of_an_unknown_author_is_not_found(client):
    assert client.get("/authors/nobody/").status_code == 404


# A post at its address


def test_a_public_post_is_read_at_its_address(client):
    post = PostFactory(published=True, slug="a-post", body="<p>The <em>text</em>.</p>")

    response = client.get("/a-post/")

    assert response.status_code == 200
    assert "<p>The <em>text</em>.</p>" in response.content.decode()
    assert response.context["post"] == post


def test_an_old_address_leads_to_the_post_in_one_hop(client):
    post = PostFactory(published=True, slug="first")
    post.edit(slug="second")
    post.edit(slug="third")

    for old in ("first", "second"):
        response = client.get(f"/{old}/")
        assert (response.status_code, response.url) == (301, "/third/")
        assert response["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("typed", ["/Café-Ünter/", "/CAFÉ-ÜNTER/", "/cafe\u0301-u\u0308nter/"])
def test_an_address_in_another_spelling_leads_to_the_one_it_has(client, typed):
    PostFactory(published=True, slug="café-ünter")

    response = client.get(typed)

    assert response.status_code == 301
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize("state", ["hidden", "trashed"])
def test_a_removed_post_is_gone_at_all_its_addresses(client, state):
    post = PostFactory(published=True, slug="old", title="Secret", body="<p>Words</p>")
    post.edit(slug="new")
    if state == "hidden":
        Post.objects.hide()
    else:
        post.trash()

    for slug in ("old", "new"):
        response = client.get(f"/{slug}/")
        assert response.status_code == 410
        assert response["Cache-Control"] == "no-cache"
        assert "Secret" not in response.content.decode()
        assert "Words" not in response.content.decode()


def test_a_draft_that_was_trashed_never_was_there(client):
    PostFactory(slug="mine").trash()

    assert client.get("/mine/").status_code == 404


def test_the_author_of_a_removed_post_sees_it_and_can_restore_it(as_user, author):
    PostFactory(trashed=True, slug="mine", author=author)

    response = as_user(author).get("/mine/")

    assert response.status_code == 410
    assert '<button type="submit">Restore</button>' in response.content.decode()


def test_a_path_with_a_control_character_is_not_found(client):
    assert client.get("/a%00b/").status_code == 404


def test_a_post_names_no_other_origin(client):
    PostFactory(published=True, slug="a-post", body='<p><img src="https://a.example/x.png"></p>a')

    page = client.get("/a-post/").content.decode()

    assert "https://a.example" not in page


# What it costs


@pytest.mark.parametrize("count", [1, 1000])
@pytest.mark.parametrize(
    ("address", "anonymous", "signed_in"),
    [("/", 2, 4), ("/many-0/", 4, 6), ("/authors/ada/", 3, 5), ("/dashboard/", None, 5)],
)
def test_a_page_costs_the_same_queries_for_one_post_as_for_a_thousand(
    as_user, author, django_assert_num_queries, address, anonymous, signed_in, count
):
    author.handle = "ada"
    author.save()
    many_published(count, author)
    client = as_user(author)

    if anonymous is not None:
        with django_assert_num_queries(anonymous):
            assert Client().get(address).status_code == 200
    with django_assert_num_queries(signed_in):
        assert client.get(address).status_code == 200


def explained(queryset):
    """Return the database's plan, made as if the table were large and well known."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE posts_post, posts_post_tags")
            cursor.execute("SET enable_seqscan = off")
            cursor.execute("SET enable_bitmapscan = off")
        if connection.vendor == "mysql":
            cursor.execute("ANALYZE TABLE posts_post, posts_post_tags, accounts_user")
    plan = queryset.explain()
    connection.close()  # and with it what was set
    return plan


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("index", "queryset"),
    [
        ("posts_post_newest", lambda user: Post.objects.for_list()[:21]),
        (
            "posts_post_newest",
            lambda user: Post.objects.for_list().filter(listed_at__lte=LONG_AGO)[:21],
        ),
        ("posts_post_author_newest", lambda user: user.posts.published().newest_first()[:21]),
        ("posts_post_dashboard", lambda user: Post.objects.for_dashboard(user)[:21]),
        ("posts_post_newest", lambda user: Post.objects.beside(LONG_AGO, 150)),
    ],
)
def test_lists_are_read_from_an_index_and_never_sorted(author, index, queryset):
    many_published(300, author)

    plan = explained(queryset(author))

    # With one author's 300 posts PostgreSQL finds several indexes equally good.
    assert index in plan or (connection.vendor == "postgresql" and "using posts_post_" in plan)
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
    assert "filesort" not in plan
