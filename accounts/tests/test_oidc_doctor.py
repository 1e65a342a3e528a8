"""What the doctor says of a healthy connection, and of each that is not."""

import json
import logging
import re
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.http import http_date

from accounts.devprovider import metadata
from accounts.devprovider.provider import DevelopmentProvider
from accounts.devprovider.web import Response, json_response, redirect
from accounts.doctor import Mark, examine, trials
from accounts.doctor.issuer import Document
from accounts.tests.okta_standin import APP_USERS, TOKEN, USERS, Answer

WELL_KNOWN = "/.well-known/openid-configuration"
SECRET = "the-secret-of-this-client"
HTML = Response(200, b"<!doctype html><title>Sign in to the proxy</title>")


@pytest.fixture
def healthy(provider, settings):
    """The development provider and settings, in development, that suit each other."""
    settings.DEBUG = True
    settings.OIDC_RP_CLIENT_SECRET = provider.client_secret = SECRET
    return provider


@pytest.fixture
def answer(monkeypatch):
    """Return a function that makes the provider give an answer at a path, whatever is asked."""

    def put(path, response):
        made = response if callable(response) else lambda *_: response
        monkeypatch.setitem(DevelopmentProvider.routes, path, {"GET": made, "POST": made})

    return put


@pytest.fixture
def say(healthy, answer):
    """Return a function that changes what the discovery document says; None leaves it out."""

    def change(headers=None, **changes):
        document = json.loads(metadata.discovery(healthy, None).body) | changes
        kept = {name: value for name, value in document.items() if value is not None}
        answer(WELL_KNOWN, json_response(kept, headers=headers))

    return change


def doctor():
    """The exit code and what was printed, with what went to the error stream at its end."""
    out = StringIO()
    try:
        call_command("oidc_doctor", stdout=out)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}\n"
    return 0, out.getvalue()


def lines(said, mark):
    """What was said with this mark, each with its remedy in the same line."""
    joined = re.sub(r"\n +-> ", " -> ", said)
    return [
        line[2:].removeprefix(mark).strip()
        for line in joined.splitlines()
        if line.startswith(f"  {mark} ")
    ]


def wrongs_and_warnings():
    code, said = doctor()
    wrong, warning = lines(said, "WRONG"), lines(said, "WARNING")
    assert code == bool(wrong)
    assert "Traceback" not in said
    for line in wrong:
        assert " -> " in line, "what is wrong is said with what to do"
    return wrong, warning


# Healthy


def test_a_healthy_connection_is_all_right(healthy):
    code, said = doctor()

    assert code == 0
    assert lines(said, "WRONG") == lines(said, "WARNING") == []
    assert len(lines(said, "OK")) > 20
    assert said.endswith("Nothing is wrong. Warnings: 0.\n")
    assert "\x1b" not in said


def test_the_sections_come_in_the_order_in_which_to_mend_them(healthy):
    assert [title for title, _ in examine()] == [
        *("Settings", "The provider", "Its endpoints", "Its signatures", "What it offers"),
        *("Clocks", "Client ID and secret", "The way back", "Roles", "Okta's directory"),
        *("To enter in Okta's Admin Console", "If you want it"),
    ]


def test_marks_have_colours_on_a_terminal(healthy, settings):
    settings.OIDC_RP_SCOPES = "openid email profile groups"
    out = StringIO()
    out.isatty = lambda: True

    call_command("oidc_doctor", stdout=out, force_color=True)

    assert len(set(re.findall(r"(\x1b\[[0-9;]+m)(?:OK|WARNING) ", out.getvalue()))) == 2


