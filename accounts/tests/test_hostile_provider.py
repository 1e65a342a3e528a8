"""A provider that answers what it should not, or breaks on the way, at every address there is."""

import json

import pytest

from accounts.devprovider.faults import MISSING, FaultyProvider
from accounts.devprovider.metadata import KEYS, TOKEN, USERINFO
from accounts.devprovider.server import serving
from accounts.devprovider.web import Response, json_response
from accounts.tests.signing_in import (
    AMARA,
    MEI,
    REFUSED,
    TOLD_TO_NOBODY,
    UNAVAILABLE,
    assert_signs_nobody_in,
)

DISCOVERY = "/.well-known/openid-configuration"
ADDRESSES = {"discovery": DISCOVERY, "token": TOKEN, "keys": KEYS, "userinfo": USERINFO}
HTML = {"Content-Type": "text/html"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider_class():
    return FaultyProvider


@pytest.fixture(autouse=True)
def _secret(settings, provider):
    settings.OIDC_RP_CLIENT_SECRET = provider.client_secret = "the-secret-of-this-client"


@pytest.fixture
def another():
    """A provider at another address, which nobody should ask anything."""

    def make(issuer):
        return FaultyProvider(issuer, client_id="byline", client_secret="x")

    with serving(make, "127.0.0.1", 0) as server:
        yield server.provider


# At every address

ANSWERS = {
    "204": Response(204),
    "302-nowhere": Response(302),
    "401-html": Response(401, b"<p>told-to-nobody</p>", HTML),
    "403": json_response({"error": TOLD_TO_NOBODY}, status=403),
    "404": Response(404, b"told-to-nobody"),
    "418": Response(418, b"told-to-nobody"),
    "429": Response(429, b"told-to-nobody", {"Retry-After": "99999999999"}),
    "500": Response(500, b"told-to-nobody: Traceback"),
    "503": json_response({"error": "temporarily_unavailable"}, status=503),
    "nothing": Response(200),
    "html": Response(200, b"<!doctype html><p>told-to-nobody", HTML),
    "html-as-json": Response(200, b"<p>told-to-nobody", {"Content-Type": "application/json"}),
    "null": Response(200, b"null"),
    "list": Response(200, b'["told-to-nobody"]'),
    "text": Response(200, b'"told-to-nobody"'),
    "number": Response(200, b"1e400"),
    "two-objects": Response(200, b"{}{}"),
    "broken-off": Response(200, b'{"told-to-nobody": "'),
    "not-utf-8": Response(200, b'{"told-to-nobody": "\xff"}'),
    "gzip": Response(200, b"\x1f\x8b\x08\x00told-to-nobody", {"Content-Encoding": "gzip"}),
    "deep": Response(200, b'{"a":' * 20_000 + b"1" + b"}" * 20_000),
    "long-number": Response(200, b'{"a": ' + b"1" * 5000 + b"}"),
    "huge": Response(200, b'{"a": "' + b"told-to-nobody" * 20_000 + b'"}'),
}


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_that_are_none(client, provider, caplog, address, answer):
    provider.faults.answers[ADDRESSES[address]] = ANSWERS[answer]

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_carries_nothing_elsewhere(client, provider, another, caplog, address, status):
    provider.faults.answers[ADDRESSES[address]] = Response(
        status, headers={"Location": f"{another.issuer}/{TOLD_TO_NOBODY}"}
    )

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)
    assert another.asked == []


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("depth", [20, 500, 900])
def test_an_answer_too_deep_to_be_kept(client, provider, caplog, address, depth):
    def bury(document):
        return json.dumps(document)[:-1] + ', "a": ' + "[" * depth + "1" + "]" * depth + "}"

    provider.faults.documents[ADDRESSES[address]] = bury

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)


# What the provider says of itself

ENDPOINTS = ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"]
NO_ADDRESSES = [
    *(MISSING, None, True, 1, [], {}, "", " ", "/oauth2/v1/token", "//id.example/token"),
    *("javascript:alert(1)", "data:,x", "file:///etc/passwd", "ftp://id.example/"),
    *("http://id.example/", "http://127.0.0.1.id.example/", "http://localhost@id.example/"),
    *("https://", "https:///token", "https://[/", "https://id.example/#fragment"),
    *("https://id.example/\r\nSet-Cookie: a=b", "https://id.example/ /", "https://id.example/\ud800"),
    *(["https://id.example/"], "https://id.example/\x00", "https://ïd.example/"),
    *("https://id.example:port/", "https://id.example:99999/", "https://me:told-to-nobody@id.example/"),
]  # fmt: skip


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("address", NO_ADDRESSES, ids=ascii)
def test_endpoints_that_are_not_to_be_trusted(client, provider, caplog, endpoint, address):
    provider.faults.documents[DISCOVERY] = {endpoint: address}

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)
    assert provider.asked_paths() == [DISCOVERY]


