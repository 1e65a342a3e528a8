"""Break-glass access: a way in for the day the provider is down, and no other."""

import logging
import re
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts import recheck
from accounts.models import AuditEvent, BreakGlass, LoginSession, User
from accounts.tests.factories import UserFactory

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
PEOPLE = "/admin/accounts/user/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_is_asked(settings, monkeypatch):
    """No test here reaches a provider, and every session is due to be confirmed at once."""
    settings.OIDC_RECHECK_SECONDS = 0

    def fail(*args):
        raise AssertionError("The provider was asked.")

    monkeypatch.setattr(recheck.client, "post_form", fail)
    monkeypatch.setattr(recheck.discovery, "fetch", fail)


@pytest.fixture
def mei(db, time_machine):
    time_machine.move_to(NOON, tick=False)
    return UserFactory(handle="mei", first_name="Mei", last_name="Tanaka")


def run(capsys, *args, **options):
    """Run the command; return what it printed."""
    call_command("break_glass", *args, **options)
    return capsys.readouterr().out


def grant(person, hours=1):
    """Return an access, and its address."""
    access, token = BreakGlass.objects.grant(person, "Okta is down", hours=hours)
    return access, f"/break-glass/{token}/"


def broken_in(person, hours=1):
    """Return a browser in which somebody has used their access, and the access."""
    access, address = grant(person, hours)
    browser = Client()
    assert browser.post(address).status_code == 302
    return browser, access


def trail():
    events = AuditEvent.objects.filter(kind="break_glass").order_by("pk")
    return [(event.user.handle, event.reason, event.details["why"]) for event in events]


def roles_of(user):
    return User.objects.filter(pk=user.pk).values_list(
        "is_author", "is_moderator", "is_admin", "is_superuser"
    )[0]


# The way in


def test_the_command_prints_an_address_that_lets_the_person_in_once(capsys, mei, caplog):
    printed = run(capsys, "mei", reason="Okta is down", hours=2)
    address = re.search(r"^http://localhost:8000(/break-glass/\S+/)$", printed, re.MULTILINE)[1]
    browser, later = Client(), Client()

    page = browser.get(address)
    before = BreakGlass.objects.values("used_at", "ended_at").get()
    landing = browser.post(address, follow=True)
    logged = caplog.text
    again = [later.get(address), later.post(address)]

    assert page.status_code == 200
    assert "Until March 4, 2026, 2 p.m. you will be Mei Tanaka, and an admin." in page.text
    assert "Okta is down" in page.text
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"
    assert before == {"used_at": None, "ended_at": None}
    assert landing.redirect_chain == [("/admin/", 302)]
    assert landing.status_code == 200
    assert [response.status_code for response in again] == [404, 404]
    assert "This address is no longer valid" in again[0].text
    assert SESSION_KEY not in later.session
    levels = [
        (record.levelno, record.message.split(":")[0])
        for record in caplog.records
        if record.message.startswith("Break-glass")
    ]
    assert levels == [
        (logging.CRITICAL, "Break-glass access granted"),
        (logging.CRITICAL, "Break-glass access used"),
    ]
    assert trail() == [("mei", "granted", "Okta is down"), ("mei", "used", "Okta is down")]
    token = address.split("/")[2]
    assert token not in logged
    assert token not in str([*BreakGlass.objects.values(), *AuditEvent.objects.values()])


def test_the_address_is_good_for_a_quarter_of_an_hour(mei, time_machine):
    _access, address = grant(mei)
    statuses = []

    for minutes in (14, 1):
        time_machine.shift(timedelta(minutes=minutes))
        statuses.append(Client().get(address).status_code)

    assert statuses == [200, 404]
    assert Client().post(address).status_code == 404
    assert LoginSession.objects.count() == 0


def test_an_access_that_was_ended_or_whose_person_is_deactivated_lets_nobody_in(mei):
    ended, ended_address = grant(mei)
    ended.end()
    _access, address = grant(mei)
    mei.deactivate("by_admin")

    responses = [Client().post(ended_address), Client().post(address)]

    assert [response.status_code for response in responses] == [404, 404]
    assert LoginSession.objects.count() == 0


