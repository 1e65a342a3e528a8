import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from accounts.tests.factories import UserFactory
from posts.models import Post, Revision
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.django_db

LOGIN = 302
VISITORS = ["anonymous", "stranger", "author", "moderator", "admin"]


@pytest.fixture
def post(author):
    post = Post(author=author, title="Old title", body="<p>Old words.</p>")
    post.add(slug="mine", publish=True)
    post.title, post.body = "New title", "<p>New words.</p>"
    post.edit()
    return post


@pytest.fixture
def first(post):
    return post.revisions.order_by("pk").first()


@pytest.fixture
def writer(as_user, author):
    return as_user(author)


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("state", ["draft", "published", "hidden", "trashed"])
@pytest.mark.parametrize("page", ["", "{pk}/", "compare/?old={pk}&new=now"])
def test_its_author_and_staff_see_revisions_and_nobody_else(request, as_user, author, state, page):
    post = PostFactory(author=author, slug="mine", **({} if state == "draft" else {state: True}))
    Revision.objects.keep_stored(post)
    address = "/mine/revisions/" + page.format(pk=post.revisions.get().pk)

    answers = [
        as_user(None if who == "anonymous" else request.getfixturevalue(who))
        .get(address)
        .status_code
        for who in VISITORS
    ]

    assert answers == [LOGIN, 403 if state == "published" else 404, 200, 200, 200]


def test_only_its_author_restores_a_text(request, as_user, post, first):
    data = {"version": post.version, "confirmed": "yes"}
    for who, answer in [("stranger", 403), ("moderator", 403), ("admin", 403), (None, LOGIN)]:
        client = as_user(request.getfixturevalue(who) if who else None)
        assert client.post(f"/mine/revisions/{first.pk}/restore/", data).status_code == answer

    assert Post.objects.get().title == "New title"


def test_the_list_says_who_when_and_what_and_leads_to_each(writer, post, first):
    page = writer.get("/mine/revisions/").content.decode()

    assert page.index("New title") < page.index("Old title")
    assert "Ada Author" in page
    assert "Published" in page
    assert f'href="/mine/revisions/{first.pk}/"' in page


def test_a_post_without_revisions_says_when_there_will_be_one(writer, author):
    PostFactory(author=author, slug="mine")

    assert "No revisions yet." in writer.get("/mine/revisions/").content.decode()


def test_a_revision_shows_its_text_as_it_would_look(writer, first):
    page = writer.get(f"/mine/revisions/{first.pk}/").content.decode()

    assert "<p>Old words.</p>" in page
    assert "readers will see this text at once" in page


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_any_two_are_compared_the_earlier_one_first(writer, post, first, order):
    last = post.revisions.order_by("pk").last()
    query = dict(zip(order, (first.pk, last.pk), strict=True))

    page = writer.get("/mine/revisions/compare/", query).content.decode()

    assert '<del><span class="visually-hidden">removed: </span>Old</del>' in page
    assert '<ins><span class="visually-hidden">added: </span>New</ins>' in page


def test_a_revision_is_compared_with_what_the_post_says_now(writer, first):
    page = writer.get(f"/mine/revisions/compare/?old=now&new={first.pk}").content.decode()

    assert '<ins><span class="visually-hidden">added: </span>New</ins>' in page
    assert "What the post says now" in page


@pytest.mark.parametrize(
    "query", ["", "?old=1", "?old=x&new=now", "?old=99999999&new=now", "?old=²&new=now"]
)
def test_a_comparison_of_nothing_is_no_page(writer, post, query):
    assert writer.get(f"/mine/revisions/compare/{query}").status_code == 404


def test_a_revision_of_another_post_is_not_found_here(writer, author, first):
    PostFactory(author=author, slug="other")

    assert writer.get(f"/other/revisions/{first.pk}/").status_code == 404
    assert writer.post(f"/other/revisions/{first.pk}/restore/").status_code == 404


def test_restoring_a_public_text_asks_first(writer, post, first):
    address = f"/mine/revisions/{first.pk}/restore/"

    unasked = writer.post(address, {"version": post.version})
    assert (unasked.url, Post.objects.get().title) == (f"/mine/revisions/{first.pk}/", "New title")
    asked = writer.post(address, {"version": post.version, "confirmed": "yes"})

    assert asked.url == "/mine/revisions/"
    assert told(asked)[-1] == 'Restored from its revisions: <a href="/mine/">Old title</a>'
    after = Post.objects.get()
    assert (after.title, after.body, after.slug) == ("Old title", "<p>Old words.</p>", "mine")


def test_restoring_over_something_newer_changes_nothing_and_says_so(writer, post, first):
    data = {"version": post.version, "confirmed": "yes"}
    post.body = "<p>Newest.</p>"
    post.edit()

    response = writer.post(f"/mine/revisions/{first.pk}/restore/", data)

    assert "nothing was restored" in told(response)[-1]
    assert Post.objects.get().body == "<p>Newest.</p>"


@pytest.mark.parametrize("count", [2, 200])
def test_the_pages_cost_the_same_queries_for_2_and_200_revisions(
    writer, post, first, django_assert_num_queries, count
):
    now = timezone.now()
    Revision.objects.bulk_create(
        Revision(post=post, editor=UserFactory(), kind="saved", title="T", body="<p>x</p>", version=1, saved_at=now)
        for _number in range(count)
    )  # fmt: skip

    with django_assert_num_queries(5):
        assert writer.get("/mine/revisions/").status_code == 200
    with django_assert_num_queries(6):
        assert writer.get(f"/mine/revisions/{first.pk}/").status_code == 200
    with django_assert_num_queries(5):
        writer.get(f"/mine/revisions/compare/?old={first.pk}&new=now")


def test_the_list_is_paged(writer, post):
    now = timezone.now()
    Revision.objects.bulk_create(
        Revision(post=post, editor=post.author, kind="saved", title=f"T{number}", body="x", version=1, saved_at=now)
        for number in range(30)
    )  # fmt: skip

    newest = writer.get("/mine/revisions/")
    older = writer.get(f"/mine/revisions/?before={newest.context['page_obj'].older}")

    rows = [*newest.context["revision_list"], *older.context["revision_list"]]
    assert [row.pk for row in rows] == [row.pk for row in Revision.objects.for_list(post)]
