"""What arrives while somebody types, and what is refused."""

import uuid

import pytest
from django.test import Client

from posts.forms import MAX_BODY_BYTES
from posts.models import Post, WorkingCopy
from posts.splices import checksum
from posts.tests.factories import PostFactory
from posts.tests.typing import ADDRESS, OpenForm, splice

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(as_user, author):
    return as_user(author)


def test_what_is_typed_is_kept_and_the_published_text_stays(writer, author, client):
    post = PostFactory(author=author, published=True, slug="mine", body="<p>Old.</p>")
    form = OpenForm(writer, author, post)

    answer = form.type("<p>New.</p>", fields={"title": "New"})

    copy = WorkingCopy.objects.get()
    assert answer.json() == {"number": 1, "saved_at": copy.updated_at.isoformat()}
    assert (copy.author, copy.post, copy.form, copy.base_version) == (author, post, form.form, 1)
    assert (copy.body, copy.fields) == ("<p>New.</p>", {"title": "New"})
    assert "<p>Old.</p>" in client.get("/mine/").content.decode()
    assert Post.objects.get().version == 1


def test_a_change_comes_as_a_splice_and_the_other_fields_when_they_changed(writer, author):
    form = OpenForm(writer, author)
    form.type("a🎉c", fields={"title": "T", "tags": ["x", "y"]})

    step = form.step("a🎉b🎉", splice=splice(3, 1, "b🎉"), fields={"title": "U"})
    del step["body"]

    assert form.send(step).json()["number"] == 2
    copy = WorkingCopy.objects.get()
    assert (copy.body, copy.fields) == ("a🎉b🎉", {"title": "U", "tags": ["x", "y"]})


def test_the_first_splice_is_of_the_text_the_form_was_opened_with(writer, author):
    post = PostFactory(author=author, body="<p>Old.</p>")
    form = OpenForm(writer, author, post)
    step = form.step("<p>Bold.</p>", splice=splice(3, 1, "Bo"))
    del step["body"]

    stale = form.send(step | {"version": 7})
    taken = form.send(step)

    assert (stale.status_code, taken.status_code) == (409, 200)
    assert WorkingCopy.objects.get().body == "<p>Bold.</p>"


def test_the_same_step_twice_changes_nothing(writer, author):
    form = OpenForm(writer, author)
    form.type("a")
    step = form.step("ab", splice=splice(1, 0, "b"), fields={"title": "T"})
    del step["body"]

    first, again = form.send(step), form.send(step)

    assert first.json() == again.json()
    assert WorkingCopy.objects.get().number == 2


@pytest.mark.parametrize(
    "change",
    [{"number": 0}, {"number": 5}, {"checksum": 1}],
)
def test_a_step_not_based_on_what_is_kept_is_told_where_that_is(writer, author, change):
    form = OpenForm(writer, author)
    form.type("a")
    form.type("ab")

    response = form.send(form.step("abc") | change)

    assert response.status_code == 409
    assert response.json() == {"error": "out_of_step", "number": 2, "checksum": checksum("ab")}
    assert WorkingCopy.objects.get().body == "ab"


def test_a_copy_that_is_gone_is_begun_anew(writer, author):
    form = OpenForm(writer, author)
    form.type("a")
    WorkingCopy.objects.all().delete()

    assert form.send(form.step("ab")).json() == {"error": "out_of_step", "number": 0}
    form.number = 0
    form.type("ab")
    assert WorkingCopy.objects.get().body == "ab"


def test_what_was_typed_and_taken_back_is_kept_no_longer_and_begins_anew(writer, author):
    post = PostFactory(author=author, slug="mine", title="Mine", body="<p>Old.</p>")
    form = OpenForm(writer, author, post)
    form.type("<p>Old.x</p>", fields={"title": "Mine", "slug": "mine"})

    answer = form.type("<p>Old.</p>", fields={"excerpt": ""})

    assert answer.json()["number"] == 0
    assert not WorkingCopy.objects.exists()
    form.type("<p>Old.y</p>")
    assert WorkingCopy.objects.get().body == "<p>Old.y</p>"


@pytest.mark.parametrize(
    ("body", "change"),
    [
        ("<p>Old.</p>", {"fields": {"title": "Other"}}),
        ("<p>Old.</p>", {"version": 7}),
        ("<p>Old. </p>", {}),
    ],
)
def test_a_copy_that_says_anything_else_than_its_post_stays(writer, author, body, change):
    post = PostFactory(author=author, title="Mine", body="<p>Old.</p>")
    form = OpenForm(writer, author, post)

    assert form.send(form.step(body, **change)).json()["number"] == 1
    assert WorkingCopy.objects.count() == 1