def test_an_endpoint_that_need_not_be_there_must_be_trusted_if_it_is(client, provider, caplog):
    provider.faults.documents[DISCOVERY] = {"end_session_endpoint": "javascript:alert(1)"}

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)


@pytest.mark.parametrize(
    "issuer",
    [MISSING, None, [], "", "https://another.example", "?/", "? ", "?\x00", "?/oauth2/default"],
    ids=ascii,
)
def test_an_issuer_that_is_another(client, provider, caplog, issuer):
    if isinstance(issuer, str):
        issuer = issuer.replace("?", provider.issuer)
    provider.faults.documents[DISCOVERY] = {"issuer": issuer}

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)
    assert provider.asked_paths() == [DISCOVERY]


@pytest.mark.parametrize("prompts", [None, 1, "create", {"create": 1}, [["create"]]], ids=str)
def test_prompts_that_are_no_list_do_not_hinder_registration(client, provider, prompts):
    provider.faults.documents[DISCOVERY] = {"prompt_values_supported": prompts}

    response = client.get("/register/")

    assert response.status_code == 302
    assert "prompt=" not in response.url


# The token response


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"access_token": MISSING}, REFUSED),
        ({"access_token": None}, REFUSED),
        ({"access_token": ""}, REFUSED),
        ({"access_token": ["x"]}, REFUSED),
        ({"access_token": "another"}, REFUSED),  # at_hash tells
        ({"access_token": "\ud800"}, REFUSED),
        ({"access_token": "x\r\nX-Told: told-to-nobody"}, REFUSED),
        ({"access_token": "x" * 200_000}, REFUSED),
        ({"id_token": MISSING}, REFUSED),
        ({"id_token": None}, REFUSED),
        ({"id_token": 1}, REFUSED),
        ({"token_type": MISSING}, REFUSED),
        ({"token_type": None}, REFUSED),
        ({"token_type": "mac"}, REFUSED),
        ({"token_type": "DPoP"}, REFUSED),
        ({"token_type": ["Bearer"]}, REFUSED),
        ({"error": "invalid_grant"}, REFUSED),
        ({"error": "server_error"}, UNAVAILABLE),
        ({"error": None}, UNAVAILABLE),
        ({"error": TOLD_TO_NOBODY}, UNAVAILABLE),
        ({"error": ["invalid_grant"]}, UNAVAILABLE),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_token_responses_that_give_nothing(client, provider, caplog, change, outcome):
    provider.faults.documents[TOKEN] = change

    assert_signs_nobody_in(client, provider, caplog, outcome)
    assert USERINFO not in provider.asked_paths()


@pytest.mark.parametrize("access_token", ["\ud800", "x\r\nX-Told: told-to-nobody", "é", "\x00"])
def test_an_access_token_that_fits_into_no_header(client, provider, caplog, access_token):
    provider.faults.documents[TOKEN] = {"access_token": access_token}
    provider.faults.claims = {"at_hash": MISSING}

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)


@pytest.mark.parametrize(
    ("status", "error", "outcome"),
    [
        (400, "invalid_grant", REFUSED),
        (401, "invalid_grant", REFUSED),
        (400, "invalid_client", UNAVAILABLE),
        (401, "invalid_client", UNAVAILABLE),
        (400, "unauthorized_client", UNAVAILABLE),
        (400, "invalid_grant told-to-nobody", UNAVAILABLE),
        (400, "x" * 10_000, UNAVAILABLE),
        (400, None, UNAVAILABLE),
        (400, {"told-to-nobody": 1}, UNAVAILABLE),
        (403, "invalid_grant", UNAVAILABLE),
        (500, "invalid_grant", UNAVAILABLE),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_errors_of_the_token_endpoint(client, provider, caplog, status, error, outcome):
    content = {"error": error, "error_description": TOLD_TO_NOBODY}
    provider.faults.answers[TOKEN] = json_response(content, status=status)

    assert_signs_nobody_in(client, provider, caplog, outcome)
    assert provider.asked_paths()[-1] == TOKEN


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"<p>told-to-nobody", b"\xff"])
def test_errors_of_the_token_endpoint_without_a_name(client, provider, caplog, body):
    provider.faults.answers[TOKEN] = Response(400, body)

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)


# UserInfo


@pytest.mark.parametrize(
    "subject",
    [MISSING, None, "", [], [MEI.subject], AMARA.subject, f"{MEI.subject} ", MEI.subject.upper()],
    ids=ascii,
)
def test_userinfo_about_somebody_else(client, provider, caplog, subject):
    provider.faults.documents[USERINFO] = {"sub": subject}

    assert_signs_nobody_in(client, provider, caplog, REFUSED)


def test_userinfo_that_is_a_token(client, provider, caplog):
    provider.faults.before[USERINFO] = lambda: provider.faults.answers.update(
        {
            USERINFO: Response(
                200, provider.keys.signed[-1].encode(), {"Content-Type": "application/jwt"}
            )
        }
    )

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)
