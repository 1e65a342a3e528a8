"""Signing in and out at a provider that is not our own: oidc-provider, certified, on Node."""

import os
import shutil
import subprocess
import threading
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from selectolax.lexbor import LexborHTMLParser

from accounts.models import User

HERE = Path(__file__).parent
NODE = shutil.which("node")
INSTALLED = (HERE / "node_modules" / "oidc-provider").is_dir()
MISSING = "oidc-provider or Node is not installed (make acceptance)"

START_SECONDS = 30
ANSWER_SECONDS = 15

CLIENT_ID = "byline: acceptance"
# With every sign that Basic authentication changes on its way, unless it is form-encoded first.
CLIENT_SECRET = "a secret+of:100% & more/than=32 characters"

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.django_db(transaction=True),
    # In CI a missing provider is a failure: the tests run and say so.
    pytest.mark.skipif(not (NODE and INSTALLED) and not os.environ.get("CI"), reason=MISSING),
]


class Provider:
    """The running provider, and what its directory says about people."""

    def __init__(self, issuer):
        self.issuer = issuer

    def hire(self, subject, **claims):
        """Let a person sign in, or change what is said about them."""
        requests.put(
            f"{self.issuer}/people/{subject}", json=claims, timeout=ANSWER_SECONDS
        ).raise_for_status()

    def metadata(self):
        address = f"{self.issuer}/.well-known/openid-configuration"
        return requests.get(address, timeout=ANSWER_SECONDS).json()


class Browser:
    """A browser as far as this needs one: cookies, redirects, links and forms."""

    def __init__(self, provider, site):
        self.provider = provider
        self.site = site
        self.session = requests.Session()
        self.session.trust_env = False

    def open(self, address):
        """Go to an address of the site's, or anybody's."""
        self.page = self.session.get(urljoin(self.site, address), timeout=ANSWER_SECONDS)

    def follow(self, text):
        [href] = [
            link.attributes["href"] for link in self._find("a") if text in link.text(strip=True)
        ]
        self.open(urljoin(self.page.url, href))

    def submit(self, form="form", **typed):
        """Fill in the one form that the selector finds, and send it."""
        [found] = self._find(form)
        values = {
            field.attributes["name"]: field.attributes.get("value") or ""
            for field in found.css("input[name]")
        }
        self.page = self.session.post(
            urljoin(self.page.url, found.attributes["action"]),
            data=values | typed,
            timeout=ANSWER_SECONDS,
        )

    def sign_in(self, subject, address="/login/"):
        """Go to an address that leads to the provider, and sign in there as somebody new."""
        self.open(address)
        assert self.place == "the provider's sign-in"
        self.submit(login=subject, password="any")
        assert self.place == "the provider's consent"
        self.submit()

    @property
    def place(self):
        """Where the browser is, in words where it is at the provider."""
        if self.page.url.startswith(self.site):
            return self.page.url.removeprefix(self.site)
        if self._find('input[name="prompt"][value="login"]'):
            return "the provider's sign-in"
        if self._find('input[name="prompt"][value="consent"]'):
            return "the provider's consent"
        return self.page.url

    @property
    def heading(self):
        [heading] = self._find("h1")
        return heading.text(strip=True)

    @property
    def is_signed_in_at_site(self):
        """Whether the site knows the browser; its page stays as it is."""
        answer = self.session.get(
            f"{self.site}/dashboard/", timeout=ANSWER_SECONDS, allow_redirects=False
        )
        assert answer.status_code in (200, 302)
        return answer.status_code == 200

    def _find(self, selector):
        return LexborHTMLParser(self.page.text).css(selector)


