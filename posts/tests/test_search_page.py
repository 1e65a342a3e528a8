"""The page of the search: what of a post it shows, how much of it, and at what cost."""

import pytest
from django.db import connection
from django.utils import timezone

from posts.models import Post, SearchEntry
from posts.search.backends import backend
from posts.tests.factories import PostFactory

# InnoDB finds in a full-text index what has been committed.
pytestmark = pytest.mark.django_db(transaction=connection.vendor == "mysql")


def found(client, words, **params):
    response = client.get("/search/", {"q": words, **params})
    assert response.status_code == 200
    return [post.title for post in response.context["post_list"]]


def published(title, body="<p>A text.</p>", **fields):
    return PostFactory(published=True, title=title, body=body, **fields)


def test_the_words_are_marked_and_everything_is_escaped(client):
    body = "<p>Ben &lt;b&gt; &amp; the herons <code>&lt;script&gt;</code></p>"
    published("Heron & <i>co</i>", body)

    page = client.get("/search/", {"q": "heron <script>"}).content.decode()

    assert "<mark>Heron</mark> &amp; &lt;i&gt;co&lt;/i&gt;" in page
    marked = "Ben &lt;b&gt; &amp; the <mark>herons</mark> &lt;<mark>script</mark>&gt;"
    assert marked in page
    assert 'value="heron &lt;script&gt;"' in page


def test_an_excerpt_is_from_around_the_words(client):
    published("Long", f"<p>{'before ' * 300}the heron stood here {'after ' * 300}</p>")

    (post,) = client.get("/search/", {"q": "heron stood"}).context["post_list"]

    excerpt = "".join(piece.text for piece in post.excerpt_pieces)
    assert [piece.text for piece in post.excerpt_pieces if piece.is_hit] == ["heron", "stood"]
    assert excerpt.startswith("… before ")
    assert excerpt.endswith(" after …")
    assert len(excerpt) < 260


def test_an_excerpt_shows_no_marks_of_footnotes_and_what_the_notes_say(client):
    published("Noted", "<p>The heron[^1] stood.</p><p>[^1]: A grey bird.</p>")

    (post,) = client.get("/search/", {"q": "bird"}).context["post_list"]

    excerpt = "".join(piece.text for piece in post.excerpt_pieces)
    assert excerpt == "The heron stood. A grey bird."


def test_without_a_word_in_the_text_its_summary_is_shown(client):
    published("The heron", excerpt="A short summary.")

    assert "A short summary." in client.get("/search/", {"q": "heron"}).content.decode()


def test_of_a_script_without_spaces_what_was_typed_is_marked(client):
    published("題", "<p>案内板の文字について</p>")

    for typed in ("文字", "字", "案内板"):
        page = client.get("/search/", {"q": typed}).content.decode()
        assert f"<mark>{typed}</mark>" in page


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ('"the zeppelin"', "The end of the Zeppelin, the other zeppelin", ["the Zeppelin"]),
        ("don't", "I don’t know t or Don", ["don’t"]),
        ("案内板の文字", "案内の板と案内板の文字について", ["案内板の文字"]),
        ('"a b" b', "A b, b and a", ["A b", "b"]),
    ],
)
def test_words_that_have_to_stand_together_are_marked_where_they_do(client, typed, text, marked):
    published("A title", f"<p>{'before ' * 300}{text}{' after' * 300}</p>")

    (post,) = client.get("/search/", {"q": typed}).context["post_list"]

    assert [piece.text for piece in post.excerpt_pieces if piece.is_hit] == marked


def test_the_page_is_for_no_search_engine(client):
    assert '<meta name="robots" content="noindex">' in client.get("/search/").content.decode()


def test_hits_are_paged_and_each_is_shown_once(client):
    for number in range(45):
        published(f"Heron {number}")

    pages = [found(client, "heron", page=page) for page in (1, 2, 3)]

    assert [len(page) for page in pages] == [20, 20, 5]
    assert len({title for page in pages for title in page}) == 45
    assert client.get("/search/", {"q": "heron", "page": 4}).status_code == 404


def test_where_there_are_more_the_newest_are_ranked_and_the_page_says_so(client, monkeypatch):
    for number in range(6):
        published(f"Heron {number}")
    monkeypatch.setattr(type(backend()), "most_ranked", 4)

    response = client.get("/search/", {"q": "heron"})

    assert sorted(post.title for post in response.context["post_list"]) == [
        f"Heron {number}" for number in range(2, 6)
    ]
    assert "More than 4 posts have these words. Of the newest 4, the best" in response.text


def test_hits_that_nobody_may_see_do_not_count(client, monkeypatch):
    published("Heron 0")
    for number in range(1, 6):
        PostFactory(title=f"Heron {number}")
    monkeypatch.setattr(type(backend()), "most_ranked", 4)

    response = client.get("/search/", {"q": "heron"})

    assert [post.title for post in response.context["post_list"]] == ["Heron 0"]
    assert not response.context["hits"].is_partial


@pytest.mark.parametrize("count", [3, 300])
def test_a_search_costs_three_queries_however_many_posts(
    client, author, django_assert_num_queries, count
):
    posts = Post.objects.bulk_create(
        Post(
            author=author,
            title="Heron",
            slug=f"heron-{number}",
            body="<p>Stood.</p>",
            status="published",
            published_at=timezone.now(),
        )
        for number in range(count)
    )
    SearchEntry.objects.index(Post.objects.filter(slug__in=[post.slug for post in posts]))
    around = {"postgresql": 4}.get(connection.vendor, 0)  # a savepoint, and the deadline

    with django_assert_num_queries(3 + around):
        response = client.get("/search/", {"q": "heron stood"})

    assert len(response.context["post_list"]) == min(count, 20)


def test_nothing_asked_costs_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = client.get("/search/").content.decode()

    assert "Words are looked for in titles and texts." in page
