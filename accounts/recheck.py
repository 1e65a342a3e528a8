"""Asking the provider again whether it still vouches for somebody who is signed in."""

import logging
from datetime import datetime, timedelta
from enum import Enum, auto
from time import sleep
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts import client, discovery
from accounts.client import ProviderRefused, ProviderUnavailable
from accounts.discovery import metadata
from accounts.models import LoginSession
from accounts.tokens import TokenRefused, check_id_token

logger = logging.getLogger(__name__)

#: How long a session outlives a provider that does not answer.
OUTAGE_GRACE = timedelta(minutes=60)
#: How long one request may keep the others of its session waiting: four calls, and then some.
LEASE = timedelta(seconds=25)
POLL_SECONDS = 0.1

#: Errors (RFC 6749 §5.2, OpenID Connect Core §3.1.2.6) that speak of the person, not of the site.
NO_LONGER_VOUCHED_FOR = {
    "invalid_grant",
    "access_denied",
    "login_required",
    "interaction_required",
    "consent_required",
}


class Standing(Enum):
    CONFIRMED = auto()
    UNCONFIRMED = auto()  # the provider does not answer, and has not for less than the grace
    SILENT_SIGN_IN_NEEDED = auto()  # no refresh token: only the browser can ask
    ENDED = auto()


class NotVouchedFor(Exception):
    """The provider answered, and not for this person."""


def standing(session: LoginSession) -> Standing:
    """Return how a session stands, after asking the provider if that is due.

    Of several requests at once, one asks and the others wait for what it finds: a refresh token
    that rotates can be used once, and nobody is let in on the strength of an old answer.
    """
    polls = int(LEASE.total_seconds() / POLL_SECONDS) + 1
    for _poll in range(polls):
        if session.ended_at is not None:
            return Standing.ENDED
        if session.break_glass is not None:  # for the day there is no provider to ask
            if session.break_glass.is_live:
                return Standing.CONFIRMED
            session.end(LoginSession.EndReason.BREAK_GLASS_OVER)
            return Standing.ENDED
        now = timezone.now()
        if session.expires_at <= now:
            session.end(LoginSession.EndReason.EXPIRED)
            return Standing.ENDED
        if not session.is_due:
            return Standing.CONFIRMED
        if session.retry_at is not None and session.retry_at > now:
            return _after_an_outage(session)
        if _lease(session, now):
            return _ask(session, now)
        sleep(POLL_SECONDS)
        session.refresh_from_db(fields=CHANGING)
    return _after_an_outage(session)


CHANGING = ["verified_at", "leased_until", "retry_at", "ended_at", "end_reason", "refresh_token"]


def _lease(session: LoginSession, now: datetime) -> bool:
    """Return whether this request is the one to ask; nobody else does until it is done."""
    leased = LoginSession.objects.filter(
        Q(leased_until=None) | Q(leased_until__lte=now),
        Q(retry_at=None) | Q(retry_at__lte=now),
        pk=session.pk,
        ended_at=None,
        verified_at=session.verified_at,
    ).update(leased_until=now + LEASE)
    if leased:
        # Another request may have had its turn since this one read the row.
        session.refresh_from_db(fields=CHANGING)
    return bool(leased)


def _ask(session: LoginSession, asked_at: datetime) -> Standing:
    """Return what the provider says now. Whatever happens, the lease does not outlive it."""
    try:
        if not session.refresh_token:
            discovery.fetch()  # nobody is sent to a provider that is not there
            _release(session)
            return Standing.SILENT_SIGN_IN_NEEDED
        session.user.mirror(refresh(session))
    except NotVouchedFor as error:
        logger.warning("A session ends: %s", error)
        session.end(LoginSession.EndReason.REFUSED)
        return Standing.ENDED
    except ProviderUnavailable as error:
        logger.error("A session could not be confirmed: %s", error)
        LoginSession.objects.filter(pk=session.pk).postpone()
        return _after_an_outage(session)
    except BaseException:
        _release(session)
        raise
    session.verified_at = asked_at  # not later: what happened since, the answer does not know
    _release(session, verified_at=asked_at, retry_at=None)
    return Standing.CONFIRMED


def _release(session: LoginSession, **changes: Any) -> None:
    LoginSession.objects.filter(pk=session.pk).update(leased_until=None, **changes)


def _after_an_outage(session: LoginSession) -> Standing:
    if timezone.now() - session.verified_at < OUTAGE_GRACE:
        return Standing.UNCONFIRMED
    session.end(LoginSession.EndReason.UNREACHABLE)
    return Standing.ENDED


def refresh(session: LoginSession) -> dict[str, Any]:
    """Return the claims of somebody for whom a refresh token still works (Core §12).

    Raise NotVouchedFor or ProviderUnavailable.
    """
    form = {"grant_type": "refresh_token", "refresh_token": session.refresh_token}
    try:
        tokens = client.post_form(metadata()["token_endpoint"], form)
    except ProviderRefused as error:
        if error.code in NO_LONGER_VOUCHED_FOR:
            raise NotVouchedFor(error.code) from None
        raise ProviderUnavailable(str(error)) from None  # the site's set-up, not the person
    _keep_rotated(session, tokens.get("refresh_token"))
    access_token = tokens.get("access_token")
    if not isinstance(access_token, str) or not access_token:
        raise ProviderUnavailable("The provider sent no access token.")
    claims: dict[str, Any] = {}
    if "id_token" in tokens:
        claims = _check_same_person(session, tokens["id_token"], access_token)
    info = client.get_json(metadata()["userinfo_endpoint"], bearer=access_token)
    if info.get("sub") != session.user.subject:
        raise NotVouchedFor("userinfo_sub")
    return claims | info


def _keep_rotated(session: LoginSession, refresh_token: Any) -> None:
    """Store a new refresh token at once: the one before it may be worth nothing by now."""
    if isinstance(refresh_token, str) and refresh_token not in ("", session.refresh_token):
        session.refresh_token = refresh_token
        LoginSession.objects.filter(pk=session.pk, ended_at=None).update(
            refresh_token=refresh_token
        )


def _check_same_person(session: LoginSession, id_token: Any, access_token: str) -> dict[str, Any]:
    """Return the claims of a refreshed ID token: issuer and subject are as before (§12.2)."""
    try:
        claims = check_id_token(id_token, nonce=None, access_token=access_token)
    except TokenRefused as error:
        if error.reason == "iss":
            raise NotVouchedFor("id_token_iss") from error
        raise ProviderUnavailable(str(error)) from error
    if (claims["iss"], claims["sub"]) != (session.user.issuer, session.user.subject):
        raise NotVouchedFor("id_token_sub")
    return claims