@pytest.fixture(scope="module")
def started(live_server, tmp_path_factory):
    """The provider, which knows the site as its one client."""
    assert NODE, MISSING
    assert INSTALLED, MISSING
    complaints = tmp_path_factory.mktemp("provider") / "stderr"
    environment = {
        "CLIENT_ID": CLIENT_ID,
        "CLIENT_SECRET": CLIENT_SECRET,
        "SITE": live_server.url,
    }
    with (
        complaints.open("w") as stderr,
        subprocess.Popen(
            [NODE, HERE / "provider.mjs"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        too_late = threading.Timer(START_SECONDS, process.kill)
        too_late.start()
        issuer = next((line.strip() for line in process.stdout if line.startswith("http:")), None)
        too_late.cancel()
        assert issuer, complaints.read_text()
        yield Provider(issuer)
        process.kill()


@pytest.fixture
def provider(started, settings):
    settings.OIDC_ISSUER = started.issuer
    settings.OIDC_RP_CLIENT_ID = CLIENT_ID
    settings.OIDC_RP_CLIENT_SECRET = CLIENT_SECRET
    return started


@pytest.fixture
def open_browser(provider, live_server):
    """Return a function that opens a browser which has been nowhere yet."""
    browsers = []

    def open_one():
        browsers.append(Browser(provider, live_server.url))
        return browsers[-1]

    yield open_one
    for browser in browsers:
        browser.session.close()


@pytest.fixture
def browser(open_browser):
    return open_browser()


# Signing in


def test_who_signs_in_lands_where_they_wanted_to_go_as_issuer_and_subject(browser, provider):
    provider.hire("ada-1", given_name="Ada", family_name="Author", email="ada@example.org")

    browser.sign_in("ada-1", "/dashboard/new/")

    assert (browser.page.status_code, browser.place) == (200, "/dashboard/new/")
    [person] = User.objects.all()
    assert (person.issuer, person.subject) == (provider.issuer, "ada-1")
    assert (person.get_full_name(), person.email) == ("Ada Author", "ada@example.org")


def test_who_registers_is_led_to_the_provider_and_back(browser, provider):
    provider.hire("new-1", given_name="Nell", family_name="Newcomer")

    browser.sign_in("new-1", "/register/?next=/dashboard/")

    assert (browser.page.status_code, browser.place) == (200, "/dashboard/")


def test_who_is_signed_in_at_the_provider_is_not_asked_again(browser, provider):
    provider.hire("sso-1")
    browser.sign_in("sso-1")
    browser.session.cookies.clear(domain="localhost.local")
    assert not browser.is_signed_in_at_site

    browser.open("/dashboard/")

    assert (browser.page.status_code, browser.place) == (200, "/dashboard/")
    assert User.objects.count() == 1


def test_two_people_with_one_e_mail_address_are_two_people(open_browser, provider):
    provider.hire("twin-1", given_name="Tove", email="shared@example.org", email_verified=True)
    provider.hire("twin-2", given_name="Tilde", email="shared@example.org", email_verified=True)

    open_browser().sign_in("twin-1")
    open_browser().sign_in("twin-2")

    people = User.objects.order_by("subject").values_list("subject", "first_name", "email")
    assert list(people) == [
        ("twin-1", "Tove", "shared@example.org"),
        ("twin-2", "Tilde", "shared@example.org"),
    ]


def test_the_provider_names_itself_to_the_callback(browser, provider):
    provider.hire("iss-1")

    browser.sign_in("iss-1")

    [callback] = [
        urlsplit(answer.url)
        for answer in browser.page.history
        if urlsplit(answer.url).path == "/oidc/callback/"
    ]
    assert set(parse_qs(callback.query)) == {"code", "state", "iss"}
    assert parse_qs(callback.query)["iss"] == [provider.issuer]


def test_who_turns_back_at_the_provider_is_nobody_and_is_told_so(browser):
    browser.open("/dashboard/")

    browser.follow("Cancel")

    assert (browser.page.status_code, urlsplit(browser.page.url).path) == (200, "/oidc/callback/")
    assert browser.heading == "You did not sign in"
    assert not browser.is_signed_in_at_site
    assert not User.objects.exists()


def test_a_wrong_client_secret_signs_nobody_in_and_asks_to_come_back(browser, provider, settings):
    settings.OIDC_RP_CLIENT_SECRET = CLIENT_SECRET + "!"
    provider.hire("wrong-1")

    browser.sign_in("wrong-1")

    assert (browser.page.status_code, urlsplit(browser.page.url).path) == (503, "/oidc/callback/")
    assert not browser.is_signed_in_at_site
    assert not User.objects.exists()


# Roles


@pytest.mark.parametrize(
    ("groups", "role", "admin_answers"),
    [
        ([], "author", 403),
        (["staff", "blog-moderators"], "moderator", 200),
        (["blog-admins"], "admin", 200),
    ],
)
def test_groups_decide_what_a_person_may_do(browser, provider, groups, role, admin_answers):
    provider.hire("role-1", groups=groups)

    browser.sign_in("role-1")
    browser.open("/admin/")

    [person] = User.objects.all()
    assert (person.provider_groups, person.role) == (sorted(groups), role)
    assert browser.page.status_code == admin_answers


def test_a_group_that_is_left_takes_its_role_away_at_the_next_sign_in(open_browser, provider):
    provider.hire("moved-1", groups=["blog-moderators"])
    open_browser().sign_in("moved-1")
    assert User.objects.get().role == "moderator"

    provider.hire("moved-1", groups=["staff"])
    open_browser().sign_in("moved-1")

    assert (User.objects.get().provider_groups, User.objects.get().role) == (["staff"], "author")


# Signing out


def test_signing_out_ends_the_session_here_and_the_one_at_the_provider(browser, provider):
    provider.hire("out-1")
    browser.sign_in("out-1")
    browser.open("/")

    browser.submit('form[action="/logout/"]')
    assert browser.page.url.startswith(provider.metadata()["end_session_endpoint"])
    assert not browser.is_signed_in_at_site  # whatever is answered at the provider
    browser.submit(logout="yes")

    assert (browser.page.status_code, browser.place) == (200, "/")
    assert "You are signed out." in browser.page.text
    browser.open("/dashboard/")
    assert browser.place == "the provider's sign-in"
