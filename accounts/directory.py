"""Okta's directory of people: in what state each is, and who is assigned to this application.

Read through Okta's Users and Apps APIs with a token of its own; sign-in needs none of this. What
is yielded is a part only until the generator ends: whoever acts on absence reads it all first.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from time import sleep
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urljoin, urlsplit

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.http import parse_http_date_safe
from requests.auth import AuthBase
from requests.utils import parse_header_links

from accounts import client, discovery
from accounts.client import ProviderUnavailable

logger = logging.getLogger(__name__)

PAGE_SIZE = 200  # the most that the Users API gives
PAGE_SECONDS = 30
PAGE_BYTES = 4 * 1024 * 1024  # 200 people with 20 kB of profile each
MAX_PAGES = 5000  # a million people; paging that goes on has gone wrong
ATTEMPTS = 5
MAX_PAUSE = 90  # seconds; Okta's rate limits are counted by the minute

#: What takes somebody's place away, by Okta's name. No other state does: whoever is LOCKED_OUT, in
#: RECOVERY or has a PASSWORD_EXPIRED is kept out by Okta until that is mended, STAGED and
#: PROVISIONED are on their way in (again), and a state Okta has yet to invent proves nothing.
GONE = {"SUSPENDED": "suspended", "DEPROVISIONED": "deactivated"}

REFUSALS = {
    401: "Okta does not accept OKTA_API_TOKEN. A token ends when it is revoked, when it is not used"
    " for 30 days, and when whoever made it is deactivated.",
    403: "OKTA_API_TOKEN may not read people and applications: it can do what whoever made it can,"
    " who needs to be a read-only administrator at least.",
    404: "Okta does not know this application: OIDC_ISSUER or OIDC_RP_CLIENT_ID is of another"
    " organisation, or of another provider.",
}


class Directory(NamedTuple):
    """The directory, read whole. Subjects are Okta's user IDs, as in an ID token."""

    statuses: Mapping[str, str]
    assigned: frozenset[str]

    def absence(self, subject: str) -> str:
        """Return in a few words why somebody has no place on this site; "" if they have one.

        Somebody assigned whom the search does not list has one: the search lags behind.
        """
        status = self.statuses.get(subject)
        if status in GONE:
            return f"{GONE[status]} at Okta"
        if subject in self.assigned:
            return ""
        return "not at Okta any more" if status is None else "not assigned to this site at Okta"


