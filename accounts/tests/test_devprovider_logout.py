"""The development provider tells its site of sessions that end."""

import threading
from functools import partial
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIServer

import jwt
import pytest
import requests

from accounts.devprovider import backchannel
from accounts.devprovider.backchannel import EVENT, logout_token
from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.devprovider.provider import DevelopmentProvider
from accounts.devprovider.server import QuietHandler, serving

AMARA, JONAS, MEI, *_ = SAMPLE_PEOPLE
SECONDS = 5


@pytest.fixture
def provider():
    make_provider = partial(DevelopmentProvider, client_id="byline", client_secret="secret")
    with serving(make_provider, "127.0.0.1", 0) as server:
        yield server.provider


@pytest.fixture
def told(provider):
    """The tokens that the site would get, each at once."""
    tokens = []
    provider.deliver = tokens.append
    return tokens


def read(provider, token):
    """Return header and claims of a token that the provider has signed."""
    key_set = jwt.PyJWKSet.from_dict(
        requests.get(f"{provider.issuer}/oauth2/v1/keys", timeout=SECONDS).json()
    )
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(
        token, key_set[header["kid"]], ["RS256"], audience="byline", issuer=provider.issuer
    )
    return header, claims


def hint_of(provider, session):
    """Return an ID token of the session's."""
    claims = {"iss": provider.issuer, "aud": "byline", "sub": session.subject, "sid": session.sid}
    return provider.keys.sign(claims)


def sign_out(provider, **params):
    url = f"{provider.issuer}/oauth2/v1/logout"
    return requests.get(url, params=params, timeout=SECONDS, allow_redirects=False)


def test_a_sign_out_is_told_with_a_token_of_its_own(provider, told):
    _, session = provider.open_session(MEI.subject)
    provider.open_session(MEI.subject)

    sign_out(provider, id_token_hint=hint_of(provider, session))

    [token] = told
    header, claims = read(provider, token)
    assert (header["typ"], header["alg"]) == ("logout+jwt", "RS256")
    assert (claims["sub"], claims["sid"]) == (MEI.subject, session.sid)
    assert claims["events"] == {EVENT: {}}
    assert claims["exp"] - claims["iat"] == 120
    assert set(claims) == {"iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"}


def test_who_is_deactivated_has_every_session_told(provider, told):
    sids = {provider.open_session(MEI.subject)[1].sid for _ in range(2)}
    provider.open_session(AMARA.subject)

    provider.deactivate(MEI.subject)

    claims = [read(provider, token)[1] for token in told]
    assert {each["sid"] for each in claims} == sids
    assert len({each["jti"] for each in claims}) == 2


def test_where_nothing_ends_nothing_is_told(provider, told):
    provider.open_session(MEI.subject)

    provider.deactivate(JONAS.subject)
    sign_out(provider)  # asks first

    assert told == []


def test_a_token_can_be_made_wrong_in_every_part(provider):
    _, session = provider.open_session(MEI.subject)

    token = logout_token(
        provider,
        session,
        claims={"aud": "another", "events": None},
        header={"typ": "jwt", "kid": "unknown"},
        key="k" * 32,
        algorithm="HS256",
    )

    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, "k" * 32, ["HS256"], audience="another")
    assert header == {"typ": "jwt", "kid": "unknown", "alg": "HS256"}
    assert "events" not in claims


@pytest.fixture
def site():
    """A site on loopback that keeps the bodies it is posted, and answers as `status` says."""
    bodies = []
    came = threading.Event()

    def application(environ, start_response):
        bodies.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        start_response(site.status, [])
        came.set()
        return []

    with WSGIServer(("127.0.0.1", 0), QuietHandler) as site:
        site.set_app(application)
        site.bodies, site.came, site.status = bodies, came, "200 OK"
        site.uri = f"http://127.0.0.1:{site.server_port}/oidc/backchannel-logout/"
        thread = threading.Thread(target=site.serve_forever, args=(0.05,))
        thread.start()
        yield site
        site.shutdown()
        thread.join()


def test_the_site_gets_the_token_as_a_form(provider, site):
    provider.backchannel_logout_uri = site.uri
    provider.open_session(MEI.subject)

    provider.deactivate(MEI.subject)

    assert site.came.wait(SECONDS)
    [token] = parse_qs(site.bodies[0].decode())["logout_token"]
    assert read(provider, token)[1]["sub"] == MEI.subject


def test_nobody_waits_for_the_site(site, monkeypatch):
    with monkeypatch.context() as patch:
        begun = []
        patch.setattr(threading.Thread, "start", lambda thread: begun.append(thread))
        backchannel.post_in_background(site.uri, "a-token")

    assert [thread.daemon for thread in begun] == [True]
    assert site.bodies == []


def test_a_site_that_is_not_there_is_passed_over_in_silence(caplog):
    backchannel._post("http://127.0.0.1:9/oidc/backchannel-logout/", "a-token")

    assert caplog.text == ""


def test_a_site_that_refuses_is_named_in_the_log_without_the_token(site, caplog):
    site.status = "400 Bad Request"

    backchannel._post(site.uri, "a-token")

    assert "The site answered 400 to a logout token." in caplog.text
    assert "a-token" not in caplog.text


def test_the_provider_says_what_it_can(provider):
    address = f"{provider.issuer}/.well-known/openid-configuration"
    document = requests.get(address, timeout=SECONDS).json()

    assert {name: said for name, said in document.items() if "channel_logout" in name} == {
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": False,
        "frontchannel_logout_session_supported": False,
    }
