"""The account page: who one is, why one may do what, and where one is signed in."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import browsers, recheck
from accounts.client import ProviderUnavailable
from accounts.models import AuditEvent, LoginSession
from accounts.tests.factories import UserFactory

MORNING = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 {}Safari/537.36"

pytestmark = pytest.mark.django_db


def signed_in(user, user_agent=FIREFOX, ip_address="192.0.2.7"):
    """Return a browser in which somebody has signed in, and the session that began with it."""
    browser = Client(HTTP_USER_AGENT=user_agent, REMOTE_ADDR=ip_address)
    browser.force_login(user)
    session = LoginSession.objects.of(user).latest("pk")
    session.user_agent, session.ip_address = user_agent, ip_address
    session.save()
    return browser, session


def address_of(session):
    return f"/account/sessions/{session.pk}/end/"


def words_of(page):
    """What a page says, with one space between any two words."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def live_sessions():
    return set(LoginSession.objects.live())


def ends():
    """Of each session that ended, in order, why it did."""
    ended = LoginSession.objects.exclude(ended_at=None).order_by("pk")
    return list(ended.values_list("pk", "end_reason"))


# What it shows


def test_the_page_says_who_one_is_and_why_one_may_do_what():
    user = UserFactory(
        moderator=True,
        first_name="Mei",
        last_name="Tanaka",
        email="mei@example.org",
        handle="mei-tanaka",
        provider_groups=["blog-moderators", "Everyone", "payroll"],
    )
    browser, _session = signed_in(user)

    words = words_of(browser.get("/account/").text)

    assert "Name Mei Tanaka E-mail mei@example.org Handle mei-tanaka" in words
    assert "Your role: moderator" in words
    assert "You are a moderator because the sign-in service lists you in blog-moderators." in words
    assert "blog-admins you are not in it blog-moderators you are in it" in words
    assert "payroll" not in words


def test_the_page_is_kept_by_no_cache(author):
    browser, _session = signed_in(author)

    assert "no-store" in browser.get("/account/")["Cache-Control"]


def test_the_page_lists_where_one_is_signed_in_and_marks_this_browser(
    author, stranger, time_machine
):
    time_machine.move_to(MORNING, tick=False)
    signed_in(author, IPHONE, "2001:db8::7")
    signed_in(stranger, ip_address="198.51.100.9")
    ended = signed_in(author, ip_address="198.51.100.10")[1]
    ended.end(LoginSession.EndReason.PROVIDER)
    time_machine.shift(timedelta(minutes=15))
    desk, _session = signed_in(author)

    words = words_of(desk.get("/account/").text)

    _, _, listed = words.partition("Where you are signed in")
    assert listed.strip().startswith(
        "Firefox on Linux this browser IP address 192.0.2.7 Signed in March 4, 2026, 9:45 a.m."
        " Last confirmed March 4, 2026, 9:45 a.m. Sign out here"
        " Safari on iPhone IP address 2001:db8::7 Signed in March 4, 2026, 9:30 a.m."
        " Last confirmed March 4, 2026, 9:30 a.m. Sign out there : Safari on iPhone"
        " Sign out everywhere else"
    )
    assert "198.51.100" not in words


def test_with_one_browser_there_is_nothing_to_end_elsewhere(author):
    browser, _session = signed_in(author)

    words = words_of(browser.get("/account/").text)

    assert "Sign out here" in words
    assert "everywhere else" not in words


def test_the_header_of_every_page_leads_to_the_account(author):
    browser, _session = signed_in(author)

    assert f'href="/account/" title="Your account">{author}</a>' in browser.get("/").text


def test_the_page_costs_as_many_queries_however_many_browsers(author):
    browser, _session = signed_in(author)

    def queries_for(count):
        while LoginSession.objects.count() < count:
            signed_in(author)
        with CaptureQueriesContext(connection) as queries:
            response = browser.get("/account/")
        assert len(response.context["sessions"]) == count
        return len(queries)

    assert queries_for(2) == queries_for(20)


# Ending sessions


def test_a_session_elsewhere_is_ended_and_that_browser_is_told_why(author):
    phone, there = signed_in(author, IPHONE)
    desk, here = signed_in(author)

    response = desk.post(address_of(there), follow=True)

    assert response.redirect_chain == [("/account/", 302)]
    assert "You are signed out there: Safari on iPhone." in response.text
    assert ends() == [(there.pk, "ended_elsewhere")]
    assert live_sessions() == {here}
    event = AuditEvent.objects.latest("pk")
    assert (event.kind, event.user, event.reason) == ("session_ended", author, "ended_elsewhere")
    page = phone.get("/")
    assert "You have been signed out: ended from another session." in page.text
    assert SESSION_KEY not in phone.session


def test_a_session_that_ended_before_keeps_its_reason(author):
    there = signed_in(author, IPHONE)[1]
    there.end(LoginSession.EndReason.PROVIDER)
    desk, _here = signed_in(author)

    response = desk.post(address_of(there), follow=True)

    assert "You had been signed out there already: Safari on iPhone." in response.text
    assert ends() == [(there.pk, "provider")]


