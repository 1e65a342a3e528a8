"""Telling the site that a session has ended: OpenID Connect Back-Channel Logout 1.0."""

import logging
import secrets
import threading
from typing import Any

import requests

from .state import ProviderState, Session

logger = logging.getLogger(__name__)

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TOKEN_SECONDS = 2 * 60  # §4
POST_SECONDS = 2


def logout_token(
    provider: ProviderState,
    session: Session,
    *,
    claims: dict[str, Any] | None = None,
    header: dict[str, Any] | None = None,
    key: Any = None,
    algorithm: str | None = None,
) -> str:
    """Return a logout token, §2.4: of our own key, unless it is to be a faulty one.

    `claims` and `header` replace what there would be; None leaves one out.
    """
    now = int(provider.clock())
    said = {
        "iss": provider.issuer,
        "sub": session.subject,
        "aud": provider.client_id,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": f"LO.{secrets.token_urlsafe(32)}",
        "sid": session.sid,
        "events": {EVENT: {}},
    } | (claims or {})
    return provider.keys.sign(
        {name: value for name, value in said.items() if value is not None},
        header={"typ": "logout+jwt", **(header or {})},
        key=key,
        algorithm=algorithm,
    )


def post_in_background(uri: str, token: str) -> None:
    """Post a logout token, §2.5, while nobody waits for it: not the person, nor any lock."""
    threading.Thread(target=_post, args=(uri, token), daemon=True).start()


def _post(uri: str, token: str) -> None:
    with requests.Session() as session:
        session.trust_env = False  # no proxy stands between this and a site on loopback
        try:
            answer = session.post(
                uri, data={"logout_token": token}, timeout=POST_SECONDS, allow_redirects=False
            )
        except requests.RequestException:
            return  # the site is not there; it asks again by itself once it is
    if answer.status_code != 200:
        logger.warning("The site answered %s to a logout token.", answer.status_code)