def test_a_copy_that_was_typed_into_meanwhile_is_not_discarded(writer, author):
    form = OpenForm(writer, author)
    form.type("a")
    copy = WorkingCopy.objects.get()
    form.type("ab")

    assert not copy.discard()
    assert WorkingCopy.objects.get().discard()
    assert not WorkingCopy.objects.exists()


def test_two_tabs_are_two_copies(writer, author):
    post = PostFactory(author=author)
    for text in ("one", "two"):
        OpenForm(writer, author, post).type(text)

    assert sorted(WorkingCopy.objects.values_list("body", flat=True)) == ["one", "two"]


def test_one_form_of_two_people_is_two_copies(as_user, author, stranger):
    form = uuid.uuid4()
    for person in (author, stranger):
        OpenForm(as_user(person), person, form=form).type(f"of {person.pk}")

    assert WorkingCopy.objects.count() == 2


def test_what_is_typed_after_a_new_post_was_made_is_of_that_post(writer, author):
    submission = str(uuid.uuid4())
    post = PostFactory(author=author, submission=submission)

    OpenForm(writer, author).type("more", submission=submission)

    assert WorkingCopy.objects.get().post == post


# Who may


def test_nobody_signed_in_is_told_to_sign_in(client, author):
    form = OpenForm(client, author)

    response = form.send(form.step("a"))

    assert (response.status_code, response.json()["error"]) == (401, "login_required")


def test_who_may_not_write_any_more_is_told_so(writer, author):
    form = OpenForm(writer, author)
    form.type("a")
    author.is_author = False
    author.save()

    response = form.send(form.step("ab"))

    assert (response.status_code, response.json()) == (403, {"error": "forbidden"})
    assert WorkingCopy.objects.get().body == "a"


@pytest.mark.parametrize("visitor", ["stranger", "moderator", "admin"])
def test_nobody_keeps_a_copy_of_anothers_post(request, as_user, author, visitor):
    person = request.getfixturevalue(visitor)
    form = OpenForm(as_user(person), person, PostFactory(author=author, published=True))

    response = form.send(form.step("a"))

    assert (response.status_code, response.json()) == (403, {"error": "forbidden"})


def test_what_one_person_types_is_not_kept_as_anothers(as_user, author, stranger):
    form = OpenForm(as_user(stranger), author)

    response = form.send(form.step("a"))

    assert (response.status_code, response.json()) == (403, {"error": "another_person"})
    assert not WorkingCopy.objects.exists()


def test_a_step_without_its_token_is_refused_in_json(author):
    client = Client(enforce_csrf_checks=True)
    client.force_login(author)
    form = OpenForm(client, author)

    response = form.send(form.step("a"))

    assert (response.status_code, response.json()) == (403, {"error": "csrf"})


# What may come


@pytest.mark.parametrize(
    "change",
    [
        {"number": -1},
        {"number": "1"},
        {"number": 2**40},
        {"body": 7},
        {"body": "a\x00"},
        {"body": "\ud83c"},
        {"splice": {"start": 0}},
        {"splice": 3},
        {"fields": {"title": {"a": 1}}},
        {"fields": {"title": "\x00"}},
        {"fields": [1]},
        {"person": None, "post": "x"},
        {"post": "x"},
        {"version": 1.5},
    ],
)
def test_what_is_no_step_is_refused(writer, author, change):
    form = OpenForm(writer, author)

    response = form.send(form.step("a") | change)

    assert response.status_code in (400, 403)
    assert not WorkingCopy.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'"a"', b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_refused(writer, body):
    address = ADDRESS.format(uuid.uuid4())

    assert writer.post(address, body, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"body": "é" * (MAX_BODY_BYTES // 2)}, 200),
        ({"body": "é" * (MAX_BODY_BYTES // 2) + "a"}, 413),
        ({"fields": {"title": "x" * 20_000}}, 413),
    ],
)
def test_more_than_the_form_would_take_is_refused(writer, author, change, status):
    form = OpenForm(writer, author)

    assert form.send(form.step(**({"body": "a"} | change))).status_code == status


def test_a_splice_makes_no_text_longer_than_the_form_would_take(writer, author):
    form = OpenForm(writer, author)
    form.type("a" * MAX_BODY_BYTES)
    step = form.step("a" * MAX_BODY_BYTES + "b", splice=splice(0, 0, "b"))
    del step["body"]
    step["checksum"] = checksum("b" + "a" * MAX_BODY_BYTES)

    assert form.send(step).status_code == 413


def test_other_methods_are_refused(writer):
    assert writer.get(ADDRESS.format(uuid.uuid4())).status_code == 405
