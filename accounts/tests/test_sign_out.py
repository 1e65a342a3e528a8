"""Signing out: here first and whatever happens, then at the provider."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.test import Client

from accounts.devprovider import metadata
from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.devprovider.provider import DevelopmentProvider
from accounts.devprovider.web import Response, json_response
from accounts.discovery import metadata as discovered
from accounts.models import LoginSession, User
from accounts.views import sign_out

MEI = SAMPLE_PEOPLE[2]
NOWHERE = "http://127.0.0.1:9"  # the discard port, where nobody listens

pytestmark = pytest.mark.django_db


def query_of(url):
    return {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}


def signed_in_as(client):
    """The person whose session a client has; None if it is nobody's."""
    return User.objects.filter(pk=client.session.get(SESSION_KEY)).first()


@pytest.fixture
def described(provider, monkeypatch):
    """Return a function that changes what the provider says of itself; None leaves it out."""

    def change(**changes):
        document = {name: said for name, said in (discovered() | changes).items() if said}
        monkeypatch.setattr(sign_out, "metadata", lambda: document)

    return change


def test_signing_out_ends_both_sessions(client, provider, sign_in):
    sign_in(client, MEI)
    id_token = LoginSession.objects.get().id_token
    key = client.session.session_key

    response = client.post("/logout/")

    asked = query_of(response.url)
    assert response.url.startswith(f"{provider.issuer}/oauth2/v1/logout?")
    assert len(asked.pop("state")) > 16
    assert asked == {
        "id_token_hint": id_token,
        "client_id": "byline",
        "post_logout_redirect_uri": "http://testserver/",
    }
    assert not client.session.exists(key)
    assert client.get("/dashboard/").url == "/login/?next=/dashboard/"

    back = requests.get(response.url, allow_redirects=False, timeout=5)
    assert back.headers["Location"].partition("?")[0] == "http://testserver/"
    assert provider.newest_session(MEI.subject) is None


def test_who_signed_out_is_told_so_once(client, sign_in):
    sign_in(client, MEI)
    client.post("/logout/")

    pages = [client.get("/").text for _ in range(2)]

    assert ["You are signed out." in page for page in pages] == [True, False]


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_signing_out_is_a_button_and_never_a_link(client, author, method):
    client.force_login(author)

    response = getattr(client, method)("/logout/")

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert signed_in_as(client) == author


def test_signing_out_by_link_is_a_page_of_the_sites_own(client, author):
    client.force_login(author)

    page = client.get("/logout/").text

    assert 'class="skip-link"' in page
    assert ">That cannot be done at this address</h1>" in page
    assert 'action="/logout/" method="post"' in page


def test_another_site_cannot_sign_anybody_out(author):
    client = Client(enforce_csrf_checks=True)
    client.force_login(author)

    response = client.post("/logout/")

    assert response.status_code == 403
    assert signed_in_as(client) == author


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "unknown"])
def test_signing_out_works_while_the_provider_is_down(
    client, provider, sign_in, settings, is_known
):
    sign_in(client, MEI)
    if not is_known:  # as in a process that was started in the meantime
        settings.OIDC_ISSUER = NOWHERE
        cache.clear()

    response = client.post("/logout/")

    expected = provider.issuer + metadata.LOGOUT if is_known else "/"
    assert response.url.partition("?")[0] == expected
    assert signed_in_as(client) is None


def test_who_is_not_signed_in_may_sign_out_too(client, answers):
    response = client.post("/logout/")

    assert response.url == "/"
    assert answers == []


def test_an_id_token_too_long_for_an_address_stays_here(client, provider, sign_in):
    sign_in(client, MEI)
    LoginSession.objects.update(id_token="x" * 4097)

    response = client.post("/logout/")

    asked = query_of(response.url)
    assert set(asked) == {"client_id", "post_logout_redirect_uri", "logout_hint", "state"}
    assert asked["logout_hint"] == MEI.email
    assert signed_in_as(client) is None


@pytest.mark.parametrize(("length", "is_hint"), [(4096, True), (4097, False)])
def test_an_id_token_goes_back_if_proxies_take_it(client, sign_in, length, is_hint):
    sign_in(client, MEI)
    LoginSession.objects.update(id_token="x" * length)
    User.objects.update(email="")

    response = client.post("/logout/")

    asked = set(query_of(response.url))
    assert asked - {"id_token_hint"} == {"client_id", "post_logout_redirect_uri", "state"}
    assert ("id_token_hint" in asked) is is_hint


