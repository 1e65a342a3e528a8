"""The development provider, asked over real HTTP on loopback."""

import base64
import hashlib
import logging
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from logging.handlers import QueueHandler
from queue import SimpleQueue
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import pytest
import requests
from django.core.exceptions import ImproperlyConfigured

from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.devprovider.provider import DevelopmentProvider
from accounts.devprovider.server import development_provider, serving
from accounts.devprovider.web import json_response

AMARA, JONAS, MEI, RAFAEL, LEILA, NOOR = SAMPLE_PEOPLE
CALLBACK = "http://localhost:8000/oidc/callback/"
HOME = "http://localhost:8000/"
VERIFIER = "a-verifier-that-has-at-least-43-characters-in-it"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())[:43].decode()
CLIENT = ("byline", "a secret+with:odd%characters")
BASIC = ("byline", "a+secret%2Bwith%3Aodd%25characters")  # form-encoded: RFC 6749 §2.3.1
ALL_SCOPES = "openid email profile groups offline_access"

make_provider = partial(DevelopmentProvider, client_id=CLIENT[0], client_secret=CLIENT[1])


class Clock:
    now = 1_750_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def provider(clock):
    with serving(partial(make_provider, clock=clock), "127.0.0.1", 0) as server:
        yield server.provider


@pytest.fixture
def browser():
    with requests.Session() as session:
        yield session


