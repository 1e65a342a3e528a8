import uuid

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages

from accounts.tests.factories import UserFactory
from posts.models import EditConflict, Post, WorkingCopy
from posts.tests.factories import PostFactory
from posts.tests.test_concurrency import at_once

pytestmark = pytest.mark.django_db

CHANGELIST = "/admin/posts/post/"


def act(client, posts, **data):
    data |= {"action": "hand_over_posts", "_selected_action": [post.pk for post in posts]}
    return client.post(CHANGELIST, data)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_the_new_author_finds_the_draft_and_what_was_typed_last(as_user, author, stranger, state):
    post = PostFactory(author=author, slug="mine", **({} if state == "draft" else {state: True}))
    post.addresses.update(published_at=None)
    copy = WorkingCopy(
        author=author, post=post, form=uuid.uuid4(), body="Typed last", fields={"title": "T"}
    )
    copy.save()

    assert post.hand_over(stranger) is True

    assert list(as_user(stranger).get("/dashboard/").context["post_list"]) == [post]
    assert as_user(author).get("/mine/").status_code == 404
    rows = post.revisions.order_by("pk").values_list("kind", "editor", "body")
    kind = "saved" if state == "draft" else "published"
    assert list(rows) == [
        (kind, author.pk, "<p>A text.</p>"),
        ("set_aside", author.pk, "<p>Typed last</p>"),
    ]
    assert WorkingCopy.objects.count() == 0


@pytest.mark.parametrize("state", ["published", "hidden", "trashed", "unpublished"])
def test_what_has_been_public_keeps_its_byline(author, stranger, state):
    post = PostFactory(author=author, **{"published" if state == "unpublished" else state: True})
    if state == "unpublished":
        post.unpublish()

    assert post.hand_over(stranger) is False

    assert Post.objects.get().author == author


def test_the_old_authors_open_form_overwrites_nothing(author, stranger):
    post = PostFactory(author=author)
    form = Post.objects.get()
    post.hand_over(stranger)

    form.body = "<p>Late.</p>"
    with pytest.raises(EditConflict):
        form.edit(version=1)


def test_an_admin_sees_what_will_happen_and_hands_over(as_user, admin, author, stranger):
    client = as_user(admin)
    posts = [
        PostFactory(author=author, title="A draft"),
        PostFactory(author=author, published=True),
    ]

    asked = act(client, posts).content.decode()
    assert "A draft" in asked
    assert "1 selected post has been public" in asked
    done = act(client, posts, confirmed="yes", to=stranger.pk)

    assert told(done) == ["1 draft handed over."]
    assert [Post.objects.get(pk=post.pk).author for post in posts] == [stranger, author]
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (admin, str(posts[0].pk))
    assert entry.change_message == f"Handed over to {stranger.get_full_name()}."


@pytest.mark.parametrize("gone", [{"is_active": False}, {"is_author": False}])
def test_nobody_gets_drafts_who_may_not_write(as_user, admin, gone):
    post, to = PostFactory(), UserFactory(**gone)

    page = act(as_user(admin), [post], confirmed="yes", to=to.pk).content.decode()

    assert "This person may not write here (any more)." in page
    assert Post.objects.get().author == post.author


def test_a_moderator_hands_nothing_over(as_user, moderator, stranger):
    post = PostFactory()

    act(as_user(moderator), [post], confirmed="yes", to=stranger.pk)

    assert Post.objects.get().author == post.author
    assert "hand_over_posts" not in as_user(moderator).get(CHANGELIST).content.decode()


def test_a_persons_page_leads_to_their_posts(as_user, admin, author):
    PostFactory(author=author, title="Theirs")
    client = as_user(admin)

    page = client.get(f"/admin/accounts/user/{author.pk}/change/").content.decode()
    address = f"/admin/posts/post/?author__id__exact={author.pk}&amp;status__exact=draft"

    assert address in page
    assert "Theirs" in client.get(address.replace("&amp;", "&")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_a_hand_over_and_a_publication_at_once_the_byline_is_true_to_either(author):
    heirs = UserFactory.create_batch(3)
    post = PostFactory(author=author)
    WorkingCopy.objects.create(author=author, post=post, form=uuid.uuid4(), body="Typed")

    results = at_once(
        4,
        lambda number: (
            post.publish() if number == 3 else Post.objects.get().hand_over(heirs[number])
        ),
    )

    stored = Post.objects.get()
    assert stored.is_public
    assert (stored.author == author) == (True not in results[:3])
    assert post.revisions.filter(kind="set_aside").count() + WorkingCopy.objects.count() == 1
