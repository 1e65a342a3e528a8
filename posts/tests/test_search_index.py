"""What posts are found by, made anew."""

import pytest
from django.core.management import call_command
from django.db import connection

from posts.models import Post, SearchEntry
from posts.search import documents
from posts.tests.factories import PostFactory, many_published

pytestmark = pytest.mark.django_db(transaction=connection.vendor == "mysql")


def rebuild(capsys):
    call_command("rebuild_search")
    return capsys.readouterr().out.strip().rpartition(" ")[2]


def found(client, words):
    return [post.title for post in client.get("/search/", {"q": words}).context["post_list"]]


def test_what_was_saved_past_the_search_is_found_after_a_rebuild(client, author, capsys):
    many_published(250, author)
    PostFactory(published=True, title="The heron")
    Post.objects.filter(title="The heron").update(title="The crane")

    assert rebuild(capsys) == "251."

    assert found(client, "crane") == ["The crane"]
    assert found(client, "heron") == []
    assert found(client, "249") == ["Post 249"]


def test_a_rebuild_writes_nothing_that_is_right(capsys, django_assert_num_queries):
    for _number in range(3):
        PostFactory()

    assert rebuild(capsys) == "0."


def test_a_rebuild_removes_what_was_emptied(capsys):
    post = PostFactory(trashed=True)
    Post.objects.filter(pk=post.pk).update(
        title="", body="", opening="", emptied_at=post.trashed_at
    )

    assert rebuild(capsys) == "1."
    assert not SearchEntry.objects.exists()
    assert rebuild(capsys) == "0."


def test_other_rules_make_everything_anew(capsys, monkeypatch):
    PostFactory()
    PostFactory()
    monkeypatch.setattr(documents, "RULES", documents.RULES + 1)

    assert rebuild(capsys) == "2."


@pytest.mark.django_db(transaction=True)
def test_the_migration_indexes_what_there_is_and_goes_back(client):
    PostFactory(published=True, title="The heron")

    call_command("migrate", "posts", "0005", verbosity=0)
    call_command("migrate", "posts", verbosity=0)

    assert found(client, "heron") == ["The heron"]


@pytest.mark.django_db(transaction=True)
def test_a_text_is_not_stored_without_what_it_is_found_by(monkeypatch):
    post = PostFactory(title="The heron")
    monkeypatch.setattr(type(SearchEntry.objects.all()), "index", lambda *args: 1 / 0)

    post.title = "The crane"
    with pytest.raises(ZeroDivisionError):
        post.save()

    assert Post.objects.get().title == "The heron"
