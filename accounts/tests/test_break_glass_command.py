"""What `manage.py break_glass` refuses and lists, and what of an access is never stored."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent, BreakGlass
from accounts.tests.factories import UserFactory

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def mei(db, time_machine):
    time_machine.move_to(NOON, tick=False)
    return UserFactory(handle="mei")


def grant(person, hours=1):
    return BreakGlass.objects.grant(person, "Okta is down", hours=hours)[0]


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (["mei"], "Say why with --reason"),
        (["mei", "--reason", " "], "Say why with --reason"),
        (["mei", "--reason", "x" * 201], "Say why with --reason"),
        (["mei", "--reason", "x", "--hours", "5"], "invalid choice: 5"),
        (["mei", "--reason", "x", "--hours", "0"], "invalid choice: 0"),
        (["nobody", "--reason", "x"], "There is nobody called 'nobody'."),
        (["--reason", "x"], "Say whom, by handle."),
        (["gone", "--reason", "x"], "gone is deactivated: activate them first."),
    ],
)
def test_the_command_refuses_in_plain_words(mei, args, complaint):
    UserFactory(handle="gone", is_active=False)

    with pytest.raises(CommandError, match=re.escape(complaint)):
        call_command("break_glass", *args)

    assert not BreakGlass.objects.exists()


def test_the_command_lists_every_access_and_puts_on_record_what_is_over(capsys, mei, time_machine):
    BreakGlass.objects.filter(pk=grant(mei).pk).update(used_at=NOON)
    grant(mei, hours=4)
    time_machine.shift(timedelta(minutes=20))

    call_command("break_glass", list=True)

    assert capsys.readouterr().out.splitlines() == [
        "2026-03-04 12:00 UTC, until 16:00, not used, over 12:20: mei, Okta is down",
        "2026-03-04 12:00 UTC, until 13:00, used 12:00, not over: mei, Okta is down",
    ]
    assert [event.reason for event in AuditEvent.objects.order_by("pk")] == [
        "granted",
        "granted",
        "ended",
    ]


@pytest.mark.parametrize("hours", [0, 5])
def test_no_access_is_granted_for_longer_than_the_longest(mei, hours):
    with pytest.raises(ValueError, match="1 to 4 hours"):
        grant(mei, hours)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"expires_at": NOON},
        {"ended_at": NOON - timedelta(seconds=1)},
        {"used_at": NOON - timedelta(seconds=1)},
        {"used_at": NOON + timedelta(hours=2)},
    ],
)
def test_what_makes_no_sense_is_not_stored(mei, wrong):
    access = grant(mei)

    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.filter(pk=access.pk).update(**wrong)