def authorization_url(provider, **changes):
    """A faultless request's address; a change to None leaves the parameter out."""
    parameters = {
        "client_id": "byline",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": ALL_SCOPES,
        "state": "the state &=",
        "nonce": "the-nonce",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | changes
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{provider.issuer}/oauth2/v1/authorize?{urlencode(given, doseq=True)}"


def answer_in(url):
    return dict(parse_qsl(urlsplit(url).query))


def open_page(browser, url):
    """Open the address, follow redirects within the provider; return the last response."""
    response = browser.get(url, allow_redirects=False)
    if response.headers.get("Location", "").startswith("/"):
        return browser.get(requests.compat.urljoin(url, response.headers["Location"]))
    return response


def hidden(page, name):
    return re.search(f'name="{name}" value="([^"]+)"', page.text)[1]


def post(browser, provider, path, **data):
    return browser.post(f"{provider.issuer}{path}", data=data, allow_redirects=False)


def click(browser, provider, person, **changes):
    """Sign in as a browser does; return the response that leads back to the site."""
    page = open_page(browser, authorization_url(provider, **changes))
    pending = hidden(page, "pending")
    return post(browser, provider, "/signin", pending=pending, subject=person.subject)


def ask_for_tokens(provider, auth=BASIC, **data):
    return requests.post(f"{provider.issuer}/oauth2/v1/token", data=data, auth=auth, timeout=5)


def redeem(provider, callback_url, **changes):
    form = {
        "grant_type": "authorization_code",
        "code": answer_in(callback_url)["code"],
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    } | changes
    return ask_for_tokens(provider, **form)


def tokens_of(provider, person=MEI, **changes):
    url = provider.approve(authorization_url(provider, **changes), person.subject)
    return redeem(provider, url).json()


def refresh(provider, refresh_token, **data):
    return ask_for_tokens(provider, grant_type="refresh_token", refresh_token=refresh_token, **data)


def ask_user_info(provider, access_token, method="GET"):
    headers = {"Authorization": f"Bearer {access_token}"}
    url = f"{provider.issuer}/oauth2/v1/userinfo"
    return requests.request(method, url, headers=headers, timeout=5)


def claims_in(provider, id_token):
    """Check the signature with the published keys; return the claims."""
    url = f"{provider.issuer}/oauth2/v1/keys"
    key_set = jwt.PyJWKSet.from_dict(requests.get(url, timeout=5).json())
    key = key_set[jwt.get_unverified_header(id_token)["kid"]]
    options = {"verify_exp": False, "verify_iat": False}  # the clock stands still here
    return jwt.decode(id_token, key, ["RS256"], options, audience="byline", issuer=provider.issuer)


def assert_refused(response, error, status=400):
    assert response.json()["error"] == error
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"


# Discovery, keys


def test_discovery_names_the_issuer_and_endpoints_that_answer(provider):
    response = requests.get(f"{provider.issuer}/.well-known/openid-configuration", timeout=5)

    document = response.json()
    assert document["issuer"] == provider.issuer
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["prompt_values_supported"] == ["none", "login", "create"]
    assert document["authorization_response_iss_parameter_supported"] is True
    assert "max-age" in response.headers["Cache-Control"]
    endpoints = {name: url for name, url in document.items() if name.endswith("_endpoint")}
    assert len(endpoints) == 5
    for url in [*endpoints.values(), document["jwks_uri"]]:
        assert requests.get(url, timeout=5).status_code != 404, url


def test_keys_are_published_without_their_private_part(provider):
    keys = requests.get(f"{provider.issuer}/oauth2/v1/keys", timeout=5).json()["keys"]

    assert [set(key) for key in keys] == [{"kty", "use", "alg", "kid", "n", "e"}]


def test_rotated_keys_sign_anew_and_the_one_before_stays_published(provider):
    before = tokens_of(provider)["id_token"]

    provider.rotate_keys()
    after = tokens_of(provider)["id_token"]

    kids = [jwt.get_unverified_header(token)["kid"] for token in (before, after)]
    assert kids[0] != kids[1]
    assert claims_in(provider, before)
    assert claims_in(provider, after)
    provider.rotate_keys()
    with pytest.raises(KeyError):
        claims_in(provider, before)


# Authorization endpoint


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": "https://localhost:8000/oidc/callback/"},
        {"redirect_uri": "http://example.org/oidc/callback/"},
        {"redirect_uri": "http://localhost.example.org/oidc/callback/"},
        {"redirect_uri": "http://localhost@example.org/oidc/callback/"},
        {"redirect_uri": "http://localhost:8000/oidc/callback"},
        {"redirect_uri": "http://localhost:8000/oidc/callback/?next=x"},
        {"redirect_uri": "http://localhost:8000/oidc/callback/\n"},
    ],
)
def test_an_unknown_site_or_address_is_told_on_a_page_and_never_redirected(
    provider, browser, changes
):
    response = browser.get(authorization_url(provider, **changes), allow_redirects=False)

    assert response.status_code == 400
    assert "Location" not in response.headers
    assert "<h1>" in response.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "too-short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"prompt": "consent"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"nonce": ["one", "two"]}, "invalid_request"),
        ({"request": "a.b.c"}, "request_not_supported"),
        ({"request_uri": "https://example.org/r"}, "request_uri_not_supported"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_every_other_fault_is_told_to_the_site_with_state_and_iss(
    provider, browser, changes, error
):
    response = browser.get(authorization_url(provider, **changes), allow_redirects=False)

    assert response.headers["Location"].startswith(CALLBACK + "?")
    answer = answer_in(response.headers["Location"])
    assert answer.pop("error_description")
    assert answer == {"error": error, "state": "the state &=", "iss": provider.issuer}


def test_a_click_leads_back_with_code_state_and_iss(provider, browser):
    response = click(browser, provider, MEI)

    assert response.status_code == 303
    assert response.headers["Location"].startswith(CALLBACK + "?")
    answer = answer_in(response.headers["Location"])
    assert set(answer) == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("the state &=", provider.issuer)
    cookie = response.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/"))


def test_the_sign_in_page_says_who_asks_and_has_a_button_for_each_person(provider, browser):
    page = open_page(browser, authorization_url(provider))

    assert "anyone on this machine can be anyone" in page.text
    assert "http://localhost:8000" in page.text
    for person in SAMPLE_PEOPLE:
        assert f'name="subject" value="{person.subject}"' in page.text
        assert person.blurb in page.text
    assert "New here?" in page.text


def test_whoever_is_signed_in_is_not_asked_again(provider, browser):
    click(browser, provider, MEI)

    for prompt in (None, "none"):
        url = authorization_url(provider, prompt=prompt)
        response = browser.get(url, allow_redirects=False)
        tokens = redeem(provider, response.headers["Location"]).json()
        assert claims_in(provider, tokens["id_token"])["sub"] == MEI.subject


@pytest.mark.parametrize(("prompt", "heading"), [("login", "Sign in"), ("create", "Register")])
def test_a_prompt_asks_even_who_is_signed_in(provider, browser, prompt, heading):
    click(browser, provider, MEI)

    page = open_page(browser, authorization_url(provider, prompt=prompt))

    assert f"<h1>{heading}" in page.text


def test_max_age_asks_again_once_the_sign_in_is_older(provider, browser, clock):
    click(browser, provider, MEI)
    url = authorization_url(provider, max_age=60, prompt="none")

    clock.now += 60
    assert "code" in answer_in(browser.get(url, allow_redirects=False).headers["Location"])
    clock.now += 1
    answer = answer_in(browser.get(url, allow_redirects=False).headers["Location"])
    assert answer["error"] == "login_required"


def test_a_hint_of_another_person_is_not_answered_silently(provider, browser):
    hint = tokens_of(provider, JONAS)["id_token"]
    click(browser, provider, MEI)

    url = authorization_url(provider, prompt="none", id_token_hint=hint)
    answer = answer_in(browser.get(url, allow_redirects=False).headers["Location"])

    assert answer["error"] == "login_required"


def test_one_browser_has_one_person_signed_in(provider, browser):
    click(browser, provider, MEI)
    click(browser, provider, JONAS, prompt="login")

    assert provider.newest_session(MEI.subject) is None
    assert provider.newest_session(JONAS.subject)


def test_a_session_ends_after_twelve_hours(provider, browser, clock):
    click(browser, provider, MEI)

    clock.now += 12 * 60 * 60

    assert "<h1>Sign in" in open_page(browser, authorization_url(provider)).text


def test_deny_leads_back_with_access_denied(provider, browser):
    pending = hidden(open_page(browser, authorization_url(provider)), "pending")

    response = post(browser, provider, "/signin", pending=pending, deny="yes")

    answer = answer_in(response.headers["Location"])
    assert (answer["error"], answer["state"]) == ("access_denied", "the state &=")


def test_going_back_and_clicking_another_person_works(provider, browser):
    page = open_page(browser, authorization_url(provider))
    data = {"pending": hidden(page, "pending")}
    post(browser, provider, "/signin", **data, subject=MEI.subject)

    again = browser.get(page.url, allow_redirects=False)
    response = post(browser, provider, "/signin", **data, subject=JONAS.subject)

    assert "<h1>Sign in" in again.text
    tokens = redeem(provider, response.headers["Location"]).json()
    assert claims_in(provider, tokens["id_token"])["sub"] == JONAS.subject


@pytest.mark.parametrize("path", ["/signin", "/register"])
def test_a_post_from_another_site_knows_no_pending_request(provider, browser, path):
    click(browser, provider, MEI)

    response = post(browser, provider, path, pending="a-guess", subject=JONAS.subject)

    assert response.status_code == 400
    assert "Location" not in response.headers


def test_a_pending_request_lasts_ten_minutes(provider, browser, clock):
    pending = hidden(open_page(browser, authorization_url(provider)), "pending")

    clock.now += 10 * 60
    response = post(browser, provider, "/signin", pending=pending, subject=MEI.subject)

    assert response.status_code == 400
    assert "expired" in response.text


# Registration


def test_who_registers_is_signed_in_and_in_everyone(provider, browser):
    page = open_page(browser, authorization_url(provider, prompt="create"))
    names = {"given_name": " Zoë ", "family_name": "Ní <Dhomhnaill>"}

    response = post(
        browser,
        provider,
        "/register",
        pending=hidden(page, "pending"),
        email="zoe@example.org",
        **names,
    )

    tokens = redeem(provider, response.headers["Location"]).json()
    claims = claims_in(provider, tokens["id_token"])
    assert claims["name"] == "Zoë Ní <Dhomhnaill>"
    assert claims["groups"] == ["Everyone"]
    assert re.fullmatch("00u[A-Za-z0-9]{17}", claims["sub"])
    listing = requests.get(provider.issuer, timeout=5).text
    assert "Zoë Ní &lt;Dhomhnaill&gt;" in listing


@pytest.mark.parametrize(
    "fault",
    [
        {"given_name": "  "},
        {"family_name": ""},
        {"email": "nonsense"},
        {"email": MEI.email.upper()},
    ],
)
def test_a_faulty_registration_keeps_what_was_typed(provider, browser, fault):
    page = open_page(browser, authorization_url(provider, prompt="create"))
    typed = {"given_name": "Zoë", "family_name": "Ng", "email": "zoe@example.org"} | fault

    response = post(browser, provider, "/register", pending=hidden(page, "pending"), **typed)

    assert response.status_code == 200
    assert response.text.count('class="errorlist"') == 1
    for value in filter(str.strip, typed.values()):
        assert f'value="{value}"' in response.text
    assert len(provider.accounts) == len(SAMPLE_PEOPLE)


def test_sign_in_and_registration_link_to_each_other(provider, browser):
    page = open_page(browser, authorization_url(provider))
    pending = hidden(page, "pending")

    register = browser.get(f"{provider.issuer}/register?pending={pending}")

    assert f'href="/register?pending={pending}"' in page.text
    assert f'href="/signin?pending={pending}"' in register.text


# Token endpoint: client and code


def test_a_code_buys_tokens_with_the_id_token_okta_gives(provider, clock):
    url = provider.approve(authorization_url(provider), AMARA.subject)

    response = redeem(provider, url)

    assert response.headers["Cache-Control"] == "no-store"
    tokens = response.json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    assert set(tokens["scope"].split()) == set(ALL_SCOPES.split())
    claims = claims_in(provider, tokens["id_token"])
    digest = hashlib.sha256(tokens["access_token"].encode()).digest()
    assert claims["at_hash"] == base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")
    assert {name: claims[name] for name in ("sub", "ver", "aud", "nonce", "amr", "iat")} == {
        "sub": AMARA.subject,
        "ver": 1,
        "aud": "byline",
        "nonce": "the-nonce",
        "amr": ["pwd"],
        "iat": clock.now,
    }
    assert claims["exp"] == claims["iat"] + 3600
    assert claims["auth_time"] == clock.now
    assert claims["groups"] == ["Everyone", "blog-admins"]
    assert all(claims[name] for name in ("jti", "idp", "sid", "preferred_username"))


def test_a_thin_id_token_leaves_the_person_to_user_info(provider):
    provider.thin_id_token = True

    tokens = tokens_of(provider)

    claims = claims_in(provider, tokens["id_token"])
    assert not {"name", "email", "groups"} & set(claims)
    assert ask_user_info(provider, tokens["access_token"]).json()["email"] == MEI.email


def test_without_nonce_and_offline_access_there_is_neither(provider):
    tokens = tokens_of(provider, nonce=None, scope="openid")

    assert "refresh_token" not in tokens
    assert "nonce" not in claims_in(provider, tokens["id_token"])
    assert tokens["scope"] == "openid"


def test_the_client_may_authenticate_in_the_form(provider):
    url = provider.approve(authorization_url(provider), MEI.subject)

    response = redeem(provider, url, auth=None, client_id=CLIENT[0], client_secret=CLIENT[1])

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("auth", "form"),
    [
        (CLIENT, {}),  # not form-encoded, as RFC 6749 §2.3.1 wants it
        (("byline", "wrong"), {}),
        (("another", BASIC[1]), {}),
        (None, {"client_id": "byline", "client_secret": "wrong"}),
        (None, {"client_id": "byline"}),
        (None, {}),
    ],
)
def test_a_client_that_cannot_prove_itself_is_refused(provider, auth, form):
    response = ask_for_tokens(provider, auth=auth, grant_type="authorization_code", **form)

    assert_refused(response, "invalid_client", 401)
    assert response.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("header", ["Basic !", "Basic", "Bearer eA==", "Basic /w=="])
