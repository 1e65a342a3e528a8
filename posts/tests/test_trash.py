import uuid
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from posts.models import Post, PreviewLink, Revision, WorkingCopy
from posts.tests.factories import LONG_AGO, PostFactory

pytestmark = pytest.mark.django_db


def written(author, slug, **options):
    """Return a post with a text, details, a revision, a working copy and a preview link."""
    post = Post(author=author, title="Secret title", body="<p>Secret words.</p>", language="pt")
    post.add(slug=slug, tags=["Secrets"], **options)
    WorkingCopy.objects.create(author=author, post=post, form=uuid.uuid4(), body="Secret")
    PreviewLink.objects.create(
        post=post,
        revision=post.revisions.get(),
        digest=slug,
        secret="x",
        created_by=author,
        expires_at=timezone.now(),
    )
    return post


def trash(post, days):
    post.trash()
    Post.objects.filter(pk=post.pk).update(trashed_at=timezone.now() - timedelta(days=days))
    return post


def empty_trash(*arguments):
    output = StringIO()
    call_command("empty_trash", *arguments, stdout=output, stderr=StringIO())
    return output.getvalue()


def test_after_30_days_nothing_is_left_but_the_address_that_was_public(author, client, as_user):
    post = trash(written(author, "mine", publish=True), 31)

    assert empty_trash() == "Posts removed: 1.\n"

    post.refresh_from_db()
    assert (post.title, post.body, post.opening, post.language) == ("", "", "", "")
    assert (post.tags.count(), Revision.objects.count(), WorkingCopy.objects.count()) == (0, 0, 0)
    assert PreviewLink.objects.count() == 0
    assert client.get("/mine/").status_code == 410
    assert as_user(author).get("/mine/").status_code == 410


def test_what_was_emptied_is_on_no_page_and_cannot_be_restored(author, as_user, moderator):
    post = trash(written(author, "mine", publish=True), 31)
    empty_trash()
    writer = as_user(author)

    for address in ("/mine/edit/", "/mine/delete/", "/mine/revisions/"):
        assert writer.get(address).status_code == 404
    assert writer.post("/mine/restore/").status_code == 404
    assert post.restore() is False
    assert list(writer.get("/dashboard/").context["post_list"]) == []
    assert as_user(moderator).get(f"/admin/posts/post/{post.pk}/change/").status_code == 302
    assert "Secret" not in as_user(moderator).get("/mine/").content.decode()


def test_the_address_of_a_draft_is_free_again_and_one_that_was_public_is_not(author):
    trash(written(author, "draft"), 31)
    trash(written(author, "public", publish=True), 31)
    empty_trash()

    for title in ("Draft", "Public"):
        Post(author=author, title=title, body="Text").add()

    assert set(Post.objects.filter(emptied_at=None).values_list("slug", flat=True)) == {
        "draft",
        "public-2",
    }


def test_a_post_keeps_its_text_for_30_days(author, client):
    post = trash(written(author, "mine", publish=True), 29)

    assert empty_trash() == "Posts removed: 0.\n"
    assert post.empty() is False
    assert post.restore() is True
    assert "Secret words." in client.get("/mine/").content.decode()


def test_a_dry_run_names_what_is_due_and_removes_nothing(author):
    trash(written(author, "mine", publish=True), 31)

    assert empty_trash("--dry-run") == "/mine/\nPosts that would be removed: 1.\n"
    assert Post.objects.get().title == "Secret title"


def test_the_dashboard_and_the_post_say_until_when_it_can_be_restored(as_user, author):
    with time_machine.travel("2026-03-01T12:00Z", tick=False):
        PostFactory(author=author, slug="mine", published=True).trash()
        writer = as_user(author)

        assert "can be restored until March 31, 2026" in writer.get("/dashboard/").content.decode()
        assert "restore it until March 31, 2026" in writer.get("/mine/").content.decode()


@pytest.mark.parametrize(
    "text", [{"title": "x"}, {"body": "x"}, {"opening": "x"}, {"status": "draft"}]
)
def test_the_database_refuses_an_emptied_post_with_a_text(author, text):
    post = trash(written(author, "mine"), 31)
    empty_trash()

    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(**text)


def test_more_than_a_page_full_is_emptied(author):
    Post.objects.bulk_create(
        Post(
            author=author,
            title="T",
            slug=f"old-{number}",
            body="<p>x</p>",
            status="trashed",
            trashed_from="draft",
            trashed_at=LONG_AGO,
        )
        for number in range(120)
    )

    assert empty_trash() == "Posts removed: 120.\n"
