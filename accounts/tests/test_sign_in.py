"""Signing in, at the development provider over real HTTP."""

import base64
import json
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import SESSION_KEY, authenticate
from django.test import Client

from accounts import states
from accounts.devprovider import metadata
from accounts.devprovider.claims import id_token_claims
from accounts.devprovider.keys import KeyRing
from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.devprovider.provider import DevelopmentProvider
from accounts.devprovider.server import serving
from accounts.devprovider.state import Vault
from accounts.devprovider.web import json_response
from accounts.encryption import encrypt
from accounts.models import LoginSession, User
from accounts.states import PendingSignIn

AMARA, JONAS, MEI, *_ = SAMPLE_PEOPLE
NOWHERE = "http://127.0.0.1:9"  # the discard port, where nobody listens

pytestmark = pytest.mark.django_db


def leave(client, next_url="/"):
    """Set out for the provider; return the address there."""
    return client.get("/login/", {"next": next_url}).url


def query_of(url):
    return {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}


def signed_in_as(client):
    """The person whose session a client has; None if it is nobody's."""
    return User.objects.filter(pk=client.session.get(SESSION_KEY)).first()


def assert_outcome(response, status, heading, again):
    """Assert that the page says what became of it, and offers to try again from there."""
    assert response.status_code == status
    assert f">{heading}</h1>" in response.text
    assert f'href="{again}">Try again</a>' in unescape(response.text)
    assert "Traceback" not in response.text
    assert "no-store" in response["Cache-Control"]


def fail(provider, request):
    return json_response(
        {"error": "server_error", "error_description": "told-to-nobody"}, status=500
    )


# Setting out


@pytest.mark.parametrize("address", ["/login/", "/register/"])
def test_the_way_to_the_provider_asks_for_all_that_keeps_the_answer_safe(client, provider, address):
    response = client.get(address)

    asked = query_of(response.url)
    assert response.status_code == 302
    assert response.url.startswith(f"{provider.issuer}/oauth2/v1/authorize?")
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == "http://testserver/oidc/callback/"
    assert asked["code_challenge_method"] == "S256"
    assert {"state", "nonce", "code_challenge"} < set(asked)
    assert asked["scope"] == "openid email profile groups offline_access"
    assert "no-store" in response["Cache-Control"]


def test_no_two_ways_to_the_provider_are_the_same(client, provider):
    first, second = query_of(leave(client)), query_of(leave(client))

    differing = {name for name in first if first[name] != second[name]}
    assert differing == {"state", "nonce", "code_challenge"}


@pytest.mark.parametrize(
    ("prompts", "prompt"),
    [(["none", "create"], "create"), (["none"], None), ([], None), (None, None)],
)
def test_register_asks_for_registration_where_the_provider_has_it(
    client, provider, monkeypatch, prompts, prompt
):
    monkeypatch.setattr(metadata, "PROMPTS", prompts)

    response = client.get("/register/", {"next": "/dashboard/"})

    assert query_of(response.url).get("prompt") == prompt


def test_who_registers_lands_where_they_wanted_to_go(client, provider):
    leaving = client.get("/register/", {"next": "/dashboard/"})

    landing = client.get(provider.approve(leaving.url, MEI.subject))

    assert landing.url == "/dashboard/"
    assert signed_in_as(client).subject == MEI.subject


# Landing


def test_who_signs_in_lands_where_they_wanted_to_go(client, sign_in):
    wanted = client.get("/dashboard/?before=x&after=y")
    landing = sign_in(client, MEI, query_of(wanted.url)["next"])

    assert wanted.status_code == 302
    assert urlsplit(wanted.url).path == "/login/"
    assert (landing.status_code, landing.url) == (302, "/dashboard/?before=x&after=y")
    assert client.get("/dashboard/").status_code == 200


def test_who_signs_in_from_nowhere_lands_on_the_newest_posts(client, provider):
    landing = client.get(provider.approve(client.get("/login/").url, MEI.subject))

    assert landing.url == "/"


def test_each_of_two_tabs_lands_where_it_wanted_to_go(client, provider):
    one, other = leave(client, "/one/"), leave(client, "/other/")

    landings = [client.get(provider.approve(url, MEI.subject)).url for url in (one, other)]

    assert landings == ["/one/", "/other/"]


ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "/\\elsewhere.example/",
    "http:///elsewhere.example/",
    "http://testserver@elsewhere.example/",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("next_url", ELSEWHERE)
