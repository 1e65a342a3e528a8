"""Reading Okta's directory while Okta is busy, broken, or not Okta."""

import logging
import time
import traceback

import pytest

from accounts import directory
from accounts.client import ProviderUnavailable
from accounts.tests.okta_standin import APP_USERS, TOKEN, USERS, Answer, people

NOON = "Thu, 01 Jan 2026 12:00:00 GMT"
NOON_EPOCH = 1767268800
HTML = "<!doctype html><title>Sign in to the proxy</title>"


def limited(reset, *, date=NOON, limit="600", remaining="0"):
    """Answer 429, as Okta does, at noon; an empty header is not sent."""
    return Answer(
        429,
        '{"errorCode": "E0000047"}',
        (
            ("X-Rate-Limit-Limit", limit),
            ("X-Rate-Limit-Remaining", remaining),
            ("X-Rate-Limit-Reset", str(reset)),
            ("Date", date),
        ),
    )


# When Okta says wait


@pytest.mark.parametrize(
    ("reset", "pause"),
    [
        (NOON_EPOCH + 42, 42),
        (NOON_EPOCH + 3600, 90),
        (NOON_EPOCH, 1),
        (NOON_EPOCH - 3600, 1),
    ],
    ids=["to come", "far away", "now", "past"],
)
def test_a_used_up_rate_limit_is_waited_for_by_oktas_own_clock(
    okta, pauses, time_machine, reset, pause
):
    time_machine.move_to("2031-01-01T00:00:00Z", tick=False)  # this machine's is years off
    okta.people = people(1)
    okta.next_answers[USERS] = [limited(reset)]

    assert dict(directory.statuses()) == okta.people
    assert pauses == [pause]


@pytest.mark.parametrize(
    "answer",
    [
        limited(NOON_EPOCH + 42, limit="0", remaining="0"),
        limited("soon"),
        limited("-1"),
        limited("٤٢"),
        limited("9" * 5000),
        limited(""),
        limited(NOON_EPOCH + 42, date=""),
        limited(NOON_EPOCH + 42, date="noon"),
    ],
    ids=["concurrency", "word", "negative", "arabic", "huge", "no reset", "no date", "odd date"],
)
def test_without_a_time_to_wait_for_the_pauses_grow(okta, pauses, answer):
    okta.people = people(1)
    okta.next_answers[USERS] = [answer] * 3

    assert dict(directory.statuses()) == okta.people
    assert pauses == [1, 2, 4]


def test_a_rate_limit_that_stays_used_up_is_an_error_after_five_times(okta, pauses):
    okta.every_answer[USERS] = limited(NOON_EPOCH + 60)

    with pytest.raises(ProviderUnavailable) as error:
        list(directory.statuses())

    assert str(error.value) == "Okta's rate limit is used up. It was asked 5 times."
    assert (len(okta.asked), pauses) == (5, [60, 60, 60, 60])


def test_in_the_midst_of_the_pages_the_same_page_is_asked_again(okta, pauses):
    okta.people = people(6)
    okta.page_size = 2
    okta.next_answers[USERS] = [None, limited(NOON_EPOCH + 7), Answer(503), None]

    assert dict(directory.statuses()) == okta.people
    assert [query.get("after") for query in okta.asked_at(USERS)] == [None, "2", "2", "2", "4"]
    assert pauses == [7, 2]


# When Okta fails


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_okta_is_asked_again_and_may_recover(okta, pauses, status):
    okta.people = people(1)
    okta.next_answers[USERS] = [Answer(status, HTML)] * 4

    assert dict(directory.statuses()) == okta.people
    assert pauses == [1, 2, 4, 8]


def test_an_okta_that_keeps_failing_is_an_error_after_five_times(okta, pauses):
    okta.every_answer[USERS] = Answer(503, HTML)

    with pytest.raises(ProviderUnavailable) as error:
        list(directory.statuses())

    assert str(error.value) == "Okta answered 503. It was asked 5 times."
    assert (len(okta.asked), pauses) == (5, [1, 2, 4, 8])


def test_an_okta_that_drips_is_given_up_in_time(okta, pauses, monkeypatch):
    monkeypatch.setattr(directory, "PAGE_SECONDS", 0.2)
    monkeypatch.setattr(directory, "ATTEMPTS", 2)
    okta.every_answer[USERS] = Answer(body=" " * 100, drip_seconds=0.05)
    started = time.monotonic()

    with pytest.raises(ProviderUnavailable) as error:
        list(directory.statuses())

    assert str(error.value) == "The provider took more than 0.2 s. It was asked 2 times."
    assert time.monotonic() - started < 3
    assert pauses == [1]