def test_an_unreadable_authorization_header_is_refused(provider, header):
    url = f"{provider.issuer}/oauth2/v1/token"

    response = requests.post(url, headers={"Authorization": header}, timeout=5)

    assert_refused(response, "invalid_client", 401)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_grant"),  # an unknown code
        ({"code": None}, "invalid_request"),
        ({"code": ["one", "two"]}, "invalid_request"),
        ({"client_secret": CLIENT[1]}, "invalid_request"),  # two ways at once
        ({"client_id": "another"}, "invalid_request"),
        ({"client_id": "byline"}, "invalid_grant"),
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, "invalid_grant"),
    ],
)
def test_a_faulty_token_request_is_refused(provider, form, error):
    form = {"grant_type": "authorization_code", "code": "unknown"} | form

    assert_refused(ask_for_tokens(provider, **form), error)


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://localhost:8001/oidc/callback/"},
        {"redirect_uri": None},
        {"code_verifier": "another-verifier-that-has-at-least-43-characters"},
        {"code_verifier": CHALLENGE},
        {"code_verifier": None},
    ],
)
def test_a_code_serves_only_who_began(provider, changes):
    url = provider.approve(authorization_url(provider), MEI.subject)

    assert_refused(redeem(provider, url, **changes), "invalid_grant")
    assert_refused(redeem(provider, url), "invalid_grant")  # spent by the attempt


