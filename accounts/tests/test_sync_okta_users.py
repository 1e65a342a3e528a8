"""Whoever left the company, by Okta's word, leaves the site; and nobody else does."""

import sys
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import directory
from accounts.models import User
from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def sync(*arguments):
    """Run the command; return the lines it says."""
    out = StringIO()
    call_command("sync_okta_users", *arguments, stdout=out)
    return out.getvalue().splitlines()


def inactive():
    """The handles of who is inactive here."""
    return set(User.objects.filter(is_active=False).values_list("handle", flat=True))


# Who leaves


@pytest.mark.parametrize(
    ("status", "is_assigned", "reason"),
    [
        ("DEPROVISIONED", False, "deactivated at Okta"),
        ("DEPROVISIONED", True, "deactivated at Okta"),
        ("SUSPENDED", True, "suspended at Okta"),
        ("ACTIVE", False, "not assigned to this site at Okta"),
        (None, False, "not at Okta any more"),
    ],
)
def test_who_has_no_place_at_okta_is_deactivated(team, person, status, is_assigned, reason):
    person("gone", status, is_assigned=is_assigned)

    said = sync()

    assert inactive() == {"gone"}
    assert said == [f"To be deactivated: gone, {reason}.", "Deactivated: 1 of 21."]


@pytest.mark.parametrize(
    "status",
    [
        "STAGED",
        "PROVISIONED",
        "ACTIVE",
        "RECOVERY",
        "PASSWORD_EXPIRED",
        "LOCKED_OUT",
        "A_STATE_YET_TO_BE_INVENTED",
        None,  # assigned, and the search lags behind
    ],
)
def test_who_is_assigned_stays_while_okta_holds_them_up_for_a_time(team, person, status):
    person("held-up", status)

    assert sync() == ["Deactivated: 0 of 21."]
    assert inactive() == set()


def test_who_leaves_is_signed_out_at_the_next_request(team, person):
    client = Client()
    client.force_login(person("gone", "SUSPENDED"))
    assert client.get("/dashboard/").status_code == 200

    sync()

    assert client.get("/dashboard/").url == "/login/?next=/dashboard/"


def test_who_leaves_keeps_everything_but_the_way_in(team, person):
    gone = person("gone", "SUSPENDED")
    before = User.objects.values().get(pk=gone.pk)

    sync()

    assert User.objects.values().get(pk=gone.pk) == before | {"is_active": False}


def test_people_of_another_issuer_are_none_of_oktas_business(team, person):
    UserFactory(handle="elsewhere")
    person("gone", "SUSPENDED")
    User.objects.filter(handle="member-00").update(issuer="https://elsewhere.example")

    sync()

    assert inactive() == {"gone"}


def test_a_superuser_is_reported_and_left_alone(team, person):
    person("chief", "SUSPENDED", is_superuser=True)

    assert sync() == [
        "Left alone, a superuser: chief, suspended at Okta.",
        "Deactivated: 0 of 20.",
    ]
    assert inactive() == set()


def test_who_is_inactive_here_is_not_let_in_again_but_named(team, person):
    person("back", is_active=False)
    person("away", "DEPROVISIONED", is_active=False)

    assert sync() == [
        "Inactive here, but assigned at Okta: back.",
        "Deactivated: 0 of 20.",
    ]
    assert inactive() == {"back", "away"}


def test_a_second_run_has_nothing_to_do(team, person):
    person("gone", "SUSPENDED")
    sync()

    assert sync() == ["Deactivated: 0 of 20."]


def test_more_people_than_a_query_has_parameters_for_leave_at_once(team, person, okta):
    User.objects.bulk_create(UserFactory.build_batch(1201, issuer=okta.origin), batch_size=100)

    assert sync("--max-percent=100")[-1] == "Deactivated: 1201 of 1221."
    assert User.objects.filter(is_active=False).count() == 1201


# Who comes or changes in the meantime


@pytest.fixture
def meanwhile(monkeypatch):
    """Return a function that has something done while the directory is read."""

    def do(something):
        read = directory.assigned

        def read_and_do():
            yield from read()
            something()

        monkeypatch.setattr(directory, "assigned", read_and_do)

    return do


def test_who_signs_in_for_the_first_time_meanwhile_stays(team, okta, meanwhile):
    meanwhile(lambda: User.objects.sign_in(okta.origin, "00uNew", {"name": "New"}))

    assert sync() == ["Deactivated: 0 of 20."]
    assert (inactive(), User.objects.count()) == (set(), 21)


def test_who_signs_in_again_meanwhile_stays(team, person, meanwhile):
    back = person("back", "SUSPENDED")
    meanwhile(lambda: Client().force_login(back))

    assert sync() == [
        "To be deactivated: back, suspended at Okta.",
        "Deactivated: 0 of 21.",
        "Left alone, changed in the meantime: 1.",
    ]
    assert inactive() == set()


def test_who_becomes_a_superuser_meanwhile_stays(team, person, okta, meanwhile):
    chief = person("chief", "SUSPENDED")
    meanwhile(lambda: User.objects.create_superuser("chief", okta.origin, chief.subject))

    assert sync()[-1] == "Left alone, changed in the meantime: 1."
    assert inactive() == set()


# Looking first


def test_a_dry_run_says_the_same_and_changes_nothing(team, person):
    person("gone", "SUSPENDED")
    person("chief", "DEPROVISIONED", is_superuser=True)
    before = list(User.objects.order_by("pk").values())

    assert sync("--dry-run") == [
        "To be deactivated: gone, suspended at Okta.",
        "Left alone, a superuser: chief, deactivated at Okta.",
        "Would be deactivated: 1 of 21.",
    ]
    assert list(User.objects.order_by("pk").values()) == before


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "is_shown"), [(Terminal, True), (StringIO, False)], ids=["terminal", "log"]
)
def test_progress_is_shown_on_a_terminal_only(team, monkeypatch, stream, is_shown):
    monkeypatch.setattr(sys, "stderr", stream())

    sync()

    shown = sys.stderr.getvalue()
    assert ("Directory: 20 people" in shown, "Assigned: 20 people" in shown) == (is_shown, is_shown)
