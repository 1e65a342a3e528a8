"""Sign-ins under way, each in a cookie of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from accounts.devprovider import metadata
from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.devprovider.provider import DevelopmentProvider
from accounts.models import AuditEvent, LoginSession, SpentToken, User

AMARA, JONAS, MEI, *_ = SAMPLE_PEOPLE

pytestmark = pytest.mark.django_db


def pending(client):
    return [
        name for name, cookie in client.cookies.items() if name[:7] == "signin-" and cookie.value
    ]


def leave(client, next_url="/"):
    return client.get("/login/", {"next": next_url}).url


def test_a_thousand_visits_of_a_crawler_leave_nothing_behind(provider):
    for _ in range(1000):
        Client().get("/login/?next=/")

    assert not Session.objects.exists()
    assert not SpentToken.objects.exists()
    assert not AuditEvent.objects.exists()


def test_the_cookie_is_for_the_server_alone_and_for_ten_minutes(client, provider, settings):
    settings.SESSION_COOKIE_SECURE = True

    leave(client)

    [name] = pending(client)
    cookie = client.cookies[name]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 600)
    assert cookie["secure"]


def test_what_is_in_the_cookie_is_the_sites_secret(client, provider):
    url = leave(client, "/dashboard/")

    [name] = pending(client)
    assert "dashboard" not in client.cookies[name].value
    assert url.partition("state=")[2].partition("&")[0] not in client.cookies[name].value


@pytest.mark.parametrize(("seconds", "status"), [(599, 302), (601, 400)])
def test_a_sign_in_can_be_finished_for_ten_minutes(client, provider, time_machine, seconds, status):
    time_machine.move_to("2026-01-01T12:00:00Z", tick=False)
    leaving = leave(client)
    time_machine.shift(seconds)

    assert client.get(provider.approve(leaving, MEI.subject)).status_code == status


def test_a_state_is_used_up_even_where_sign_in_fails(client, provider, monkeypatch):
    url = provider.approve(leave(client, "/dashboard/"), MEI.subject)
    with monkeypatch.context() as patch:
        patch.delitem(DevelopmentProvider.routes, metadata.TOKEN)
        assert client.get(url).status_code == 503

    response = client.get(url)

    assert response.status_code == 400
    assert 'href="/login/?next=/dashboard/">Try again</a>' in response.text
    assert not User.objects.exists()


@pytest.mark.parametrize("change", ["cut", "flip", "other"])
def test_a_cookie_that_is_not_ours_is_no_sign_in(client, provider, change):
    url = provider.approve(leave(client), MEI.subject)
    [name] = pending(client)
    value = client.cookies[name].value
    client.cookies[name] = {
        "cut": value[:-1],
        "flip": value[:-5] + ("A" if value[-5] != "A" else "B") + value[-4:],
        "other": "x",
    }[change]

    assert client.get(url).status_code == 400


def test_one_sign_ins_cookie_serves_no_other(client, provider):
    one, other = leave(client), leave(client)
    first, second = pending(client)
    client.cookies[first], client.cookies[second] = (
        client.cookies[second].value,
        client.cookies[first].value,
    )

    answers = [client.get(provider.approve(url, MEI.subject)).status_code for url in (one, other)]

    assert answers == [400, 400]


def test_no_more_than_ten_are_kept_and_the_newest_stay(client, provider, time_machine):
    time_machine.move_to("2026-01-01T12:00:00Z", tick=False)
    urls = []
    for number in range(12):
        urls.append(leave(client, f"/{number}/"))
        time_machine.shift(1)

    assert len(pending(client)) == 10
    landings = [client.get(provider.approve(url, MEI.subject)) for url in (urls[1], urls[2])]
    assert [landing.status_code for landing in landings] == [400, 302]


def test_addresses_as_long_as_they_may_be_leave_room_for_the_rest(client, provider):
    for number in range(10):
        leave(client, f"/{number}{'x' * 990}/")

    assert sum(len(name) + len(client.cookies[name].value) for name in pending(client)) < 6000


def test_an_address_too_long_to_keep_is_given_up(client, provider):
    landing = client.get(provider.approve(leave(client, f"/{'x' * 1000}/"), MEI.subject))

    assert landing.url == "/"


# RFC 9207


@pytest.mark.parametrize("iss", ["https://evil.example", "", None, ["twice"]], ids=str)
def test_an_answer_must_name_our_issuer_where_the_provider_promises_it(client, provider, iss):
    url = provider.approve(leave(client), MEI.subject)
    ours = f"&iss={provider.issuer.replace(':', '%3A').replace('/', '%2F')}"
    assert ours in url
    change = "" if iss is None else ours * 2 if iss == ["twice"] else f"&iss={iss}"

    response = client.get(url.replace(ours, change))

    assert response.status_code == 403
    assert not User.objects.exists()
    refused = AuditEvent.objects.get()
    assert (refused.kind, refused.reason) == ("refused", "response_iss")
    assert f"<code>{refused.reference}</code>" in response.text


@pytest.mark.parametrize(("iss", "status"), [(None, 302), ("https://evil.example", 403)])
def test_where_it_promises_nothing_a_name_must_still_be_right(
    client, provider, monkeypatch, iss, status
):
    document = metadata.discovery

    def without_promise(state, request):
        answer = document(state, request)
        promise = b"authorization_response_iss_parameter_supported"
        return replace(answer, body=answer.body.replace(promise, b"x"))

    path = "/.well-known/openid-configuration"
    monkeypatch.setitem(DevelopmentProvider.routes, path, {"GET": without_promise})
    url = provider.approve(leave(client), MEI.subject).partition("&iss=")[0]

    response = client.get(url + (f"&iss={iss}" if iss else ""))

    assert response.status_code == status


# At once


@pytest.mark.django_db(transaction=True)
def test_of_eight_callbacks_with_one_state_one_signs_in(client, provider):
    url = provider.approve(leave(client, "/dashboard/"), MEI.subject)
    barrier = threading.Barrier(8)

    def come_back(_number):
        tab = Client()
        tab.cookies = client.cookies.copy()
        barrier.wait()
        try:
            return tab.get(url).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(come_back, range(8)))

    assert answers == [302] + 7 * [400]
    assert LoginSession.objects.count() == 1
