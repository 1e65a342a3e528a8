"""What admins do to people: deactivate them, and end their sessions; and what they are told."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, BreakGlass, LoginSession
from accounts.tests.factories import UserFactory

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def address_of(user, action="change"):
    return reverse(f"admin:accounts_user_{action}", args=[user.pk])


def events_about(user):
    events = AuditEvent.objects.filter(user=user).exclude(kind="signed_in").order_by("pk")
    return [(event.kind, event.reason, event.actor) for event in events]


def words_of(page):
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


# Deactivating


def test_deactivating_ends_the_sessions_and_is_on_record_like_activating(as_user, admin, author):
    browser, staff = as_user(author), as_user(admin)

    for posted in ({}, {}, {"is_active": "on"}):
        assert staff.post(address_of(author), posted).status_code == 302

    assert browser.get("/dashboard/").status_code == 302
    assert SESSION_KEY not in browser.session
    assert LoginSession.objects.of(author).get().end_reason == "deactivated"
    assert events_about(author) == [
        ("deactivated", "by_admin", admin),
        ("session_ended", "deactivated", admin),
        ("activated", "", admin),
    ]


def test_deactivating_overwrites_nothing_the_provider_has_said_meanwhile(
    as_user, admin, author, monkeypatch
):
    from accounts.models import User

    deactivate = User.deactivate

    def be_renamed_first(user, *args, **kwargs):
        User.objects.filter(pk=user.pk).update(last_name="Renamed", is_moderator=True)
        return deactivate(user, *args, **kwargs)

    monkeypatch.setattr(User, "deactivate", be_renamed_first)

    as_user(admin).post(address_of(author), {})

    author.refresh_from_db()
    assert (author.is_active, author.last_name, author.is_moderator) == (False, "Renamed", True)


def test_admins_cannot_deactivate_themselves(as_user, admin):
    client = as_user(admin)

    page = client.get(address_of(admin)).text
    client.post(address_of(admin), {})

    admin.refresh_from_db()
    assert admin.is_active
    assert 'name="is_active"' not in page
    assert events_about(admin) == []


# Ending all sessions


def test_all_sessions_of_a_person_are_ended_after_being_asked(as_user, admin, author, stranger):
    browsers = [as_user(author), as_user(author)]
    other, staff = as_user(stranger), as_user(admin)
    address = address_of(author, "end_sessions")

    page = staff.get(address)
    live_before = LoginSession.objects.of(author).live().count()
    done = staff.post(address, follow=True)

    assert address in staff.get(address_of(author)).text
    assert "Ada Author will be signed out everywhere" in page.text
    assert live_before == 2
    assert done.redirect_chain == [(address_of(author), 302)]
    assert "2 sessions ended." in done.text
    assert events_about(author) == [("session_ended", "by_admin", admin)] * 2
    assert LogEntry.objects.get().get_change_message() == "Sessions ended: 2."
    told = [browser.get("/").text for browser in browsers]
    assert all("You have been signed out: ended by an admin." in page for page in told)
    assert other.get("/dashboard/").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("visitor", "answer"),
    [("anonymous", 302), ("stranger", 302), ("moderator", 403), ("admin", None)],
)
def test_only_admins_end_the_sessions_of_others(request, as_user, author, method, visitor, answer):
    as_user(author)
    user = None if visitor == "anonymous" else request.getfixturevalue(visitor)

    response = getattr(as_user(user), method)(address_of(author, "end_sessions"))

    assert response.status_code == (answer or {"get": 200, "post": 302}[method])
    ended = LoginSession.objects.of(author).exclude(ended_at=None).count()
    assert ended == (1 if (visitor, method) == ("admin", "post") else 0)


def test_another_site_ends_nobodys_sessions(admin, author):
    staff = Client(enforce_csrf_checks=True)
    staff.force_login(admin)
    Client().force_login(author)

    response = staff.post(address_of(author, "end_sessions"))

    assert response.status_code == 403
    assert LoginSession.objects.of(author).live().count() == 1


def test_nobody_has_no_sessions_to_end(as_user, admin):
    address = reverse("admin:accounts_user_end_sessions", args=[0])

    assert as_user(admin).post(address).status_code == 404


# Being told of break-glass access


@pytest.fixture
def access(time_machine):
    """An access of one hour, from noon, that was used."""
    time_machine.move_to(NOON, tick=False)
    mei = UserFactory(first_name="Mei", last_name="Tanaka")
    access, _token = BreakGlass.objects.grant(mei, "Okta is <down>", hours=1)
    BreakGlass.objects.filter(pk=access.pk).update(used_at=NOON)
    return access


HAS = (
    "Mei Tanaka has break-glass access, as an admin, until March 4, 2026, 1 p.m.: “Okta is <down>”."
)
HAD = "Mei Tanaka had break-glass access from March 4, 2026, noon to March 4, 2026, 1 p.m.: “Okta is <down>”."


def test_every_page_tells_the_other_admins_who_has_broken_the_glass(as_user, admin, access):
    client = as_user(admin)

    for address in ("/admin/", "/admin/posts/post/", address_of(access.person, "end_sessions")):
        page = client.get(address).text
        assert HAS in words_of(page)
        assert f"/admin/accounts/auditevent/?user__id__exact={access.person.pk}" in page


@pytest.mark.parametrize(
    ("after", "has", "had"),
    [
        (timedelta(minutes=59), True, False),
        (timedelta(hours=1), False, True),
        (timedelta(days=7, minutes=59), False, True),
        (timedelta(days=7, hours=1), False, False),
    ],
)
def test_the_front_page_tells_for_a_week_who_had(admin, access, time_machine, after, has, had):
    time_machine.move_to(NOON + after, tick=False)
    client = Client()
    client.force_login(admin)

    front, other = (
        words_of(client.get(address).text) for address in ("/admin/", "/admin/posts/post/")
    )

    assert [HAS in front, HAD in front] == [has, had]
    assert [HAS in other, HAD in other] == [has, False]


def test_an_access_nobody_used_is_told_of_as_such(admin, access, time_machine):
    BreakGlass.objects.update(used_at=None)
    time_machine.shift(timedelta(minutes=15))
    client = Client()
    client.force_login(admin)

    front = words_of(client.get("/admin/").text)

    assert f"{HAD} It was not used." in front
    assert HAS not in front


def test_moderators_are_not_told(as_user, moderator, access):
    assert "break-glass" not in as_user(moderator).get("/admin/").text.replace("css", "")
