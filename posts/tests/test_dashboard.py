"""The dashboard: finding one's posts, and changing several at once."""

import pytest
from django.test import Client

from posts.models import Post
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(author):
    client = Client()
    client.force_login(author)
    return client


def titles(response):
    return [post.title for post in response.context["post_list"]]


@pytest.fixture
def one_of_each(author):
    PostFactory(author=author, title="A draft")
    PostFactory(author=author, title="A scheduled one", scheduled=True)
    PostFactory(author=author, title="A published one", published=True)
    PostFactory(author=author, title="A hidden one", hidden=True)
    PostFactory(author=author, title="A trashed one", trashed=True)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("draft", ["A draft"]),
        ("scheduled", ["A scheduled one"]),
        ("published", ["A published one"]),
        ("hidden", ["A hidden one"]),
        ("trashed", ["A trashed one"]),
    ],
)
def test_it_can_be_narrowed_to_a_state(client, one_of_each, state, found):
    response = client.get("/dashboard/", {"state": state})

    assert titles(response) == found
    assert f'<option value="{state}" selected>' in response.text


@pytest.mark.parametrize("state", ["", "nonsense", "\x00"])
def test_a_state_there_is_not_narrows_nothing(client, one_of_each, state):
    assert len(titles(client.get("/dashboard/", {"state": state}))) == 5


@pytest.mark.parametrize(
    ("words", "count"),
    [("one", 4), ("ONE published", 1), ("published one", 1), ("%", 0), ("draft x", 0), ("\x00", 5)],
)
def test_words_are_looked_for_in_titles(client, one_of_each, words, count):
    assert len(titles(client.get("/dashboard/", {"q": words}))) == count


def test_nothing_found_says_so_and_leads_back(client, one_of_each):
    page = client.get("/dashboard/", {"q": "nowhere"}).text

    assert "No post of yours is like that." in page
    assert '<a href="/dashboard/">Show all</a>' in page


def test_a_later_page_stays_narrowed(client, author):
    PostFactory.create_batch(21, author=author, title="Kept")
    PostFactory(author=author, title="Other")

    first = client.get("/dashboard/", {"q": "kept", "state": "draft"})
    older = first.context["page_obj"].older

    assert f'href="?q=kept&amp;state=draft&amp;before={older}"' in first.text
    second = client.get("/dashboard/", {"q": "kept", "state": "draft", "before": older})
    assert titles(second) == ["Kept"]


@pytest.mark.parametrize("query", ["", "?q=post&state=draft"])
@pytest.mark.parametrize("count", [2, 200])
def test_it_costs_the_same_queries_however_many_posts(
    client, author, django_assert_num_queries, query, count
):
    PostFactory.create_batch(count, author=author)

    with django_assert_num_queries(5):
        client.get(f"/dashboard/{query}")


# Several at once


def send(client, act, posts, **kept):
    data = {"act": act, "post": [post.pk for post in posts], **kept}
    return client.post("/dashboard/bulk/", data, follow=True)


def states():
    return [post.status for post in Post.objects.order_by("pk")]


@pytest.mark.parametrize(
    ("act", "after", "words"),
    [
        (
            "publish",
            ["published", "published", "published", "hidden", "trashed"],
            "2 posts published.",
        ),
        (
            "unpublish",
            ["draft", "draft", "draft", "hidden", "trashed"],
            "2 posts are drafts again.",
        ),
        ("trash", ["trashed"] * 5, "4 posts moved to the trash."),
        ("restore", ["draft", "published", "published", "hidden", "published"], "1 post restored."),
    ],
)
def test_each_post_changes_as_if_by_its_own_button(client, one_of_each, act, after, words):
    page = send(client, act, Post.objects.all()).text

    assert states() == after
    assert words in page


def test_what_could_not_be_done_is_named(client, one_of_each):
    page = send(client, "restore", Post.objects.filter(title="A draft")).text

    assert "Left as it was: “A draft”" in page
    assert states()[0] == "draft"


def test_what_went_to_the_trash_can_be_had_back(client, author):
    posts = PostFactory.create_batch(3, author=author)

    page = send(client, "trash", posts).text
    assert '<a href="/dashboard/?state=trashed">Look at the trash to undo it</a>' in page

    send(client, "restore", posts, state="trashed")
    assert states() == ["draft"] * 3


def test_a_scheduled_post_is_published_at_once(client, author):
    post = PostFactory(author=author, scheduled=True)

    send(client, "publish", [post])

    assert Post.objects.get().is_public


def test_posts_of_somebody_else_are_passed_over(client, stranger):
    others = PostFactory(author=stranger)

    page = send(client, "trash", [others]).text

    assert states() == ["draft"]
    assert "Nothing was changed" in page


@pytest.mark.parametrize(
    "data",
    [{}, {"act": "trash"}, {"act": "explode", "post": ["1"]}, {"act": "trash", "post": ["x"]}],
)
def test_nothing_chosen_changes_nothing_and_says_so(client, one_of_each, data):
    page = client.post("/dashboard/bulk/", data, follow=True).text

    assert "Nothing was changed: choose posts, and what to do." in page
    assert "trashed" not in states()[:4]


def test_the_dashboard_stays_narrowed_afterwards(client, one_of_each):
    response = client.post("/dashboard/bulk/", {"act": "trash", "state": "draft", "q": "a b"})

    assert response.url == "/dashboard/?state=draft&q=a+b"


@pytest.mark.parametrize(("visitor", "answer"), [(None, 302), ("reader", 403)])
def test_only_people_who_write_change_several(as_user, author, visitor, answer):
    post = PostFactory(author=author)
    if visitor:
        author.is_author = False
        author.save()

    response = as_user(author if visitor else None).post(
        "/dashboard/bulk/", {"act": "trash", "post": [post.pk]}
    )

    assert (response.status_code, states()) == (answer, ["draft"])
