"""The search with OpenSearch or Elasticsearch, as far as a stand-in can say."""

import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from posts.models import Post
from posts.search.engine import Change, Engine, engine
from posts.tests import search_standin
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.django_db(transaction=True)  # it is told after the commit


@pytest.fixture
def opensearch(settings):
    with search_standin.serving() as server:
        settings.SEARCH_URL = server.url
        yield server


def found(client, words):
    response = client.get("/search/", {"q": words})
    assert response.status_code == 200
    return [post.title for post in response.context["post_list"]]


def published(title, body="<p>A text.</p>", **fields):
    return PostFactory(published=True, title=title, body=body, **fields)


def test_without_the_setting_there_is_none():
    assert engine() is None


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("heron", ["The heron", "Fish"]),
        ("herons", ["The heron", "Fish"]),
        ('"a heron"', ["Fish"]),
        ('heron -"stood still"', ["The heron"]),
        ("hero*", ["The heron", "Fish"]),
        ("crane", []),
    ],
)
def test_it_finds_what_the_database_finds(client, opensearch, settings, words, titles):
    published("Fish", "<p>Here a heron stood still.</p>", language="en")
    published("The heron", "<p>It flew.</p>", language="en")

    by_engine = found(client, words)
    asked = [path for _verb, path, status in opensearch.asked if status == 200]
    settings.SEARCH_URL = ""

    assert asked[-1] == "/byline/_search"
    assert by_engine == found(client, words) == titles


def test_of_more_than_are_shown_they_are_the_best_and_the_page_says_so(
    client, opensearch, monkeypatch
):
    monkeypatch.setattr("posts.search.engine.MOST_RANKED", 2)
    published("The heron", "<p>A heron.</p>")
    for _number in range(2):
        published("Fish", f"<p>A heron{' and much else' * 50}.</p>")

    response = client.get("/search/", {"q": "heron"})

    assert [post.title for post in response.context["post_list"]] == ["The heron", "Fish"]
    assert "More posts have these words than are shown: these are the best." in response.text


def test_whether_a_hit_may_be_seen_the_database_says(client, as_user, author, opensearch):
    post = published("Needle", author=author)
    post.unpublish()

    assert found(client, "needle") == []
    assert found(as_user(author), "needle") == ["Needle"]


def test_it_is_told_of_what_was_committed(client, opensearch):
    post = published("The heron")
    post.title = "The crane"
    with transaction.atomic():
        post.edit()
        transaction.set_rollback(True)
    assert found(client, "heron") == ["The heron"]

    post.edit()

    assert found(client, "heron") == []
    assert found(client, "crane") == ["The crane"]


def test_what_is_emptied_leaves_it(opensearch):
    post = PostFactory(trashed=True, trashed_at=timezone.now() - timedelta(days=31))
    assert opensearch.documents[str(post.pk)][0]

    post.empty()

    assert opensearch.documents[str(post.pk)][0] is None


def test_what_was_changed_earlier_and_arrives_later_changes_nothing(opensearch):
    post = published("The heron")
    newer = opensearch.documents[str(post.pk)]

    Engine(opensearch.url).put([Change(post.pk, post.updated_at - timedelta(seconds=1))])

    assert opensearch.documents[str(post.pk)] == newer


@pytest.mark.parametrize(
    "answer", [(503, None), (200, b"<html>"), (200, {"hits": None}), (401, None), (301, None)]
)
def test_where_it_does_not_answer_the_database_does_and_the_page_says_so(
    client, opensearch, caplog, answer
):
    published("The heron")
    opensearch.answer_with = answer

    with caplog.at_level(logging.WARNING, "posts"):
        page = client.get("/search/", {"q": "heron"})

    assert [post.title for post in page.context["post_list"]] == ["The heron"]
    assert "so the database has looked instead." in page.content.decode()
    assert "instead of the search engine" in caplog.text


def test_where_nobody_listens_it_is_asked_once_in_a_while(client, settings, opensearch):
    settings.SEARCH_URL = opensearch.url
    opensearch.answer_with = (503, None)
    for _number in range(3):
        client.get("/search/", {"q": "heron"})

    assert opensearch.asked.count(("POST", "/byline/_search", 503)) == 1


def test_a_save_succeeds_without_it_and_the_rebuild_catches_up(client, opensearch, caplog, capsys):
    opensearch.answer_with = (503, None)
    post = published("The heron")
    opensearch.answer_with = None

    assert Post.objects.filter(pk=post.pk).exists()
    assert f"The search engine has not got post {post.pk}" in caplog.text
    assert opensearch.documents == {}

    call_command("rebuild_search")
    assert found(client, "heron") == ["The heron"]
    call_command("rebuild_search")
    assert "other words now: 0." in capsys.readouterr().out


def test_a_rebuild_says_that_it_cannot_be_told(opensearch):
    published("The heron")
    opensearch.answer_with = (503, None)

    with pytest.raises(CommandError, match="could not be told"):
        call_command("rebuild_search")


def test_a_password_in_the_address_is_in_no_log(settings, caplog):
    settings.SEARCH_URL = "http://someone:secret@127.0.0.1:9/byline"

    published("The heron")

    assert "ConnectionError" in caplog.text
    assert "secret" not in caplog.text
