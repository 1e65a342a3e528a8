"""The authorization endpoint: may this site ask, and has the person signed in here before?"""

import re

from . import signin
from .metadata import PROMPTS, SCOPES
from .state import AuthorizationRequest, ProviderState, Session
from .web import Refused, Request, Response, message

# The SHA-256 of a verifier, in base64url without padding: RFC 7636 §4.2
CHALLENGE = re.compile("[A-Za-z0-9_-]{43}")
WHOLE_SECONDS = re.compile("[0-9]{1,9}")


def authorize(provider: ProviderState, request: Request) -> Response:
    """OpenID Connect Core 1.0 §3.1.2: answer at once, or ask the person."""
    asked = check(provider, request)
    session = provider.sessions.get(request.cookies.get(signin.SESSION_COOKIE, ""))
    if asked.prompt == "none" or (session and satisfies(provider, asked, session)):
        return answer_silently(provider, asked, session)
    return signin.ask(provider, asked)


def answer_silently(
    provider: ProviderState, asked: AuthorizationRequest, session: Session | None
) -> Response:
    """Answer without a word from the person, which is a refusal if the session does not do."""
    if session and satisfies(provider, asked, session):
        return signin.answer_with_code(provider, asked, session)
    return signin.answer_with_error(
        provider, asked.redirect_uri, asked.state, "login_required", "Nobody is signed in."
    )


def satisfies(provider: ProviderState, asked: AuthorizationRequest, session: Session) -> bool:
    """Whether the session answers the request without a word from the person, §3.1.2.1."""
    if asked.prompt in ("login", "create"):
        return False
    if asked.hinted_subject and asked.hinted_subject != session.subject:
        return False
    return asked.max_age is None or provider.clock() - session.auth_time <= asked.max_age


def check(provider: ProviderState, request: Request) -> AuthorizationRequest:
    """Return the request, checked; raise Refused with the answer to a faulty one.

    Where client or redirect URI is wrong nothing is ever redirected: RFC 6749 §4.1.2.1.
    """
    asked = request.params
    redirect_uri = asked.get("redirect_uri", "")
    if asked.get("client_id") != provider.client_id:
        raise Refused(message("Unknown site", "No site has this client_id.", status=400))
    if not provider.is_redirect_uri(redirect_uri):
        text = "The site wants you back at an address that is not registered (redirect_uri)."
        raise Refused(message("Wrong address", text, status=400))
    for is_wrong, error, description in _faults(request):
        if is_wrong:
            raise Refused(
                signin.answer_with_error(
                    provider, redirect_uri, asked.get("state", ""), error, description
                )
            )
    return AuthorizationRequest(
        redirect_uri=redirect_uri,
        scopes=tuple(scope for scope in SCOPES if scope in asked["scope"].split()),
        state=asked.get("state", ""),
        nonce=asked.get("nonce", ""),
        code_challenge=asked["code_challenge"],
        prompt=asked.get("prompt", ""),
        max_age=int(asked["max_age"]) if "max_age" in asked else None,
        hinted_subject=provider.read_hint(asked).get("sub", ""),
    )


def _faults(request: Request) -> list[tuple[bool, str, str]]:
    """Return every rule with whether it is broken, and the error that says so.

    The errors are those of RFC 6749 §4.1.2.1, OpenID Connect Core 1.0 §3.1.2.6 and RFC 7636
    §4.4.1, and for a prompt that is not supported Initiating User Registration 1.0 §4.1.
    """
    asked = request.params
    response_type = asked.get("response_type")
    invalid = "invalid_request"
    return [
        (request.has_repeated_params, invalid, "A parameter is given more than once."),
        ("request" in asked, "request_not_supported", "Request objects are not supported."),
        ("request_uri" in asked, "request_uri_not_supported", "request_uri is not supported."),
        (response_type is None, invalid, "response_type is missing."),
        (response_type != "code", "unsupported_response_type", "response_type must be code."),
        (asked.get("response_mode", "query") != "query", invalid, "response_mode must be query."),
        (
            "openid" not in asked.get("scope", "").split(),
            "invalid_scope",
            "scope must name openid.",
        ),
        (
            asked.get("code_challenge_method") != "S256",
            invalid,
            "code_challenge_method must be S256.",
        ),
        (
            not CHALLENGE.fullmatch(asked.get("code_challenge", "")),
            invalid,
            "code_challenge must be 43 characters of base64url.",
        ),
        (
            asked.get("prompt", "login") not in PROMPTS,
            invalid,
            f"prompt must be one of {', '.join(PROMPTS)}.",
        ),
        (
            not WHOLE_SECONDS.fullmatch(asked.get("max_age", "0")),
            invalid,
            "max_age must be a number of seconds.",
        ),
    ]
