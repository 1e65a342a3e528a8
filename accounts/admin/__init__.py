"""People, their sign-ins and the audit trail, as staff see them."""

from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.admin.people import UserAdmin
from accounts.admin.records import AuditEventAdmin, BreakGlassAdmin, LoginSessionAdmin

admin.site.unregister(Group)  # roles come from the provider's groups, not from Django's

__all__ = ["AuditEventAdmin", "BreakGlassAdmin", "LoginSessionAdmin", "UserAdmin"]
