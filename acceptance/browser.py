"""A provider that is not our own, and a browser to go there with, as the tests see them."""

from urllib.parse import quote_plus, urljoin

import requests
from selectolax.lexbor import LexborHTMLParser

ANSWER_SECONDS = 15

CLIENT_ID = "byline: acceptance"
# With every sign that Basic authentication changes on its way, unless it is form-encoded first.
CLIENT_SECRET = "a secret+of:100% & more/than=32 characters"


class Provider:
    """The running provider, and what its directory says about people."""

    def __init__(self, issuer):
        self.issuer = issuer

    def hire(self, subject, **claims):
        """Let a person sign in, or change what is said about them."""
        requests.put(
            f"{self.issuer}/people/{subject}", json=claims, timeout=ANSWER_SECONDS
        ).raise_for_status()

    def dismiss(self, subject):
        """Remove a person, and all that was granted in their name."""
        requests.delete(
            f"{self.issuer}/people/{subject}", timeout=ANSWER_SECONDS
        ).raise_for_status()

    def takes(self, refresh_token):
        """Whether a refresh token is still good. It is spent by asking."""
        answer = requests.post(
            self.metadata()["token_endpoint"],
            {"grant_type": "refresh_token", "refresh_token": refresh_token},
            auth=(quote_plus(CLIENT_ID), quote_plus(CLIENT_SECRET)),
            timeout=ANSWER_SECONDS,
        )
        assert answer.status_code in (200, 400)
        return answer.status_code == 200

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

    def adopt(self, other):
        """Be the person at the provider who another browser is."""
        for cookie in other.session.cookies:
            if not self.site.startswith(f"http://{cookie.domain.removesuffix('.local')}:"):
                self.session.cookies.set_cookie(cookie)

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