def test_signing_out_twice_is_no_different(client, sign_in, answers):
    sign_in(client, MEI)
    client.post("/logout/")
    answers.clear()

    response = client.post("/logout/")

    assert (response.url, answers) == ("/", [])


def test_who_was_signed_out_by_the_provider_needs_to_leave_here_alone(client, sign_in, answers):
    sign_in(client, MEI)
    LoginSession.objects.all().end(LoginSession.EndReason.PROVIDER)
    answers.clear()

    response = client.post("/logout/")

    assert (response.url, answers) == ("/", [])
    assert signed_in_as(client) is None


def test_tokens_that_can_no_longer_be_read_keep_nobody_in(client, sign_in, settings):
    sign_in(client, MEI)
    key = client.session.session_key
    LoginSession.objects.update(id_token="", refresh_token="")

    assert client.post("/logout/").url == "/"
    assert not client.session.exists(key)


def test_coming_back_from_the_provider_is_coming_home(client, provider, sign_in):
    sign_in(client, MEI)
    leaving = client.post("/logout/")
    back = requests.get(leaving.url, allow_redirects=False, timeout=5).headers["Location"]

    page = client.get(back)

    assert query_of(back) == {"state": query_of(leaving.url)["state"]}
    assert (page.status_code, signed_in_as(client)) == (200, None)
    assert "You are signed out." in page.text


# What the provider has, and what it does with it


def test_the_refresh_token_is_given_back(client, provider, sign_in):
    sign_in(client, MEI)
    refresh_token = LoginSession.objects.get().refresh_token

    client.post("/logout/")

    answer = requests.post(
        provider.issuer + metadata.TOKEN,
        {"grant_type": "refresh_token", "refresh_token": refresh_token},
        auth=("byline", "development"),
        timeout=5,
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert LoginSession.objects.get().refresh_token == ""


@pytest.mark.parametrize(
    "answer",
    [
        json_response({"error": "unsupported_token_type"}, status=400),
        json_response({"error": "invalid_client"}, status=401),
        json_response({}, status=500),
        Response(503, headers={"Retry-After": "3600"}),
        Response(302, headers={"Location": "https://elsewhere.example/"}),
    ],
    ids=lambda answer: str(answer.status),
)
def test_a_refresh_token_that_is_not_taken_back_keeps_nobody_in(
    client, provider, sign_in, monkeypatch, caplog, answer
):
    sign_in(client, MEI)
    refresh_token = LoginSession.objects.get().refresh_token
    monkeypatch.setitem(DevelopmentProvider.routes, metadata.REVOKE, {"POST": lambda *_: answer})

    response = client.post("/logout/")

    assert response.url.startswith(provider.issuer + metadata.LOGOUT)
    assert signed_in_as(client) is None
    assert "A refresh token was not revoked" in caplog.text
    assert refresh_token not in caplog.text


def test_a_refresh_token_is_given_back_also_without_an_id_token(client, sign_in, answers):
    sign_in(client, MEI)
    LoginSession.objects.update(id_token="")
    answers.clear()

    response = client.post("/logout/")

    assert response.url == "/"
    assert [urlsplit(answer.url).path for answer in answers] == [metadata.REVOKE]


def test_where_no_refresh_token_can_be_given_back_none_is(client, sign_in, described, answers):
    sign_in(client, MEI)
    described(revocation_endpoint=None)
    answers.clear()

    response = client.post("/logout/")

    assert urlsplit(response.url).path == metadata.LOGOUT
    assert answers == []


def test_where_no_session_can_be_ended_one_is_signed_out_here(client, sign_in, described):
    sign_in(client, MEI)
    described(end_session_endpoint=None)

    assert client.post("/logout/").url == "/"
    assert signed_in_as(client) is None


def test_an_address_for_sign_out_may_have_a_query_of_its_own(client, sign_in, described):
    sign_in(client, MEI)
    described(end_session_endpoint="https://id.example/logout?tenant=1")

    response = client.post("/logout/")

    assert response.url.startswith("https://id.example/logout?tenant=1&")
    assert query_of(response.url)["tenant"] == "1"
