"""Who may go where: one row an address and state of post, one column a visitor."""

import pytest

from posts.models import Post
from posts.tests.factories import PostFactory

pytestmark = pytest.mark.django_db

LOGIN = 302
VISITORS = ["anonymous", "stranger", "author", "moderator", "admin"]

READING = [
    # method, address, state of the post, then an answer for each visitor
    ("get", "/", "published", 200, 200, 200, 200, 200),
    ("get", "/authors/ada/", "published", 200, 200, 200, 200, 200),
    ("get", "/archive/", "published", 200, 200, 200, 200, 200),
    ("get", "/archive/2025/01/", "draft", 200, 200, 200, 200, 200),
    ("get", "/mine/", "published", 200, 200, 200, 200, 200),
    ("get", "/mine/", "draft", 404, 404, 200, 200, 200),
    ("get", "/mine/", "scheduled", 404, 404, 200, 200, 200),
    ("get", "/mine/", "hidden", 410, 410, 410, 410, 410),
    ("get", "/mine/", "trashed", 410, 410, 410, 410, 410),
    ("get", "/nothing/", "published", 404, 404, 404, 404, 404),
]
WRITING = [
    ("get", "/dashboard/", "draft", LOGIN, 200, 200, 200, 200),
    ("get", "/dashboard/new/", "draft", LOGIN, 200, 200, 200, 200),
    ("get", "/mine/edit/", "draft", LOGIN, 404, 200, 403, 403),
    ("get", "/mine/edit/", "scheduled", LOGIN, 404, 200, 403, 403),
    ("get", "/mine/edit/", "published", LOGIN, 403, 200, 403, 403),
    ("get", "/mine/edit/", "hidden", LOGIN, 404, 200, 403, 403),
    ("get", "/mine/edit/", "trashed", LOGIN, 404, 200, 403, 403),
    ("post", "/mine/edit/", "draft", LOGIN, 404, 200, 403, 403),
    ("post", "/mine/edit/", "published", LOGIN, 403, 200, 403, 403),
    ("get", "/mine/delete/", "published", LOGIN, 403, 200, 403, 403),
    ("post", "/mine/delete/", "draft", LOGIN, 404, 302, 403, 403),
    ("post", "/mine/delete/", "published", LOGIN, 403, 302, 403, 403),
    ("post", "/mine/publish/", "draft", LOGIN, 404, 302, 403, 403),
    ("post", "/mine/unpublish/", "published", LOGIN, 403, 302, 403, 403),
    ("post", "/mine/restore/", "trashed", LOGIN, 404, 302, 403, 403),
    ("get", "/mine/publish/", "draft", LOGIN, 405, 405, 405, 405),
    ("get", "/nothing/edit/", "draft", LOGIN, 404, 404, 404, 404),
]
STAFF = [
    ("get", "/admin/", "published", LOGIN, LOGIN, LOGIN, 200, 200),
    ("get", "/admin/posts/post/", "published", LOGIN, LOGIN, LOGIN, 200, 200),
    ("get", "/admin/posts/post/{pk}/change/", "draft", LOGIN, LOGIN, LOGIN, 200, 200),
    ("get", "/admin/posts/post/add/", "draft", LOGIN, LOGIN, LOGIN, 403, 403),
    ("get", "/admin/posts/post/{pk}/delete/", "draft", LOGIN, LOGIN, LOGIN, 403, 403),
    ("get", "/admin/posts/address/", "draft", LOGIN, LOGIN, LOGIN, 404, 404),
    ("get", "/admin/accounts/user/", "published", LOGIN, LOGIN, LOGIN, 403, 200),
]


@pytest.mark.parametrize(
    ("method", "address", "state", "visitor", "answer"),
    [
        (method, address, state, visitor, answer)
        for method, address, state, *answers in READING + WRITING + STAFF
        for visitor, answer in zip(VISITORS, answers, strict=True)
    ],
)
def test_access(request, as_user, author, method, address, state, visitor, answer):
    author.handle = "ada"
    author.save()
    post = PostFactory(author=author, slug="mine", **({} if state == "draft" else {state: True}))
    user = None if visitor == "anonymous" else request.getfixturevalue(visitor)
    address = address.format(pk=post.pk)

    response = getattr(as_user(user), method)(address)

    assert response.status_code == answer
    if visitor != "author":
        after = Post.objects.get()
        assert (after.status, after.body, after.slug) == (post.status, post.body, "mine")
    if visitor == "anonymous" and answer == LOGIN and not address.startswith("/admin/"):
        is_button = address.endswith(("/publish/", "/unpublish/", "/restore/"))
        assert response.url == f"/login/?next={'/dashboard/' if is_button else address}"


@pytest.mark.parametrize("address", ["/dashboard/new/", "/mine/edit/", "/mine/delete/"])
def test_a_person_who_is_no_author_any_more_reads_but_does_not_write(as_user, author, address):
    PostFactory(author=author, slug="mine")
    author.is_author = False
    author.save()

    assert as_user(author).get(address).status_code == 403
    assert as_user(author).get("/mine/").status_code == 200
    assert "may read here, but not write" in as_user(author).get(address).content.decode()