def test_lines_are_wrapped_on_a_terminal_and_addresses_are_not(healthy, settings, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    settings.SITE_URL = "http://localhost:8000/" + "x" * 80
    out = StringIO()
    out.isatty = lambda: True

    with pytest.raises(CommandError, match="Wrong: 1"):  # no such redirect URI is registered
        call_command("oidc_doctor", stdout=out, no_color=True)

    for line in out.getvalue().splitlines():
        assert len(line) <= 60 or "http" in line
    assert f"{settings.SITE_URL}/oidc/callback/" in out.getvalue()


# Settings


def test_the_system_checks_are_said_first(healthy, settings):
    settings.OIDC_USE_PKCE = False
    settings.OIDC_RP_SCOPES = "openid email profile offline_access"

    wrong, warning = wrongs_and_warnings()

    assert wrong[0].startswith("OIDC_USE_PKCE is off")
    assert warning[0].startswith("OIDC_RP_SCOPES has no `groups`")


@pytest.mark.parametrize(
    ("site_url", "hosts", "expected"),
    [
        ("https://blog.example.com", ["blog.example.com"], ""),
        ("https://blog.example.com", [".example.com"], ""),
        (
            "https://blog.example.com",
            ["other.example.com"],
            "Add blog.example.com to ALLOWED_HOSTS",
        ),
        ("http://blog.example.com", ["blog.example.com"], "which is not https. -> Set SITE_URL"),
        (
            "http://localhost:8000",
            ["localhost"],
            "where only this machine finds it. -> Set SITE_URL",
        ),
    ],
)
def test_a_site_that_nobody_would_find_is_wrong(healthy, settings, site_url, hosts, expected):
    settings.DEBUG = False
    settings.SITE_URL, settings.ALLOWED_HOSTS = site_url, hosts

    wrong, _ = wrongs_and_warnings()

    about_site = [line for line in wrong if "SITE_URL" in line or "ALLOWED_HOSTS" in line]
    assert len(about_site) == bool(expected)
    assert expected in "".join(about_site)


def test_without_an_issuer_it_says_where_to_begin(healthy, settings):
    settings.OIDC_ISSUER = ""

    wrong, warning = wrongs_and_warnings()
    _, said = doctor()

    assert [line.partition(":")[0] for line in wrong] == ["OIDC_ISSUER is not set"]
    assert warning == ["Not looked at: OIDC_ISSUER is not set. -> First mend what is wrong above."]
    assert "1. Applications > Applications > Create App Integration" in said


# The issuer


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("{}/", "The slash at the end is too much."),
        ("{} ", "There is a blank around it."),
        ("{}/oauth2/default", "What is set is a custom authorization server"),
        ("{}/.well-known/openid-configuration", "one of the provider's pages, and not its name"),
        ("{}/oauth2/v1/authorize", "one of the provider's pages, and not its name"),
        ("{}?client_id=x", ""),
        ("http://localhost:{port}", "Take that one if you know it as yours."),
    ],
)
def test_an_issuer_that_is_typed_wrong_is_said_with_the_right_one(healthy, settings, typed, why):
    settings.OIDC_ISSUER = typed.format(healthy.issuer, port=healthy.issuer.rpartition(":")[2])

    wrong, _ = wrongs_and_warnings()

    right = [line for line in wrong if line.endswith(f" -> Set OIDC_ISSUER={healthy.issuer}")]
    assert len(right) == 1
    assert why in right[0]


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        ("https://elsewhere.example", "-> Set OIDC_ISSUER=https://elsewhere.example"),
        ("http://elsewhere.example", "That is no https address"),
        ("https://elsewhere.example/", "Its name ends with a slash"),
        ("https://elsewhere.example\x1b[2J", "That is no https address"),
    ],
)
def test_another_issuers_document_is_wrong_and_gets_no_secret(
    healthy, say, answer, theirs, expected
):
    asked = []
    say(issuer=theirs)
    answer(metadata.TOKEN, lambda *request: asked.append(request) or json_response({}))

    wrong, warning = wrongs_and_warnings()

    assert expected in wrong[0]
    assert "\x1b" not in wrong[0]
    assert "ID and secret were not tried" in warning[0]
    assert asked == []