def test_nobody_is_led_to_another_host(client, sign_in, next_url):
    landing = sign_in(client, MEI, next_url)

    assert landing.url == "/"


@pytest.mark.parametrize("next_url", ELSEWHERE)
def test_nobody_who_is_signed_in_is_led_to_another_host(client, author, next_url):
    client.force_login(author)

    response = client.get("/login/", {"next": next_url})

    assert response.url == "/"


def test_who_is_signed_in_goes_on_without_the_provider(client, author, answers):
    client.force_login(author)

    for address in ("/login/", "/register/"):
        assert client.get(address, {"next": "/dashboard/"}).url == "/dashboard/"
    assert answers == []


def test_a_page_offers_to_sign_in_and_come_back(client):
    page = client.get("/?before=")

    assert 'href="/login/?next=/%3Fbefore%3D"' in page.text
    assert 'href="/register/?next=/%3Fbefore%3D"' in page.text


# Who somebody is


def test_a_sign_in_makes_the_person_the_provider_knows(client, provider, sign_in):
    sign_in(client, JONAS)

    user = User.objects.get()
    assert signed_in_as(client) == user
    assert (user.issuer, user.subject, user.handle) == (
        provider.issuer,
        JONAS.subject,
        "jonas-lindqvist",
    )
    assert (user.get_full_name(), user.email) == ("Jonas Lindqvist", JONAS.email)
    assert user.provider_groups == ["Everyone", "blog-moderators"]
    assert (user.is_author, user.is_moderator, user.is_admin) == (True, True, False)


@pytest.mark.parametrize("thin", [False, True])
def test_names_email_and_groups_are_taken_over_at_every_sign_in(provider, sign_in, thin):
    provider.thin_id_token = thin
    sign_in(Client(), MEI)
    before = User.objects.get()

    provider.add_person(
        replace(
            MEI,
            given_name="May",
            family_name="Tanaka-Smith",
            email="may@example.org",
            groups=("blog-admins",),
        )
    )
    sign_in(Client(), MEI)

    after = User.objects.get()
    assert (after.pk, after.handle) == (before.pk, "mei-tanaka")
    assert (after.first_name, after.last_name) == ("May", "Tanaka-Smith")
    assert (after.email, after.provider_groups) == ("may@example.org", ["blog-admins"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), ("blog-moderators",)),
        (("blog-moderators",), ()),
        (("blog-moderators",), ("blog-admins",)),
        (("blog-admins", "blog-moderators"), ("Everyone",)),
    ],
)
def test_roles_follow_the_groups_both_ways(provider, sign_in, before, after):
    for groups in (before, after):
        provider.set_groups(MEI.subject, groups)
        sign_in(Client(), MEI)

        user = User.objects.get()
        assert user.is_moderator is ("blog-moderators" in groups)
        assert user.is_admin is ("blog-admins" in groups)
        assert user.is_staff is bool({"blog-moderators", "blog-admins"}.intersection(groups))


def test_without_the_groups_scope_roles_stay(provider, sign_in, settings):
    sign_in(Client(), JONAS)
    settings.OIDC_RP_SCOPES = "openid email profile"

    sign_in(Client(), JONAS)

    assert User.objects.get().is_moderator


def test_a_provider_that_sends_no_groups_is_told_of_in_the_log_once_an_hour(
    provider, sign_in, settings, caplog
):
    settings.OIDC_RP_SCOPES = "openid email profile"

    for _ in range(2):
        sign_in(Client(), MEI)

    assert caplog.text.count("sends no groups claim") == 1


@pytest.mark.parametrize("come_back", ["denied", "again", "forged", "down", "refused"])
def test_each_page_about_a_sign_in_has_a_reference_that_the_log_has_too(
    client, provider, monkeypatch, caplog, come_back
):
    caplog.set_level(logging.INFO)
    url = provider.approve(leave(client), MEI.subject)
    if come_back == "denied":
        url = provider.deny(leave(client))
    elif come_back == "again":
        client.get(url)
        client.logout()
    elif come_back == "forged":
        url = "/oidc/callback/?code=x&state=y"
    elif come_back == "down":
        monkeypatch.setitem(DevelopmentProvider.routes, metadata.TOKEN, {"POST": fail})
    else:
        url = url.replace("code=", "code=x")

    page = client.get(url).text

    [reference] = re.findall(r"<code>([0-9A-F]{4}-[0-9A-F]{4})</code>", page)
    assert f"({reference})" in caplog.text


