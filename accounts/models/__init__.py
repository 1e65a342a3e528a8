"""People, their sign-ins, and the record of what became of both."""

from accounts.models.audit_event import AuditEvent
from accounts.models.break_glass import BreakGlass
from accounts.models.login_session import LoginSession
from accounts.models.people import User, UserManager
from accounts.models.spent_token import SpentToken

__all__ = ["AuditEvent", "BreakGlass", "LoginSession", "SpentToken", "User", "UserManager"]