def test_a_verifier_must_have_43_characters_though_its_digest_fits(provider):
    digest = hashlib.sha256(b"short").digest()
    challenge = base64.urlsafe_b64encode(digest)[:43].decode()
    url = authorization_url(provider, code_challenge=challenge)

    response = redeem(provider, provider.approve(url, MEI.subject), code_verifier="short")

    assert_refused(response, "invalid_grant")


def test_a_code_lasts_a_minute(provider, clock):
    urls = [provider.approve(authorization_url(provider), MEI.subject) for _ in range(2)]

    clock.now += 59
    assert redeem(provider, urls[0]).status_code == 200
    clock.now += 1
    assert_refused(redeem(provider, urls[1]), "invalid_grant")


def test_a_replayed_code_revokes_what_it_bought(provider, clock):
    url = provider.approve(authorization_url(provider), MEI.subject)
    tokens = redeem(provider, url).json()

    clock.now += 600
    assert_refused(redeem(provider, url), "invalid_grant")

    assert ask_user_info(provider, tokens["access_token"]).status_code == 401
    assert_refused(refresh(provider, tokens["refresh_token"]), "invalid_grant")


def test_a_code_sent_eight_times_at_once_buys_tokens_once(provider):
    url = provider.approve(authorization_url(provider), MEI.subject)

    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(partial(redeem, provider), [url] * 8))

    assert sorted(response.status_code for response in responses) == [200] + [400] * 7


