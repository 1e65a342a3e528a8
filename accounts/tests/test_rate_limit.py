"""Whoever asks too often is refused, and nobody else is."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from accounts.devprovider.backchannel import logout_token
from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.rate_limit import rate_limited

MEI = SAMPLE_PEOPLE[2]
NOW = datetime(2026, 1, 1, 12, 0, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _still_clock(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def ask(rf):
    """Return a function that asks a view which takes three requests a minute."""

    def view(request):
        return HttpResponse(status=int(request.GET.get("answer", 200)))

    views = {
        False: rate_limited("all", a_minute=3)(view),
        True: rate_limited("refused", a_minute=3, counted={400, 401})(view),
    }

    def ask_one(address="192.0.2.1", answer=200, *, only_refused=False):
        request = rf.get("/", {"answer": answer}, REMOTE_ADDR=address)
        return views[only_refused](request)

    return ask_one


def test_the_fourth_request_in_a_minute_is_told_when_to_come_again(ask, time_machine):
    answers = [ask() for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1]["Retry-After"] == "46"
    time_machine.shift(46)
    assert ask().status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "are_the_same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
    ],
)
def test_a_network_of_one_site_counts_as_one(ask, one, other, are_the_same):
    for _ in range(3):
        ask(one)

    assert ask(other).status_code == (429 if are_the_same else 200)


def test_an_unknown_address_keeps_nobody_out(ask):
    assert {ask("").status_code for _ in range(5)} == {200}


def test_where_refusals_count_all_else_goes_on(ask):
    answers = [200, 400, 204, 404, 401, 503, 400, 200]

    statuses = [ask(answer=answer, only_refused=True).status_code for answer in answers]

    assert statuses == [*answers[:-1], 429]


def test_a_count_that_the_cache_has_thrown_out_begins_anew(ask, monkeypatch):
    monkeypatch.setattr(cache, "add", lambda *_: False)

    assert ask().status_code == 200


# The addresses that are limited


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "most", "status"),
    [
        ("POST", "/oidc/backchannel-logout/", 120, 400),
        ("POST", "/oidc/universal-logout/", 120, 401),
        ("GET", "/oidc/frontchannel-logout/", 300, 400),
    ],
)
def test_an_address_that_only_guesses_is_stopped(client, provider, method, address, most, status):
    statuses = [client.generic(method, address).status_code for _ in range(most + 1)]

    refused = client.generic(method, address)
    assert statuses == [status] * most + [429]
    assert refused["Retry-After"] == "46"
    assert "no-store" in refused["Cache-Control"]
    assert client.generic(method, address, REMOTE_ADDR="192.0.2.9").status_code == status


@pytest.mark.django_db
def test_a_provider_may_sign_out_a_whole_company_in_one_go(client, provider, sign_in):
    sign_in(client, MEI)
    session = provider.newest_session(MEI.subject)

    def post():
        form = f"logout_token={logout_token(provider, session)}"
        content_type = "application/x-www-form-urlencoded"
        return Client().post("/oidc/backchannel-logout/", form, content_type=content_type)

    assert {post().status_code for _ in range(125)} == {200}
