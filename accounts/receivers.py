"""Whatever code signs somebody in or out, their LoginSession begins and ends with it.

Signals, since Django's login() and logout() are called by others too, such as the test client: a
session of Django's that has no LoginSession is nobody's.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import LoginSession, User


@receiver(user_logged_in)
def begin_login_session(request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.login_session = LoginSession.objects.begin(  # type: ignore[attr-defined]
        request,
        user,
        break_glass=getattr(request, "break_glass", None),
        **getattr(request, "sign_in_details", {}),
    )


@receiver(user_logged_out)
def end_login_session(request: HttpRequest, **kwargs: Any) -> None:
    session = LoginSession.objects.with_key(request.session.session_key)
    session.end(LoginSession.EndReason.SIGNED_OUT, request=request)
