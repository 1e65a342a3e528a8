"""HTTP as the provider needs it: a request read from WSGI, a response, an early refusal."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import parse_cookie
from django.template.loader import render_to_string
from django.utils import translation

MAX_BODY_BYTES = 64 * 1024
LOOPBACK = r"(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]{1,5})?"


def loopback_uri(path: str) -> Callable[[str], bool]:
    """Return a test that admits this path, exactly, below any http origin on loopback."""
    pattern = re.compile(f"http://{LOOPBACK}{re.escape(path)}")
    return lambda uri: pattern.fullmatch(uri) is not None


def origin_of(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def with_query(uri: str, parameters: Mapping[str, str]) -> str:
    """Return the URI with the parameters that have a value added to its query."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    if not query:
        return uri
    return f"{uri}{'&' if urlsplit(uri).query else '?'}{query}"


@dataclass(frozen=True)
class Response:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """Ends the handling of a request with this response."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"Answered {response.status}.")
        self.response = response


@dataclass(frozen=True)
class Request:
    """What a request says. `params` are the form's if it is a POST, the query's otherwise.

    A parameter without a value counts as omitted, and none may be given twice: RFC 6749 §3.1.
    """

    method: str
    path: str
    params: dict[str, str]
    has_repeated_params: bool = False
    host: str = ""
    authorization: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_environ(cls, environ: dict[str, Any]) -> Self:
        """Read a WSGI request; raise Refused if its body is too long or its length no number."""
        method = "GET" if environ["REQUEST_METHOD"] == "HEAD" else environ["REQUEST_METHOD"]
        encoded = environ.get("QUERY_STRING", "")
        if method == "POST":
            body = _read_body(environ)
            is_form = environ.get("CONTENT_TYPE", "").startswith(
                "application/x-www-form-urlencoded"
            )
            encoded = body.decode(errors="replace") if is_form else ""
        return cls(
            method=method,
            path=environ.get("PATH_INFO", ""),
            host=environ.get("HTTP_HOST", ""),
            authorization=environ.get("HTTP_AUTHORIZATION", ""),
            cookies=parse_cookie(environ.get("HTTP_COOKIE", "")),
            **_parse(encoded),
        )

    @classmethod
    def get(cls, url: str) -> Self:
        """Return the request of a browser without cookies that opens this address."""
        parts = urlsplit(url)
        return cls(method="GET", path=parts.path, host=parts.netloc, **_parse(parts.query))


def _parse(encoded: str) -> dict[str, Any]:
    pairs = parse_qsl(encoded)
    params = dict(pairs)
    return {"params": params, "has_repeated_params": len(params) != len(pairs)}


def _read_body(environ: dict[str, Any]) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not re.fullmatch("[0-9]{1,12}", length):
        raise Refused(message("Bad request", "Its length is not a number.", status=400))
    # A body somewhat too long is read all the same: closing on a client that still sends
    # would reset the connection before the client sees the answer.
    body: bytes = environ["wsgi.input"].read(min(int(length), 16 * MAX_BODY_BYTES))
    if int(length) > MAX_BODY_BYTES:
        raise Refused(message("Too much", "A request may carry 64 kB.", status=413))
    return body


def json_response(
    content: object, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    return Response(
        status,
        json.dumps(content).encode(),
        {"Content-Type": "application/json", **(headers or {})},
    )


def redirect(uri: str, headers: dict[str, str] | None = None) -> Response:
    """Redirect with 303, so that no form is ever posted on: RFC 9700 §4.12."""
    return Response(303, headers={"Location": uri, **(headers or {})})


def page(
    template: str, context: Mapping[str, object], *, status: int = 200, forms_lead_to: str = ""
) -> Response:
    """Render a page of the provider's own.

    `forms_lead_to` is where a form's answer redirects, if that is elsewhere: Chromium holds
    redirects after a form against form-action too.
    """
    # An IPv6 address cannot be written in a policy, so that its whole scheme is let through.
    target = "http:" if "[" in forms_lead_to else forms_lead_to and origin_of(forms_lead_to)
    policy = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {target}"
    )
    with translation.override("en"):  # as the page says of itself, whatever the site speaks
        html = render_to_string(
            f"accounts/devprovider/{template}.html", {"site_name": settings.SITE_NAME, **context}
        )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy.strip(),
        "X-Frame-Options": "DENY",
    }
    return Response(status, html.encode(), headers)


def message(title: str, text: str, *, status: int = 200, back_to: str = "") -> Response:
    """Render a page that only says something, with a link back if there is where to go."""
    return page("message", {"title": title, "text": text, "back_to": back_to}, status=status)
