"""Reading Okta's directory, page after page, and not out of it."""

import pytest

from accounts import directory
from accounts.client import ProviderUnavailable
from accounts.tests.okta_standin import APP_USERS, CLIENT_ID, TOKEN, USERS, Answer, people

# Pages


def test_everybody_is_read_in_pages_of_200_that_links_lead_to(okta):
    okta.people = people(401)

    assert dict(directory.statuses()) == okta.people
    assert [(query["limit"], query.get("after")) for query in okta.asked_at(USERS)] == [
        ("200", None),
        ("200", "200"),
        ("200", "400"),
    ]


def test_everybody_assigned_is_read_in_pages_too(okta):
    okta.people = people(401)
    okta.assigned = list(okta.people)[1:]

    assert list(directory.assigned()) == okta.assigned
    assert [query.get("after") for query in okta.asked_at(APP_USERS)] == [None, "200"]


def test_a_page_shorter_than_asked_for_is_not_the_last(okta):
    okta.people = people(7)
    okta.page_size = 2

    assert dict(directory.statuses()) == okta.people
    assert len(okta.asked) == 4


def test_an_empty_page_may_come_last(okta):
    okta.people = people(2)
    more = okta.link(USERS, {"limit": "200", "after": "2"}, "next")
    body = '[{"id": "00u0000", "status": "ACTIVE"}, {"id": "00u0001", "status": "ACTIVE"}]'
    okta.next_answers[USERS] = [Answer(body=body, headers=(more,))]

    assert dict(directory.statuses()) == okta.people
    assert len(okta.asked) == 2


def test_the_list_holds_the_deactivated_whom_okta_leaves_out_of_a_plain_one(okta):
    okta.people = {"00uHere": "ACTIVE", "00uGone": "DEPROVISIONED"}

    assert dict(directory.statuses()) == okta.people
    assert okta.asked_at(USERS) == [
        {"limit": "200", "search": 'lastUpdated gt "1970-01-01T00:00:00.000Z"'}
    ]


@pytest.mark.parametrize("path", ["", "/oauth2/default", "/oauth2/aus1a2b3"])
def test_the_api_is_the_organisations_whichever_its_issuer(okta, settings, path):
    settings.OIDC_ISSUER = okta.origin + path
    okta.people = people(1)

    assert dict(directory.statuses()) == okta.people


def test_a_client_id_cannot_lead_to_another_address(okta, settings):
    settings.OIDC_RP_CLIENT_ID = "../users?x="

    with pytest.raises(ProviderUnavailable, match="does not know this application"):
        list(directory.assigned())

    assert okta.asked == ["/api/v1/apps/..%2Fusers%3Fx%3D/users?limit=200"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://127.0.0.1:9{path}?after=2",
        "https://elsewhere.example{path}?after=2",
        "//elsewhere.example{path}?after=2",
        "{origin}@elsewhere.example{path}?after=2",
        "{origin}.elsewhere.example{path}?after=2",
        "{origin}/api/v1/groups?after=2",
        "{origin}{path}/../groups?after=2",
        "file://{path}",
        "http://[",
    ],
)
def test_the_token_follows_no_link_out_of_the_list(okta, elsewhere):
    okta.people = people(1)
    link = elsewhere.format(origin=okta.origin, path=USERS)
    body = '[{"id": "00u0000", "status": "ACTIVE"}]'
    okta.next_answers[USERS] = [Answer(body=body, headers=(("Link", f'<{link}>; rel="next"'),))]

    with pytest.raises(ProviderUnavailable, match=r"next page is not where its list is\."):
        list(directory.statuses())

    assert len(okta.asked) == 1


def test_two_next_pages_are_one_too_many(okta):
    links = tuple(okta.link(USERS, {"limit": "200", "after": after}, "next") for after in "12")
    okta.next_answers[USERS] = [Answer(headers=links)]

    with pytest.raises(ProviderUnavailable, match=r"next page is not where its list is\."):
        list(directory.statuses())


def test_pages_that_lead_in_a_circle_are_read_once(okta, monkeypatch):
    monkeypatch.setattr(directory, "MAX_PAGES", 10)
    okta.people = people(4)
    okta.page_size = 2
    back = okta.link(USERS, {"limit": "200", "after": "2"}, "next")
    body = '[{"id": "00u0000", "status": "ACTIVE"}]'
    okta.every_answer[USERS] = Answer(body=body, headers=(back,))

    with pytest.raises(ProviderUnavailable, match=r"pages do not end: 2 were read\."):
        list(directory.statuses())

    assert len(okta.asked) == 2


def test_pages_without_end_are_left(okta, monkeypatch):
    monkeypatch.setattr(directory, "MAX_PAGES", 3)
    okta.people = people(10)
    okta.page_size = 1

    with pytest.raises(ProviderUnavailable, match=r"pages do not end: 3 were read\."):
        list(directory.statuses())

    assert len(okta.asked) == 3


# The token


def test_the_token_is_sent_in_oktas_own_scheme_and_nowhere_else(okta):
    okta.people = people(3)
    okta.page_size = 1

    list(directory.statuses())

    assert okta.authorizations == {f"SSWS {TOKEN}"}
    assert [asked for asked in okta.asked if TOKEN in asked] == []


def test_the_application_asked_about_is_this_sites_own(okta):
    okta.assigned = ["00u0000"]

    assert list(directory.assigned()) == ["00u0000"]
    assert okta.asked == [f"/api/v1/apps/{CLIENT_ID}/users?limit=200"]
