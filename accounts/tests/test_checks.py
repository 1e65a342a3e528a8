"""Settings that are refused before they do harm, and those of a correct deployment."""

import pytest
from django.core.checks import Tags, run_checks

ISSUER = "https://acme.okta.com"
SCOPES = "openid email profile groups offline_access"


@pytest.fixture
def deployed(settings):
    """The settings of a deployment that lacks nothing."""
    settings.DEBUG = False
    settings.OIDC_ISSUER = ISSUER
    settings.OIDC_HTTP_ON_LOOPBACK = False
    settings.OIDC_RP_CLIENT_ID = "0oaByline"
    settings.OIDC_RP_CLIENT_SECRET = "a secret of its own"
    settings.OIDC_RP_SCOPES = SCOPES
    settings.OIDC_MODERATOR_GROUPS = ["blog-moderators"]
    settings.OIDC_ADMIN_GROUPS = ["blog-admins"]
    return settings


def complaints(*, deploy):
    """What is said of this app's settings; each of them with what to do."""
    said = [
        message
        for message in run_checks(tags=[Tags.security], include_deployment_checks=deploy)
        if message.id.startswith("accounts.")
    ]
    assert all(message.msg and message.hint for message in said)
    return said


def ids(*, deploy=True):
    return {message.id.removeprefix("accounts.") for message in complaints(deploy=deploy)}


def test_a_correct_deployment_has_no_complaint(deployed):
    assert ids() == set()


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:8001", "http://localhost:8091"])
def test_the_development_provider_has_no_complaint_in_development(deployed, issuer):
    deployed.DEBUG = True
    deployed.OIDC_ISSUER = issuer
    deployed.OIDC_RP_CLIENT_SECRET = "development"

    assert ids() == set()


# What every command refuses


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("OIDC_ISSUER", "acme.okta.com", "E002"),
        ("OIDC_ISSUER", "http://acme.okta.com", "E002"),
        ("OIDC_ISSUER", "http://127.0.0.1.example.com", "E002"),
        ("OIDC_ISSUER", "ftp://acme.okta.com", "E002"),
        ("OIDC_ISSUER", "https://", "E002"),
        ("OIDC_ISSUER", "https://[acme", "E002"),
        ("OIDC_ISSUER", "https://acme.okta.com ", "E002"),
        ("OIDC_ISSUER", "https://ácme.example", "E002"),
        ("OIDC_ISSUER", f"{ISSUER}/", "E003"),
        ("OIDC_ISSUER", f"{ISSUER}/oauth2/default/", "E003"),
        ("OIDC_ISSUER", f"{ISSUER}?client_id=x", "E004"),
        ("OIDC_ISSUER", f"{ISSUER}?", "E004"),
        ("OIDC_ISSUER", f"{ISSUER}#", "E004"),
        ("OIDC_ISSUER", "https://acme.okta.com@example.com", "E004"),
        ("OIDC_RP_SIGN_ALGO", "HS256", "E008"),
        ("OIDC_RP_SIGN_ALGO", "none", "E008"),
        ("OIDC_RP_SIGN_ALGO", "RS512", "E008"),
        ("OIDC_USE_PKCE", False, "E009"),
        ("OIDC_PKCE_CODE_CHALLENGE_METHOD", "plain", "E009"),
        ("OIDC_USE_NONCE", False, "E010"),
        ("OIDC_ALLOW_UNSECURED_JWT", True, "E011"),
        ("OIDC_RP_SCOPES", "email profile groups offline_access", "E012"),
        ("OIDC_RP_SCOPES", "openid2 groups offline_access", "E012"),
        ("OIDC_VERIFY_SSL", False, "E013"),
        ("SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies", "E014"),
        ("OIDC_RECHECK_SECONDS", 0, "E015"),
        ("OIDC_RECHECK_SECONDS", -60, "E015"),
        ("OIDC_RECHECK_SECONDS", 3601, "E015"),
        ("OIDC_RECHECK_SECONDS", 1.5, "E015"),
        ("OIDC_RECHECK_SECONDS", True, "E015"),
        ("OIDC_RECHECK_SECONDS", "60", "E015"),
        ("OIDC_RECHECK_SECONDS", None, "E015"),
        ("OIDC_REDIRECT_ALLOWED_HOSTS", ["elsewhere.example"], "E016"),
        ("OIDC_STATE_SIZE", 21, "E017"),
        ("OIDC_NONCE_SIZE", 8, "E017"),
        ("OIDC_PKCE_CODE_VERIFIER_SIZE", 42, "E017"),
        ("OIDC_PKCE_CODE_VERIFIER_SIZE", 129, "E017"),
        ("OIDC_AUTH_REQUEST_EXTRA_PARAMS", {"state": "x", "acr_values": "y"}, "E018"),
        ("OIDC_AUTH_REQUEST_EXTRA_PARAMS", {"response_mode": "fragment"}, "E018"),
    ],
)
def test_a_setting_that_would_do_harm_stops_every_command(deployed, name, value, expected):
    setattr(deployed, name, value)

    assert ids() == ids(deploy=False) == {expected}
    [complaint] = complaints(deploy=False)
    assert name in complaint.msg
    assert complaint.is_serious()


