"""Several requests of one session at once, when its sign-in is due to be confirmed."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import recheck
from accounts.devprovider import metadata
from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.devprovider.provider import DevelopmentProvider
from accounts.models import LoginSession

AMARA, JONAS, MEI, *_ = SAMPLE_PEOPLE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(provider, monkeypatch):
    """When the token endpoint was asked, with a barrier that makes each answer slow."""
    times = []
    token = DevelopmentProvider.routes[metadata.TOKEN]["POST"]

    def answer(state, request):
        times.append(request.params.get("grant_type"))
        return token(state, request)

    monkeypatch.setitem(DevelopmentProvider.routes, metadata.TOKEN, {"POST": answer})
    return times


def make_due():
    LoginSession.objects.update(verified_at=timezone.now() - timedelta(seconds=61))


def at_once(client, count, address="/dashboard/"):
    """Ask for an address so many times at once, each from a tab of the same browser."""
    barrier = threading.Barrier(count)

    def ask(_number):
        tab = Client()
        tab.cookies = client.cookies.copy()
        barrier.wait()
        try:
            return tab.get(address).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(ask, range(count)))


def test_of_eight_requests_at_once_one_asks_and_all_go_on(client, provider, sign_in, asked):
    provider.rotate_refresh_tokens = True
    sign_in(client, MEI)
    make_due()

    assert at_once(client, 8) == [200] * 8
    assert asked == ["authorization_code", "refresh_token"]


def test_of_eight_requests_at_once_of_who_has_left_none_goes_on(client, provider, sign_in, asked):
    sign_in(client, MEI)
    provider.deactivate(MEI.subject)
    make_due()

    assert at_once(client, 8) == [302] * 8
    assert asked == ["authorization_code", "refresh_token"]


def test_refresh_tokens_that_rotate_are_used_once_each(client, provider, sign_in, asked):
    provider.rotate_refresh_tokens = True
    sign_in(client, MEI)
    tokens = [LoginSession.objects.get().refresh_token]

    for _ in range(3):
        make_due()
        assert client.get("/dashboard/").status_code == 200
        tokens.append(LoginSession.objects.get().refresh_token)

    assert len(set(tokens)) == 4
    assert asked == ["authorization_code"] + 3 * ["refresh_token"]


def test_a_token_that_rotated_is_kept_though_the_rest_failed(
    client, provider, sign_in, monkeypatch
):
    provider.rotate_refresh_tokens = True
    sign_in(client, MEI)
    make_due()
    with monkeypatch.context() as patch:
        patch.delitem(DevelopmentProvider.routes, metadata.USERINFO)
        client.get("/dashboard/")
    LoginSession.objects.update(retry_at=None)

    assert client.get("/dashboard/").status_code == 200
    assert not LoginSession.objects.get().is_due


def test_a_request_that_dies_while_asking_leaves_the_next_free_to_ask(
    client, provider, sign_in, monkeypatch
):
    sign_in(client, MEI)
    make_due()
    with monkeypatch.context() as patch:
        patch.setattr(recheck, "refresh", lambda session: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            client.get("/dashboard/")

    assert LoginSession.objects.get().leased_until is None
    assert client.get("/dashboard/").status_code == 200


def test_a_lease_that_nobody_gave_back_runs_out(client, provider, sign_in, monkeypatch):
    sign_in(client, MEI)
    make_due()
    LoginSession.objects.update(leased_until=timezone.now() + timedelta(seconds=0.3))

    assert client.get("/dashboard/").status_code == 200
    assert not LoginSession.objects.get().is_due


def test_who_waits_too_long_goes_on_unconfirmed(client, provider, sign_in, asked, monkeypatch):
    monkeypatch.setattr(recheck, "POLL_SECONDS", recheck.LEASE.total_seconds())
    monkeypatch.setattr(recheck, "sleep", lambda seconds: None)
    sign_in(client, MEI)
    make_due()
    LoginSession.objects.update(leased_until=timezone.now() + timedelta(seconds=60))

    assert client.get("/dashboard/").status_code == 200
    assert client.post("/mine/publish/").status_code == 503
    assert asked == ["authorization_code"]
