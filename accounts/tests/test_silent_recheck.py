"""Confirming a sign-in without a refresh token: the browser asks, without a word."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.devprovider.provider import DevelopmentProvider
from accounts.models import LoginSession, User
from posts.models import Post

AMARA, JONAS, MEI, *_ = SAMPLE_PEOPLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(time_machine):
    time_machine.move_to("2026-01-01T12:00:00Z", tick=False)
    return time_machine


@pytest.fixture
def mei(clock, provider, sign_in, client, settings):
    """A browser in which Mei signed in a minute ago, at a provider without refresh tokens."""
    settings.OIDC_RP_SCOPES = "openid email profile groups"
    sign_in(client, MEI)
    assert LoginSession.objects.get().refresh_token == ""
    clock.shift(60)
    return client


def answer(provider, url, subject=MEI.subject):
    """Return where the provider sends the browser, which it knows by its own cookie."""
    return provider.approve(url, subject)


def test_the_browser_asks_and_comes_back_to_where_it_was(mei, provider):
    leaving = mei.get("/dashboard/?before=x&after=y")
    assert leaving.url.startswith(f"{provider.issuer}/oauth2/v1/authorize?")
    assert parse_qs(urlsplit(leaving.url).query)["prompt"] == ["none"]

    landing = mei.get(answer(provider, leaving.url))

    assert landing.url == "/dashboard/?before=x&after=y"
    assert mei.get("/dashboard/").status_code == 200
    session = LoginSession.objects.get()
    assert (session.verified_at, session.is_live) == (timezone.now(), True)


def test_the_session_goes_on_with_its_key_and_its_longest_time(mei, provider, clock):
    key, before = mei.session.session_key, LoginSession.objects.get()

    mei.get(answer(provider, mei.get("/").url))

    assert mei.session.session_key == key
    assert LoginSession.objects.get().expires_at == before.expires_at


def test_roles_follow(mei, provider):
    provider.set_groups(MEI.subject, ["blog-moderators"])

    mei.get(answer(provider, mei.get("/admin/").url))

    assert mei.get("/admin/").status_code == 200


def test_who_has_left_is_out_and_reads_on_as_anybody(mei, provider):
    provider.deactivate(MEI.subject)

    landing = mei.get(answer(provider, mei.get("/").url))

    assert landing.url == "/"
    assert LoginSession.objects.get().end_reason == "refused"
    assert ">Sign in</a>" in mei.get("/").text


def test_who_is_somebody_else_there_by_now_is_nobody_here(mei, provider):
    leaving = mei.get("/dashboard/")
    provider.open_session(JONAS.subject)

    mei.get(answer(provider, leaving.url, JONAS.subject))

    assert LoginSession.objects.get().end_reason == "refused"
    assert mei.get("/dashboard/").url == "/login/?next=/dashboard/"


def test_an_answer_that_proves_nothing_ends_the_session(mei, provider, monkeypatch):
    leaving = mei.get("/dashboard/")
    url = answer(provider, leaving.url).replace("iss=http", "iss=https")

    response = mei.get(url)

    assert response.status_code == 403
    assert LoginSession.objects.get().end_reason == "refused"


def test_nobody_is_sent_to_a_provider_that_is_down(mei, monkeypatch):
    monkeypatch.setattr(DevelopmentProvider, "routes", {})

    assert mei.get("/dashboard/").status_code == 200
    assert LoginSession.objects.get().is_live


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable"])
def test_a_provider_that_fails_meanwhile_ends_no_session(mei, provider, error):
    state = parse_qs(urlsplit(mei.get("/dashboard/").url).query)["state"][0]
    query = {"error": error, "state": state, "iss": provider.issuer}

    landing = mei.get("/oidc/callback/", query)

    assert landing.url == "/dashboard/"
    assert mei.get("/dashboard/").status_code == 200
    assert mei.post("/mine/publish/").status_code == 503


def test_a_form_is_kept_until_the_browser_has_asked(mei, provider):
    typed = {"title": "Typed", "body": "<p>Dear text</p>", "action": "publish"}

    page = mei.post("/dashboard/new/", typed)
    assert (page.status_code, Post.objects.exists()) == (403, False)
    assert "Confirm that it is you" in page.text
    assert "Dear text" in page.text
    in_a_new_tab = mei.get(mei.get("/login/?next=/account/").url)
    mei.get(answer(provider, in_a_new_tab.url))

    mei.post("/dashboard/new/", typed)
    assert Post.objects.get().is_public


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_script_is_not_sent_to_another_site(mei, method):
    response = getattr(mei, method)("/dashboard/", headers={"sec-fetch-mode": "cors"})

    assert (response.status_code, response.json()["error"]) == (401, "login_required")
    assert LoginSession.objects.get().is_live


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post"])
def test_nothing_is_done_before_the_browser_has_asked(mei, method):
    assert getattr(mei, method)("/dashboard/new/").status_code == 403


def test_the_person_is_not_made_anew(mei, provider):
    mei.get(answer(provider, mei.get("/").url))

    assert User.objects.count() == 1
    assert LoginSession.objects.count() == 1