def test_ending_this_session_is_signing_out(author):
    _phone, there = signed_in(author, IPHONE)
    desk, here = signed_in(author)

    response = desk.post(address_of(here), follow=True)

    assert response.redirect_chain == [("/", 302)]
    assert "You are signed out." in response.text
    assert "Sign in" in response.text
    assert ends() == [(here.pk, "signed_out")]
    assert live_sessions() == {there}


@pytest.mark.parametrize(
    ("others", "told"),
    [
        (0, "You are signed out of 0 other browsers."),
        (1, "You are signed out of 1 other browser."),
        (3, "You are signed out of 3 other browsers."),
    ],
)
def test_all_other_sessions_of_ones_own_are_ended_at_once(author, stranger, others, told):
    elses = signed_in(stranger)[1]
    theirs = [signed_in(author, IPHONE)[1] for _number in range(others)]
    desk, here = signed_in(author)

    response = desk.post("/account/sessions/end-others/", follow=True)

    assert told in response.text
    assert ends() == [(session.pk, "ended_elsewhere") for session in theirs]
    assert live_sessions() == {elses, here}


def test_sessions_can_be_ended_while_the_provider_is_out_of_reach(author, monkeypatch, settings):
    _phone, there = signed_in(author, IPHONE)
    desk, here = signed_in(author)
    settings.OIDC_RECHECK_SECONDS = 0

    def fail():
        raise ProviderUnavailable("It is down.")

    monkeypatch.setattr(recheck.discovery, "fetch", fail)

    response = desk.post(address_of(there))

    assert response.status_code == 302
    assert live_sessions() == {here}


LOGIN, PAGE, DONE, REFUSED, ABSENT, NO_METHOD = 302, 200, 302, 403, 404, 405
ACCESS = [
    # method, address, then an answer for anonymous, another person, an admin, oneself
    ("get", "/account/", LOGIN, PAGE, PAGE, PAGE),
    ("get", "{end}", LOGIN, NO_METHOD, NO_METHOD, NO_METHOD),
    ("post", "{end}", LOGIN, ABSENT, ABSENT, DONE),
    ("post", "/account/sessions/0/end/", LOGIN, ABSENT, ABSENT, ABSENT),
    ("get", "/account/sessions/end-others/", LOGIN, NO_METHOD, NO_METHOD, NO_METHOD),
    ("post", "/account/sessions/end-others/", LOGIN, DONE, DONE, DONE),
]


@pytest.mark.parametrize(
    ("method", "address", "visitor", "answer"),
    [
        (method, address, visitor, answer)
        for method, address, *answers in ACCESS
        for visitor, answer in zip(
            ["anonymous", "stranger", "admin", "author"], answers, strict=True
        )
    ],
)
def test_nobody_reaches_the_sessions_of_another(request, author, method, address, visitor, answer):
    there = signed_in(author, IPHONE)[1]
    browser = Client()
    if visitor != "anonymous":
        browser.force_login(request.getfixturevalue(visitor))

    response = getattr(browser, method)(address.format(end=address_of(there)))

    assert response.status_code == answer
    if visitor == "anonymous":
        is_post_only = address != "/account/"
        assert response.url == "/login/?next=/account/"
        assert is_post_only or method == "get"
    ended = [(there.pk, "ended_elsewhere")] if visitor == "author" and answer == DONE else []
    assert ends() == ended


@pytest.mark.parametrize("address", ["{end}", "/account/sessions/end-others/"])
def test_another_site_ends_no_session(author, address):
    there = signed_in(author, IPHONE)[1]
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(author)

    response = browser.post(address.format(end=address_of(there)))

    assert response.status_code == REFUSED
    assert ends() == []


# Browsers in words


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        (IPHONE.replace("Version/18.1", "CriOS/140.0.0.0"), "Chrome on iPhone"),
        (IPHONE.replace("Version/18.1", "FxiOS/140.0"), "Firefox on iPhone"),
        (CHROME.format("Windows NT 10.0; Win64; x64", ""), "Chrome on Windows"),
        (CHROME.format("X11; CrOS x86_64 14541.0.0", ""), "Chrome on ChromeOS"),
        (CHROME.format("Linux; Android 10; K", "Mobile "), "Chrome on Android"),
        (CHROME.format("Windows NT 10.0; Win64; x64", "") + " Edg/140.0.0.0", "Edge on Windows"),
        (CHROME.format("Macintosh; Intel Mac OS X 10_15_7", "") + " OPR/120.0.0.0", "Opera on Mac"),
        ("Links (2.29; Linux x86_64)", "A browser on Linux"),
        ("Firefox/140.0", "Firefox"),
        ("curl/8.14.1", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_a_browser_is_called_what_people_call_it(user_agent, words):
    assert browsers.in_words(user_agent) == words