def test_a_group_never_makes_a_superuser_and_none_unmakes_one(provider, sign_in):
    User.objects.create_superuser("chief", provider.issuer, MEI.subject)

    sign_in(Client(), AMARA)
    sign_in(Client(), MEI)

    superusers = User.objects.filter(is_superuser=True)
    assert [user.handle for user in superusers] == ["chief"]


def test_the_same_email_address_with_another_subject_is_another_person(provider, sign_in):
    sign_in(Client(), AMARA)
    provider.add_person(replace(MEI, email=AMARA.email, given_name="Amara", family_name="Okafor"))
    browser = Client()

    sign_in(browser, MEI)

    assert signed_in_as(browser).subject == MEI.subject
    assert signed_in_as(browser).is_admin is False
    people = User.objects.filter(email=AMARA.email).values_list("subject", "handle")
    assert set(people) == {(AMARA.subject, "amara-okafor"), (MEI.subject, "amara-okafor-2")}


def test_the_same_subject_at_another_issuer_is_another_person(client, provider, sign_in):
    other = User.objects.sign_in("https://id.example", MEI.subject, {"groups": ["blog-admins"]})

    sign_in(client, MEI)

    assert signed_in_as(client) != other
    assert signed_in_as(client).is_admin is False


# The session


def test_the_session_key_is_new_after_every_sign_in(client, provider):
    one, other = leave(client), leave(client)
    keys = [client.session.session_key]

    for url in (one, other):
        client.get(provider.approve(url, MEI.subject))
        keys.append(client.session.session_key)

    assert len(set(keys)) == 3
    assert signed_in_as(client).subject == MEI.subject


def test_an_old_session_key_is_worth_nothing_after_sign_in(client, provider):
    one, other = leave(client), leave(client)
    client.get(provider.approve(one, MEI.subject))
    fixed = client.cookies["sessionid"].value

    client.get(provider.approve(other, MEI.subject))

    client.cookies["sessionid"] = fixed
    assert client.get("/dashboard/").status_code == 302


def test_who_signs_in_as_somebody_else_leaves_nothing_of_the_first_behind(client, provider):
    one, other = leave(client), leave(client)
    client.get(provider.approve(one, AMARA.subject))
    session = client.session
    session["of"] = "Amara"
    session.save()

    client.get(provider.approve(other, MEI.subject))

    assert signed_in_as(client).subject == MEI.subject
    assert "of" not in client.session
    ended, live = LoginSession.objects.order_by("pk")
    assert (ended.user.subject, ended.end_reason) == (AMARA.subject, "replaced")
    assert (live.user.subject, live.is_live) == (MEI.subject, True)


def test_the_eleventh_way_to_the_provider_closes_the_first(client, provider):
    urls = [leave(client, f"/{number}/") for number in range(11)]

    first, last = (client.get(provider.approve(urls[number], MEI.subject)) for number in (0, 10))

    assert first.status_code == 400
    assert last.url == "/10/"


# What does not end in a sign-in


def test_who_denies_may_try_again(client, provider):
    url = provider.deny(leave(client, "/dashboard/"))

    response = client.get(url)

    assert_outcome(response, 200, "You did not sign in", "/login/?next=/dashboard/")
    assert signed_in_as(client) is None
    assert client.get(url).status_code == 400


def test_another_error_of_the_provider_is_a_refusal_and_may_be_tried_again(client, provider):
    url = leave(client, "/dashboard/").replace("scope=openid", "scope=nothing")

    response = client.get(provider.approve(url, MEI.subject))

    again = "/login/?next=/dashboard/"
    assert_outcome(response, 403, "You could not be signed in", again)
    assert signed_in_as(client) is None


def test_a_callback_that_comes_again_leads_on_who_is_signed_in(client, provider):
    url = provider.approve(leave(client, "/dashboard/"), MEI.subject)
    client.get(url)
    key = client.session.session_key

    response = client.get(url)

    assert (response.status_code, response.url) == (302, "/dashboard/")
    assert client.session.session_key == key


def test_a_callback_that_comes_again_is_no_way_in(client, provider):
    url = provider.approve(leave(client, "/dashboard/"), MEI.subject)
    client.get(url)
    client.post("/logout/")

    response = client.get(url)

    again = "/login/?next=/dashboard/"
    assert_outcome(response, 400, "This sign-in is no longer valid", again)
    assert signed_in_as(client) is None