# Token endpoint: refresh


def test_a_refresh_keeps_who_and_when_and_has_no_nonce(provider, clock):
    tokens = tokens_of(provider)
    clock.now += 1000

    new = refresh(provider, tokens["refresh_token"], scope="openid").json()

    assert new["refresh_token"] == tokens["refresh_token"]
    assert new["access_token"] != tokens["access_token"]
    old_claims, new_claims = (claims_in(provider, each["id_token"]) for each in (tokens, new))
    for name in ("iss", "sub", "aud", "sid", "auth_time"):
        assert new_claims[name] == old_claims[name]
    assert new_claims["iat"] == old_claims["iat"] + 1000
    assert "nonce" not in new_claims


def test_a_refresh_tells_of_new_groups(provider):
    tokens = tokens_of(provider)

    provider.set_groups(MEI.subject, ["Everyone", "blog-moderators"])

    new = refresh(provider, tokens["refresh_token"]).json()
    assert claims_in(provider, new["id_token"])["groups"] == ["Everyone", "blog-moderators"]
    assert provider.person(MEI.subject).groups == ("Everyone", "blog-moderators")


def test_a_refresh_cannot_widen_the_scope(provider):
    tokens = tokens_of(provider, scope="openid offline_access")

    response = refresh(provider, tokens["refresh_token"], scope="openid groups")

    assert_refused(response, "invalid_scope")


def test_rotation_kills_the_family_when_an_old_token_returns(provider):
    provider.rotate_refresh_tokens = True
    first = tokens_of(provider)
    second = refresh(provider, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]

    assert_refused(refresh(provider, first["refresh_token"]), "invalid_grant")

    assert_refused(refresh(provider, second["refresh_token"]), "invalid_grant")
    assert ask_user_info(provider, second["access_token"]).status_code == 401


def test_a_refresh_token_lasts_ninety_days(provider, clock):
    tokens = tokens_of(provider)

    clock.now += 90 * 24 * 60 * 60

    assert_refused(refresh(provider, tokens["refresh_token"]), "invalid_grant")


# UserInfo, revocation


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_user_info_tells_what_the_scope_gives(provider, method):
    access_token = tokens_of(provider, JONAS)["access_token"]

    response = ask_user_info(provider, access_token, method)

    claims = response.json()
    assert claims.pop("updated_at")
    assert claims == {
        "sub": JONAS.subject,
        "name": "Jonas Lindqvist",
        "given_name": "Jonas",
        "family_name": "Lindqvist",
        "preferred_username": JONAS.email,
        "locale": "en-US",
        "zoneinfo": "Etc/UTC",
        "email": JONAS.email,
        "email_verified": True,
        "groups": ["Everyone", "blog-moderators"],
    }


def test_user_info_tells_nothing_that_was_not_asked_for(provider):
    access_token = tokens_of(provider, scope="openid unknown")["access_token"]

    assert ask_user_info(provider, access_token).json() == {"sub": MEI.subject}


def test_user_info_knows_a_changed_address(provider):
    access_token = tokens_of(provider)["access_token"]

    provider.add_person(replace(MEI, email="mei@example.org"))

    assert ask_user_info(provider, access_token).json()["email"] == "mei@example.org"


def test_user_info_refuses_unknown_and_expired_tokens(provider, clock):
    access_token = tokens_of(provider)["access_token"]
    clock.now += 3600

    for name in (access_token, "unknown"):
        response = ask_user_info(provider, name)
        assert_refused(response, "invalid_token", 401)
        assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_user_info_without_a_token_only_says_how_to_ask(provider):
    response = requests.get(f"{provider.issuer}/oauth2/v1/userinfo", timeout=5)

    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("kind", "is_refresh_alive"), [("access_token", True), ("refresh_token", False)]
)
def test_revocation_ends_an_access_token_alone_and_a_refresh_token_with_its_grant(
    provider, kind, is_refresh_alive
):
    tokens = tokens_of(provider)
    url = f"{provider.issuer}/oauth2/v1/revoke"

    response = requests.post(url, data={"token": tokens[kind]}, auth=BASIC, timeout=5)

    assert response.status_code == 200
    assert ask_user_info(provider, tokens["access_token"]).status_code == 401
    assert refresh(provider, tokens["refresh_token"]).ok is is_refresh_alive


def test_revocation_of_an_unknown_token_is_fine_and_a_stranger_is_not(provider):
    url = f"{provider.issuer}/oauth2/v1/revoke"
    data = {"token": "unknown"}

    assert requests.post(url, data=data, auth=BASIC, timeout=5).status_code == 200
    assert_refused(requests.post(url, data=data, timeout=5), "invalid_client", 401)
    assert_refused(requests.post(url, auth=BASIC, timeout=5), "invalid_request")


