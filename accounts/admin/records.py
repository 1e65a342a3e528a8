"""What is on record: to be looked at by admins, and changed by nobody."""

import ipaddress

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEvent, BreakGlass, LoginSession, User

#: A list counts no further: nobody turns to page 101, and counting a million rows takes a while.
COUNTED = 10_000
#: A name that fits more people than this says too little to look through the trail for.
MOST_PEOPLE = 200


class CountingSoFar(Paginator):
    @cached_property
    def count(self) -> int:
        """Return how many rows there are, or COUNTED if there are more."""
        return self.object_list.order_by()[:COUNTED].count()  # type: ignore[attr-defined]


class ReadOnlyAdmin(admin.ModelAdmin):
    paginator = CountingSoFar
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they would count each choice of each filter
    ordering = ["-pk"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def people_called(words: str) -> list[int]:
    """Return the keys of the people whose handle, name or e-mail address fits all the words."""
    people = User.objects.all()
    for word in words.split():
        people = people.filter(
            Q(handle=word)
            | Q(email__iexact=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
        )
    return list(people.values_list("pk", flat=True)[:MOST_PEOPLE])


def as_ip_address(word: str) -> str | None:
    """Return the address a word is, as it is stored; None if it is none."""
    try:
        return str(ipaddress.ip_address(word))
    except ValueError:
        return None


@admin.register(LoginSession)
class LoginSessionAdmin(ReadOnlyAdmin):
    list_display = ["user", "browser", "ip_address", "created_at", "ended_at", "end_reason"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter), "end_reason"]
    list_select_related = ["user"]
    search_fields = ["user"]  # shows the box; get_search_results() says what is looked for
    search_help_text = _("Looks for a person's handle, name or e-mail address.")
    fields = [
        "user",
        "browser",
        "user_agent",
        "ip_address",
        "break_glass",
        "created_at",
        "verified_at",
        "expires_at",
        "ended_at",
        "end_reason",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoginSession]:
        return super().get_queryset(request).defer("refresh_token", "id_token")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        if search_term.strip():
            queryset = queryset.filter(user__in=people_called(search_term))
        return queryset, False

    @admin.display(description=_("browser"))
    def browser(self, session: LoginSession) -> str:
        return session.browser


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "about", "actor", "reason", "reference", "ip_address"]
    list_filter = ["kind", ("at", admin.DateFieldListFilter)]
    list_select_related = ["user", "actor"]
    ordering = ["-at", "-pk"]
    search_fields = ["reference"]  # shows the box; get_search_results() says what is looked for
    search_help_text = _(
        "Looks for exactly this reference, subject, reason or IP address, or for a person by "
        "handle, name or e-mail address."
    )
    fields = [
        "at",
        "kind",
        "user",
        "subject",
        "actor",
        "reason",
        "reference",
        "ip_address",
        "user_agent",
        "details",
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Ask each index by itself, and then for what it has: an OR over all reads every row."""
        term = search_term.strip()
        if not term:
            return queryset, False
        meanings = [
            Q(reference=term.upper()),
            Q(subject=term),
            Q(reason=term),
            Q(user__in=people_called(term)),
        ]
        if address := as_ip_address(term):
            meanings.append(Q(ip_address=address))
        found = [meaning for meaning in meanings if AuditEvent.objects.filter(meaning).exists()]
        if not found:
            return queryset.none(), False
        any_of_them = Q()
        for meaning in found:
            any_of_them |= meaning
        return queryset.filter(any_of_them), False

    @admin.display(description=_("about"))
    def about(self, event: AuditEvent) -> str:
        return event.about


@admin.register(BreakGlass)
class BreakGlassAdmin(ReadOnlyAdmin):
    list_display = ["person", "reason", "granted_at", "used_at", "expires_at", "ended_at"]
    list_select_related = ["person"]
    fields = ["person", "reason", "granted_at", "used_at", "expires_at", "ended_at"]
