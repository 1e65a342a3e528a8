"""The pages and endpoints of signing in, signing out, and one's own account."""

from accounts.views.account import (
    AccountView,
    EndOtherSessionsView,
    EndSessionView,
    ProfileView,
    TimeZoneView,
)
from accounts.views.break_glass import BreakGlassView
from accounts.views.provider_logout import (
    BackchannelLogoutView,
    FrontchannelLogoutView,
    UniversalLogoutView,
)
from accounts.views.sign_in import CallbackView, LoginView, RegisterView
from accounts.views.sign_out import LogoutView

__all__ = [
    "AccountView",
    "BackchannelLogoutView",
    "BreakGlassView",
    "CallbackView",
    "EndOtherSessionsView",
    "EndSessionView",
    "FrontchannelLogoutView",
    "LoginView",
    "LogoutView",
    "ProfileView",
    "RegisterView",
    "TimeZoneView",
    "UniversalLogoutView",
]
