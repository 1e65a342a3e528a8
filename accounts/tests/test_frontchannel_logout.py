"""Front-channel logout: a frame of the provider's sign-out page says that a session has ended."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.models import LoginSession
from accounts.tests.factories import UserFactory

MEI = SAMPLE_PEOPLE[2]
ADDRESS = "/oidc/frontchannel-logout/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(client, provider, sign_in):
    """What names the session with which client is signed in."""
    sign_in(client, MEI)
    return {"iss": provider.issuer, "sid": provider.newest_session(MEI.subject).sid}


def is_signed_in(client):
    return client.get("/dashboard/").status_code == 200


def assert_for_a_frame_of(issuer, response):
    """Assert that the provider's page may show the answer, that no other may, and nobody keeps."""
    assert response["Content-Security-Policy"] == f"default-src 'none'; frame-ancestors {issuer}"
    assert "X-Frame-Options" not in response
    assert "no-store" in response["Cache-Control"]
    assert "Set-Cookie" not in response


def test_a_frame_without_cookies_ends_the_session(client, provider, named):
    response = Client().get(ADDRESS, named)

    assert response.status_code == 200
    assert_for_a_frame_of(provider.issuer, response)
    assert LoginSession.objects.get().end_reason == "provider"
    assert not is_signed_in(client)


def test_a_frame_with_cookies_ends_the_session_too_and_asks_the_provider_nothing(
    client, named, answers
):
    long_ago = F("verified_at") - timedelta(minutes=30)
    LoginSession.objects.update(verified_at=long_ago)  # so that a re-check is due
    answers.clear()

    client.get(ADDRESS, named)

    assert answers == []
    assert LoginSession.objects.get().end_reason == "provider"
    assert not is_signed_in(client)


def test_a_frame_ends_no_session_but_its_own(provider, sign_in, named):
    other = Client()
    sign_in(other, MEI)

    Client().get(ADDRESS, named)

    assert is_signed_in(other)


@pytest.mark.parametrize("sid", ["unknown", "x" * 255])
def test_an_unknown_sid_is_done_already(client, provider, named, sid):
    response = client.get(ADDRESS, named | {"sid": sid})

    assert response.status_code == 200
    assert_for_a_frame_of(provider.issuer, response)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": ""},
        {"iss": []},
        {"sid": ""},
        {"sid": []},
        {"sid": ["one", "two"]},
        {"sid": "\x00"},
        {"sid": "x" * 256},
    ],
    ids=str,
)
def test_a_frame_that_names_no_session_ends_none(client, provider, named, change):
    response = client.get(ADDRESS, named | change)

    assert response.status_code == 400
    assert_for_a_frame_of(provider.issuer, response)
    assert is_signed_in(client)


def test_no_sid_is_the_sid_of_sessions_that_have_none(client, provider, named):
    LoginSession.objects.update(sid="")

    assert client.get(ADDRESS, named | {"sid": ""}).status_code == 400
    assert is_signed_in(client)


def test_an_ended_session_stays_ended_as_it_was(client, named):
    client.post("/logout/")

    assert Client().get(ADDRESS, named).status_code == 200
    assert LoginSession.objects.get().end_reason == "signed_out"


def test_a_frame_costs_one_query_where_there_is_nothing_to_end(provider, django_assert_num_queries):
    UserFactory(issuer=provider.issuer)

    with django_assert_num_queries(1):
        Client().get(ADDRESS, {"iss": provider.issuer, "sid": "unknown"})


@pytest.mark.parametrize("method", ["post", "head", "put", "options"])
def test_a_frame_only_gets(client, method):
    response = getattr(client, method)(ADDRESS)

    assert (response.status_code, response["Allow"]) == (405, "GET")
