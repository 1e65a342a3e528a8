"""Where the provider says that sessions have ended: from its server, or from a frame of its page.

None of these has a session or a form of ours. Whoever sends a token of the provider's is never
slowed down, so that it can sign out a whole company in one go: what counts against an address is
what was refused. A frame brings no token, and comes from the browser of whoever signs out, of whom
an office can have many behind one address.
"""

import json
import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from accounts.client import ProviderUnavailable
from accounts.decorators import recheck_not_required
from accounts.discovery import issuer
from accounts.logout_tokens import WrongClient, check_revocation_token, is_sid, read_logout_token
from accounts.models import LoginSession, User
from accounts.rate_limit import rate_limited
from accounts.tokens import TokenRefused

logger = logging.getLogger(__name__)

MAX_BYTES = 64 * 1024
PROVIDER = LoginSession.EndReason.PROVIDER

for_the_provider = [csrf_exempt, never_cache, login_not_required, recheck_not_required]


class BadRequest(Exception):
    """The request makes no sense; the text says why, to whoever runs the provider."""


def body_of(request: HttpRequest) -> bytes:
    body = request.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise BadRequest("The body is longer than 64 kB.")
    return body


def error(
    code: str, description: str, *, status: int, headers: dict[str, str] | None = None
) -> JsonResponse:
    """Return an error as in RFC 6749 §5.2."""
    content = {"error": code, "error_description": description}
    return JsonResponse(content, status=status, headers=headers)


@method_decorator(
    [*for_the_provider, rate_limited("backchannel_logout", a_minute=120, counted={400})],
    name="dispatch",
)
class BackchannelLogoutView(View):
    """End the sessions that a logout token means (Back-Channel Logout 1.0 §2.5 to §2.8)."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Return 200, also where there was nothing to end, or 400: §2.8 has no other."""
        try:
            self.end_sessions(request)
        except BadRequest as reason:
            return error("invalid_request", str(reason), status=400)
        except TokenRefused as refused:
            logger.warning("A back-channel logout was refused: %s", refused)
            return error("invalid_request", str(refused), status=400)
        except ProviderUnavailable as unavailable:
            # Our fault, or the provider's, and no token's. But a logout that failed is 400 too
            # (§2.8), and providers know no other: they log it, and may send the token again, since
            # it is not spent. If they do not, the next re-check ends the session.
            logger.error("A back-channel logout failed: %s", unavailable)
            return error("temporarily_unavailable", str(unavailable), status=400)
        return HttpResponse(status=200)

    def end_sessions(self, request: HttpRequest) -> None:
        tokens = parameters(body_of(request)).get("logout_token", [])
        if len(tokens) != 1:
            raise BadRequest("There must be one logout_token, in a form.")
        logout = read_logout_token(tokens[0])
        sessions = LoginSession.objects.at_provider(
            issuer(), subject=logout.subject, sid=logout.sid
        )
        with transaction.atomic():  # a token is not spent on a logout that failed
            logout.single_use.spend()
            sessions.end(PROVIDER, request=request)


def parameters(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode(), max_num_fields=50)
    except ValueError:
        raise BadRequest("The body is no form.") from None