def test_a_secret_goes_to_nobody_who_is_found_only_nearby(healthy, settings, answer):
    asked = []
    settings.OIDC_ISSUER = f"{healthy.issuer}/oauth2/default"
    settings.OKTA_API_TOKEN = TOKEN
    answer(metadata.TOKEN, lambda *request: asked.append(request) or json_response({}))
    answer(USERS, lambda *request: asked.append(request) or json_response([]))

    _, warning = wrongs_and_warnings()

    assert "ID and secret were not tried" in warning[0]
    assert "OKTA_API_TOKEN was not tried" in warning[1]
    assert asked == []


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (json_response({}, status=500), "it answers 500"),
        (json_response({}, status=404), "it answers 404"),
        (redirect("https://elsewhere.example/"), "it answers 303"),
        (HTML, "what it answers is no discovery document"),
        (json_response([]), "what it answers is no discovery document"),
        (json_response({}), "what it answers is no discovery document"),
        (json_response({"issuer": None}), "what it answers is no discovery document"),
        (Response(200, b"[" * 100_000), "what it answers is no discovery document"),
        (Response(200, b" " * 300_000), "sent more than 256 kB"),
    ],
)
def test_a_provider_without_a_discovery_document_is_wrong(healthy, answer, response, expected):
    answer(WELL_KNOWN, response)

    wrong, _ = wrongs_and_warnings()

    assert len(wrong) == 1
    assert expected in wrong[0]


def test_a_development_provider_that_does_not_run_is_to_be_started(healthy, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"  # the discard port, where nobody listens

    wrong, _ = wrongs_and_warnings()

    assert wrong == [
        "The provider cannot be read at http://127.0.0.1:9: there is no such host, or nothing "
        "listens there. -> Start the development provider with `make run`, and leave it running."
    ]


@pytest.mark.parametrize("issuer", ["https://[acme", "ftp://acme.okta.com", "/", "https://"])
def test_an_issuer_that_is_no_address_is_wrong(healthy, settings, issuer):
    settings.OIDC_ISSUER = issuer

    wrong, _ = wrongs_and_warnings()

    assert any("is no address that could be asked" in line for line in wrong)


# What the document says


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"token_endpoint": "http://elsewhere.example/token"},
            "token_endpoint is http://elsewhere",
        ),
        ({"token_endpoint": None}, "token_endpoint is missing."),
        ({"jwks_uri": 1}, "jwks_uri is 1."),
        ({"authorization_endpoint": None}, "authorization_endpoint is missing."),
        ({"revocation_endpoint": "ftp://x"}, "revocation_endpoint is ftp://x."),
        (
            {"id_token_signing_alg_values_supported": ["HS256", "ES256"]},
            'Set OIDC_RP_SIGN_ALGO = "ES256" in config/settings.py.',
        ),
        ({"id_token_signing_alg_values_supported": ["HS256"]}, "Have the provider sign ID tokens"),
        ({"id_token_signing_alg_values_supported": 1}, "Have the provider sign ID tokens"),
        ({"response_types_supported": ["id_token"]}, "response_types_supported lacks code"),
        ({"code_challenge_methods_supported": ["plain"]}, "methods_supported lacks S256"),
        (
            {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
            "methods_supported lacks client_secret_basic",
        ),
        ({"scopes_supported": ["email"]}, "It does not know the scope openid"),
    ],
)
def test_what_a_sign_in_needs_and_the_document_denies_is_wrong(say, changes, expected):
    say(**changes)

    wrong, _ = wrongs_and_warnings()

    assert len(wrong) == 1
    assert expected in wrong[0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"end_session_endpoint": None}, "who signs out here stays signed in at the provider"),
        ({"response_types_supported": None}, "It does not say whether it offers the authorization"),
        ({"code_challenge_methods_supported": None}, "It does not say whether it offers PKCE"),
        ({"scopes_supported": None}, "It does not say which scopes it knows"),
        (
            {"scopes_supported": ["openid", "email", "profile", "offline_access"]},
            "Authorization Servers > Scopes > Add Scope",
        ),
        (
            {"scopes_supported": ["openid", "email", "profile", "groups"]},
            "take offline_access out of OIDC_RP_SCOPES",
        ),
        ({"grant_types_supported": ["authorization_code"]}, "Grant type > Refresh Token"),
        ({"grant_types_supported": None}, "Grant type > Refresh Token"),
    ],
)
def test_what_a_sign_in_only_likes_is_a_warning(say, changes, expected):
    say(**changes)

    wrong, warning = wrongs_and_warnings()

    assert wrong == []
    assert len(warning) == 1
    assert expected in warning[0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"revocation_endpoint": None}, "refresh tokens are left to expire"),
        ({"token_endpoint_auth_methods_supported": None}, "a client secret in the header"),
        (
            {"authorization_response_iss_parameter_supported": False},
            "Its answers do not name the provider (RFC 9207). Nothing to do",
        ),
        ({"backchannel_logout_supported": True}, "/oidc/backchannel-logout/"),
        ({"frontchannel_logout_supported": True}, "/oidc/frontchannel-logout/"),
        ({"prompt_values_supported": None}, "with a link where people may register"),
    ],
)
def test_what_need_not_be_there_is_said_without_a_warning(say, changes, expected):
    say(**changes)

    code, said = doctor()

    assert (code, lines(said, "WARNING")) == (0, [])
    assert any(expected in line for line in lines(said, "OK"))


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (json_response({}, status=500), "The keys cannot be read. The provider answered 500."),
        (HTML, "The keys cannot be read. The provider did not send a JSON object."),
        (json_response({}), "None of the provider's keys can check RS256"),
        (json_response({"keys": 1}), "None of the provider's keys can check RS256"),
        (json_response({"keys": [{"kty": "RSA", "n": "AQ", "e": "AQAB"}]}), "None of the"),
    ],
)
def test_keys_that_check_nothing_are_wrong(healthy, answer, response, expected):
    answer(metadata.KEYS, response)

    wrong, _ = wrongs_and_warnings()

    assert len(wrong) == 1
    assert expected in wrong[0]