# Sign-out


def sign_out(browser, provider, **params):
    url = f"{provider.issuer}/oauth2/v1/logout"
    return browser.get(url, params=params, allow_redirects=False)


def is_signed_in(browser, provider):
    url = authorization_url(provider, prompt="none")
    return "code" in answer_in(browser.get(url, allow_redirects=False).headers["Location"])


def test_sign_out_with_a_hint_ends_the_session_and_leads_back(provider, browser, clock):
    tokens = redeem(provider, click(browser, provider, MEI).headers["Location"]).json()
    clock.now += 7200  # an expired hint is fine

    response = sign_out(
        browser,
        provider,
        id_token_hint=tokens["id_token"],
        post_logout_redirect_uri=HOME,
        state="s&s",
    )

    assert response.headers["Location"] == f"{HOME}?state=s%26s"
    assert not is_signed_in(browser, provider)


def test_sign_out_ends_the_session_of_the_hint_also_from_another_browser(provider, browser):
    hint = tokens_of(provider)["id_token"]

    sign_out(browser, provider, id_token_hint=hint)

    silent = authorization_url(provider, prompt="none")
    assert answer_in(provider.approve(silent, MEI.subject))["error"] == "login_required"


@pytest.mark.parametrize("uri", ["http://example.org/", f"{HOME}elsewhere/", None])
def test_sign_out_never_leads_to_an_address_that_is_not_registered(provider, browser, uri):
    tokens = redeem(provider, click(browser, provider, MEI).headers["Location"]).json()

    response = sign_out(
        browser, provider, id_token_hint=tokens["id_token"], post_logout_redirect_uri=uri
    )

    assert response.status_code == 200
    assert "You are signed out" in response.text


@pytest.mark.parametrize("hint", [None, "nonsense", "another person's"])
def test_sign_out_without_a_hint_of_this_session_asks_first(provider, browser, hint):
    if hint == "another person's":
        hint = tokens_of(provider, JONAS)["id_token"]
    click(browser, provider, MEI)

    question = sign_out(
        browser,
        provider,
        id_token_hint=hint,
        client_id="byline",
        post_logout_redirect_uri=HOME,
        state="s",
    )

    assert "<h1>Sign out" in question.text
    assert is_signed_in(browser, provider)
    fields = dict(re.findall('name="([a-z_]+)" value="([^"]*)"', question.text))
    response = post(browser, provider, "/oauth2/v1/logout", **fields)
    assert response.headers["Location"] == f"{HOME}?state=s"
    assert not is_signed_in(browser, provider)


def test_sign_out_posted_by_another_site_asks_first(provider, browser):
    click(browser, provider, MEI)

    response = post(browser, provider, "/oauth2/v1/logout", client_id="byline", form_token="guess")

    assert "<h1>Sign out" in response.text
    assert is_signed_in(browser, provider)


def test_sign_out_of_a_site_unnamed_offers_a_link_and_no_redirect(provider, browser):
    token = hidden(sign_out(browser, provider), "form_token")

    response = post(
        browser, provider, "/oauth2/v1/logout", form_token=token, post_logout_redirect_uri=HOME
    )

    assert response.status_code == 200
    assert f'href="{HOME}"' in response.text


def test_a_hint_signed_by_someone_else_is_none(provider, browser):
    click(browser, provider, MEI)
    with serving(make_provider, "127.0.0.1", 0) as other:
        hint = tokens_of(other.provider)["id_token"]

    response = sign_out(browser, provider, id_token_hint=hint, post_logout_redirect_uri=HOME)

    assert "<h1>Sign out" in response.text


# Deactivation


def test_deactivation_ends_everything_at_once_and_for_good(provider, browser):
    tokens = redeem(provider, click(browser, provider, MEI).headers["Location"]).json()
    code_url = provider.approve(authorization_url(provider), MEI.subject)
    others = tokens_of(provider, JONAS)

    provider.deactivate(MEI.subject)
    provider.activate(MEI.subject)

    assert not is_signed_in(browser, provider)
    assert_refused(redeem(provider, code_url), "invalid_grant")
    assert_refused(refresh(provider, tokens["refresh_token"]), "invalid_grant")
    assert_refused(ask_user_info(provider, tokens["access_token"]), "invalid_token", 401)
    assert ask_user_info(provider, others["access_token"]).status_code == 200
    assert click(browser, provider, MEI).status_code == 303


