"""What people type into a search, and what else is sent to one."""

import pytest
from django.db import DatabaseError, connection
from hypothesis import given
from hypothesis import strategies as st

from posts.models import SearchEntry
from posts.search.backends import backend
from posts.search.backends.mysql import MySQLBackend
from posts.search.documents import document
from posts.search.queries import MOST_TERMS, MOST_WORDS, Query
from posts.search.words import token, words
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.django_db(transaction=connection.vendor == "mysql")

SLOW = {
    "sqlite": "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT MAX(i), 1 FROM n",
    "postgresql": "SELECT 1, 1 FROM pg_sleep(60)",
    "mysql": "SET STATEMENT max_statement_time = 0.1 FOR SELECT SLEEP(60), 1",
}


@pytest.mark.parametrize(
    "typed",
    [
        "\x00",
        "heron\x00",
        "'; DROP TABLE posts_post; --",
        "heron' OR '1'='1",
        "%", "_", "\\", '"', '""', '"heron', "'", "`",
        "heron AND", "OR heron", "NOT heron", "NEAR(heron fish, 5)", "title: heron", "{title}: heron",
        "^heron", "heron*", "*", "her*n", "(heron", "heron)", "-(heron)", "+-heron", "--heron",
        "heron & fish", "heron | fish", "!heron", "heron <-> fish", "heron:*", "heron:A",
        "+heron -fish", ">heron", "<heron", "~heron", "@5", "heron@5", '"heron fish"@5',
        "- - -", "-", "…", "!?", "🐦", "👩‍👩‍👧", "\u202eheron", "\u200f", "\ufeff", "\u0301\u0301",
        "مرحبا", "ﷺ", "½", "x" * 1_000_000, "x " * 500_000, '"' * 10_000, "-" * 10_000, "図" * 100_000,
        "a\u0301" * 5_000, "\t\n\r\x0b\x0c\x1f\x85\u2028", "𝕳𝖊𝖗𝖔𝖓", "İ" * 300, "w1heron", "b30",
    ],
)  # fmt: skip
def test_whatever_is_typed_is_answered(client, typed):
    PostFactory(published=True, title="The heron")

    response = client.get("/search/", {"q": typed})

    assert response.status_code == 200
    assert [post.title for post in response.context["post_list"]] in ([], ["The heron"])


@pytest.mark.parametrize(
    "query", ["q=%ed%a0%80", "q=%ff%fe", "q=%00", "q=a&q=b", "q[]=a", "page=2"]
)
def test_whatever_is_sent_is_answered(client, query):
    assert client.get(f"/search/?{query}").status_code in (200, 404)
    assert client.get(f"/search/?{query}&page=1").status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "x", "\x00", "9" * 40, "1.5"])
def test_a_page_that_there_is_not_is_not_found(client, page):
    assert client.get("/search/", {"q": "heron", "page": page}).status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("!?", "There is no word in that, and so nothing to look for."),
        ("-heron", "Say also what to look for, not only what to leave out."),
        ("heron", "No post has all of these words."),
        ("heron " * 100, "only its beginning was."),
        (" ".join(map(str, range(20))), "only its beginning was."),
        ("図" * 60, "only its beginning was."),
    ],
)
def test_what_finds_nothing_is_told_why(client, typed, words):
    assert words in client.get("/search/", {"q": typed}).content.decode()


def test_a_search_that_takes_too_long_is_stopped_and_says_so(client, monkeypatch):
    PostFactory(published=True, title="The heron")
    cls = type(backend())
    monkeypatch.setattr(cls, "longest", 100)
    with monkeypatch.context() as slow:
        slow.setattr(cls, "statement", lambda *args: (SLOW[connection.vendor], []))
        page = client.get("/search/", {"q": "heron"})

    assert page.status_code == 200
    assert "This search would take too long." in page.content.decode()
    assert len(client.get("/search/", {"q": "heron"}).context["post_list"]) == 1


@pytest.mark.parametrize(
    ("code", "is_end"), [(1969, True), (3024, True), (188, True), (1146, False)]
)
def test_mariadb_says_in_several_ways_that_it_was_stopped(code, is_end):
    assert MySQLBackend().was_stopped(DatabaseError(code, "")) == is_end


@given(st.text(max_size=300))
def test_any_text_is_understood(typed):
    query = Query.parse(typed)

    terms = [*query.terms, *query.excluded]
    assert len(terms) <= MOST_TERMS
    assert sum(len(term.words) for term in terms) <= MOST_WORDS
    for term in terms:
        for each in term.phrase:
            assert each.isascii()
            assert each.isalnum()
            assert 3 <= len(each) <= 80


@given(st.text(max_size=300))
def test_words_stand_where_they_say(text):
    for word in words(text):
        assert text[word.start : word.end] == word.text


@given(st.text(max_size=50), st.text(max_size=200))
def test_any_text_can_be_kept(title, body):
    made = document(1, title, f"<p>{body}</p>", "en")

    assert all(each.isascii() and each.isalnum() for each in (*made.title, *made.body))


def test_the_longest_text_can_be_kept_and_found(client):
    text = " ".join(f"word{number}" for number in range(110_000))
    PostFactory(published=True, title="Long", body=f"<p>heron {text}</p>")
    chinese = "".join(map(chr, range(0x4E00, 0x9F00))) * 16
    PostFactory(published=True, title="長", body=f"<p>heron {chinese}</p>")

    for _time in range(100):  # InnoDB misses a text for the moment in which it writes it away
        response = client.get("/search/", {"q": "heron"})
        if len(response.context["post_list"]) == 2:
            break

    assert {post.title for post in response.context["post_list"]} == {"Long", "長"}
    assert SearchEntry.objects.count() == 2


def test_a_token_is_its_words_alone():
    spellings = ["a", "ab", "w1ab", "á", "łódź", "図書", "図", "½", "a0", "0"]

    assert len({token(spelling) for spelling in spellings}) == len(spellings)