def test_several_keys_are_counted_and_have_to_have_a_name(healthy, answer):
    healthy.rotate_keys()
    healthy.rotate_keys()
    _, said = doctor()
    nameless = healthy.keys.jwks()
    del nameless["keys"][0]["kid"]
    answer(metadata.KEYS, json_response(nameless))

    wrong, warning = wrongs_and_warnings()

    assert "Keys that can check RS256 signatures: 2." in lines(said, "OK")
    assert wrong == []
    assert warning[0].startswith("2 keys fit RS256, and not each has a `kid`")


# The clocks


@pytest.mark.parametrize(
    ("ahead", "mark", "words"),
    [
        (0, Mark.OK, "agrees"),
        (-25, Mark.OK, "agrees"),
        (45, Mark.WARNING, "seconds ahead of the provider's. From 60 on"),
        (-45, Mark.WARNING, "seconds behind the provider's. From 60 on"),
        (90, Mark.WRONG, "are refused. -> Set this machine's clock"),
        (-90, Mark.WRONG, "are refused. -> Set this machine's clock"),
    ],
)
def test_clocks_that_differ_are_a_warning_and_then_wrong(say, ahead, mark, words):
    say(headers={"Date": http_date(time.time() - ahead)})

    code, said = doctor()

    [line] = [line for line in lines(said, mark) if "machine's clock" in line]
    assert words in line
    assert code == (mark == Mark.WRONG)


def test_an_answer_out_of_a_cache_says_nothing_of_the_clocks(say):
    say(headers={"Date": http_date(time.time() - 3600), "Age": "3600"})

    assert wrongs_and_warnings() == ([], [])


def test_a_provider_without_a_clock_is_left_alone(say):
    say(headers={"Date": "soon"})

    assert wrongs_and_warnings() == ([], [])


# ID and secret