def test_a_callback_belongs_to_the_browser_that_asked(client, provider):
    url = provider.approve(leave(client), MEI.subject)
    another = Client()

    response = another.get(url)

    assert_outcome(response, 400, "This sign-in is no longer valid", "/login/")
    assert signed_in_as(another) is None
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?code=x",
        "?code=x&state=unknown",
        "?code=x&state=",
        "?error=access_denied",
        "?error=access_denied&state=unknown",
    ],
)
def test_a_callback_that_nobody_asked_for_changes_nothing(client, provider, author, query):
    stranger = Client()
    client.force_login(author)
    url = f"/oidc/callback/{query}"

    refusal, response = stranger.get(url), client.get(url)

    assert_outcome(refusal, 400, "This sign-in is no longer valid", "/login/")
    assert response.url == "/"
    assert signed_in_as(client) == author


def test_a_code_without_its_state_is_no_way_in(client, provider):
    code = query_of(provider.approve(leave(client), MEI.subject))["code"]
    own_state = query_of(leave(client))["state"]

    client.get("/oidc/callback/", {"code": code, "state": own_state})

    assert signed_in_as(client) is None


def test_a_code_at_any_other_address_is_no_way_in(client, provider, rf, answers):
    code = query_of(provider.approve(leave(client), MEI.subject))["code"]
    answers.clear()

    user = authenticate(rf.post(f"/admin/login/?code={code}&state=x"), username="x", password="x")

    assert (user, answers) == (None, [])


def test_the_callback_answers_to_get_alone(client, provider):
    url = provider.approve(leave(client), MEI.subject)

    response = client.post(url)

    assert response.status_code == 405
    assert signed_in_as(client) is None


def test_who_is_deactivated_here_cannot_sign_in(client, sign_in):
    sign_in(Client(), MEI)
    User.objects.update(is_active=False)

    response = sign_in(client, MEI, "/dashboard/")

    again = "/login/?next=/dashboard/"
    assert_outcome(response, 403, "You could not be signed in", again)
    assert signed_in_as(client) is None
    assert "oidc_id_token" not in client.session


def test_who_is_deactivated_here_is_signed_out_by_the_next_request(client, sign_in):
    sign_in(client, MEI)

    User.objects.update(is_active=False)

    assert client.get("/dashboard/").url == "/login/?next=/dashboard/"
    refused = client.post("/dashboard/new/", {"title": "T", "body": "B"})
    assert (refused.status_code, "You have been signed out" in refused.text) == (403, True)
    assert "Sign out" not in client.get("/").text


def test_who_is_deactivated_at_the_provider_cannot_sign_in(client, provider):
    leaving = leave(client, "/dashboard/")
    url = provider.approve(leaving, MEI.subject)

    provider.deactivate(MEI.subject)
    response = client.get(url)

    again = "/login/?next=/dashboard/"
    assert_outcome(response, 403, "You could not be signed in", again)
    assert signed_in_as(client) is None
    with pytest.raises(ValueError, match="deactivated"):
        provider.approve(leave(client), MEI.subject)


# A provider that does not answer as it should


@pytest.mark.parametrize("address", ["/login/", "/register/"])
def test_setting_out_for_a_provider_that_is_down_is_a_page_that_says_so(
    client, settings, caplog, address
):
    settings.OIDC_ISSUER = NOWHERE

    response = client.get(address, {"next": "/dashboard/"})

    assert_outcome(response, 503, "Sign-in is unavailable", "/login/?next=/dashboard/")
    assert response["Retry-After"] == "30"
    said = [record for record in caplog.records if record.name == "accounts.views.sign_in"]
    assert [record.levelname for record in said] == ["ERROR"]
    assert not any(record.exc_info for record in caplog.records)


