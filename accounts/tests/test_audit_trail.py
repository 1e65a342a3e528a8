"""Sign-ins, audit trail and break-glass accesses in the admin: looked at, searched, not changed."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.admin import records
from accounts.models import AuditEvent, BreakGlass, LoginSession
from accounts.tests.factories import UserFactory

KINDS = ["loginsession", "auditevent", "breakglass"]
TRAIL = reverse("admin:accounts_auditevent_changelist")
SIGN_INS = reverse("admin:accounts_loginsession_changelist")
SIGNED_IN, REFUSED, DEACTIVATED = (
    AuditEvent.Kind.SIGNED_IN,
    AuditEvent.Kind.REFUSED,
    AuditEvent.Kind.DEACTIVATED,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser():
    return UserFactory(is_superuser=True)


@pytest.fixture
def on_record():
    """One of each kind of record, by the name of its model."""
    person = UserFactory(first_name="Mei", last_name="Tanaka")
    Client(HTTP_USER_AGENT="Firefox/140.0 Linux").force_login(person)
    session = LoginSession.objects.get()
    session.keep(
        sid="sid-of-mei",
        id_token="the-id-token",
        refresh_token="the-refresh-token",
        verified_at=session.verified_at,
    )
    access, _token = BreakGlass.objects.grant(person, "Okta is down", hours=1)
    return {
        "loginsession": session,
        "auditevent": AuditEvent.objects.filter(kind="signed_in").get(),
        "breakglass": access,
    }


def shown(response):
    return list(response.context["cl"].result_list)


def found(client, words):
    return set(shown(client.get(TRAIL, {"q": words})))


# Who sees and changes what

LOGIN = 302
ACCESS = [
    # method, what, then an answer for anonymous, an author, a moderator, an admin, a superuser
    ("get", "changelist", LOGIN, LOGIN, 403, 200, 200),
    ("get", "change", LOGIN, LOGIN, 403, 200, 200),
    ("get", "add", LOGIN, LOGIN, 403, 403, 403),
    ("get", "delete", LOGIN, LOGIN, 403, 403, 403),
    ("post", "change", LOGIN, LOGIN, 403, 403, 403),
    ("post", "add", LOGIN, LOGIN, 403, 403, 403),
    ("post", "delete", LOGIN, LOGIN, 403, 403, 403),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("method", "what", "visitor", "answer"),
    [
        (method, what, visitor, answer)
        for method, what, *answers in ACCESS
        for visitor, answer in zip(
            ["anonymous", "author", "moderator", "admin", "superuser"], answers, strict=True
        )
    ],
)
def test_records_are_looked_at_by_admins_and_changed_by_nobody(
    request, as_user, on_record, kind, method, what, visitor, answer
):
    args = [on_record[kind].pk] if what in ("change", "delete") else []
    user = None if visitor == "anonymous" else request.getfixturevalue(visitor)
    row = type(on_record[kind]).objects.filter(pk=on_record[kind].pk).values()
    before = list(row)
    data = {"post": "yes", "reason": "none"} if method == "post" else {}
    address = reverse(f"admin:accounts_{kind}_{what}", args=args)

    response = getattr(as_user(user), method)(address, data)

    assert response.status_code == answer
    assert list(row.all()) == before


@pytest.mark.parametrize("kind", KINDS)
def test_no_token_and_no_hash_is_shown(as_user, admin, on_record, kind):
    client = as_user(admin)
    record = on_record[kind]

    pages = client.get(reverse(f"admin:accounts_{kind}_changelist")).text
    pages += client.get(reverse(f"admin:accounts_{kind}_change", args=[record.pk])).text

    assert "Mei" in pages
    secrets = [
        "the-id-token",
        "the-refresh-token",
        "sid-of-mei",
        on_record["loginsession"].session_key_hash,
        on_record["breakglass"].token_hash,
    ]
    assert [secret for secret in secrets if secret in pages] == []


# Looking through the trail


@pytest.mark.parametrize(
    "words",
    ["7F3A-91C2", "7f3a-91c2", "00uNobody", "id_token_exp", "192.0.2.7", " 192.0.2.7 "],
)
def test_an_event_is_found_by_exactly_what_is_on_record(as_user, admin, rf, words):
    request = rf.get("/", REMOTE_ADDR="192.0.2.7")
    wanted = AuditEvent.objects.record(
        REFUSED,
        request=request,
        subject="00uNobody",
        reason="id_token_exp",
        reference="7F3A-91C2",
    )
    AuditEvent.objects.record(REFUSED, subject="00u", reason="id_token", reference="7F3A-91C")

    assert found(as_user(admin), words) == {wanted}


@pytest.mark.parametrize("words", ["2001:DB8:0::7", "2001:db8::7"])
def test_an_ip_address_is_found_however_it_is_written(as_user, admin, rf, words):
    request = rf.get("/", REMOTE_ADDR="2001:db8::7")
    wanted = AuditEvent.objects.record(REFUSED, request=request)

    assert found(as_user(admin), words) == {wanted}


@pytest.mark.parametrize(
    "words", ["mei-tanaka", "mei", "Tanaka Mei", "mei@example.org", "MEI@example.org"]
)
def test_events_are_found_by_the_person_they_are_about(as_user, admin, words):
    mei = UserFactory(
        handle="mei-tanaka", first_name="Mei", last_name="Tanaka", email="mei@example.org"
    )
    wanted = {AuditEvent.objects.record(kind, user=mei) for kind in (SIGNED_IN, DEACTIVATED)}
    AuditEvent.objects.record(SIGNED_IN, user=UserFactory(first_name="Ada"))

    assert found(as_user(admin), words) == wanted


def test_what_fits_in_several_ways_is_found_in_all_of_them(as_user, admin):
    person = UserFactory(first_name="Deactivated")
    wanted = {
        AuditEvent.objects.record(SIGNED_IN, user=person),
        AuditEvent.objects.record(REFUSED, reason="deactivated"),
    }

    assert found(as_user(admin), "deactivated") == wanted


@pytest.mark.parametrize("words", ["nothing", "7F3A", "%", "_"])
def test_part_of_what_is_on_record_finds_nothing(as_user, admin, words):
    AuditEvent.objects.record(REFUSED, reason="7F3A-91C2", reference="7F3A-91C2")

    assert found(as_user(admin), words) == set()


def test_the_trail_is_never_searched_by_pattern(as_user, admin):
    client = as_user(admin)
    AuditEvent.objects.record(DEACTIVATED, user=UserFactory(handle="mei"), reason="by_admin")

    with CaptureQueriesContext(connection) as queries:
        client.get(TRAIL, {"q": "mei"})

    of_the_trail = [
        query["sql"] for query in queries if "accounts_auditevent" in query["sql"].split("WHERE")[0]
    ]
    assert len(of_the_trail) == 6
    assert [sql for sql in of_the_trail if "LIKE" in sql.upper()] == []


def test_a_list_counts_no_further_than_it_has_to(as_user, admin, monkeypatch):
    monkeypatch.setattr(records, "COUNTED", 150)
    AuditEvent.objects.bulk_create(AuditEvent(kind=SIGNED_IN) for _number in range(200))

    response = as_user(admin).get(TRAIL)

    assert response.context["cl"].result_count == 150
    assert len(shown(response)) == 100


def test_the_latest_event_comes_first_and_filters_narrow_the_list(as_user, admin):
    client = as_user(admin)
    first = AuditEvent.objects.record(REFUSED)
    second = AuditEvent.objects.record(DEACTIVATED, user=admin)

    assert shown(client.get(TRAIL))[:2] == [second, first]
    assert shown(client.get(TRAIL, {"kind__exact": "refused"})) == [first]
    assert second in shown(client.get(TRAIL, {"user__id__exact": admin.pk}))
    assert first not in shown(client.get(TRAIL, {"user__id__exact": admin.pk}))


def test_sign_ins_are_found_by_person_and_by_whether_they_have_ended(as_user, admin):
    client = as_user(admin)
    mei = UserFactory(first_name="Mei")
    for _number in range(2):
        Client().force_login(mei)
    ended, live = LoginSession.objects.of(mei).order_by("pk")
    ended.end(LoginSession.EndReason.PROVIDER)

    assert set(shown(client.get(SIGN_INS, {"q": "mei"}))) == {ended, live}
    assert shown(client.get(SIGN_INS, {"q": "mei", "ended_at__isempty": "1"})) == [live]
    assert shown(client.get(SIGN_INS, {"end_reason__exact": "provider"})) == [ended]


@pytest.mark.parametrize("address", [TRAIL, SIGN_INS])
def test_a_list_costs_as_many_queries_however_long_it_is(as_user, admin, address):
    client = as_user(admin)

    def queries_for(count):
        while LoginSession.objects.count() < count:
            Client().force_login(UserFactory())
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert len(shown(response)) == count
        return len(queries)

    assert queries_for(2) == queries_for(20)


def test_the_page_of_a_person_leads_to_what_is_on_record_of_them(as_user, admin, author):
    client = as_user(admin)
    page = client.get(reverse("admin:accounts_user_change", args=[author.pk])).text

    links = re.findall(r'href="(/admin/accounts/(?:loginsession|auditevent)/\?[^"]+)"', page)

    assert links == [
        f"{SIGN_INS}?user__id__exact={author.pk}",
        f"{TRAIL}?user__id__exact={author.pk}",
        f"{TRAIL}?actor__id__exact={author.pk}",
    ]
    assert [client.get(link).status_code for link in links] == [200, 200, 200]