@method_decorator(
    [*for_the_provider, rate_limited("universal_logout", a_minute=120, counted={400, 401})],
    name="dispatch",
)
class UniversalLogoutView(View):
    """End all sessions of somebody, at Okta's word: its Universal Logout.

    That is the server's side of draft-parecki-oauth-global-token-revocation, which has no other
    answers than these but for a provider whose keys cannot be had.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Return 204 once nobody whom the request means has a session any longer."""
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
        try:
            # The address that is in the provider's settings: a Host header is anybody's to choose.
            endpoint = f"{settings.SITE_URL}{reverse('accounts:universal_logout')}"
            single_use = check_revocation_token(token.strip(), audience=endpoint)
            with transaction.atomic():  # a token is not spent on a logout that failed
                single_use.spend()
                return self.end_sessions(request)
        except TokenRefused as refused:
            logger.warning("A universal logout was refused: %s", refused)
            challenge = (
                f'Bearer error="invalid_token", error_description="{refused}"'  # RFC 6750 §3
            )
            headers = {"WWW-Authenticate": challenge}
            return error("invalid_token", str(refused), status=401, headers=headers)
        except WrongClient:
            logger.warning("A universal logout was refused: the token is another client's.")
            return error("access_denied", "The token is another client's.", status=403)
        except ProviderUnavailable as unavailable:
            logger.error("A universal logout failed: %s", unavailable)
            headers = {"Retry-After": "30"}
            return error("temporarily_unavailable", str(unavailable), status=503, headers=headers)

    def end_sessions(self, request: HttpRequest) -> HttpResponse:
        """Return the answer to a request whose token is right, and spent by it, come what may."""
        try:
            people = people_meant(body_of(request))
        except BadRequest as reason:
            return error("invalid_request", str(reason), status=400)
        except NotImplementedError:
            description = "sub_id may have the formats iss_sub and email."
            return error("unsupported_format", description, status=422)
        if not people:
            return error("not_found", "There is no such person.", status=404)
        for person in people:
            LoginSession.objects.of(person).end(PROVIDER, request=request)
        return HttpResponse(status=204)


def people_meant(body: bytes) -> list[User]:
    """Return whom a subject identifier (RFC 9493 §3.2) means: nobody, one person, or some.

    An e-mail address identifies nobody anywhere else, and several people can have the same. To end
    one session too many is harmless: who still may sign in does so. Raise BadRequest, or
    NotImplementedError for a format that is none of ours.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    identifier = content.get("sub_id") if isinstance(content, dict) else None
    if not isinstance(identifier, dict):
        raise BadRequest("There must be a JSON object with the object sub_id in it.")
    match text(identifier, "format"):
        case "iss_sub":
            said, subject = text(identifier, "iss"), text(identifier, "sub")
            people = User.objects.of_issuer(issuer()).filter(subject=subject)
            return list(people) if said == issuer() else []
        case "email":
            email = text(identifier, "email")
            alike = User.objects.of_issuer(issuer()).filter(email__iexact=email)
            # MariaDB and MySQL take "á" and "a" for alike too.
            return [user for user in alike if user.email.casefold() == email.casefold()]
    raise NotImplementedError


def text(identifier: dict[str, Any], name: str) -> str:
    value = identifier.get(name)
    if not isinstance(value, str) or not value or not value.isprintable():
        raise BadRequest(f"The {name} of sub_id must be text.")
    return value


@method_decorator(
    [*for_the_provider, xframe_options_exempt, rate_limited("frontchannel_logout", a_minute=300)],
    name="dispatch",
)
class FrontchannelLogoutView(View):
    """End the session that an address names, in a frame of the provider's sign-out page.

    Cookies of ours do not get there, so that the session is found by issuer and sid (Front-Channel
    Logout 1.0 §3); who knows a sid has seen an ID token.
    """

    http_method_names = ["get"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let the provider's page show the answer, whatever it is, and no other page."""
        response = super().dispatch(request, *args, **kwargs)
        parts = urlsplit(issuer())
        origin = f"{parts.scheme}://{parts.netloc}"
        response["Content-Security-Policy"] = f"default-src 'none'; frame-ancestors {origin}"
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return 200, also where there was nothing to end; 400 if it is not ours to end."""
        sids = request.GET.getlist("sid")
        if request.GET.getlist("iss") != [issuer()] or len(sids) != 1 or not is_sid(sids[0]):
            return HttpResponse("Nobody was signed out.", status=400, content_type="text/plain")
        sessions = LoginSession.objects.at_provider(issuer(), sid=sids[0])
        sessions.end(PROVIDER, request=request)
        return HttpResponse("Signed out.", content_type="text/plain")
