"""Sign-ins under way, each in an encrypted cookie of its own, for ten minutes and one use.

Nothing is stored on the server when somebody sets out, so crawlers that follow the link leave
nothing behind; what is stored is that a state was used, once somebody comes back with it.
"""

import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from time import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.encryption import decrypt, encrypt
from accounts.models import SpentToken

SECONDS = 10 * 60
PREFIX = "signin-"
MOST_PENDING = 10
MOST_BYTES = 5000  # of cookies: servers and proxies take some 8 kB of headers
LONGEST_NEXT = 1000


@dataclass(frozen=True)
class PendingSignIn:
    """What the site has to remember until the provider sends the browser back."""

    next_url: str = ""
    is_recheck: bool = False  # of a session that has no refresh token, without a word
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    code_verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    began_at: float = field(default_factory=time)

    @property
    def cookie(self) -> str:
        return cookie_of(self.state)

    def spend(self) -> bool:
        """Use it up. Return False if that has happened before."""
        forgettable_at = datetime.fromtimestamp(self.began_at, UTC) + timedelta(seconds=2 * SECONDS)
        return SpentToken.objects.spend("state", self.state, expires_at=forgettable_at)


def cookie_of(state: str) -> str:
    return PREFIX + sha256(state.encode(errors="surrogatepass")).hexdigest()[:16]


def find(request: HttpRequest, state: str) -> PendingSignIn | None:
    """Return the sign-in that this browser began with this state, spent or not."""
    pending = _read(request.COOKIES.get(cookie_of(state), ""))
    return pending if pending and pending.state == state else None


def remember(request: HttpRequest, response: HttpResponse, pending: PendingSignIn) -> None:
    """Have the browser keep the sign-in, and drop the oldest of those that are too many."""
    if len(pending.next_url) > LONGEST_NEXT:
        raise ValueError("A cookie cannot hold so long an address.")
    value = encrypt(json.dumps(asdict(pending)))
    response.set_cookie(
        pending.cookie,
        value,
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    room = MOST_BYTES - len(value)
    for number, (name, kept) in enumerate(_newest_first(request), start=2):
        room -= len(kept)
        if number > MOST_PENDING or room < 0:
            response.delete_cookie(name, samesite="Lax")


def _newest_first(request: HttpRequest) -> list[tuple[str, str]]:
    """Return names and values of the cookies there are, first the newest, last the unreadable."""

    def began_at(value: str) -> float:
        pending = _read(value)
        return pending.began_at if pending else 0

    cookies = [item for item in request.COOKIES.items() if item[0].startswith(PREFIX)]
    return sorted(cookies, key=lambda item: began_at(item[1]), reverse=True)


def _read(value: str) -> PendingSignIn | None:
    text = decrypt(value, max_age=SECONDS)
    return PendingSignIn(**json.loads(text)) if text else None
