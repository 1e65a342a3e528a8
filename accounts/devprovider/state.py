"""What the provider remembers, all of it in memory, and what ends what."""

import hmac
import math
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from time import time
from typing import Any, Generic, TypeVar

from .keys import KeyRing
from .people import SAMPLE_PEOPLE, Person
from .web import loopback_uri

CODE_SECONDS = 60
TOKEN_SECONDS = 60 * 60
PENDING_SECONDS = 10 * 60
SESSION_SECONDS = 12 * 60 * 60
REFRESH_TOKEN_SECONDS = 90 * 24 * 60 * 60

is_site_callback = loopback_uri("/oidc/callback/")
is_site_root = loopback_uri("/")

T = TypeVar("T")


class Vault(Generic[T]):
    """Values under names that nobody can guess, each for so many seconds."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[str, tuple[float, T]] = {}

    def add(self, value: T) -> str:
        """Keep the value, forget what has expired, and return the new name."""
        now = self._clock()
        self._kept = {name: kept for name, kept in self._kept.items() if now < kept[0]}
        name = secrets.token_urlsafe(32)
        self._kept[name] = (now + self._seconds, value)
        return name

    def get(self, name: str) -> T | None:
        """Return the value of this name; None if there is none or its time is over."""
        expires_at, value = self._kept.get(name, (0, None))
        return value if self._clock() < expires_at else None

    def remove(self, name: str) -> None:
        """Forget this name, if it is known."""
        self._kept.pop(name, None)

    def remove_where(self, is_unwanted: Callable[[T], bool]) -> None:
        self._kept = {name: kept for name, kept in self._kept.items() if not is_unwanted(kept[1])}

    def names(self) -> set[str]:
        """Return every name that was given and is not forgotten."""
        return set(self._kept)

    def values(self) -> list[T]:
        """Return the values whose time is not over, oldest first."""
        now = self._clock()
        return [value for expires_at, value in self._kept.values() if now < expires_at]


@dataclass
class Account:
    """A person, and what the provider says of them."""

    person: Person
    updated_at: float
    is_active: bool = True


@dataclass(frozen=True)
class Session:
    """One person signed in with one browser. `sid` is its public name, the cookie is not."""

    subject: str
    sid: str
    auth_time: float


@dataclass(frozen=True)
class AuthorizationRequest:
    """What a site asked for, once it has passed its checks; absent text is empty."""

    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    nonce: str
    code_challenge: str
    prompt: str
    max_age: int | None
    hinted_subject: str


@dataclass
class Grant:
    """What one authorization gave. Its code and every token from it live and die together."""

    request: AuthorizationRequest
    session: Session
    issued_at: float
    is_code_spent: bool = False
    is_revoked: bool = False


@dataclass
class RefreshToken:
    grant: Grant
    is_spent: bool = False


class ProviderState:
    """People, sessions and grants, and the few verbs that change them.

    Several threads serve: whoever reads or changes this holds `lock`, as each request does from
    its first look to its answer.
    """

    def __init__(
        self,
        issuer: str,
        *,
        people: Iterable[Person] = SAMPLE_PEOPLE,
        client_id: str,
        client_secret: str,
        clock: Callable[[], float] = time,
        is_redirect_uri: Callable[[str], bool] = is_site_callback,
        is_post_logout_redirect_uri: Callable[[str], bool] = is_site_root,
        backchannel_logout_uri: str = "",
        rotate_refresh_tokens: bool = False,
        thin_id_token: bool = False,
    ) -> None:
        """Know one site, by its id and secret and the addresses it may ask people back to.

        The site is told at its back-channel logout URI, if it has one, of sessions that end.
        Refresh tokens are static unless they are to rotate; a thin ID token leaves the person's
        claims to UserInfo. Okta can be set to do either.
        """
        self.lock = threading.RLock()
        self.issuer = issuer
        self.client_id = client_id
        self.client_secret = client_secret
        self.clock = clock
        self.is_redirect_uri = is_redirect_uri
        self.is_post_logout_redirect_uri = is_post_logout_redirect_uri
        self.backchannel_logout_uri = backchannel_logout_uri
        self.rotate_refresh_tokens = rotate_refresh_tokens
        self.thin_id_token = thin_id_token
        self.keys = KeyRing()
        self.accounts: dict[str, Account] = {}
        for person in people:
            self.add_person(person)
        self.form_token = secrets.token_urlsafe(32)
        self.pending: Vault[AuthorizationRequest] = Vault(PENDING_SECONDS, clock)
        self.sessions: Vault[Session] = Vault(SESSION_SECONDS, clock)
        # No code is ever forgotten: replays are noticed, and every grant is found here.
        self.codes: Vault[Grant] = Vault(math.inf, clock)
        self.access_tokens: Vault[Grant] = Vault(TOKEN_SECONDS, clock)
        self.refresh_tokens: Vault[RefreshToken] = Vault(REFRESH_TOKEN_SECONDS, clock)

    def person(self, subject: str) -> Person:
        """Return the person; KeyError if there is none."""
        return self.accounts[subject].person

    def is_active(self, subject: str) -> bool:
        """Whether there is such a person, and they may sign in."""
        return subject in self.accounts and self.accounts[subject].is_active

    def has_email(self, email: str) -> bool:
        wanted = email.lower()
        return any(account.person.email.lower() == wanted for account in self.accounts.values())

    def add_person(self, person: Person) -> None:
        """Add the person, active, or replace who has the same subject."""
        with self.lock:
            self.accounts[person.subject] = Account(person, self.clock())

    def set_groups(self, subject: str, groups: Iterable[str]) -> None:
        with self.lock:
            account = self.accounts[subject]
            account.person = replace(account.person, groups=tuple(groups))

    def activate(self, subject: str) -> None:
        """Let the person sign in again; what deactivation ended stays ended."""
        with self.lock:
            self.accounts[subject].is_active = True

    def deactivate(self, subject: str) -> None:
        """Shut the person out: sessions, codes, access and refresh tokens end at once."""
        with self.lock:
            self.accounts[subject].is_active = False
            self.end_sessions(lambda session: session.subject == subject)
            for grant in self.codes.values():
                if grant.session.subject == subject:
                    grant.is_revoked = True

    def end_sessions(self, is_meant: Callable[[Session], bool]) -> None:
        """End the sessions that are meant, and tell the site of each."""
        ended = [session for session in self.sessions.values() if is_meant(session)]
        self.sessions.remove_where(is_meant)
        for session in ended:
            self.tell_site(session)

    def tell_site(self, session: Session) -> None:
        """Let the site know that the session has ended, without waiting for an answer."""
        raise NotImplementedError

    def is_own_form(self, params: Mapping[str, str]) -> bool:
        """Whether a page of ours was posted: only they hold the token, no other site's do."""
        shown = params.get("form_token", "")
        return hmac.compare_digest(shown.encode(), self.form_token.encode())

    def read_hint(self, params: Mapping[str, str]) -> dict[str, Any]:
        """Return the claims of `id_token_hint`; none if it is absent or was not issued here."""
        hint = params.get("id_token_hint", "")
        return self.keys.read(hint, issuer=self.issuer, client_id=self.client_id)

    def open_session(self, subject: str) -> tuple[str, Session]:
        """Sign the person in; return the secret for the browser's cookie, and the session."""
        session = Session(subject, f"idx{secrets.token_urlsafe(18)}", self.clock())
        return self.sessions.add(session), session

    def newest_session(self, subject: str) -> Session | None:
        sessions = [each for each in self.sessions.values() if each.subject == subject]
        return sessions[-1] if sessions else None

    def issue_code(self, request: AuthorizationRequest, session: Session) -> str:
        return self.codes.add(Grant(request, session, self.clock()))