def test_who_is_deactivated_cannot_be_clicked(provider, browser):
    provider.deactivate(MEI.subject)

    page = open_page(browser, authorization_url(provider))
    response = post(
        browser, provider, "/signin", pending=hidden(page, "pending"), subject=MEI.subject
    )

    assert f'value="{MEI.subject}" disabled' in page.text
    assert page.text.count("deactivated") > open_page(
        browser, f"{provider.issuer}/nowhere"
    ).text.count("deactivated")
    assert response.status_code == 403
    with pytest.raises(ValueError, match="deactivated"):
        provider.approve(authorization_url(provider), MEI.subject)


def test_the_people_page_deactivates_and_activates(provider, browser):
    page = browser.get(provider.issuer)
    for person in SAMPLE_PEOPLE:
        assert person.email in page.text
        assert ", ".join(person.groups) in page.text

    data = {"form_token": hidden(page, "form_token"), "subject": MEI.subject}
    response = post(browser, provider, "/", **data, action="deactivate")
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert not provider.is_active(MEI.subject)
    assert 'aria-label="Activate Mei Tanaka"' in browser.get(provider.issuer).text
    post(browser, provider, "/", **data, action="activate")
    assert provider.is_active(MEI.subject)


def test_the_people_page_ignores_other_sites_and_unknown_people(provider, browser):
    token = hidden(browser.get(provider.issuer), "form_token")

    forged = post(browser, provider, "/", subject=MEI.subject, form_token="guess")
    unknown = post(browser, provider, "/", subject="nobody", form_token=token)

    assert (forged.status_code, unknown.status_code) == (403, 404)
    assert provider.is_active(MEI.subject)


# Without a browser


def test_approve_with_prompt_none_answers_for_who_signed_in_before(provider):
    silent = authorization_url(provider, prompt="none")
    assert answer_in(provider.approve(silent, MEI.subject))["error"] == "login_required"

    first = tokens_of(provider)
    second = redeem(provider, provider.approve(silent, MEI.subject)).json()

    sids = {claims_in(provider, tokens["id_token"])["sid"] for tokens in (first, second)}
    assert len(sids) == 1


def test_approve_and_deny_see_what_a_browser_sees(provider):
    assert answer_in(provider.deny(authorization_url(provider)))["error"] == "access_denied"
    faulty = authorization_url(provider, scope="email")
    assert answer_in(provider.approve(faulty, MEI.subject))["error"] == "invalid_scope"
    with pytest.raises(ValueError, match="error page"):
        provider.approve(authorization_url(provider, client_id="another"), MEI.subject)
    with pytest.raises(ValueError, match="authorization endpoint"):
        provider.approve("http://127.0.0.1:1/oauth2/v1/authorize?", MEI.subject)


def test_other_addresses_can_be_registered(clock):
    site = "http://testserver/oidc/callback/"
    provider = make_provider("http://127.0.0.1:8001", is_redirect_uri=[site].__contains__)

    url = provider.approve(authorization_url(provider, redirect_uri=site), MEI.subject)

    assert url.startswith(f"{site}?code=")


# HTTP


def test_pages_let_nothing_in_from_elsewhere(provider, browser):
    page = open_page(browser, authorization_url(provider))

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'; style-src 'self'" in policy
    assert policy.endswith("form-action 'self' http://localhost:8000")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script|style=|(src|href)=\"(?!/)", page.text)
    style = browser.get(f"{provider.issuer}/style.css")
    assert style.headers["Content-Type"].startswith("text/css")


def test_the_policy_lets_forms_lead_to_an_ipv6_address(provider, browser):
    url = authorization_url(provider, redirect_uri="http://[::1]:8000/oidc/callback/")

    policy = open_page(browser, url).headers["Content-Security-Policy"]

    assert policy.endswith("form-action 'self' http:")


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/nowhere", 404, None),
        ("PUT", "/", 405, "GET, POST, HEAD"),
        ("GET", "/oauth2/v1/token", 405, "POST"),
        ("HEAD", "/oauth2/v1/token", 405, "POST"),
        ("POST", "/oauth2/v1/keys", 405, "GET, HEAD"),
        ("HEAD", "/", 200, None),
    ],
)
def test_addresses_answer_to_their_methods(provider, method, path, status, allow):
    response = requests.request(method, provider.issuer + path, timeout=5)

    assert (response.status_code, response.headers.get("Allow")) == (status, allow)


@pytest.mark.parametrize(("size", "status"), [(64 * 1024, 401), (64 * 1024 + 1, 413)])
def test_a_body_may_have_64_kilobytes(provider, size, status):
    body = "x=".ljust(size, "y")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    url = f"{provider.issuer}/oauth2/v1/token"
    response = requests.post(url, data=body, headers=headers, timeout=5)

    assert response.status_code == status


