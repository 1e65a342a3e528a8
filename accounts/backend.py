"""From an authorization code to a person: mozilla-django-oidc's backend, with its gaps closed."""

import logging
from typing import Any

import jwt
import requests
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from accounts import roles
from accounts.discovery import DiscoveredSettings, ProviderUnavailable, issuer, metadata
from accounts.models import User

logger = logging.getLogger(__name__)

CLOCK_SKEW_SECONDS = 60


class SignInRefused(Exception):
    """The provider's answer does not prove who this is. The text is fit for a log."""


class OIDCBackend(DiscoveredSettings, OIDCAuthenticationBackend):
    def __init__(self) -> None:
        # Django builds a backend for every request of somebody signed in, so nothing is asked
        # of the provider here; the parent's attributes are properties below.
        self.UserModel = User
        self.OIDC_RP_SIGN_ALGO = settings.OIDC_RP_SIGN_ALGO
        self.OIDC_RP_IDP_SIGN_KEY = None
        self.OIDC_RP_CLIENT_ID = settings.OIDC_RP_CLIENT_ID
        self.OIDC_RP_CLIENT_SECRET = settings.OIDC_RP_CLIENT_SECRET

    @property
    def OIDC_OP_TOKEN_ENDPOINT(self) -> str:  # noqa: N802
        return metadata()["token_endpoint"]

    @property
    def OIDC_OP_USER_ENDPOINT(self) -> str:  # noqa: N802
        return metadata()["userinfo_endpoint"]

    @property
    def OIDC_OP_JWKS_ENDPOINT(self) -> str:  # noqa: N802
        return metadata()["jwks_uri"]

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Return the person an authorization code stands for.

        None unless the callback view asks, which alone hands over a nonce. Raise SignInRefused or
        ProviderUnavailable.
        """
        if not credentials.get("nonce"):
            return None
        try:
            return super().authenticate(request, **credentials)
        except requests.RequestException as error:
            raise ProviderUnavailable(f"The provider failed: {type(error).__name__}.") from error
        except (SuspiciousOperation, jwt.PyJWTError, KeyError) as error:
            raise SignInRefused(f"The ID token is not valid: {type(error).__name__}.") from error

    def raise_token_response_error(self, response: requests.Response) -> None:
        """Raise SignInRefused if the code was refused (RFC 6749 §5.2), else ProviderUnavailable.

        The parent's exception would carry the body, and with it tokens, into the log.
        """
        if response.status_code == 400:
            raise SignInRefused("The token endpoint refused the code.")
        if response.status_code != 200:
            raise ProviderUnavailable(f"The token endpoint answered {response.status_code}.")

    def _verify_jws(self, payload: str, key: jwt.PyJWK) -> dict[str, Any]:
        """Return the claims of an ID token, checked by OpenID Connect Core §3.1.3.7."""
        return jwt.decode(
            payload,
            key,
            algorithms=[self.OIDC_RP_SIGN_ALGO],
            issuer=issuer(),
            audience=self.OIDC_RP_CLIENT_ID,
            leeway=CLOCK_SKEW_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )

    def store_tokens(self, access_token: str, id_token: str) -> None:
        """Keep the ID token with the request; it enters the session once the person has."""
        self.request.oidc_id_token = id_token

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> User:
        """Return the person (iss, sub) of the ID token, with UserInfo's claims added.

        UserInfo must speak of the same subject (OpenID Connect Core §5.3.2).
        """
        userinfo = self.get_userinfo(access_token, id_token, payload)
        subject = payload["sub"]
        if not isinstance(userinfo, dict) or userinfo.get("sub") != subject:
            raise SignInRefused("UserInfo speaks of another subject.")
        user = User.objects.sign_in(payload["iss"], subject, {**payload, **userinfo})
        if not user.is_active:
            raise SignInRefused("This person may not sign in.")
        return user

    def get_user(self, user_id: int) -> User | None:
        """Return a signed-in person; None once the account is not active."""
        return User.objects.filter(pk=user_id, is_active=True).first()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return what the person's roles allow, without a query."""
        if obj is not None or not user_obj.is_active or user_obj.is_anonymous:
            return set()
        if user_obj.is_admin:
            return set(roles.admin_permissions())
        if user_obj.is_moderator:
            return set(roles.moderator_permissions())
        return set()