def test_coming_back_from_a_provider_that_went_down_is_a_page_that_says_so(
    client, settings, caplog
):
    def make_provider(issuer):
        return DevelopmentProvider(
            issuer,
            client_id="byline",
            client_secret="development",
            is_redirect_uri=["http://testserver/oidc/callback/"].__contains__,
        )

    with serving(make_provider, "127.0.0.1", 0) as server:
        settings.OIDC_ISSUER = server.provider.issuer
        url = server.provider.approve(leave(client, "/dashboard/"), MEI.subject)

    response = client.get(url)

    assert_outcome(response, 503, "Sign-in is unavailable", "/login/?next=/dashboard/")
    assert response["Retry-After"] == "30"
    assert signed_in_as(client) is None
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize(
    ("path", "method"),
    [(metadata.TOKEN, "POST"), (metadata.KEYS, "GET"), (metadata.USERINFO, "GET")],
)
def test_a_provider_that_fails_on_the_way_is_a_page_that_says_so(
    client, provider, monkeypatch, caplog, path, method
):
    url = provider.approve(leave(client, "/dashboard/"), MEI.subject)
    monkeypatch.setitem(
        DevelopmentProvider.routes, path, {method: lambda *_: json_response({}, status=500)}
    )

    response = client.get(url)

    assert_outcome(response, 503, "Sign-in is unavailable", "/login/?next=/dashboard/")
    assert signed_in_as(client) is None
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (metadata.TOKEN, "POST"),
        (metadata.KEYS, "GET"),
        (metadata.USERINFO, "GET"),
        ("/.well-known/openid-configuration", "GET"),
    ],
)
@pytest.mark.parametrize("content", [None, [], {}])
def test_a_provider_that_talks_nonsense_signs_nobody_in(
    client, provider, monkeypatch, path, method, content
):
    monkeypatch.setitem(
        DevelopmentProvider.routes, path, {method: lambda *_: json_response(content)}
    )

    response = client.get("/login/")
    if response.status_code == 302:
        response = client.get(provider.approve(response.url, MEI.subject))

    assert response.status_code in (403, 503)
    assert "Try again" in response.text
    assert signed_in_as(client) is None


NOW = datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "forged",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "another-site"},
        {"aud": ["byline", "another-site"], "azp": "another-site"},
        {"aud": None},
        {"azp": "another-site"},
        {"sub": AMARA.subject},
        {"sub": None},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": NOW - 61},
        {"exp": None},
        {"iat": NOW + 61},
        {"iat": NOW - 10 * 365 * 24 * 3600},
        {"iat": None},
        {"nbf": NOW + 61},
        {"at_hash": "of-another-access-token"},
    ],
    ids=str,
)
def test_an_id_token_that_proves_nothing_signs_nobody_in(
    client, provider, monkeypatch, time_machine, forged
):
    time_machine.move_to(NOW, tick=False)

    def forge(*args, **kwargs):
        claims = id_token_claims(*args, **kwargs) | forged
        return {name: value for name, value in claims.items() if value is not None}

    monkeypatch.setattr("accounts.devprovider.tokens.id_token_claims", forge)

    response = client.get(provider.approve(leave(client, "/dashboard/"), MEI.subject))

    again = "/login/?next=/dashboard/"
    assert_outcome(response, 403, "You could not be signed in", again)
    assert signed_in_as(client) is None
    assert User.objects.count() == 0


@pytest.mark.parametrize("subject", ["", "x" * 256, "\x00"], ids=["blank", "long", "NUL"])
def test_a_subject_that_cannot_be_stored_signs_nobody_in(client, provider, subject):
    provider.add_person(replace(MEI, subject=subject))

    response = client.get(provider.approve(leave(client), subject))

    assert_outcome(response, 403, "You could not be signed in", "/login/?next=/")
    assert User.objects.count() == 0


@pytest.mark.parametrize("sid", [7, "", "x" * 256, "\x00"], ids=["number", "blank", "long", "NUL"])
def test_a_sid_that_cannot_be_stored_is_none(client, provider, sign_in, monkeypatch, sid):
    def change_claims(*args, **kwargs):
        return id_token_claims(*args, **kwargs) | {"sid": sid}

    monkeypatch.setattr("accounts.devprovider.tokens.id_token_claims", change_claims)

    sign_in(client, MEI)

    assert LoginSession.objects.get().sid == ""


@pytest.mark.parametrize("change", [{"iat": NOW + 59}, {"exp": NOW - 59}], ids=str)
def test_clocks_may_differ_by_a_minute(client, provider, monkeypatch, time_machine, change):
    time_machine.move_to(NOW, tick=False)

    def change_claims(*args, **kwargs):
        return id_token_claims(*args, **kwargs) | change

    monkeypatch.setattr("accounts.devprovider.tokens.id_token_claims", change_claims)

    client.get(provider.approve(leave(client), MEI.subject))

    assert signed_in_as(client).subject == MEI.subject


def test_new_keys_of_the_provider_are_found(client, provider, sign_in):
    sign_in(Client(), JONAS)

    provider.rotate_keys()
    sign_in(client, MEI)

    assert signed_in_as(client).subject == MEI.subject


