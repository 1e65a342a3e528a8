"""The endpoints a site's server calls: token, revocation, UserInfo."""

import base64
import hashlib
import hmac
import re
from typing import Any
from urllib.parse import unquote_plus

from .claims import base64url, id_token_claims, user_info
from .state import CODE_SECONDS, TOKEN_SECONDS, Grant, ProviderState, RefreshToken
from .web import Refused, Request, Response, json_response

VERIFIER = re.compile("[A-Za-z0-9._~-]{43,128}")  # RFC 7636 §4.1


def refusal(
    error: str, description: str, *, status: int = 400, headers: dict[str, str] | None = None
) -> Refused:
    """Return the error as RFC 6749 §5.2 writes it."""
    content = {"error": error, "error_description": description}
    return Refused(json_response(content, status=status, headers=headers))


def token(provider: ProviderState, request: Request) -> Response:
    """OpenID Connect Core 1.0 §3.1.3 and §12."""
    authenticate_client(provider, request)
    match _required(request, "grant_type"):
        case "authorization_code":
            return _redeem_code(provider, request)
        case "refresh_token":
            return _refresh(provider, request)
    raise refusal("unsupported_grant_type", "authorization_code or refresh_token.")


def authenticate_client(provider: ProviderState, request: Request) -> None:
    """Return if the site proved who it is by Basic or in the form, RFC 6749 §2.3.1."""
    if request.has_repeated_params:
        raise refusal("invalid_request", "A parameter is given more than once.")
    form = request.params
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    if request.authorization:
        if secret:
            raise refusal("invalid_request", "The client authenticates in two ways.")
        basic_id, secret = _basic_credentials(request.authorization)
        if client_id not in ("", basic_id):
            raise refusal("invalid_request", "The client has two names.")
        client_id = basic_id
    is_known = hmac.compare_digest(client_id.encode(), provider.client_id.encode())
    if not hmac.compare_digest(secret.encode(), provider.client_secret.encode()) or not is_known:
        challenge = {"WWW-Authenticate": 'Basic realm="token endpoint"'}
        raise refusal("invalid_client", "Wrong id or secret.", status=401, headers=challenge)


def _required(request: Request, name: str) -> str:
    if name not in request.params:
        raise refusal("invalid_request", f"{name} is missing.")
    return request.params[name]


def _basic_credentials(authorization: str) -> tuple[str, str]:
    """Return id and secret, both form-encoded before they were joined; blank if unreadable."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        joined = base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        joined = ""
    if scheme.lower() != "basic":
        joined = ""
    client_id, _, secret = joined.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)


def _redeem_code(provider: ProviderState, request: Request) -> Response:
    """RFC 6749 §4.1.3, RFC 7636 §4.6. There is one client, so that a code is always its own."""
    form = request.params
    grant = provider.codes.get(_required(request, "code"))
    if grant is None:
        raise refusal("invalid_grant", "The code is unknown.")
    if grant.is_code_spent:
        grant.is_revoked = True  # someone else may have it: RFC 6749 §4.1.2
        raise refusal("invalid_grant", "The code was used before.")
    grant.is_code_spent = True
    if grant.is_revoked:
        raise refusal("invalid_grant", "The grant was revoked.")
    if provider.clock() - grant.issued_at >= CODE_SECONDS:
        raise refusal("invalid_grant", "The code has expired.")
    if form.get("redirect_uri") != grant.request.redirect_uri:
        raise refusal("invalid_grant", "redirect_uri differs from the authorization request's.")
    if not is_verified(grant.request.code_challenge, form.get("code_verifier", "")):
        raise refusal("invalid_grant", "code_verifier does not fit the code_challenge.")
    answer = _new_tokens(provider, grant, nonce=grant.request.nonce)
    if "offline_access" in grant.request.scopes:
        answer["refresh_token"] = provider.refresh_tokens.add(RefreshToken(grant))
    return json_response(answer)


def is_verified(challenge: str, verifier: str) -> bool:
    """RFC 7636 §4.6 for S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    is_equal = hmac.compare_digest(base64url(digest), challenge)
    return is_equal and VERIFIER.fullmatch(verifier) is not None


def _refresh(provider: ProviderState, request: Request) -> Response:
    """RFC 6749 §6. The new ID token keeps iss, sub, sid, auth_time and has no nonce: Core §12.2.

    The scope stays the grant's also where less is asked for, as RFC 6749 §3.3 allows.
    """
    name = _required(request, "refresh_token")
    held = provider.refresh_tokens.get(name)
    if held is None or held.grant.is_revoked:
        raise refusal("invalid_grant", "The refresh token is unknown, expired or revoked.")
    if held.is_spent:
        held.grant.is_revoked = True  # two hold it, and one of them stole it: RFC 9700 §4.14.2
        raise refusal("invalid_grant", "The refresh token was used before.")
    if not set(request.params.get("scope", "").split()) <= set(held.grant.request.scopes):
        raise refusal("invalid_scope", "The scope is wider than what was granted.")
    if provider.rotate_refresh_tokens:
        held.is_spent = True
        name = provider.refresh_tokens.add(RefreshToken(held.grant))
    return json_response(_new_tokens(provider, held.grant) | {"refresh_token": name})


def _new_tokens(provider: ProviderState, grant: Grant, *, nonce: str = "") -> dict[str, Any]:
    access_token = provider.access_tokens.add(grant)
    claims = id_token_claims(provider, grant, access_token, nonce=nonce)
    return {
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "access_token": access_token,
        "scope": " ".join(grant.request.scopes),
        "id_token": provider.keys.sign(claims),
    }


def revoke(provider: ProviderState, request: Request) -> Response:
    """RFC 7009 §2: a refresh token takes its whole grant along, an access token goes alone."""
    authenticate_client(provider, request)
    name = _required(request, "token")
    held = provider.refresh_tokens.get(name)
    if held:
        held.grant.is_revoked = True
    provider.access_tokens.remove(name)
    return Response()


def userinfo(provider: ProviderState, request: Request) -> Response:
    """OpenID Connect Core 1.0 §5.3, with errors as in RFC 6750 §3."""
    scheme, _, name = request.authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Refused(Response(401, headers={"WWW-Authenticate": "Bearer"}))
    grant = provider.access_tokens.get(name)
    if grant is None or grant.is_revoked:
        text = "The access token is unknown, expired or revoked."
        challenge = {
            "WWW-Authenticate": f'Bearer error="invalid_token", error_description="{text}"'
        }
        raise refusal("invalid_token", text, status=401, headers=challenge)
    return json_response(user_info(provider, grant))