class SSWSAuth(AuthBase):
    """Okta's own scheme. As an auth object it keeps the token out of reprs and locals."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"SSWS {self.token}"
        return request


def statuses() -> Iterator[tuple[str, str]]:
    """Yield the subject and status of everybody in the directory, DEPROVISIONED included.

    A plain list leaves those out; a search does not. Raise ImproperlyConfigured or
    ProviderUnavailable, the latter also if there is nobody.
    """
    nobody = "Okta lists nobody at all, which cannot be right."
    everybody = 'lastUpdated gt "1970-01-01T00:00:00.000Z"'
    for row in _rows("/api/v1/users", nobody, search=everybody):
        yield _text(row, "id"), _text(row, "status")


def assigned() -> Iterator[str]:
    """Yield the subject of everybody who is assigned to this application, directly or by group.

    Raise ImproperlyConfigured or ProviderUnavailable, the latter also if there is nobody.
    """
    if not settings.OIDC_RP_CLIENT_ID:
        raise ImproperlyConfigured("OIDC_RP_CLIENT_ID is not set.")
    # The ID of an OpenID Connect application is its client's.
    application = quote(settings.OIDC_RP_CLIENT_ID, safe="")
    nobody = (
        "Okta lists nobody who is assigned to this site. Either nobody is, or the application is"
        " in Federation Broker Mode, in which assignments say nothing."
    )
    for row in _rows(f"/api/v1/apps/{application}/users", nobody):
        yield _text(row, "id")


def _rows(path: str, if_empty: str, **query: str) -> Iterator[dict[str, Any]]:
    """Yield what Okta lists at path, page after page (RFC 8288 links, rel="next").

    Raise ProviderUnavailable(if_empty) if that is nothing: never a reason to deactivate all.
    """
    parts = urlsplit(discovery.issuer())
    start = f"{parts.scheme}://{parts.netloc}{path}"
    url: str | None = f"{start}?{urlencode({'limit': PAGE_SIZE, **query})}"
    seen: set[str] = set()
    is_empty = True
    while url is not None:
        if url in seen or len(seen) == MAX_PAGES:
            raise ProviderUnavailable(f"Okta's pages do not end: {len(seen)} were read.")
        seen.add(url)
        answer = _ask(url)
        for row in _objects(answer.body):
            is_empty = False
            yield row
        url = _next_url(url, answer.headers.get("Link", ""))
    if is_empty:
        raise ProviderUnavailable(if_empty)


def _ask(url: str) -> client.Answer:
    """Return Okta's answer 200; ask again, with pauses, while it is busy or broken."""
    if not re.fullmatch(r"[!-~]+", settings.OKTA_API_TOKEN):
        raise ImproperlyConfigured(
            "OKTA_API_TOKEN is not set, or is no token. Make one in Okta's Admin Console under"
            " Security, API, Tokens, and put it into the environment or .env."
        )
    auth = SSWSAuth(settings.OKTA_API_TOKEN)
    for attempt in range(ATTEMPTS):
        pause = 2**attempt
        try:
            answer = client.get(url, auth, seconds=PAGE_SECONDS, max_bytes=PAGE_BYTES)
        except ProviderUnavailable as error:
            problem = str(error)
        else:
            if answer.status == 429:
                problem = "Okta's rate limit is used up."
                pause = _rate_limit_pause(answer.headers) or pause
            elif answer.status >= 500:
                problem = f"Okta answered {answer.status}."
            elif answer.status == 200:
                return answer
            else:
                said = f"Okta answered {answer.status}."
                raise ProviderUnavailable(REFUSALS.get(answer.status, said))
        if attempt < ATTEMPTS - 1:
            logger.info("%s Asking again in %s s.", problem, pause)
            sleep(pause)
    raise ProviderUnavailable(f"{problem} It was asked {ATTEMPTS} times.")


def _rate_limit_pause(headers: Mapping[str, str]) -> int | None:
    """Return the seconds until Okta counts anew, at most MAX_PAUSE; None if it does not say.

    By Okta's own clock, in Date: this machine's may be off. A limit of 0 with 0 remaining means
    too many requests at the same time; what X-Rate-Limit-Reset says then is a guess.
    """
    if headers.get("X-Rate-Limit-Limit") == headers.get("X-Rate-Limit-Remaining") == "0":
        return None
    reset, now = (
        headers.get("X-Rate-Limit-Reset", ""),
        parse_http_date_safe(headers.get("Date", "")),
    )
    if now is None or not re.fullmatch(r"[0-9]{1,12}", reset):
        return None
    return min(max(int(reset) - now, 1), MAX_PAUSE)


def _objects(body: bytes) -> list[dict[str, Any]]:
    try:
        rows = json.loads(body)
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ProviderUnavailable("Okta did not send a list of people.")
    return rows


def _text(row: dict[str, Any], name: str) -> str:
    """Return what a row must have. A row without it would make somebody look absent."""
    value = row.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 255:
        raise ProviderUnavailable(f"Okta sent a row without {name}.")
    return value


def _next_url(url: str, header: str) -> str | None:
    """Return the address of the page after url's, None after the last.

    Raise ProviderUnavailable if it is anywhere but in the same list: the token goes with it.
    """
    targets = {
        link["url"] for link in parse_header_links(header) if link.get("rel", "").lower() == "next"
    }
    if not targets:
        return None
    try:
        [target] = [urljoin(url, target) for target in targets]
        is_same_list = urlsplit(target)[:3] == urlsplit(url)[:3]  # scheme, host with port, path
    except ValueError:  # several, or none that is an address
        is_same_list = False
    if not is_same_list:
        raise ProviderUnavailable("Okta's next page is not where its list is.")
    return target
