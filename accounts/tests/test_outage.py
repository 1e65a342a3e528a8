"""What somebody signed in may do while the provider is out of reach."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import client as provider_client
from accounts.devprovider import metadata
from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.devprovider.provider import DevelopmentProvider
from accounts.devprovider.web import json_response
from accounts.models import LoginSession, User
from accounts.recheck import OUTAGE_GRACE
from posts.models import Post
from posts.tests.factories import PostFactory

AMARA, JONAS, MEI, *_ = SAMPLE_PEOPLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(time_machine):
    time_machine.move_to("2026-01-01T12:00:00Z", tick=False)
    return time_machine


@pytest.fixture
def mei(clock, provider, sign_in, client):
    """A browser in which Mei, a moderator, has just signed in."""
    provider.set_groups(MEI.subject, ["blog-moderators"])
    sign_in(client, MEI)
    return client


def fault(status, error="server_error"):
    return lambda *_: json_response({"error": error}, status=status)


@pytest.fixture
def outage(mei, clock, monkeypatch):
    """The provider fails, and Mei's session is due."""
    monkeypatch.setitem(DevelopmentProvider.routes, metadata.TOKEN, {"POST": fault(500)})
    clock.shift(60)
    return mei


def typed(**fields):
    return {"title": "Typed", "body": "<p>Dear text</p>", "action": "save", **fields}


@pytest.mark.parametrize(
    ("path", "method", "answer"),
    [
        (metadata.TOKEN, "POST", fault(500)),
        (metadata.TOKEN, "POST", fault(503, "temporarily_unavailable")),
        (metadata.TOKEN, "POST", fault(429, "slow_down")),
        (metadata.TOKEN, "POST", fault(400, "invalid_client")),
        (metadata.TOKEN, "POST", fault(401, "invalid_client")),
        (metadata.TOKEN, "POST", fault(400, "unsupported_grant_type")),
        (metadata.TOKEN, "POST", lambda *_: json_response([])),
        (metadata.TOKEN, "POST", lambda *_: json_response({})),
        (metadata.TOKEN, "POST", lambda *_: json_response({"access_token": 5})),
        (metadata.USERINFO, "GET", fault(500)),
        (metadata.USERINFO, "GET", fault(401, "invalid_token")),
        (metadata.USERINFO, "GET", lambda *_: json_response([])),
    ],
)
def test_a_provider_that_fails_ends_no_session(mei, clock, monkeypatch, path, method, answer):
    monkeypatch.setitem(DevelopmentProvider.routes, path, {method: answer})
    clock.shift(60)

    assert mei.get("/dashboard/").status_code == 200
    assert LoginSession.objects.get().is_live


def test_a_provider_that_does_not_answer_in_time_ends_no_session(mei, clock, monkeypatch):
    answered = threading.Event()

    def hang(*_):
        answered.wait(10)
        return json_response({})

    monkeypatch.setattr(provider_client, "TOTAL_SECONDS", 0.1)
    monkeypatch.setitem(DevelopmentProvider.routes, metadata.TOKEN, {"POST": hang})
    clock.shift(60)

    status = mei.get("/dashboard/").status_code
    answered.set()

    assert status == 200
    assert LoginSession.objects.get().is_live


def test_a_provider_that_is_down_is_asked_again_after_ten_seconds(outage, clock, monkeypatch):
    asked = []

    def count(*_):
        asked.append(timezone.now())
        return json_response({}, status=500)

    monkeypatch.setitem(DevelopmentProvider.routes, metadata.TOKEN, {"POST": count})
    for _ in range(12):
        outage.get("/dashboard/")
        clock.shift(1)

    assert len(asked) == 2


def test_once_the_provider_is_back_everything_can_be_done_again(mei, clock, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(DevelopmentProvider.routes, metadata.TOKEN, {"POST": fault(500)})
        clock.shift(60)
        assert mei.post("/dashboard/new/", typed(action="publish")).status_code == 200
        assert not Post.objects.exists()
    clock.shift(10)

    mei.post("/dashboard/new/", typed(action="publish"))

    assert Post.objects.get().is_public


def test_who_left_during_an_outage_is_out_as_soon_as_it_ends(mei, provider, clock, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(DevelopmentProvider.routes, metadata.TOKEN, {"POST": fault(500)})
        clock.shift(60)
        provider.deactivate(MEI.subject)
        assert mei.get("/dashboard/").status_code == 200
    clock.shift(10)

    assert mei.get("/dashboard/").status_code == 302


def test_after_the_grace_the_session_ends(outage, clock):
    outage.get("/")
    clock.shift(OUTAGE_GRACE - timedelta(seconds=61))
    assert outage.get("/dashboard/").status_code == 200

    clock.shift(1)

    assert outage.get("/dashboard/").status_code == 302
    assert LoginSession.objects.get().end_reason == "unreachable"


# What may be done meanwhile


def test_a_draft_can_be_begun_and_saved(outage):
    outage.post("/dashboard/new/", typed())
    post = Post.objects.get()

    response = outage.post(
        f"/{post.slug}/edit/", typed(title="Again", slug=post.slug, version=post.version)
    )

    assert response.status_code == 302
    assert (Post.objects.get().title, Post.objects.get().is_draft) == ("Again", True)


@pytest.mark.parametrize("state", [None, "published", "scheduled"])
def test_nothing_is_published_or_changed_in_public_and_the_text_stays(outage, state):
    person = User.objects.get()
    address = "/dashboard/new/"
    fields = typed(action="publish")
    if state:
        post = PostFactory(author=person, slug="mine", **{state: True})
        address, fields = "/mine/edit/", typed(slug="mine", version=post.version)

    response = outage.post(address, fields)

    assert response.status_code == 200
    assert "The sign-in service does not answer, so only drafts can be saved." in response.text
    assert "Dear text" in response.text
    assert not Post.objects.filter(title="Typed").exists()


@pytest.mark.parametrize("act", ["delete", "publish", "unpublish", "restore"])
def test_no_other_act_is_done(outage, act):
    state = {"delete": {"published": True}, "restore": {"trashed": True}}.get(act, {})
    post = PostFactory(author=User.objects.get(), slug="mine", **state)

    response = outage.post("/mine/" + act + "/")

    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "The sign-in service does not answer" in response.text
    after = Post.objects.get()
    assert (after.status, after.trashed_at) == (post.status, post.trashed_at)


def test_staff_look_and_do_nothing(outage, author):
    post = PostFactory(author=author, published=True)

    assert outage.get("/admin/posts/post/").status_code == 200
    response = outage.post(
        "/admin/posts/post/", {"action": "hide_posts", "_selected_action": [post.pk]}
    )

    assert response.status_code == 503
    assert Post.objects.get().is_public


def test_a_script_is_told_that_it_may_come_again(outage):
    response = outage.post("/mine/publish/", headers={"sec-fetch-mode": "cors"})

    assert (response.status_code, response.json()) == (503, {"error": "temporarily_unavailable"})


def test_signing_out_always_works(outage):
    assert outage.post("/logout/").status_code == 302

    assert LoginSession.objects.get().end_reason == "signed_out"
    assert outage.get("/dashboard/").status_code == 302
