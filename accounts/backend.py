"""From an authorization code to a person: mozilla-django-oidc's backend, with its gaps closed."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from accounts import client, roles
from accounts.discovery import DiscoveredSettings, metadata
from accounts.logout_tokens import is_sid
from accounts.models import User
from accounts.tokens import TokenRefused, check_id_token


class SignInRefused(Exception):
    """Nobody is signed in; `reason` says in a word why, fit for a log.

    `user` or `subject` is whom the provider meant, if it came to that.
    """

    def __init__(self, reason: str, *, user: User | None = None, subject: str = "") -> None:
        super().__init__(f"Nobody was signed in: {reason}.")
        self.reason = reason
        self.user = user
        self.subject = subject


class OIDCBackend(DiscoveredSettings, OIDCAuthenticationBackend):
    def __init__(self) -> None:
        # Django builds a backend for every request of somebody signed in: nothing is asked of the
        # provider here, and no endpoint is known before it is needed.
        self.UserModel = User
        self.OIDC_RP_CLIENT_ID = settings.OIDC_RP_CLIENT_ID
        self.OIDC_RP_CLIENT_SECRET = settings.OIDC_RP_CLIENT_SECRET

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Return the person an authorization code stands for.

        None unless the callback view asks, which alone hands over a nonce. Raise SignInRefused or
        ProviderUnavailable.
        """
        if not credentials.get("nonce"):
            return None
        try:
            return super().authenticate(request, **credentials)
        except TokenRefused as error:
            raise SignInRefused(f"id_token_{error.reason}") from error

    def get_token(self, payload: dict[str, str]) -> dict[str, Any]:
        """Return the token response (OpenID Connect Core §3.1.3.3) to an authorization code."""
        form = {
            name: payload[name] for name in payload if name not in ("client_id", "client_secret")
        }
        try:
            tokens = client.post_form(metadata()["token_endpoint"], form)
        except client.ProviderRefused as error:
            if error.code == "invalid_grant":
                raise SignInRefused(error.code) from None
            # Not the person's fault, but the site's set-up: a wrong secret, for one.
            raise client.ProviderUnavailable(str(error)) from None
        if not isinstance(tokens.get("access_token"), str) or not tokens["access_token"]:
            raise SignInRefused("no_access_token")
        if str(tokens.get("token_type", "")).lower() != "bearer":
            raise SignInRefused("token_type")
        self.access_token = tokens["access_token"]
        refresh_token = tokens.get("refresh_token")
        self.refresh_token = refresh_token if isinstance(refresh_token, str) else ""
        return tokens

    def verify_token(self, token: Any, **kwargs: Any) -> dict[str, Any]:
        return check_id_token(token, nonce=kwargs["nonce"], access_token=self.access_token)

    def store_tokens(self, access_token: str, id_token: str) -> None:
        """Nothing is stored before it is known whose tokens these are."""

    def get_userinfo(
        self, access_token: str, id_token: str, payload: dict[str, Any]
    ) -> dict[str, Any]:
        """Return UserInfo's claims, which must be about the same subject (§5.3.2)."""
        claims = client.get_json(metadata()["userinfo_endpoint"], bearer=access_token)
        if claims.get("sub") != payload["sub"]:
            raise SignInRefused("userinfo_sub", subject=payload["sub"])
        return claims

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> User:
        """Return the person (iss, sub) of the ID token, with UserInfo's claims taken over."""
        claims = payload | self.get_userinfo(access_token, id_token, payload)
        user = User.objects.sign_in(payload["iss"], payload["sub"], claims)
        if not user.is_active:
            raise SignInRefused("deactivated", user=user)
        sid = payload.get("sid")
        self.request.oidc_tokens = {
            "sid": sid if is_sid(sid) else "",
            "id_token": id_token,
            "refresh_token": self.refresh_token,
        }
        return user

    def get_user(self, user_id: int) -> User | None:
        """Return a signed-in person; None once the account is not active."""
        return User.objects.filter(pk=user_id, is_active=True).first()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return what the person's roles allow, without a query."""
        if obj is not None or user_obj.is_anonymous or not user_obj.is_active:
            return set()
        if user_obj.is_admin or user_obj.is_superuser or user_obj.has_broken_glass:
            return set(roles.admin_permissions())
        if user_obj.is_moderator:
            return set(roles.moderator_permissions())
        return set()
