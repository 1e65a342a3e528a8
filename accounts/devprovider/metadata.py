"""What the provider says of itself: the discovery document and its keys."""

from .keys import ALGORITHM
from .state import ProviderState
from .web import Request, Response, json_response

AUTHORIZE = "/oauth2/v1/authorize"
TOKEN = "/oauth2/v1/token"  # noqa: S105 - an address
USERINFO = "/oauth2/v1/userinfo"
KEYS = "/oauth2/v1/keys"
LOGOUT = "/oauth2/v1/logout"
REVOKE = "/oauth2/v1/revoke"

SCOPES = ("openid", "profile", "email", "groups", "offline_access")
PROMPTS = ("none", "login", "create")
CLAIMS = (
    *("iss", "ver", "sub", "aud", "iat", "exp", "jti", "auth_time", "amr", "idp", "nonce"),
    *("at_hash", "sid", "name", "given_name", "family_name", "preferred_username", "locale"),
    *("zoneinfo", "updated_at", "email", "email_verified", "groups"),
)


def discovery(provider: ProviderState, _request: Request) -> Response:
    """OpenID Connect Discovery 1.0 §3, with Okta's Cache-Control."""
    issuer = provider.issuer
    client_authentication = ["client_secret_basic", "client_secret_post"]
    document = {
        "issuer": issuer,
        "authorization_endpoint": issuer + AUTHORIZE,
        "token_endpoint": issuer + TOKEN,
        "userinfo_endpoint": issuer + USERINFO,
        "jwks_uri": issuer + KEYS,
        "end_session_endpoint": issuer + LOGOUT,
        "revocation_endpoint": issuer + REVOKE,
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": client_authentication,
        "revocation_endpoint_auth_methods_supported": client_authentication,
        "claims_supported": CLAIMS,
        "code_challenge_methods_supported": ["S256"],
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": False,
        "frontchannel_logout_session_supported": False,
        "prompt_values_supported": PROMPTS,
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
    return json_response(document, headers={"Cache-Control": "max-age=86400, must-revalidate"})


def keys(provider: ProviderState, _request: Request) -> Response:
    return json_response(
        provider.keys.jwks(), headers={"Cache-Control": "max-age=5184000, must-revalidate"}
    )
