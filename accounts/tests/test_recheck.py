"""Asking the provider again about somebody who is signed in, at the development provider."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import recheck
from accounts.devprovider import metadata
from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.devprovider.provider import DevelopmentProvider
from accounts.devprovider.web import json_response
from accounts.models import AuditEvent, LoginSession, User
from accounts.models.login_session import LIFETIME

AMARA, JONAS, MEI, *_ = SAMPLE_PEOPLE
START = "2026-01-01T12:00:00Z"

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(time_machine):
    """A clock that moves when it is told to; `clock.shift(61)` is a minute later, and due."""
    time_machine.move_to(START, tick=False)
    return time_machine


@pytest.fixture
def mei(clock, sign_in, client):
    """A browser in which Mei has just signed in."""
    sign_in(client, MEI)
    return client


@pytest.fixture
def calls(provider, monkeypatch):
    """How the provider was asked since: the addresses, in order."""
    asked = []
    respond = DevelopmentProvider._respond

    def respond_and_note(self, request):
        asked.append(request.path)
        return respond(self, request)

    monkeypatch.setattr(DevelopmentProvider, "_respond", respond_and_note)
    return asked


def failing(monkeypatch, path, method="POST", status=500, error="server_error"):
    """Have the provider answer an error at an address."""
    answer = {method: lambda *_: json_response({"error": error}, status=status)}
    monkeypatch.setitem(DevelopmentProvider.routes, path, answer)


def end_reason():
    return LoginSession.objects.get().end_reason


# When it is asked


def test_a_session_is_trusted_for_a_minute(mei, clock, calls):
    clock.shift(59.9)

    assert mei.get("/dashboard/").status_code == 200
    assert calls == []


def test_after_a_minute_one_request_asks_and_the_next_do_not(mei, clock, calls):
    clock.shift(60)

    answers = [mei.get("/dashboard/").status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert calls == [metadata.TOKEN, metadata.USERINFO]
    assert LoginSession.objects.get().verified_at == timezone.now()


def test_how_long_is_a_setting(mei, clock, calls, settings):
    settings.OIDC_RECHECK_SECONDS = 300
    clock.shift(299)
    mei.get("/dashboard/")
    assert calls == []

    clock.shift(1)
    mei.get("/dashboard/")

    assert calls == [metadata.TOKEN, metadata.USERINFO]


def test_a_reader_without_a_session_costs_neither_query_nor_question(
    client, calls, django_assert_num_queries
):
    with django_assert_num_queries(2):  # the posts, and since when all is as it is
        client.get("/")

    assert calls == []


def test_a_session_of_djangos_without_a_sign_in_is_nobodys(mei):
    LoginSession.objects.all().delete()

    assert mei.get("/dashboard/").url == "/login/?next=/dashboard/"


# Who has left


METHODS = ["get", "head", "options", "post", "put", "patch", "delete"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("address", ["/dashboard/", "/dashboard/new/", "/account/", "/admin/"])
def test_who_is_deactivated_at_the_provider_is_out_after_a_minute(
    mei, provider, clock, method, address
):
    provider.deactivate(MEI.subject)
    clock.shift(60)

    response = getattr(mei, method)(address, {"title": "After", "action": "publish"})

    assert response.status_code in (302, 403)
    if response.status_code == 302:
        assert response.url.startswith(("/login/?next=", "/admin/login/?next="))
    assert end_reason() == "refused"
    assert "sessionid" not in {name for name, kept in mei.cookies.items() if kept.value}


def test_who_is_out_reads_on_as_anybody_and_is_told_why(mei, provider, clock):
    provider.deactivate(MEI.subject)
    clock.shift(60)

    page = mei.get("/").text

    assert "You have been signed out" in page
    assert ">Sign in</a>" in page
    assert "You have been signed out" not in mei.get("/").text


def test_a_script_is_told_in_its_own_words(mei, provider, clock):
    provider.deactivate(MEI.subject)
    clock.shift(60)

    response = mei.get("/dashboard/", headers={"sec-fetch-mode": "cors"})

    assert (response.status_code, response["Cache-Control"]) == (401, "no-store")
    assert response.json() == {"error": "login_required", "login_url": "/login/"}


def test_a_form_that_comes_too_late_is_given_back_whole(mei, provider, clock):
    provider.deactivate(MEI.subject)
    clock.shift(60)
    typed = {"title": "On <time>", "body": "<p>Long & dear</p>", "action": "publish", "tags": "a"}

    response = mei.post("/dashboard/new/?form=x", typed)

    assert response.status_code == 403
    assert "no-store" in response["Cache-Control"]
    page = response.text
    assert "On &lt;time&gt;</textarea>" in page
    assert "&lt;p&gt;Long &amp; dear&lt;/p&gt;</textarea>" in page
    assert '<input type="hidden" name="action" value="publish">' in page
    assert 'action="/dashboard/new/?form=x" method="post"' in page
    assert 'href="/login/?next=/account/" target="_blank"' in page


def test_the_trail_says_what_ended_a_session(mei, provider, clock):
    provider.deactivate(MEI.subject)
    clock.shift(60)
    mei.get("/")

    kinds = AuditEvent.objects.order_by("pk").values_list("kind", "reason")
    assert list(kinds) == [("signed_in", ""), ("session_ended", "refused")]


def test_every_browser_of_somebody_who_left_is_out(clock, provider, sign_in):
    browsers = [Client() for _ in range(3)]
    for browser in browsers:
        sign_in(browser, MEI)
    provider.deactivate(MEI.subject)
    clock.shift(60)

    assert {browser.get("/dashboard/").status_code for browser in browsers} == {302}
    assert not LoginSession.objects.live().exists()


def test_who_came_back_signs_in_anew(mei, provider, clock, sign_in):
    provider.deactivate(MEI.subject)
    clock.shift(60)
    mei.get("/")
    provider.activate(MEI.subject)

    sign_in(mei, MEI)

    assert mei.get("/dashboard/").status_code == 200


@pytest.mark.parametrize("error", sorted(recheck.NO_LONGER_VOUCHED_FOR))
def test_an_error_about_the_person_ends_the_session(mei, clock, monkeypatch, error):
    failing(monkeypatch, metadata.TOKEN, status=400, error=error)
    clock.shift(60)

    assert mei.get("/dashboard/").status_code == 302
    assert end_reason() == "refused"


@pytest.mark.parametrize("claims", [{"sub": "00uSomebodyElse"}, {"sub": None}, {}], ids=str)
def test_userinfo_about_somebody_else_ends_the_session(mei, clock, monkeypatch, claims):
    answer = {"GET": lambda *_: json_response(claims)}
    monkeypatch.setitem(DevelopmentProvider.routes, metadata.USERINFO, answer)
    clock.shift(60)

    assert mei.get("/dashboard/").status_code == 302
    assert end_reason() == "refused"


@pytest.mark.parametrize(
    "changed", [{"sub": "00uOther"}, {"iss": "https://other.example"}], ids=str
)
def test_an_id_token_about_somebody_else_ends_the_session(mei, clock, monkeypatch, changed):
    from accounts.devprovider import tokens

    make = tokens.id_token_claims
    monkeypatch.setattr(tokens, "id_token_claims", lambda *a, **k: make(*a, **k) | changed)
    clock.shift(60)

    assert mei.get("/dashboard/").status_code == 302
    assert end_reason() == "refused"


# Roles


def test_a_group_that_is_left_closes_the_door_on_that_request(client, clock, provider, sign_in):
    provider.set_groups(MEI.subject, ["blog-moderators"])
    sign_in(client, MEI)
    assert client.get("/admin/").status_code == 200

    provider.set_groups(MEI.subject, [])
    clock.shift(60)

    assert client.get("/admin/").status_code == 302
    assert User.objects.get().role == "author"
    changed = AuditEvent.objects.filter(kind="role_changed").latest("pk")
    assert (changed.details["before"], changed.details["after"]) == ("moderator", "author")


def test_a_group_that_is_joined_opens_the_door_on_that_request(mei, clock, provider):
    assert mei.get("/admin/").status_code == 302

    provider.set_groups(MEI.subject, ["blog-admins"])
    clock.shift(60)

    assert mei.get("/admin/").status_code == 200


def test_groups_that_are_not_sent_change_no_role(client, clock, provider, sign_in, settings):
    provider.set_groups(MEI.subject, ["blog-moderators"])
    sign_in(client, MEI)
    User.objects.update(email="old@example.org")
    answer = {"GET": lambda *_: json_response({"sub": MEI.subject, "email": MEI.email})}
    provider.thin_id_token = True
    clock.shift(60)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(DevelopmentProvider.routes, metadata.USERINFO, answer)
        client.get("/")

    person = User.objects.get()
    assert (person.email, person.role) == (MEI.email, "moderator")


def test_a_person_of_whom_nothing_changed_is_not_written(mei, clock, django_assert_num_queries):
    clock.shift(60)

    with django_assert_num_queries(8) as asked:
        mei.get("/dashboard/")

    written = [query["sql"] for query in asked if query["sql"].startswith("UPDATE")]
    assert len(written) == 2
    assert all("accounts_loginsession" in sql for sql in written)


# How long at most


def test_a_session_ends_after_its_longest_time_however_often_it_was_confirmed(mei, clock):
    for _ in range(11):
        clock.shift(timedelta(hours=1))
        assert mei.get("/dashboard/").status_code == 200

    clock.shift(LIFETIME - timedelta(hours=11))

    assert mei.get("/dashboard/").status_code == 302
    assert end_reason() in ("expired", "")  # or Django's session had gone first
    assert not LoginSession.objects.live().exists()


# What is stored


def test_tokens_are_unreadable_in_the_database(mei, provider):
    session = LoginSession.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_token, id_token FROM accounts_loginsession")
        [stored] = cursor.fetchall()

    assert session.refresh_token in provider.refresh_tokens._kept
    assert session.id_token.count(".") == 2
    assert session.refresh_token not in stored[0]
    assert session.id_token not in stored[1]


def test_no_session_key_is_stored_with_a_sign_in(mei):
    assert mei.session.session_key not in str(LoginSession.objects.values().get())


def test_a_new_secret_key_that_names_the_old_one_keeps_sessions(mei, clock, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, which is long enough for every check there is"
    clock.shift(60)

    assert mei.get("/dashboard/").status_code == 200
    assert LoginSession.objects.get().verified_at == timezone.now()


def test_a_session_that_ends_forgets_its_tokens(mei):
    LoginSession.objects.get().end(LoginSession.EndReason.SIGNED_OUT)

    session = LoginSession.objects.get()
    assert (session.refresh_token, session.id_token) == ("", "")
    assert not session.end(LoginSession.EndReason.REFUSED)
    assert LoginSession.objects.get().end_reason == "signed_out"