def test_another_site_uses_no_access(mei):
    access, address = grant(mei)

    browser = Client(enforce_csrf_checks=True)
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(address).text)[1]
    form = {"csrfmiddlewaretoken": token}

    refused = [
        browser.post(address),
        browser.post(address, form, headers={"Origin": "https://elsewhere.example"}),
    ]
    access.refresh_from_db()
    taken = browser.post(address, form, headers={"Origin": "http://testserver"})

    assert [response.status_code for response in refused] == [403, 403]
    assert access.used_at is None
    assert taken.status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_several_uses_at_once_one_lets_somebody_in():
    _access, address = grant(UserFactory())
    together, statuses = Barrier(4), []

    def use():
        try:
            together.wait(timeout=10)
            statuses.append(Client().post(address).status_code)
        finally:
            connection.close()

    threads = [Thread(target=use, daemon=True) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(statuses) == [302, 404, 404, 404]
    assert LoginSession.objects.count() == 1


def test_who_was_signed_in_in_that_browser_is_so_no_more(mei, stranger):
    browser = Client()
    browser.force_login(stranger)
    _access, address = grant(mei)

    browser.post(address)

    assert browser.session[SESSION_KEY] == str(mei.pk)
    assert LoginSession.objects.of(stranger).get().end_reason == "replaced"


# What it allows, and until when


def test_the_session_allows_what_an_admin_may_until_its_time_is_up(mei, time_machine):
    browser, access = broken_in(mei, hours=2)
    statuses = []

    for minutes in (0, 119, 1):
        time_machine.shift(timedelta(minutes=minutes))
        statuses.append(browser.get(PEOPLE).status_code)

    assert statuses == [200, 200, 302]
    session = LoginSession.objects.get()
    assert session.expires_at == access.expires_at == NOON + timedelta(hours=2)
    assert session.end_reason == "break_glass_over"
    assert SESSION_KEY not in browser.session
    assert [reason for _handle, reason, _why in trail()] == ["granted", "used", "ended"]


def test_the_permission_is_the_sessions_and_not_the_persons(mei, settings):
    before = roles_of(mei)
    broken, _access = broken_in(mei)
    settings.OIDC_RECHECK_SECONDS = 60
    ordinary = Client()
    ordinary.force_login(mei)

    statuses = [client.get(PEOPLE).status_code for client in (broken, ordinary, broken)]

    assert statuses == [200, 302, 200]
    assert "because of break-glass access" in broken.get("/account/").text
    assert "because of break-glass access" not in ordinary.get("/account/").text
    assert 'href="/admin/"' in broken.get("/").text
    assert 'href="/admin/"' not in ordinary.get("/").text
    assert roles_of(mei) == before == (True, False, False, False)
    assert not User.objects.get(pk=mei.pk).get_all_permissions()


def test_no_edit_of_groups_ends_it_or_stores_it(mei):
    browser, _access = broken_in(mei)

    User.objects.sign_in(mei.issuer, mei.subject, {"name": "Mei", "groups": []})
    mei.has_broken_glass = True
    mei.mirror({"name": "May", "groups": ["Everyone"]})

    assert browser.get(PEOPLE).status_code == 200
    assert roles_of(mei) == (True, False, False, False)


@pytest.mark.parametrize(
    "end",
    [
        lambda browser, access: call_command("break_glass", "mei", end=True),
        lambda browser, access: browser.post("/logout/"),
        lambda browser, access: LoginSession.objects.get().end(LoginSession.EndReason.BY_ADMIN),
        lambda browser, access: access.person.deactivate("by_admin"),
    ],
    ids=["by command", "by signing out", "by another admin", "by deactivation"],
)
def test_however_it_ends_session_and_access_end_together(mei, caplog, end):
    browser, access = broken_in(mei)
    caplog.clear()

    end(browser, access)

    assert browser.get(PEOPLE).status_code == 302
    access.refresh_from_db()
    assert access.ended_at == NOON
    assert LoginSession.objects.get().ended_at == NOON
    assert trail()[2:] == [("mei", "ended", "Okta is down")]
    [record] = [record for record in caplog.records if record.message.startswith("Break-glass")]
    assert (record.levelno, record.message) == (
        logging.WARNING,
        "Break-glass access ended: mei, until 2026-03-04 13:00 UTC.",
    )
