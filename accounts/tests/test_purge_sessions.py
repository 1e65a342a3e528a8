"""What `manage.py purge_sessions` removes, keeps, and how much it does at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.management.commands import purge_sessions
from accounts.models import AuditEvent, BreakGlass, LoginSession, SpentToken
from accounts.tests.factories import UserFactory

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def make_session(name, expire_date):
    Session.objects.create(session_key=name, session_data="", expire_date=expire_date)


def make_sign_in(name, *, expires_at, ended_at=None):
    LoginSession.objects.create(
        user=UserFactory(),
        session_key_hash=name,
        created_at=expires_at,
        verified_at=expires_at,
        expires_at=expires_at,
        ended_at=ended_at,
        end_reason="provider" if ended_at else "",
    )


def make_some_of_each():
    """Rows that are to go and rows that are to stay, by the two sides of each limit."""
    make_session("stays", NOW)
    make_session("goes", NOW - SECOND)
    for name, expires_at in (("stays", NOW), ("goes", NOW - SECOND)):
        SpentToken.objects.create(digest=name, expires_at=expires_at)
    make_sign_in("stays: live", expires_at=NOW + DAY)
    make_sign_in("stays: expired", expires_at=NOW - 30 * DAY)
    make_sign_in("stays: ended", expires_at=NOW - 31 * DAY, ended_at=NOW - 30 * DAY)
    make_sign_in("goes: expired", expires_at=NOW - 30 * DAY - SECOND)
    make_sign_in("goes: ended", expires_at=NOW, ended_at=NOW - 30 * DAY - SECOND)
    for name, age in (("stays", 400 * DAY), ("goes", 400 * DAY + SECOND)):
        AuditEvent.objects.create(kind="signed_in", at=NOW - age, reason=name)


def left():
    return [
        set(Session.objects.values_list("session_key", flat=True)),
        set(SpentToken.objects.values_list("digest", flat=True)),
        set(LoginSession.objects.values_list("session_key_hash", flat=True)),
        set(AuditEvent.objects.values_list("reason", flat=True)),
    ]


def test_what_is_of_no_use_goes_and_the_rest_stays(capsys):
    make_some_of_each()

    call_command("purge_sessions")

    assert left() == [
        {"stays"},
        {"stays"},
        {"stays: live", "stays: expired", "stays: ended"},
        {"stays"},
    ]
    assert capsys.readouterr().out.splitlines() == [
        "Sessions removed: 1.",
        "Spent tokens removed: 1.",
        "Sign-ins removed: 2.",
        "Events removed: 1.",
    ]


def test_a_dry_run_says_so_and_removes_nothing(capsys):
    make_some_of_each()
    before = left()

    call_command("purge_sessions", dry_run=True)

    assert left() == before
    assert capsys.readouterr().out.splitlines() == [
        "Sessions to be removed: 1.",
        "Spent tokens to be removed: 1.",
        "Sign-ins to be removed: 2.",
        "Events to be removed: 1.",
    ]


def test_events_are_kept_for_as_long_as_is_said():
    for age in (9, 10, 11):
        AuditEvent.objects.create(kind="signed_in", at=NOW - age * DAY, reason=str(age))

    call_command("purge_sessions", "--keep-days=10")

    assert left()[3] == {"9", "10"}


@pytest.mark.parametrize("wrong", ["0", "-1", "x", "36501"])
def test_a_number_of_days_that_makes_no_sense_is_refused(wrong):
    AuditEvent.objects.create(kind="signed_in", at=NOW - 401 * DAY)

    with pytest.raises(CommandError, match="a whole number from 1 to 36500 is needed"):
        call_command("purge_sessions", f"--keep-days={wrong}")

    assert AuditEvent.objects.count() == 1


def test_rows_go_a_chunk_at_a_time_the_oldest_first(monkeypatch):
    monkeypatch.setattr(purge_sessions, "CHUNK", 3)
    for number in range(8):
        make_session(f"session-{number}", NOW - timedelta(minutes=number + 1))

    with CaptureQueriesContext(connection) as queries:
        call_command("purge_sessions")

    deletions = [query["sql"] for query in queries if query["sql"].startswith("DELETE")]
    keys = [[f"session-{n}" for n in range(8) if f"session-{n}" in sql] for sql in deletions]
    assert keys == [
        ["session-5", "session-6", "session-7"],
        ["session-2", "session-3", "session-4"],
        ["session-0", "session-1"],
    ]


def test_a_full_chunk_is_within_every_databases_limits():
    Session.objects.bulk_create(
        Session(session_key=f"session-{number}", session_data="", expire_date=NOW - DAY)
        for number in range(2 * purge_sessions.CHUNK + 1)
    )

    call_command("purge_sessions")

    assert purge_sessions.CHUNK < 999  # SQLite's, of old, on parameters
    assert not Session.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_removed_stays_so_if_the_rest_fails(monkeypatch, time_machine):
    monkeypatch.setattr(purge_sessions, "CHUNK", 2)
    for number in range(5):
        make_session(f"session-{number}", NOW - timedelta(minutes=number + 1))
    update, sizes = purge_sessions.tqdm.update, []

    def fail_the_second_time(bar, count):
        sizes.append(count)
        if len(sizes) == 2:
            raise KeyboardInterrupt
        update(bar, count)

    monkeypatch.setattr(purge_sessions.tqdm, "update", fail_the_second_time)

    with pytest.raises(KeyboardInterrupt):
        call_command("purge_sessions")

    assert left()[0] == {"session-0"}


def test_a_break_glass_access_whose_time_is_up_is_put_on_record(time_machine):
    access, _token = BreakGlass.objects.grant(UserFactory(), "Okta is down", hours=1)
    time_machine.shift(timedelta(hours=1))

    call_command("purge_sessions", dry_run=True)
    before = BreakGlass.objects.get().ended_at
    call_command("purge_sessions")

    assert before is None
    assert BreakGlass.objects.get().ended_at == access.expires_at
