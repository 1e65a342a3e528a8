import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.db import connection
from django.utils.html import escape

from posts.models import Post
from posts.tests.factories import PostFactory, many_published

pytestmark = pytest.mark.django_db

CHANGELIST = "/admin/posts/post/"


def act(client, action, posts):
    return client.post(CHANGELIST, {"action": action, "_selected_action": [p.pk for p in posts]})


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_the_list_shows_author_state_and_times(as_user, moderator, author):
    PostFactory(author=author, scheduled=True, title="Soon")

    page = as_user(moderator).get(CHANGELIST).content.decode()

    assert "Soon" in page
    assert "Ada Author" in page
    assert "Scheduled" in page


def test_hiding_counts_logs_and_takes_the_post_from_readers(as_user, moderator, client):
    posts = [PostFactory(published=True), PostFactory(published=True), PostFactory()]

    response = act(as_user(moderator), "hide_posts", posts)

    assert told(response) == ["2 posts hidden."]
    assert client.get(posts[0].get_absolute_url()).status_code == 410
    assert LogEntry.objects.filter(user=moderator, change_message="Hidden.").count() == 2


def test_restoring_counts_logs_and_gives_the_post_back(as_user, moderator, client):
    post = PostFactory(hidden=True)

    response = act(as_user(moderator), "restore_posts", [post])

    assert told(response) == ["1 post restored."]
    assert client.get(post.get_absolute_url()).status_code == 200
    assert LogEntry.objects.get().change_message == "Restored."


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("hide_posts", "Only public posts can be hidden."),
        ("restore_posts", "Only hidden posts can be restored."),
    ],
)
def test_an_action_that_fits_no_post_changes_nothing_and_says_so(as_user, moderator, action, words):
    response = act(as_user(moderator), action, [PostFactory()])

    assert told(response) == [words]
    assert Post.objects.get().status == "draft"
    assert LogEntry.objects.count() == 0


def test_a_moderator_cannot_edit_anothers_text(as_user, moderator):
    post = PostFactory(published=True, body="<p>Theirs.</p>")

    response = as_user(moderator).post(
        f"{CHANGELIST}{post.pk}/change/",
        {"title": "Mine", "body": "Mine", "excerpt": "", "base_version": "1"},
    )

    post.refresh_from_db()
    assert response.status_code == 403
    assert post.body == "<p>Theirs.</p>"


def test_what_an_admin_edits_is_sanitised_and_counted_as_a_save(as_user, admin):
    post = PostFactory(published=True)

    as_user(admin).post(
        f"{CHANGELIST}{post.pk}/change/",
        {
            "title": "Mended",
            "body": "<p>Fine<script>x</script></p>",
            "excerpt": "",
            "base_version": "1",
        },
    )

    post.refresh_from_db()
    assert (post.title, post.body, post.version) == ("Mended", "<p>Fine</p>", 2)


def test_an_admin_overwrites_nothing_that_is_newer(as_user, admin):
    post = PostFactory(published=True)
    post.body = "<p>Theirs.</p>"
    post.edit()

    address = f"{CHANGELIST}{post.pk}/change/"
    mine = {"title": "Mine", "body": "<p>Mine.</p>", "excerpt": ""}
    response = as_user(admin).post(address, mine | {"base_version": "1"})

    page = response.content.decode()
    assert "saved elsewhere since this page was opened" in page
    for text in ("<p>Theirs.</p>", "<p>Mine.</p>"):
        assert escape(text) in page
    assert "<del>" in page
    assert Post.objects.get().body == "<p>Theirs.</p>"

    version = re.search(r'name="base_version" value="(\d+)"', page)[1]
    as_user(admin).post(address, mine | {"base_version": version})
    assert Post.objects.get().body == "<p>Mine.</p>"


def test_an_admin_is_told_what_the_sanitiser_took_out(as_user, admin):
    post = PostFactory(published=True)

    response = as_user(admin).post(
        f"{CHANGELIST}{post.pk}/change/",
        {"title": "Mine", "body": "<p>a<script>x</script></p>", "excerpt": "", "base_version": "1"},
    )

    assert told(response)[0] == "Left out or changed, as a page may not carry it: <script>"


def test_an_admin_cannot_store_an_empty_text_either(as_user, admin):
    post = PostFactory(published=True)

    response = as_user(admin).post(
        f"{CHANGELIST}{post.pk}/change/",
        {"title": "Mended", "body": "<p> </p>", "excerpt": "", "base_version": "1"},
    )

    assert "A post needs a text that can be seen." in response.content.decode()


@pytest.mark.django_db(transaction=connection.vendor == "mysql")  # finds what is committed
@pytest.mark.parametrize(
    "query", ["?q=Needle", "?q=hay", "?q=ada", "?q=/needle/", "?status__exact=published"]
)
def test_posts_are_found_by_title_text_author_address_and_state(as_user, moderator, author, query):
    found = PostFactory(
        author=author, title="A needle", slug="needle", body="<p>In the hay.</p>", published=True
    )
    PostFactory()

    response = as_user(moderator).get(CHANGELIST + query)

    assert list(response.context["cl"].queryset) == [found]


def test_the_list_costs_the_same_queries_for_3_and_300_posts(
    as_user, moderator, author, django_assert_num_queries
):
    client = as_user(moderator)
    many_published(3, author)
    with django_assert_num_queries(5) as few:
        client.get(CHANGELIST)
    Post.objects.bulk_create(
        Post(author=author, title="More", slug=f"more-{number}", body="<p>x</p>")
        for number in range(297)
    )

    with django_assert_num_queries(len(few)):
        client.get(CHANGELIST)


def test_the_admin_has_the_sites_icon(as_user, moderator):
    page = as_user(moderator).get(CHANGELIST).content.decode()

    assert '<link rel="icon" href="/static/img/icon.svg" type="image/svg+xml">' in page
