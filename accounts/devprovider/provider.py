"""The development provider: its addresses, put together as one WSGI application."""

import logging
import re
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar

from . import metadata
from .authorize import answer_silently, authorize, check
from .backchannel import logout_token, post_in_background
from .directory import directory
from .logout import logout
from .signin import REGISTER, SIGN_IN, answer_with_code, deny, register, sign_in
from .state import AuthorizationRequest, ProviderState, Session
from .tokens import revoke, token, userinfo
from .web import LOOPBACK, Refused, Request, Response, message

logger = logging.getLogger(__name__)

Handler = Callable[[ProviderState, Request], Response]

COMMON_HEADERS = {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}  # both: RFC 6749 §5.1


def style(_provider: ProviderState, _request: Request) -> Response:
    css = Path(__file__).with_name("style.css").read_bytes()
    return Response(body=css, headers={"Content-Type": "text/css; charset=utf-8"})


class DevelopmentProvider(ProviderState):
    """An OpenID provider for one site. The instance is a WSGI application.

    `approve` and `deny` do without a browser what clicks on its pages do. `deliver`, which a test
    may replace, takes each logout token to the site.
    """

    deliver: Callable[[str], object] | None = None

    routes: ClassVar[dict[str, dict[str, Handler]]] = {
        "/": {"GET": directory, "POST": directory},
        "/style.css": {"GET": style},
        "/.well-known/openid-configuration": {"GET": metadata.discovery},
        metadata.AUTHORIZE: {"GET": authorize, "POST": authorize},
        SIGN_IN: {"GET": sign_in, "POST": sign_in},
        REGISTER: {"GET": register, "POST": register},
        metadata.TOKEN: {"POST": token},
        metadata.USERINFO: {"GET": userinfo, "POST": userinfo},
        metadata.KEYS: {"GET": metadata.keys},
        metadata.REVOKE: {"POST": revoke},
        metadata.LOGOUT: {"GET": logout, "POST": logout},
    }

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        try:
            response = self._respond(Request.from_environ(environ))
        except Refused as refused:
            response = refused.response
        except Exception:
            logger.exception("The development provider failed at %s.", environ.get("PATH_INFO"))
            response = message("Error", "The development provider failed; see its log.", status=500)
        headers = {**COMMON_HEADERS, "Content-Length": str(len(response.body)), **response.headers}
        if "Cache-Control" not in headers:
            headers |= NO_STORE
        status = f"{response.status} {HTTPStatus(response.status).phrase}"
        start_response(status, list(headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.body]

    def _respond(self, request: Request) -> Response:
        # A foreign name that resolves to loopback would make any web page same-origin with this
        # one: DNS rebinding.
        if not re.fullmatch(LOOPBACK, request.host):
            return message("Wrong address", "Open this by its loopback address.", status=421)
        handlers = self.routes.get(request.path)
        if handlers is None:
            return message("Not found", "There is no such page here.", status=404)
        handler = handlers.get(request.method)
        if handler is None:
            allowed = [*handlers, "HEAD"] if "GET" in handlers else [*handlers]
            response = message("Wrong method", "This address is not asked that way.", status=405)
            response.headers["Allow"] = ", ".join(allowed)
            return response
        with self.lock:
            return handler(self, request)

    def approve(self, authorization_url: str, subject: str) -> str:
        """Return the callback URL that a click on this person leads to.

        With `prompt=none` there is nothing to click: the answer is what the browser gets in which
        the person signed in last. Raise ValueError if there is no such button: the person is
        deactivated or unknown, or the page is one of an error.
        """

        def click(asked: AuthorizationRequest) -> Response:
            if asked.prompt == "none":
                return answer_silently(self, asked, self.newest_session(subject))
            if not self.is_active(subject):
                raise ValueError(f"{subject!r} is deactivated or unknown.")
            _, session = self.open_session(subject)
            return answer_with_code(self, asked, session)

        return self._follow(authorization_url, click)

    def deny(self, authorization_url: str) -> str:
        """Return the callback URL that a click on "Deny" leads to; ValueError as above."""
        return self._follow(authorization_url, partial(deny, self))

    def _follow(
        self, authorization_url: str, click: Callable[[AuthorizationRequest], Response]
    ) -> str:
        if not authorization_url.startswith(f"{self.issuer}{metadata.AUTHORIZE}?"):
            raise ValueError("Not the address of this provider's authorization endpoint.")
        with self.lock:
            try:
                response = click(check(self, Request.get(authorization_url)))
            except Refused as refused:
                response = refused.response
        if "Location" not in response.headers:
            raise ValueError("The provider shows an error page: client_id or redirect_uri.")
        return response.headers["Location"]

    def tell_site(self, session: Session) -> None:
        deliver = self.deliver
        if deliver is None and self.backchannel_logout_uri:
            deliver = partial(post_in_background, self.backchannel_logout_uri)
        if deliver is not None:
            deliver(logout_token(self, session))

    def rotate_keys(self) -> None:
        """Sign with a new key, and publish it and the one before it."""
        with self.lock:
            self.keys.rotate()
