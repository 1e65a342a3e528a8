"""What is to be entered at the provider, and where: said by oidc_doctor and by README.md alike.

The steps are Markdown, as README.md has them; `plain` makes them fit for a terminal.
"""

import re
from collections.abc import Iterable
from itertools import takewhile
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

CALLBACK = "oidc_authentication_callback"

OKTA_DOMAINS = (".okta.com", ".oktapreview.com", ".okta-emea.com")
#: What Okta's endpoints look like under an organisation's own domain.
OKTA_ENDPOINT = re.compile(r"/oauth2/(?:[^/]+/)?v1/")

OKTA_APPLICATION = """\
*Applications* → *Applications* → *Create App Integration*: choose *OIDC - OpenID Connect*, then \
*Web Application*.
*Grant type*: tick *Authorization Code* and *Refresh Token*.
*Sign-in redirect URIs*, with the slash at the end: `{callback}`
*Sign-out redirect URIs*: `{home}`
*Assignments*: choose the people or groups who may sign in. Save.
*General* → *Client Credentials*: copy *Client ID* into `OIDC_RP_CLIENT_ID`, and the secret under \
*Client Secrets* into `OIDC_RP_CLIENT_SECRET`.
`OIDC_ISSUER` is the organisation's own address, such as `https://acme.okta.com`: without a slash \
at the end, and not the Admin Console's, which has `-admin` in it."""

OKTA_GROUPS = """\
*Sign On* → *OpenID Connect ID Token*: set *Groups claim type* to *Filter*, and *Groups claim \
filter* to `groups`, *{operator}*, `{operand}`
*Directory* → *Groups*: make the groups {groups}, and put people into them."""

OKTA_OPTIONS = """\
For a tile on people's dashboards, *General* → *General Settings*: set *Login initiated by* to \
*Either Okta or App*, and *Initiate login URI* to `{login}`
To end sessions here when Okta ends them, *Authentication* (or *Sign On*) → *Logout*: tick *Okta \
system or admin initiates logout*, set *Subject format* to *Issuer and Subject Identifier*, and \
*Logout endpoint URL* to `{universal_logout}`
To sign people out here when they sign out elsewhere, *General* → *Logout*: tick *User logs out of \
other logout-initiating apps or Okta* and *Include user session details*, and set *Logout request \
URL* to `{frontchannel_logout}`
To let people register, *Security* → *Profile Enrollment*: allow self-service sign-up."""

NEUTRAL = """\
Redirect URI, or callback, with the slash at the end: `{callback}`
Post-logout redirect URI: `{home}`
Back-channel logout URI: `{backchannel_logout}`
Front-channel logout URI, with session required: `{frontchannel_logout}`
Initiate login URI: `{login}`
Universal Logout, or global token revocation: `{universal_logout}`"""

NEUTRAL_GROUPS = "Claim `groups`, in ID tokens or UserInfo: a list, which may hold {groups}"


def address(name: str) -> str:
    """Return the address, with the site's own host, of the view with this name."""
    return settings.SITE_URL + reverse(name)


def is_okta(*urls: object) -> bool:
    """Return whether any of these, an issuer or endpoints, looks like Okta's."""
    for url in urls:
        if not isinstance(url, str):
            continue
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            continue
        if host.endswith(OKTA_DOMAINS) or OKTA_ENDPOINT.search(url):
            return True
    return False


def application_steps() -> list[str]:
    """Return what makes the application in Okta's Admin Console."""
    return _fill(OKTA_APPLICATION)


def group_steps() -> list[str]:
    """Return what makes roles follow groups; nothing if no group is named by the settings."""
    names = role_groups()
    if not names:
        return []
    operator, operand = claim_filter(names)
    return [
        step.format(operator=operator, operand=operand, groups=_listed(names))
        for step in OKTA_GROUPS.splitlines()
    ]


def option_steps() -> list[str]:
    """Return what Okta can do besides, in its Admin Console."""
    return _fill(OKTA_OPTIONS)


def neutral_steps() -> list[str]:
    """Return what to enter, by the names that providers other than Okta give it."""
    names = role_groups()
    return [*_fill(NEUTRAL), *([NEUTRAL_GROUPS.format(groups=_listed(names))] if names else [])]


def _listed(names: list[str]) -> str:
    *others, last = (f"`{name}`" for name in names)
    return f"{', '.join(others)} and {last}" if others else last


def _fill(steps: str) -> list[str]:
    addresses = {
        "callback": address(CALLBACK),
        "home": address("posts:list"),
        "login": address("accounts:login"),
        "backchannel_logout": address("accounts:backchannel_logout"),
        "frontchannel_logout": address("accounts:frontchannel_logout"),
        "universal_logout": address("accounts:universal_logout"),
    }
    return [step.format(**addresses) for step in steps.splitlines()]


def role_groups() -> list[str]:
    """Return the groups that the settings name, each once: those that are to be in the claim."""
    named = (
        *settings.OIDC_AUTHOR_GROUPS,
        *settings.OIDC_MODERATOR_GROUPS,
        *settings.OIDC_ADMIN_GROUPS,
    )
    return list(dict.fromkeys(group for group in named if group.strip()))


def claim_filter(groups: Iterable[str]) -> tuple[str, str]:
    """Return Okta's operator and operand that let these groups through, and few others.

    They are few for a reason: Okta fails the sign-in of somebody in more than 100 of them.
    """
    names = list(groups)
    if len(names) == 1:
        return "Equals", names[0]
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    shared = "".join(letters[0] for letters in alike)
    # Up to the end of a word; a blank at the end would be lost in Okta's form.
    prefix = re.sub(r"[^\W_]*\Z", "", shared).rstrip()
    if prefix:
        return "Starts with", prefix
    return "Matches regex", f"({'|'.join(re.escape(name) for name in names)})"


def plain(step: str) -> str:
    """Return a step without Markdown's marks, in characters that every terminal has."""
    marked = re.compile(r"`([^`]*)`|\*([^*]*)\*")
    return marked.sub(lambda match: match[1] or match[2], step).replace("→", ">")