def oauth_error(code, status=400):
    return json_response({"error": code, "error_description": "told-to-nobody"}, status=status)


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (oauth_error("invalid_client", 401), "copy Client ID into OIDC_RP_CLIENT_ID"),
        (oauth_error("invalid_client", 400), "copy Client ID into OIDC_RP_CLIENT_ID"),
        (oauth_error("unauthorized_client"), "under Grant type, tick Authorization Code"),
        (oauth_error("server_error", 500), "The provider answered 500. -> Try again"),
        (oauth_error("slow_down", 429), "The provider answered 429. -> Try again"),
        (HTML, "did not send a JSON object. -> Try again"),
        (json_response({"access_token": "a-token-for-anybody"}), "it lets anybody in"),
    ],
)
def test_a_client_that_the_provider_does_not_know_is_wrong(healthy, answer, response, expected):
    answer(metadata.TOKEN, response)

    wrong, warning = wrongs_and_warnings()

    assert len(wrong) == 1
    assert expected in wrong[0]
    assert warning == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("invalid_request", "http://localhost:8000/oidc/callback/ is a sign-in redirect URI"),
        ("redirect_uri_mismatch", "http://localhost:8000/oidc/callback/ is a sign-in redirect URI"),
        ("unsupported_grant_type", "Sign in once to see"),
        ("<script>", "answers unknown. -> Sign in once to see"),
    ],
)
def test_an_answer_that_tells_little_is_a_warning(healthy, answer, code, expected):
    answer(metadata.TOKEN, oauth_error(code))

    wrong, [warning] = wrongs_and_warnings()

    assert wrong == []
    assert expected in warning


@pytest.mark.parametrize(
    ("client_id", "secret", "expected"),
    [
        ("0oaByline", "wrong", "(invalid_client). -> On Okta's Admin Console"),
        ("0oaByline", "wrong ", "OIDC_RP_CLIENT_SECRET has a blank"),
        ("'0oaByline'", "wrong", "OIDC_RP_CLIENT_ID has a blank, a quotation mark"),
        ("<0oaByline>", "wrong", "OIDC_RP_CLIENT_ID has a blank, a quotation mark or a bracket"),
        ("wrong", "0oaByline", "It seems that ID and secret are each in the other's place"),
    ],
)
def test_a_wrong_pair_is_said_with_what_can_be_seen_of_it(
    healthy, settings, client_id, secret, expected
):
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = client_id, secret

    wrong, _ = wrongs_and_warnings()
    _, said = doctor()

    assert expected in wrong[0]
    assert "wrong " not in said.replace("is wrong ", "")
    assert "0oaByline" not in said


@pytest.mark.parametrize("name", ["OIDC_RP_CLIENT_ID", "OIDC_RP_CLIENT_SECRET"])
def test_half_a_pair_is_not_tried(healthy, settings, name):
    setattr(settings, name, "")

    wrong, warning = wrongs_and_warnings()

    assert [line.partition(":")[0] for line in wrong] == [f"{name} is not set"]
    assert warning == ["They were not tried: one is not set. -> First mend what is wrong above."]


# The way back


def test_a_redirect_uri_that_is_not_registered_is_wrong(healthy, settings):
    settings.SITE_URL = "http://localhost:8000/elsewhere"

    wrong, _ = wrongs_and_warnings()

    assert len(wrong) == 1
    assert "enter http://localhost:8000/elsewhere/oidc/callback/, to the letter" in wrong[0]


def sent_back(**query):
    callback = "http://localhost:8000/oidc/callback/"
    return redirect(f"{callback}?{'&'.join(f'{name}={value}' for name, value in query.items())}")


@pytest.mark.parametrize(
    ("response", "mark", "expected"),
    [
        (sent_back(code="x"), Mark.OK, "would send people back to"),
        (sent_back(error="interaction_required"), Mark.OK, "would send people back to"),
        (sent_back(error="invalid_scope"), Mark.WRONG, "refuses one of the scopes"),
        (sent_back(error="unauthorized_client"), Mark.WRONG, "tick Authorization Code"),
        (sent_back(error="access_denied"), Mark.WRONG, "Access Policies: add a policy"),
        (sent_back(error="%1B%5B2J"), Mark.WARNING, "The provider answers ?[2J to a sign-in"),
        (HTML, Mark.WARNING, "cannot be told: the provider answers 200"),
        (redirect("https://elsewhere.example/"), Mark.WARNING, "the provider answers 303"),
        (json_response({}, status=503), Mark.WARNING, "the provider answers 503"),
        (json_response({}, status=429), Mark.WARNING, "the provider answers 429"),
        (json_response({}, status=400), Mark.WRONG, "enter http://localhost:8000/oidc/callback/"),
        (Response(200, b" " * 300_000), Mark.WRONG, "The sign-in page cannot be asked"),
    ],
)
def test_the_way_back_is_tried(healthy, answer, response, mark, expected):
    answer(metadata.AUTHORIZE, response)

    code, said = doctor()

    assert any(expected in line for line in lines(said, mark))
    assert code == (mark == Mark.WRONG)