def test_an_okta_that_is_not_there_is_an_error_after_five_times(okta, settings, pauses):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"  # the discard port, where nobody listens

    with pytest.raises(ProviderUnavailable) as error:
        list(directory.statuses())

    assert str(error.value) == (
        "The provider cannot be asked: ConnectionError. It was asked 5 times."
    )
    assert pauses == [1, 2, 4, 8]


def test_a_page_of_a_thousand_bytes_too_many_is_not_read(okta, monkeypatch):
    monkeypatch.setattr(directory, "PAGE_BYTES", 4096)
    okta.every_answer[USERS] = Answer(body="[" + " " * 5094 + "]")

    with pytest.raises(ProviderUnavailable, match="sent more than 4 kB"):
        list(directory.statuses())


def test_a_page_of_people_with_long_profiles_is_read(okta):
    row = f'{{"id": "00u%d", "status": "ACTIVE", "profile": {{"about": "{"x" * 4000}"}}}}'
    rows = ",".join(row % number for number in range(200))
    okta.every_answer[USERS] = Answer(body=f"[{rows}]")

    assert dict(directory.statuses()) == {f"00u{number}": "ACTIVE" for number in range(200)}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "Okta does not accept OKTA_API_TOKEN"),
        (403, "OKTA_API_TOKEN may not read people and applications"),
        (404, "Okta does not know this application"),
        (400, "Okta answered 400."),
        (204, "Okta answered 204."),
    ],
)
def test_a_refusal_is_final_and_said_in_plain_words(okta, pauses, status, words):
    okta.every_answer[APP_USERS] = Answer(status, "")

    with pytest.raises(ProviderUnavailable, match=f"^{words}"):
        list(directory.assigned())

    assert (len(okta.asked), pauses) == (1, [])


def test_the_token_follows_no_redirect(okta):
    okta.people = people(1)
    target = f"{okta.origin}{USERS}?limit=200"
    okta.next_answers[USERS] = [Answer(302, "", (("Location", target),))]

    with pytest.raises(ProviderUnavailable, match=r"^Okta answered 302\.$"):
        list(directory.statuses())

    assert len(okta.asked) == 1


@pytest.mark.parametrize(
    "body",
    [HTML, "", "null", '{"id": "00u"}', '["00u"]', "[null]", "[" * 100_000],
    ids=["html", "empty", "null", "object", "strings", "nulls", "nested"],
)
def test_what_is_no_list_of_people_is_refused(okta, body):
    okta.every_answer[USERS] = Answer(body=body)

    with pytest.raises(ProviderUnavailable, match=r"^Okta did not send a list of people\.$"):
        list(directory.statuses())


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        ("{}", "id"),
        ('{"status": "ACTIVE"}', "id"),
        ('{"id": null, "status": "ACTIVE"}', "id"),
        ('{"id": 7, "status": "ACTIVE"}', "id"),
        ('{"id": "", "status": "ACTIVE"}', "id"),
        ('{"id": ["00u"], "status": "ACTIVE"}', "id"),
        (f'{{"id": "{"x" * 256}", "status": "ACTIVE"}}', "id"),
        ('{"id": "00u"}', "status"),
        ('{"id": "00u", "status": {}}', "status"),
    ],
)
def test_one_row_that_is_no_person_makes_the_whole_list_worthless(okta, row, missing):
    good = '{"id": "00uGood", "status": "ACTIVE"}'
    okta.every_answer[USERS] = Answer(body=f"[{good},{row}]")

    with pytest.raises(ProviderUnavailable, match=f"^Okta sent a row without {missing}\\.$"):
        list(directory.statuses())


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (directory.statuses, "Okta lists nobody at all"),
        (directory.assigned, "Okta lists nobody who is assigned to this site"),
    ],
)
def test_a_list_of_nobody_is_taken_for_an_error(okta, read, words):
    with pytest.raises(ProviderUnavailable, match=f"^{words}"):
        list(read())


# What is never said


def test_neither_log_nor_error_holds_the_token_or_what_was_answered(okta, caplog):
    caplog.set_level(logging.DEBUG)
    secret = "told-to-nobody"
    faults = [
        [Answer(503, secret), limited(NOON_EPOCH + 7), Answer(401, secret)],
        [Answer(body=secret)],
        [Answer(body=f'[{{"id": "{secret}", "status": null}}]')],
        [Answer(302, secret, (("Location", f"https://{secret}.example"),))],
        [Answer(headers=(("Link", f'<https://{secret}.example>; rel="next"'),))],
    ]
    errors = []
    for fault in faults:
        okta.next_answers[USERS] = fault
        with pytest.raises(ProviderUnavailable) as error:
            list(directory.statuses())
        errors.append("".join(traceback.format_exception(error.value)))

    said = [record.getMessage() for record in caplog.records] + errors
    assert "Okta's rate limit is used up. Asking again in 7 s." in said
    assert [line for line in said if secret in line or TOKEN in line] == []
