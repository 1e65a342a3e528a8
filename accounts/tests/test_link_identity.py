"""One person, one identity: changed by command, and never guessed from an e-mail address."""

import re
from dataclasses import replace

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import SESSION_KEY
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.models import AuditEvent, BreakGlass, LoginSession, User
from accounts.tests.factories import ISSUER, UserFactory
from posts.tests.factories import PostFactory

AMARA, _JONAS, MEI, *_ = SAMPLE_PEOPLE
NEW = "https://new.example"
WARNING = "Another account here has the same e-mail address. You are not signed in to that one"
LASTING = "Another account here has the same e-mail address. If it is yours, ask an admin"

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei():
    return UserFactory(handle="mei", issuer=ISSUER, subject="00uMei", is_author=True)


def link(handle="mei", issuer=NEW, subject="00uNew"):
    call_command("link_identity", handle, issuer=issuer, subject=subject)


def everybody():
    return set(User.objects.values_list("handle", "issuer", "subject"))


# The command


def test_a_person_gets_another_identity_and_keeps_the_rest(mei, capsys, settings):
    settings.OIDC_ISSUER = NEW
    browser = Client()
    browser.force_login(mei)
    post = PostFactory(author=mei)

    link()

    assert everybody() == {("mei", NEW, "00uNew")}
    assert capsys.readouterr().out == "mei is now 00uNew at https://new.example.\n"
    assert User.objects.sign_in(NEW, "00uNew", {"name": "Mei"}) == mei
    post.refresh_from_db()
    assert post.author == mei
    assert LoginSession.objects.get().end_reason == "relinked"
    assert browser.get("/dashboard/").status_code == 302
    event = AuditEvent.objects.get(kind="linked")
    assert (event.user, event.subject, event.details) == (
        mei,
        "00uNew",
        {
            "before": {"issuer": ISSUER, "subject": "00uMei"},
            "after": {"issuer": NEW, "subject": "00uNew"},
            "removed": "",
        },
    )


def test_whoever_has_the_identity_and_did_nothing_is_removed(mei, capsys):
    empty = UserFactory(handle="mei-2", issuer=NEW, subject="00uNew")
    browser = Client()
    browser.force_login(empty)

    link()

    assert everybody() == {("mei", NEW, "00uNew")}
    assert "Removed, for they had done nothing here: mei-2.\n" in capsys.readouterr().out
    assert AuditEvent.objects.get(kind="linked").details["removed"] == "mei-2"
    assert AuditEvent.objects.filter(kind="session_ended", subject="00uNew").count() == 1
    assert browser.get("/account/").status_code == 302
    assert SESSION_KEY not in browser.session


@pytest.mark.parametrize(
    "do",
    [
        lambda user: PostFactory(author=user),
        lambda user: LogEntry.objects.log_actions(user.pk, [user], CHANGE),
        lambda user: BreakGlass.objects.grant(user, "Okta is down", hours=1),
    ],
    ids=["written", "moderated", "broken the glass"],
)
def test_whoever_has_the_identity_and_did_something_keeps_it(mei, do):
    other = UserFactory(handle="mei-2", issuer=NEW, subject="00uNew")
    for user in (mei, other):
        Client().force_login(user)
    do(other)
    before = everybody()

    with pytest.raises(CommandError, match="belong to mei-2, who has written or moderated"):
        link()

    assert everybody() == before
    assert LoginSession.objects.live().count() == 2
    assert not AuditEvent.objects.filter(kind="linked").exists()


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"handle": "nobody"}, "There is nobody called 'nobody'."),
        ({"issuer": ISSUER, "subject": "00uMei"}, "mei has this issuer and subject already."),
        ({"issuer": ""}, "--issuer must have 1 to 255 characters"),
        ({"subject": ""}, "--subject must have 1 to 255 characters"),
        ({"subject": "x" * 256}, "--subject must have 1 to 255 characters"),
        ({"subject": "00u\n"}, "--subject must have 1 to 255 characters"),
    ],
)
def test_the_command_refuses_in_plain_words(mei, wrong, complaint):
    with pytest.raises(CommandError, match=re.escape(complaint)):
        link(**wrong)

    assert everybody() == {("mei", ISSUER, "00uMei")}


def test_an_issuer_that_is_not_the_sites_is_pointed_out(mei, capsys, settings):
    settings.OIDC_ISSUER = ISSUER

    link()

    assert "Beware: this site signs people in at https://id.example." in capsys.readouterr().out


# An e-mail address that somebody else has too


def test_who_comes_first_with_anothers_address_is_told_and_stays_another(client, provider, sign_in):
    amara = UserFactory(email=AMARA.email.upper(), first_name="Zoe", last_name="Secret")
    provider.add_person(replace(MEI, email=AMARA.email))

    sign_in(client, MEI)
    landing, account = client.get("/").text, client.get("/account/").text

    assert client.session[SESSION_KEY] != str(amara.pk)
    assert WARNING in landing
    assert LASTING in account
    assert "Secret" not in landing + account
    event = AuditEvent.objects.get(kind="signed_in")
    assert event.details == {"email_of_another_account": True}


def test_it_is_told_at_the_first_sign_in_alone(provider, sign_in):
    UserFactory(email=AMARA.email)
    provider.add_person(replace(MEI, email=AMARA.email))
    sign_in(Client(), MEI)
    again = Client()

    sign_in(again, MEI)

    assert WARNING not in again.get("/").text
    assert LASTING in again.get("/account/").text
    assert AuditEvent.objects.filter(kind="signed_in").latest("pk").details == {}


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        ({"email": MEI.email, "is_active": False}, MEI.email),
        ({"email": "other@example.org"}, MEI.email),
        ({"email": ""}, ""),
    ],
    ids=["of somebody deactivated", "another", "none"],
)
def test_nobody_is_told_without_reason(client, provider, sign_in, theirs, mine):
    UserFactory(**theirs)
    provider.add_person(replace(MEI, email=mine))

    sign_in(client, MEI)

    assert WARNING not in client.get("/").text
    assert LASTING not in client.get("/account/").text