@pytest.mark.parametrize(
    "name", ["OIDC_RP_SIGN_ALGO", "OIDC_USE_PKCE"]
)  # what the library takes where nothing is set is not what is safe
def test_the_librarys_unsafe_defaults_are_refused_too(deployed, name):
    delattr(deployed, name)

    assert len(ids(deploy=False)) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OIDC_ISSUER", f"{ISSUER}/oauth2/default"),
        ("OIDC_ISSUER", "https://id.example.com:8443/realms/blog"),
        ("OIDC_RP_SIGN_ALGO", "ES256"),
        ("OIDC_RP_SIGN_ALGO", "PS256"),
        ("OIDC_RP_SCOPES", f"{SCOPES} address"),
        ("OIDC_RECHECK_SECONDS", 1),
        ("OIDC_RECHECK_SECONDS", 3600),
        ("OIDC_STATE_SIZE", 22),
        ("OIDC_PKCE_CODE_VERIFIER_SIZE", 43),
        ("OIDC_PKCE_CODE_VERIFIER_SIZE", 128),
        ("OIDC_AUTH_REQUEST_EXTRA_PARAMS", {"acr_values": "y"}),
        ("SESSION_ENGINE", "django.contrib.sessions.backends.cached_db"),
    ],
)
def test_a_setting_may_be_another_that_is_safe(deployed, name, value):
    setattr(deployed, name, value)

    assert ids() == set()


# What only a deployment is told


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("OIDC_ISSUER", "", "E001"),
        ("OIDC_ISSUER", "http://127.0.0.1:8001", "E005"),
        ("OIDC_ISSUER", "http://localhost:9000", "E005"),
        ("OIDC_ISSUER", "https://localhost", "E005"),
        ("OIDC_RP_CLIENT_ID", "", "E006"),
        ("OIDC_RP_CLIENT_SECRET", "", "E007"),
        ("OIDC_RP_CLIENT_SECRET", "development", "E007"),
        ("OIDC_RP_SCOPES", "openid email profile groups", "W001"),
        ("OIDC_RP_SCOPES", "openid email profile offline_access", "W002"),
        ("OIDC_MODERATOR_GROUPS", [], "W003"),
        ("OIDC_MODERATOR_GROUPS", [""], "W003"),
        ("OIDC_ADMIN_GROUPS", [], "W004"),
    ],
)
def test_a_deployment_is_told_what_it_lacks(deployed, name, value, expected):
    setattr(deployed, name, value)

    assert ids(deploy=False) == set()
    assert ids() == {expected}
    [complaint] = complaints(deploy=True)
    assert name in complaint.msg
    assert complaint.is_serious() is expected.startswith("E")


def test_the_secret_is_in_no_complaint(deployed):
    for name in ("OIDC_ISSUER", "OIDC_RP_SIGN_ALGO", "OIDC_RP_SCOPES"):
        setattr(deployed, name, "a secret of its own")

    said = complaints(deploy=True)
    assert len(said) == 5
    assert "a secret of its own" not in " ".join(f"{one.msg} {one.hint}" for one in said)
