"""When too many would leave at once, or Okta cannot be believed, nobody leaves."""

import pytest
from django.core.management import CommandError

from accounts.tests.okta_standin import APP_USERS, TOKEN, USERS, Answer
from accounts.tests.test_sync_okta_users import inactive, sync

pytestmark = pytest.mark.django_db


# Too many at once


def leave(count, person):
    for number in range(count):
        person(f"gone-{number:02}", "SUSPENDED")


@pytest.mark.parametrize("arguments", [(), ("--dry-run",)], ids=["run", "dry-run"])
def test_more_than_a_tenth_at_once_is_refused(team, person, arguments):
    leave(4, person)

    with pytest.raises(CommandError) as refusal:
        sync(*arguments)

    assert str(refusal.value) == (
        "4 of 24 active people would be deactivated, more than 10 %. Nobody was. "
        "If it is right, say so with --max-percent."
    )
    assert refusal.value.returncode == 3
    assert inactive() == set()


def test_a_tenth_is_not_more_than_a_tenth(person):
    for number in range(36):
        person(f"member-{number:02}")
    leave(4, person)

    assert sync()[-1] == "Deactivated: 4 of 40."


def test_three_may_leave_a_team_however_small(person):
    person("last")
    leave(3, person)

    assert sync()[-1] == "Deactivated: 3 of 4."
    assert inactive() == {"gone-00", "gone-01", "gone-02"}


def test_who_is_inactive_or_a_superuser_makes_the_team_no_larger(team, person):
    for number in range(100):
        person(f"former-{number:02}", "DEPROVISIONED", is_active=False)
        person(f"chief-{number:02}", is_superuser=True)
    leave(4, person)

    with pytest.raises(CommandError, match=r"^4 of 24 active people"):
        sync()


@pytest.mark.parametrize(("percent", "is_done"), [("16", False), ("17", True), ("100", True)])
def test_the_limit_can_be_moved(team, person, percent, is_done):
    leave(4, person)  # 16.7 %

    if is_done:
        sync("--max-percent", percent)
    else:
        with pytest.raises(CommandError, match=f"more than {percent} %"):
            sync("--max-percent", percent)

    assert len(inactive()) == (4 if is_done else 0)


@pytest.mark.parametrize("percent", ["-1", "101", "nan", "ten", "1.5", ""])
def test_a_limit_is_a_whole_number_of_percent(team, percent):
    with pytest.raises(CommandError, match="a whole number from 0 to 100 is needed"):
        sync(f"--max-percent={percent}")


# When it cannot be known


@pytest.mark.parametrize("path", [USERS, APP_USERS], ids=["people", "assignments"])
@pytest.mark.parametrize(
    "fault",
    [
        Answer(500),
        Answer(429),
        Answer(401),
        Answer(403),
        Answer(404),
        Answer(302),
        Answer(body="<!doctype html>"),
        Answer(body='[{"id": 1}]'),
        Answer(headers=(("Link", '<https://elsewhere.example/>; rel="next"'),)),
    ],
    ids=lambda fault: f"{fault.status} {fault.body[:12]}",
)
def test_a_failure_half_way_deactivates_nobody(team, person, okta, path, fault):
    person("gone", "SUSPENDED")
    okta.page_size = 7
    okta.next_answers[path] = [None, None] + [fault] * 5

    with pytest.raises(CommandError, match=r" Nobody was deactivated\.$") as error:
        sync("--max-percent=100")

    assert error.value.returncode == 1
    assert len(okta.asked_at(path)) > 2
    assert inactive() == set()


@pytest.mark.parametrize("path", [USERS, APP_USERS], ids=["people", "assignments"])
def test_an_empty_list_is_no_reason_to_deactivate_the_few_there_are(person, okta, path):
    person("one")
    okta.every_answer[path] = Answer(body="[]")

    with pytest.raises(CommandError, match=r"^Okta lists nobody"):
        sync()

    assert inactive() == set()


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("OKTA_API_TOKEN", "", "OKTA_API_TOKEN is not set"),
        ("OKTA_API_TOKEN", f"{TOKEN}\nX-Another: header", "OKTA_API_TOKEN is not set, or is no"),
        ("OKTA_API_TOKEN", f"{TOKEN}ü", "OKTA_API_TOKEN is not set, or is no token"),
        ("OKTA_API_TOKEN", "another-token", "Okta does not accept OKTA_API_TOKEN"),
        ("OIDC_ISSUER", "", "OIDC_ISSUER is not set"),
        ("OIDC_ISSUER", "http://acme.okta.com", "OIDC_ISSUER must be an https address"),
        ("OIDC_RP_CLIENT_ID", "", "OIDC_RP_CLIENT_ID is not set"),
        ("OIDC_RP_CLIENT_ID", "0oaAnother", "Okta does not know this application"),
    ],
)
def test_what_is_not_set_up_is_said_in_one_line(team, settings, setting, value, words):
    setattr(settings, setting, value)

    with pytest.raises(CommandError) as error:
        sync()

    assert str(error.value).startswith(words)
    assert str(error.value).endswith(" Nobody was deactivated.")
    assert "\n" not in str(error.value)
    assert TOKEN not in str(error.value)
    assert inactive() == set()