def test_a_wrong_client_secret_signs_nobody_in(client, provider, settings, caplog):
    settings.OIDC_RP_CLIENT_SECRET = "the-wrong-one"

    response = client.get(provider.approve(leave(client, "/dashboard/"), MEI.subject))

    assert_outcome(response, 503, "Sign-in is unavailable", "/login/?next=/dashboard/")
    assert signed_in_as(client) is None
    said = [record for record in caplog.records if record.name == "accounts.views.sign_in"]
    assert [record.levelname for record in said] == ["ERROR"]


@pytest.mark.parametrize("secret", ["a+b", "100%25", "with space", "co:lon", "ü"])
def test_a_client_secret_may_hold_any_character(client, provider, sign_in, settings, secret):
    settings.OIDC_RP_CLIENT_SECRET = provider.client_secret = secret

    sign_in(client, MEI)

    assert signed_in_as(client).subject == MEI.subject


# What is never said, and who is never asked


@pytest.fixture
def secrets(monkeypatch):
    """Everything that the provider gives out and that nobody else should see."""
    given = set()

    def keep(give):
        def give_and_keep(self, value, **options):
            secret = give(self, value, **options)
            given.add(secret)
            return secret

        return give_and_keep

    monkeypatch.setattr(Vault, "add", keep(Vault.add))
    monkeypatch.setattr(KeyRing, "sign", keep(KeyRing.sign))
    return given


def keep_pending(text, pendings):
    pendings.append(PendingSignIn(**json.loads(text)))
    return encrypt(text)


def test_no_code_token_or_secret_gets_into_the_log(
    client, provider, settings, secrets, caplog, monkeypatch
):
    settings.OIDC_RP_CLIENT_SECRET = provider.client_secret = "the-secret-of-this-client"
    secrets.add("the-secret-of-this-client")
    secrets.add(base64.b64encode(b"byline:the-secret-of-this-client").decode())
    secrets.add("told-to-nobody")
    caplog.set_level(logging.DEBUG)
    pendings = []
    monkeypatch.setattr(states, "encrypt", lambda text: keep_pending(text, pendings))

    def set_out():
        url = provider.approve(leave(client, "/dashboard/"), MEI.subject)
        secrets.update([pendings[-1].nonce, pendings[-1].code_verifier])
        return url

    url = set_out()
    client.get(url)
    client.get(url)
    client.post("/logout/")
    client.get(url)
    for path, method in [(metadata.TOKEN, "POST"), (metadata.USERINFO, "GET")]:
        with monkeypatch.context() as patch:
            patch.setitem(DevelopmentProvider.routes, path, {method: fail})
            client.get(set_out())
    url = set_out()
    provider.deactivate(MEI.subject)
    client.get(url)
    provider.activate(MEI.subject)
    with monkeypatch.context() as patch:
        patch.setattr("accounts.devprovider.tokens.id_token_claims", lambda *_, **__: {"sub": "x"})
        client.get(set_out())

    assert len(secrets) > 3 + 5 * 4
    assert "signed_in: mei-tanaka" in caplog.text
    assert caplog.text.count("Sign-in refused") == 2
    assert caplog.text.count("Sign-in failed") == 2
    assert {secret for secret in secrets if secret in caplog.text} == set()


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/authors/mei-tanaka/",
        "/no-such-page/",
        "/dashboard/",
        "/admin/",
        "/admin/login/",
        "/oidc/callback/",
        "/oidc/callback/?code=x&state=y",
        "/logout/",
        "/healthz",
        "/readyz",
    ],
)
def test_a_page_for_somebody_anonymous_asks_the_provider_nothing(client, answers, address):
    User.objects.sign_in("https://id.example", "00uMei", {"name": "Mei Tanaka"})

    client.get(address)

    assert answers == []


def test_what_the_provider_says_of_itself_is_asked_once_an_hour(
    provider, sign_in, answers, time_machine
):
    time_machine.move_to("2026-01-01T12:00:00Z", tick=False)

    def documents_after(*moments):
        for moment in moments:
            time_machine.move_to(moment, tick=False)
            sign_in(Client(), MEI)
        return sum(answer.url.endswith("/openid-configuration") for answer in answers)

    assert documents_after("2026-01-01T12:00:00Z", "2026-01-01T12:59:59Z") == 1
    assert documents_after("2026-01-01T13:00:01Z") == 2