def test_a_body_whose_length_is_no_number_is_refused(provider):
    netloc = urlsplit(provider.issuer)
    with socket.create_connection((netloc.hostname, netloc.port), timeout=5) as connection:
        connection.sendall(b"POST / HTTP/1.0\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n")

        assert b" 400 " in connection.makefile("rb").readline()


def test_a_body_that_is_no_form_says_nothing(provider):
    url = f"{provider.issuer}/oauth2/v1/token"
    content = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}

    assert_refused(requests.post(url, json=content, timeout=5), "invalid_client", 401)


def test_a_foreign_name_for_this_machine_is_not_answered(provider):
    response = requests.get(provider.issuer, headers={"Host": "evil.example"}, timeout=5)

    assert response.status_code == 421


def test_each_request_has_the_state_to_itself(provider, monkeypatch):
    def is_free(provider, request):
        with ThreadPoolExecutor() as another_thread:
            got = another_thread.submit(provider.lock.acquire, blocking=False).result()
        return json_response(got)

    monkeypatch.setitem(DevelopmentProvider.routes, "/", {"GET": is_free})

    assert requests.get(provider.issuer, timeout=5).json() is False


def test_an_unexpected_failure_is_a_page_and_a_line_in_the_log(provider, monkeypatch, caplog):
    def fail(provider, request):
        raise RuntimeError("on purpose")

    monkeypatch.setitem(DevelopmentProvider.routes, "/", {"GET": fail})

    response = requests.get(provider.issuer, timeout=5)

    assert response.status_code == 500
    assert "<h1>Error" in response.text
    assert "on purpose" not in response.text
    assert "on purpose" in caplog.text


def test_the_log_has_a_line_for_an_error_and_no_secret_in_it(provider):
    log = SimpleQueue()
    logger, handler = logging.getLogger("accounts.devprovider"), QueueHandler(log)
    logger.addHandler(handler)
    url = provider.approve(authorization_url(provider), MEI.subject)

    redeem(provider, url)
    redeem(provider, url)
    path = f"/oauth2/v1/nowhere?code={answer_in(url)['code']}"
    requests.get(f"{provider.issuer}{path}", timeout=5)

    # A line is written once its answer is sent, so that it may be a moment late.
    lines = {log.get(timeout=5).getMessage() for _ in range(2)}
    logger.removeHandler(handler)
    assert log.empty()
    assert lines == {
        "POST '/oauth2/v1/token' answered 400",
        "GET '/oauth2/v1/nowhere' answered 404",
    }


# The server


@pytest.mark.parametrize("host", ["0.0.0.0", "", "example.org", "192.168.0.1", "::"])  # noqa: S104
def test_no_host_but_loopback_is_served(host):
    with pytest.raises(ValueError, match="loopback"), serving(make_provider, host, 0):
        pass


def test_a_taken_port_is_an_error_and_the_port_is_free_afterwards():
    with serving(make_provider, "127.0.0.1", 0) as server:
        port = server.server_port
        with pytest.raises(OSError, match="in use"), serving(make_provider, "127.0.0.1", port):
            pass

    with serving(make_provider, "127.0.0.1", port) as server:
        assert requests.get(server.provider.issuer, timeout=5).ok


def test_ipv6_loopback_is_served():
    try:
        with serving(make_provider, "::1", 0) as server:
            assert server.provider.issuer == f"http://[::1]:{server.server_port}"
            assert requests.get(server.provider.issuer, timeout=5).ok
    except OSError:
        pytest.skip("This machine has no IPv6 loopback.")


def test_the_sites_own_provider_needs_debug(settings):
    settings.DEBUG = False

    with pytest.raises(ImproperlyConfigured, match="only with DEBUG on"):
        development_provider("http://127.0.0.1:0")


@pytest.mark.parametrize(
    "issuer",
    [
        "https://127.0.0.1:8001",
        "http://example.org:8001",
        "http://127.0.0.1:8001/",
        "http://127.0.0.1:8001/oauth2/default",
        "http://user@127.0.0.1:8001",
        "",
    ],
)
def test_the_sites_own_provider_is_http_on_loopback(settings, issuer):
    settings.DEBUG = True

    with pytest.raises(ImproperlyConfigured, match="loopback"):
        development_provider(issuer)


def test_the_sites_own_provider_knows_the_site_and_keeps_its_issuer(settings):
    settings.DEBUG = True
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = CLIENT
    with socket.create_server(("127.0.0.1", 0)) as free:
        issuer = f"http://localhost:{free.getsockname()[1]}"

    with development_provider(issuer) as server:
        document = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).json()
        assert document["issuer"] == server.provider.issuer == issuer
        assert tokens_of(server.provider)["token_type"] == "Bearer"
