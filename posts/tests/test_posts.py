from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from posts.models import Address, AddressTaken, EditConflict, Post
from posts.tests.factories import LONG_AGO, PostFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def addresses(post):
    return set(post.addresses.values_list("slug", flat=True))


def new_post(author, **fields):
    post = Post(author=author, **({"title": "A title", "body": "Text"} | fields))
    post.add()
    return post


def test_a_new_post_is_a_draft_at_an_address_from_its_title(author):
    post = new_post(author)

    assert (post.status, post.slug, addresses(post)) == ("draft", "a-title", {"a-title"})


def test_posts_of_one_title_get_addresses_of_their_own(author):
    posts = [new_post(author) for _number in range(12)]

    assert [post.slug for post in posts[:3]] == ["a-title", "a-title-2", "a-title-3"]
    assert len({post.slug for post in posts}) == 12


def test_a_slug_that_was_asked_for_and_is_taken_is_refused(author):
    new_post(author)

    with pytest.raises(AddressTaken):
        Post(author=author, title="Other", body="Text").add(slug="a-title")

    assert Post.objects.count() == 1


def test_saving_sanitises_the_body_and_keeps_its_first_words(author):
    post = new_post(author, body="<h2>Head</h2><p>First words.<script>x</script></p>")

    post.refresh_from_db()
    assert post.body == "<h2>Head</h2><p>First words.</p>"
    assert post.opening == "First words."


def test_the_summary_is_the_excerpt_or_else_the_first_words():
    assert Post(excerpt="Mine", opening="First").summary == "Mine"
    assert Post(opening="First").summary == "First"


# Publishing


@time_machine.travel(NOON, tick=False)
def test_publishing_dates_the_post_and_its_address(author):
    post = new_post(author)

    post.publish()

    assert (post.is_public, post.published_at) == (True, NOON)
    assert post.addresses.get().published_at == NOON


@time_machine.travel(NOON, tick=False)
def test_publishing_again_keeps_the_first_date():
    post = PostFactory(published=True)
    post.unpublish()

    post.publish()

    assert post.published_at == LONG_AGO


def test_a_scheduled_post_becomes_public_by_time_alone(author):
    with time_machine.travel(NOON, tick=False):
        post = new_post(author)
        post.publish(at=NOON + timedelta(seconds=1))
        assert (post.is_scheduled, post.state) == (True, "Scheduled")
        assert list(Post.objects.published()) == []

    with time_machine.travel(NOON + timedelta(seconds=1), tick=False):
        assert post.is_public is True
        assert list(Post.objects.published()) == [post]


@time_machine.travel(NOON, tick=False)
def test_a_scheduled_post_can_be_published_at_once(author):
    post = new_post(author)
    post.publish(at=NOON + timedelta(days=1))

    post.publish()

    assert post.published_at == NOON


@time_machine.travel(NOON, tick=False)
def test_the_address_of_a_post_taken_back_before_its_time_never_was_public(author):
    post = new_post(author)
    post.publish(at=NOON + timedelta(days=1))

    assert post.unpublish() is True

    assert post.addresses.get().published_at is None


@time_machine.travel(NOON, tick=False)
def test_the_address_of_a_post_trashed_before_its_time_never_was_public(author):
    post = new_post(author)
    post.publish(at=NOON + timedelta(days=1))

    post.trash()
    assert post.addresses.get().published_at is None
    post.restore()
    assert post.addresses.get().published_at == NOON + timedelta(days=1)


def test_an_unpublished_post_is_a_draft_whose_address_stays_public():
    post = PostFactory(published=True)

    assert post.unpublish() is True
    assert post.unpublish() is False

    assert post.is_draft
    assert post.addresses.get().published_at == LONG_AGO


@pytest.mark.parametrize("state", ["hidden", "trashed"])
def test_a_hidden_or_trashed_post_cannot_be_published(state):
    post = PostFactory(**{state: True})

    with pytest.raises(ValidationError) as refusal:
        post.publish()

    assert refusal.value.code == state
    post.refresh_from_db()
    assert post.status == state


# Trash


@pytest.mark.parametrize("state", ["draft", "published", "hidden"])
def test_the_trash_gives_a_post_back_in_the_state_it_had(state):
    post = PostFactory(**({} if state == "draft" else {state: True}))

    assert post.trash() is True
    assert (post.status, post.trashed_from) == ("trashed", state)
    assert post.trash() is False
    assert post.restore() is True
    assert post.restore() is False

    post.refresh_from_db()
    assert (post.status, post.trashed_from, post.trashed_at) == (state, "", None)


# Addresses


def test_a_renamed_public_post_keeps_its_old_address():
    post = PostFactory(published=True, slug="old")

    post.edit(slug="new")

    assert post.slug == "new"
    assert addresses(post) == {"old", "new"}
    assert all(address.published_at for address in post.addresses.all())


def test_a_renamed_draft_gives_its_old_address_up():
    post = PostFactory(slug="old")

    post.edit(slug="new")

    assert addresses(post) == {"new"}


def test_a_post_can_move_back_to_an_address_it_had():
    post = PostFactory(published=True, slug="old")
    post.edit(slug="new")

    post.edit(slug="old")

    assert post.slug == "old"
    assert addresses(post) == {"old", "new"}