def test_the_way_back_is_tried_as_somebody_signed_out_would(healthy, answer):
    asked = []
    answer(metadata.AUTHORIZE, lambda _, request: asked.append(request.params) or HTML)

    doctor()

    [params] = asked
    assert (params["prompt"], params["response_type"]) == ("none", "code")
    assert params["scope"] == "openid email profile groups offline_access"
    assert params["code_challenge_method"] == "S256"


# Okta's directory


@pytest.fixture
def organisation(okta):
    """The discovery document of the stand-in for Okta, as if it had one."""
    endpoint = f"{okta.origin}/oauth2/v1/authorize"
    return Document(okta.origin, {"issuer": okta.origin, "authorization_endpoint": endpoint}, {})


def test_an_api_token_is_tried_by_a_page_of_each_list(okta, organisation):
    okta.people, okta.assigned = {"00uMei": "ACTIVE", "00uJonas": "ACTIVE"}, ["00uMei", "00uJonas"]
    okta.page_size = 1

    found = list(trials.api_token(organisation))

    assert [(finding.mark, finding.text) for finding in found] == [
        (Mark.OK, "OKTA_API_TOKEN reads people."),
        (Mark.OK, "OKTA_API_TOKEN reads who is assigned to this site."),
    ]
    assert len(okta.asked) == 2


@pytest.mark.parametrize(
    ("path", "status", "expected"),
    [
        (USERS, 401, "does not read people. Okta does not accept OKTA_API_TOKEN"),
        (USERS, 403, "does not read people. OKTA_API_TOKEN may not read people"),
        (APP_USERS, 404, "does not read who is assigned to this site. Okta does not know"),
        (USERS, 500, "does not read people. Okta answered 500."),
    ],
)
def test_an_api_token_that_does_not_read_is_wrong(okta, organisation, path, status, expected):
    okta.people, okta.assigned = {"00uMei": "ACTIVE"}, ["00uMei"]
    okta.every_answer[path] = Answer(status, "{}")

    found = [finding for finding in trials.api_token(organisation) if finding.mark != Mark.OK]

    assert [finding.mark for finding in found] == [Mark.WRONG]
    assert expected in found[0].text
    assert "Security > API > Tokens" in found[0].remedy
    assert TOKEN not in str(found)


def test_an_api_token_that_is_none_is_wrong(organisation, settings):
    settings.OKTA_API_TOKEN = "a token\nwith a line"

    found = list(trials.api_token(organisation))

    assert {finding.mark for finding in found} == {Mark.WRONG}
    assert "with a line" not in str(found)


def test_an_api_token_goes_to_no_provider_but_okta(okta, organisation):
    elsewhere = organisation._replace(
        metadata={"issuer": okta.origin, "authorization_endpoint": f"{okta.origin}/authorize"}
    )

    [finding] = trials.api_token(elsewhere)

    assert finding.mark == Mark.WARNING
    assert okta.asked == []


# What is never said


def test_neither_secret_nor_token_is_printed_or_logged(healthy, settings, answer, caplog):
    caplog.set_level(logging.DEBUG)
    settings.OKTA_API_TOKEN = TOKEN
    said = [doctor()[1]]
    for response in (
        json_response({"access_token": "a-token-for-anybody"}),
        oauth_error("invalid_client", 401),
        oauth_error(SECRET, 400),
        json_response({}, status=500),
    ):
        answer(metadata.TOKEN, response)
        said.append(doctor()[1])
    logged = caplog.text  # an ID may be logged, and so may a secret that was entered as one
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = SECRET, settings.OIDC_RP_CLIENT_ID
    said.append(doctor()[1])

    assert len(said) == 6
    for secret in (SECRET, TOKEN, "a-token-for-anybody", "told-to-nobody"):
        assert secret not in "".join(said) + logged
