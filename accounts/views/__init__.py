"""The pages and endpoints of signing in, signing out, and one's own account."""

from accounts.views.account import AccountView
from accounts.views.sign_in import CallbackView, LoginView, RegisterView
from accounts.views.sign_out import LogoutView

__all__ = ["AccountView", "CallbackView", "LoginView", "LogoutView", "RegisterView"]