def test_an_address_that_was_public_never_goes_to_another_post(author):
    PostFactory(published=True, slug="a-title").edit(slug="new")

    post = new_post(author)

    assert post.slug == "a-title-2"
    with pytest.raises(AddressTaken):
        post.edit(slug="a-title")
    post.refresh_from_db()
    assert post.slug == "a-title-2"


def test_the_address_of_a_draft_follows_its_title(author):
    post = new_post(author)

    post.title = "Another title"
    post.edit()

    assert (post.slug, addresses(post)) == ("another-title", {"another-title"})


def test_an_address_somebody_chose_stays_when_the_title_changes(author):
    post = Post(author=author, title="A title", body="Text")
    post.add(slug="chosen")

    post.title = "Another title"
    post.edit()

    assert post.slug == "chosen"


def test_an_address_that_was_public_stays_when_the_title_changes(author):
    post = new_post(author)
    post.publish()
    post.unpublish()

    post.title = "Another title"
    post.edit()

    assert post.slug == "a-title"


def test_two_posts_cannot_hold_one_address():
    PostFactory(slug="one")

    with pytest.raises(IntegrityError), transaction.atomic():
        PostFactory(slug="one")


def test_addresses_that_differ_by_accent_are_two():
    PostFactory(slug="uber")

    PostFactory(slug="über")

    assert Address.objects.count() == 2


# Editing


def test_an_edit_counts_the_version_and_dates_the_change():
    post = PostFactory(updated_at=LONG_AGO)

    post.body = "<p>New.</p>"
    with time_machine.travel(NOON, tick=False):
        post.edit(version=1)

    post.refresh_from_db()
    assert (post.body, post.version, post.updated_at) == ("<p>New.</p>", 2, NOON)


def test_an_edit_that_changes_nothing_counts_nothing():
    post = PostFactory(updated_at=LONG_AGO)

    post.edit(version=1)

    post.refresh_from_db()
    assert (post.version, post.updated_at) == (1, LONG_AGO)


def test_an_edit_based_on_an_older_text_is_refused_and_overwrites_nothing():
    post = PostFactory()
    mine, theirs = Post.objects.get(pk=post.pk), Post.objects.get(pk=post.pk)
    theirs.body = "<p>Theirs.</p>"
    theirs.edit(version=1)

    mine.body = "<p>Mine.</p>"
    with pytest.raises(EditConflict) as conflict:
        mine.edit(version=1)

    assert conflict.value.stored.body == "<p>Theirs.</p>"
    post.refresh_from_db()
    assert post.body == "<p>Theirs.</p>"


def test_an_edit_that_says_the_same_as_the_stored_text_is_no_conflict():
    post = PostFactory()
    mine, theirs = Post.objects.get(pk=post.pk), Post.objects.get(pk=post.pk)
    theirs.body = mine.body = "<p>Same.</p>"
    theirs.edit(version=1)

    mine.edit(version=1)

    post.refresh_from_db()
    assert post.version == 2


def test_an_edit_leaves_the_state_alone_whatever_the_object_in_hand_says():
    post = PostFactory(published=True)
    stale = Post.objects.get(pk=post.pk)
    Post.objects.hide()

    stale.body = "<p>New.</p>"
    stale.edit()

    post.refresh_from_db()
    assert (post.status, post.body) == ("hidden", "<p>New.</p>")


# What is never stored


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"status": "published", "published_at": None},
        {"status": "hidden", "published_at": None},
        {"status": "trashed", "trashed_from": "draft", "trashed_at": None},
        {"status": "trashed", "trashed_from": "", "trashed_at": LONG_AGO},
        {"status": "trashed", "trashed_from": "published", "trashed_at": LONG_AGO},
        {"status": "draft", "trashed_from": "draft"},
        {"status": "draft", "trashed_at": LONG_AGO},
    ],
)
def test_the_database_refuses_a_post_that_makes_no_sense(fields):
    post = PostFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(**fields)


def test_an_author_with_posts_cannot_be_deleted():
    post = PostFactory()

    with pytest.raises(ProtectedError):
        post.author.delete()


# Querysets


def test_hiding_changes_public_posts_only_and_says_how_many():
    public, draft, scheduled = (
        PostFactory(published=True),
        PostFactory(),
        PostFactory(scheduled=True),
    )

    assert Post.objects.hide() == 1

    states = dict(Post.objects.values_list("pk", "status"))
    assert states == {public.pk: "hidden", draft.pk: "draft", scheduled.pk: "published"}


def test_restoring_changes_hidden_posts_only_and_says_how_many():
    hidden, trashed = PostFactory(hidden=True), PostFactory(trashed=True)

    assert Post.objects.unhide() == 1

    states = dict(Post.objects.values_list("pk", "status"))
    assert states == {hidden.pk: "published", trashed.pk: "trashed"}


def test_the_list_holds_public_posts_only_newest_first():
    now = timezone.now()
    older = PostFactory(published=True)
    newer = PostFactory(status="published", published_at=now)
    for state in ("hidden", "trashed", "scheduled"):
        PostFactory(**{state: True})
    PostFactory()

    assert list(Post.objects.for_list()) == [newer, older]
