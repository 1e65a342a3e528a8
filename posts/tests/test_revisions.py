from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from posts.models import EditConflict, Post, Revision, WorkingCopy
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def kept(post):
    """Return (kind, body) of each revision of a post, oldest first."""
    return list(post.revisions.order_by("saved_at", "pk").values_list("kind", "body"))


def new_post(author, body="<p>1</p>", **options):
    post = Post(author=author, title="A title", body=body)
    post.add(**options)
    return post


def save(post, body, **options):
    post.body = body
    post.edit(**options)


# What makes a row


def test_a_new_draft_and_what_is_saved_in_one_session_is_one_row(author):
    with time_machine.travel(NOON, tick=False) as clock:
        post = new_post(author)
        for number in range(2, 5):
            clock.shift(timedelta(minutes=29))
            save(post, f"<p>{number}</p>")

    row = post.revisions.get()
    assert (row.kind, row.body, row.editor, row.version) == ("saved", "<p>4</p>", author, 4)
    assert (row.created_at, row.saved_at) == (NOON, NOON + timedelta(minutes=87))


@pytest.mark.parametrize(
    ("pause", "times"), [(timedelta(minutes=30), 1), (timedelta(minutes=25), 29)]
)
def test_a_pause_of_half_an_hour_or_twelve_hours_of_writing_begin_a_new_row(author, pause, times):
    with time_machine.travel(NOON, tick=False) as clock:
        post = new_post(author)
        for number in range(times):
            clock.shift(pause)
            save(post, f"<p>more {number}</p>")

    assert post.revisions.count() == 2


def test_another_person_begins_a_row_of_their_own(author, admin):
    post = new_post(author)

    save(post, "<p>2</p>", by=admin)
    save(post, "<p>3</p>")

    assert kept(post) == [("saved", "<p>1</p>"), ("saved", "<p>2</p>"), ("saved", "<p>3</p>")]
    assert [row.editor for row in post.revisions.order_by("pk")] == [author, admin, author]


def test_saving_and_publishing_at_once_is_one_row_and_no_save_touches_it_again(author):
    post = new_post(author)

    save(post, "<p>2</p>")
    post.publish()
    save(post, "<p>3</p>")
    save(post, "<p>4</p>")
    post.unpublish()
    save(post, "<p>5</p>")

    assert kept(post) == [
        ("published", "<p>2</p>"),
        ("published", "<p>3</p>"),
        ("published", "<p>4</p>"),
        ("saved", "<p>5</p>"),
    ]


def test_somebody_who_publishes_what_another_saved_has_a_row_of_their_own(author, admin):
    post = new_post(author)

    post.publish(by=admin)

    assert list(post.revisions.order_by("pk").values_list("kind", "editor")) == [
        ("saved", author.pk),
        ("published", admin.pk),
    ]


def test_a_schedule_and_the_text_of_a_hidden_post_count_as_published(author):
    scheduled = new_post(author, publish=True, at=timezone.now() + timedelta(days=1))
    save(scheduled, "<p>2</p>")
    hidden = PostFactory(hidden=True)
    save(hidden, "<p>2</p>")

    for post in (scheduled, hidden):
        assert {kind for kind, _body in kept(post)} == {"published"}
        assert len(kept(post)) == 2


def test_a_text_that_stays_makes_no_row(author):
    post = new_post(author, publish=True)

    post.edit(slug="elsewhere")
    post.unpublish()
    post.publish()
    post.trash()
    post.restore()

    assert kept(post) == [("published", "<p>1</p>")]


def test_a_post_from_before_there_were_revisions_keeps_its_first_text_when_it_changes():
    draft, public = PostFactory(), PostFactory(published=True)

    for post in (draft, public):
        save(post, "<p>New.</p>")

    assert kept(draft) == [("saved", "<p>A text.</p>"), ("saved", "<p>New.</p>")]
    assert kept(public) == [("published", "<p>A text.</p>"), ("published", "<p>New.</p>")]


def test_a_text_changed_past_the_verbs_is_kept_before_the_next_change(author):
    post = new_post(author)
    Post.objects.update(body="<p>By a command.</p>")

    save(post, "<p>2</p>")

    assert ("saved", "<p>By a command.</p>") in kept(post)


def test_tags_and_the_other_details_are_part_of_what_is_kept(author):
    post = new_post(author, tags=["Books", "Paper"])

    post.language = "pt"
    post.edit(tags=["Books"], by=author)

    row = post.revisions.get()
    assert row.details == {"language": "pt", "tags": ["Books"]}
    assert post.version == 2


# Going back


def test_going_back_makes_a_new_revision_and_keeps_address_and_state(author):
    post = new_post(author, publish=True, tags=["Old"])
    first = post.revisions.get()
    post.title, post.body = "Other", "<p>2</p>"
    post.edit(slug="other", tags=["New"])

    post.go_back_to(first, version=post.version)

    post.refresh_from_db()
    assert (post.title, post.body, post.slug) == ("A title", "<p>1</p>", "other")
    assert (post.is_public, post.opening) == (True, "1")
    assert [tag.name for tag in post.tags.all()] == ["Old"]
    assert kept(post)[-1] == ("restored", "<p>1</p>")


def test_going_back_over_something_newer_is_refused(author):
    post = new_post(author, publish=True)
    first, seen = post.revisions.get(), post.version
    save(post, "<p>2</p>")

    with pytest.raises(EditConflict):
        post.go_back_to(first, version=seen)

    assert Post.objects.get().body == "<p>2</p>"


def test_one_cannot_go_back_to_what_is_no_post(author):
    post = new_post(author)
    empty = Revision(
        post=post, editor=author, kind="set_aside", title="", body="<p>x</p>", version=1
    )

    with pytest.raises(ValidationError):
        post.go_back_to(empty)


# Setting aside


def aside(post, body, **fields):
    copy = WorkingCopy(author=post.author, post=post, body=body, fields=fields, base_version=1)
    return Revision.objects.set_aside(copy)


def test_what_was_typed_is_kept_as_a_save_would_have_kept_it(author):
    row = aside(new_post(author), "Typed & more<script>x</script>", title="T", slug="mine")

    assert (row.kind, row.title, row.body) == ("set_aside", "T", "<p>Typed &amp; more</p>")
    assert row.details == {"typed": {"title": "T", "slug": "mine"}}


def test_what_was_typed_and_is_what_the_post_says_needs_no_row(author):
    assert aside(new_post(author), "<p>1</p>", title="A title", excerpt="") is None


def test_what_cannot_be_sanitised_in_good_time_is_kept_as_its_source(author):
    row = aside(new_post(author), "<div>" * 300 + "Words", title="x" * 300)

    assert "&lt;div&gt;Words" in row.body
    assert len(row.title) == 200
    assert row.details["typed"]["title"] == "x" * 300


def test_going_back_to_what_was_set_aside_leaves_the_tags_alone(author):
    post = new_post(author, tags=["Books"])

    post.go_back_to(aside(post, "<p>Typed</p>", title="T"))

    assert (post.body, [tag.name for tag in post.tags.all()]) == ("<p>Typed</p>", ["Books"])
