"""What is printed of a text is stored with it, and never is of another text."""

import re
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from posts import rendering
from posts.models import Post
from posts.tests.factories import LONG_AGO, PostFactory, many_published

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
OLD, NEW = "<h2>Old</h2><p>words</p>", "<h2>New</h2><p>one more word</p>"


def rendered(post):
    post = Post.objects.get(pk=post.pk)
    return rendering.Rendering(post.rendered, post.contents, post.word_count)


def save_the_body(post):
    post.body = NEW
    post.save(update_fields=["body"])


def save_it_all(post):
    post.body = NEW
    post.save()


def edit(post):
    post.body = NEW
    post.edit()


def go_back(post):
    post.body = NEW
    post.edit()
    post.body = OLD
    post.edit()
    post.go_back_to(post.revisions.get(body=NEW))


@pytest.mark.parametrize("change", [save_the_body, save_it_all, edit, go_back])
def test_whatever_changes_the_text_stores_what_is_printed_of_it(change):
    post = PostFactory(body=OLD, published=True)
    post.revisions.create(
        post=post, editor=post.author, kind="published", version=1, title=post.title, body=OLD
    )

    change(post)

    assert rendered(post) == rendering.render(NEW)
    assert Post.objects.get().rendered_from == rendering.digest(NEW)


def test_a_new_post_stores_what_is_printed_of_it(author):
    post = Post(author=author, title="New", body=NEW)
    post.add()

    assert rendered(post) == rendering.render(NEW)


def test_what_says_nothing_about_the_text_does_not_render(monkeypatch):
    post = PostFactory(published=True)
    monkeypatch.setattr(rendering, "render", None)

    post.unpublish()
    post.save(update_fields=["excerpt"])
    post.edit(slug="other")


def test_an_emptied_post_has_nothing_to_print(time_machine):
    time_machine.move_to(NOON, tick=False)
    post = PostFactory(trashed=True, trashed_at=LONG_AGO, body=OLD)

    post.empty()

    assert rendered(post) == ("", None, 0)


# What was not rendered by the code that runs


@pytest.fixture
def stale(time_machine):
    time_machine.move_to(NOON, tick=False)
    post = PostFactory(body=OLD, published=True, slug="mine", updated_at=LONG_AGO)
    Post.objects.update(body=NEW, changed_at=LONG_AGO)  # as no verb would
    return post


def test_a_page_is_never_of_an_older_text(client, stale):
    page = client.get("/mine/").text

    assert rendering.render(NEW).html in page
    assert rendered(stale) == rendering.render(OLD)  # reading changes nothing


def test_the_command_stores_what_readers_see_and_leaves_the_text_alone(stale, capsys):
    call_command("render_posts")

    post = Post.objects.get()
    assert rendered(post) == rendering.render(NEW)
    assert (post.version, post.updated_at) == (stale.version, LONG_AGO)
    assert post.changed_at == NOON
    assert capsys.readouterr().out == "Posts rendered: 1.\n"


def test_the_command_does_nothing_twice(stale, capsys):
    call_command("render_posts")
    capsys.readouterr()

    call_command("render_posts")

    assert capsys.readouterr().out == "Posts rendered: 0.\n"


def test_other_rules_that_make_the_same_page_leave_it_as_new_as_it_was(stale, monkeypatch):
    call_command("render_posts")
    Post.objects.update(changed_at=LONG_AGO)
    monkeypatch.setattr(rendering, "RULES", rendering.RULES + 1)

    call_command("render_posts")

    post = Post.objects.get()
    assert (post.rendered_from, post.changed_at) == (rendering.digest(NEW), LONG_AGO)


def test_a_dry_run_counts_and_stores_nothing(stale, capsys):
    call_command("render_posts", "--dry-run")

    assert capsys.readouterr().out == "Posts to render: 1.\n"
    assert rendered(stale) == rendering.render(OLD)


def test_a_text_saved_meanwhile_is_left_to_who_saved_it(stale):
    read = Post.objects.to_render().get()
    stale.refresh_from_db()
    stale.body = "<p>Newest</p>"
    stale.edit()

    assert read.store_rendering() is False
    assert rendered(stale) == rendering.render("<p>Newest</p>")


def test_posts_made_in_bulk_are_rendered_in_batches_and_emptied_ones_never(author, capsys):
    posts = many_published(120, author)
    Post.objects.filter(pk=posts[0].pk).update(
        emptied_at=NOON, title="", body="", status="trashed", trashed_from="draft", trashed_at=NOON
    )

    call_command("render_posts")

    assert capsys.readouterr().out == "Posts rendered: 119.\n"
    assert Post.objects.filter(rendered="<p>A text.</p>", word_count=2).count() == 119


@pytest.mark.parametrize("address", ["/", "/dashboard/"])
def test_no_list_reads_what_is_printed_of_a_post(as_user, author, address):
    PostFactory(published=True, author=author)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        as_user(author).get(address)

    columns = " ".join(query["sql"].partition(" FROM ")[0] for query in queries)
    assert re.findall(r"\b(rendered|contents|body)\b", columns) == []
