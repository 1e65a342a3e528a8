"""The one way in which the site calls the provider: JSON over HTTP, within limits.

Neither exception nor log line made here holds a token, a code, a secret, or what was answered.
"""

import json
import logging
import re
import threading
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote_plus

import requests
from django.conf import settings
from requests.auth import AuthBase, HTTPBasicAuth

logger = logging.getLogger(__name__)
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)  # it quotes odd headers

CONNECT_SECONDS = 2
TOTAL_SECONDS = 5
MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
CHUNK_BYTES = 16 * 1024


class ProviderUnavailable(Exception):
    """The provider did not answer, or not as a provider does. Trying again later may help."""


class ProviderRefused(Exception):
    """The provider answered an error of RFC 6749 §5.2; `code` is its name."""

    def __init__(self, code: str) -> None:
        super().__init__(f"The provider refused: {code}.")
        self.code = code


class BearerAuth(AuthBase):
    """RFC 6750 §2.1. As an auth object it also keeps requests from looking into a .netrc."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class NoAuth(AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]  # looked up in any case
    body: bytes


def get(url: str, auth: AuthBase, *, seconds: float, max_bytes: int) -> Answer:
    """Return whatever url answers, an error too. Raise ProviderUnavailable if nothing does."""
    return _within_deadline("GET", url, auth, None, seconds=seconds, max_bytes=max_bytes)


def get_json(url: str, *, bearer: str | None = None) -> dict[str, Any]:
    """Return the JSON object at url. Raise ProviderUnavailable if there is none."""
    return get_json_and_headers(url, bearer=bearer)[0]


def get_json_and_headers(
    url: str, *, bearer: str | None = None
) -> tuple[dict[str, Any], Mapping[str, str]]:
    """As get_json, with the headers of the answer, looked up in any case."""
    auth = BearerAuth(bearer) if bearer else NoAuth()
    answer = get(url, auth, seconds=TOTAL_SECONDS, max_bytes=MAX_BYTES)
    if answer.status != 200:
        raise ProviderUnavailable(f"The provider answered {answer.status}.")
    return _json_object(answer.body), answer.headers


def post_form(url: str, form: dict[str, str], *, is_answered: bool = True) -> dict[str, Any]:
    """Return the JSON object that a form of this client gets, such as at the token endpoint.

    ID and secret are form-encoded before they become Basic authentication (RFC 6749 §2.3.1).
    Where no answer is expected but that it was done (RFC 7009 §2.2), it is an empty one. Raise
    ProviderRefused for an error response (§5.2), ProviderUnavailable for anything else.
    """
    credentials = HTTPBasicAuth(
        quote_plus(settings.OIDC_RP_CLIENT_ID), quote_plus(settings.OIDC_RP_CLIENT_SECRET)
    )
    status, _headers, body = _within_deadline(
        "POST", url, credentials, form, seconds=TOTAL_SECONDS, max_bytes=MAX_BYTES
    )
    if status in (400, 401):
        raise ProviderRefused(_error_code(body))
    if status != 200:
        raise ProviderUnavailable(f"The provider answered {status}.")
    if not is_answered:
        return {}
    answer = _json_object(body)
    if "error" in answer:  # some answer 200 all the same
        raise ProviderRefused(_error_code(body))
    return answer


def _within_deadline(
    method: str,
    url: str,
    auth: AuthBase,
    form: dict[str, str] | None,
    *,
    seconds: float,
    max_bytes: int,
) -> Answer:
    """Return what one request is answered, or give up when the time is over.

    requests has a timeout for each read only, which a provider that drips never meets; so the
    request has a thread of its own, which is left behind and soon ends by itself.
    """
    answers: list[Answer | Exception] = []
    session = requests.Session()

    def ask() -> None:
        try:
            answers.append(
                _ask(session, method, url, auth, form, seconds=seconds, max_bytes=max_bytes)
            )
        except Exception as error:  # noqa: BLE001 (told apart below, in the thread that waits)
            answers.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    session.close()
    if not answers:
        raise ProviderUnavailable(f"The provider took more than {seconds} s.")
    [answer] = answers
    if isinstance(answer, ProviderUnavailable):
        raise answer
    if isinstance(answer, Exception):
        # Only the kind: the text of such errors can quote what was sent.
        raise ProviderUnavailable(
            f"The provider cannot be asked: {type(answer).__name__}."
        ) from None
    return answer


def _ask(
    session: requests.Session,
    method: str,
    url: str,
    auth: AuthBase,
    form: dict[str, str] | None,
    *,
    seconds: float,
    max_bytes: int,
) -> Answer:
    deadline = time.monotonic() + seconds
    with session.request(
        method,
        url,
        data=form,
        auth=auth,
        headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        timeout=(CONNECT_SECONDS, seconds),
        allow_redirects=False,  # a redirect would carry code and secret elsewhere
        stream=True,
    ) as response:
        body = bytearray()
        # Each time what has come by now, so that drops do not hold the thread for long.
        while chunk := response.raw.read1(CHUNK_BYTES, decode_content=False):
            body += chunk
            if len(body) > max_bytes:
                raise ProviderUnavailable(f"The provider sent more than {max_bytes // 1024} kB.")
            if time.monotonic() > deadline:
                raise ProviderUnavailable(f"The provider took more than {seconds} s.")
    return Answer(response.status_code, response.headers, bytes(body))


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or _is_deeper(answer, MAX_DEPTH):
        raise ProviderUnavailable("The provider did not send a JSON object.")
    return answer


def _is_deeper(content: Any, depth: int) -> bool:
    """Return whether values lie deeper than that; caches cannot keep all that JSON can nest."""
    level = [content]
    for _ in range(depth):
        level = [
            value
            for each in level
            if isinstance(each, dict | list)
            for value in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(level)


def _error_code(body: bytes) -> str:
    """Return the error's name if it looks like one; a log must not hold whatever was sent."""
    try:
        code = json.loads(body).get("error")
    except (ValueError, RecursionError, AttributeError):
        code = None
    return code if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,40}", code) else "unknown"
