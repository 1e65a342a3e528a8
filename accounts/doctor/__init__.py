"""What is right and what is wrong with the way this site is connected to its provider.

Everything is really asked of the provider, and nothing is changed there. No finding holds a secret
or a token.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.http.request import validate_host

from accounts.discovery import is_loopback
from accounts.doctor import issuer, offers, steps, trials
from accounts.doctor.findings import Finding, Mark, ok, to_enter, warning, wrong

__all__ = ["Finding", "Mark", "examine"]

Section = tuple[str, Iterable[Finding]]


def examine() -> Iterator[Section]:
    """Yield each section's title and findings; ask for the next when the findings are read."""
    yield "Settings", [*_settings(), *_site_url()]
    document, found = issuer.find() if settings.OIDC_ISSUER else (None, [])
    yield "The provider", found or [_skipped("OIDC_ISSUER is not set")]
    is_at_okta = not settings.OIDC_ISSUER or steps.is_okta(settings.OIDC_ISSUER)
    if document is not None:
        is_at_okta = offers.is_oktas(document)
        yield "Its endpoints", offers.endpoints(document)
        yield "Its signatures", offers.signing(document)
        yield "What it offers", offers.abilities(document)
        yield "Clocks", offers.clock(document)
        yield "Client ID and secret", trials.credentials(document)
        yield "The way back", trials.redirect_uri(document)
    yield "Roles", _roles()
    if document is not None and (is_at_okta or settings.OKTA_API_TOKEN):
        yield "Okta's directory", trials.api_token(document)
    yield from _to_enter(is_at_okta)


def _skipped(why: str) -> Finding:
    return warning(f"Not looked at: {why}.", "First mend what is wrong above.")


def _settings() -> Iterator[Finding]:
    """Yield what the system checks of this app say, which `check --deploy` says too."""
    complaints = [
        complaint
        for complaint in run_checks(tags=[Tags.security], include_deployment_checks=True)
        if complaint.id and complaint.id.startswith("accounts.") and not complaint.is_silenced()
    ]
    for complaint in complaints:
        say = wrong if complaint.is_serious() else warning
        yield say(str(complaint.msg), complaint.hint or "")
    if not complaints:
        yield ok("What has to be set is set, and nothing that is set is unsafe.")


def _site_url() -> Iterator[Finding]:
    """Yield whether people, and the provider, can reach this site where it says that it is."""
    remedy = "Set SITE_URL to the address people type, like https://blog.example.com."
    host = urlsplit(settings.SITE_URL).hostname or ""
    if settings.DEBUG:
        yield ok(f"The site is at {settings.SITE_URL}, for development.")
    elif is_loopback(settings.SITE_URL):
        yield wrong(f"SITE_URL is {settings.SITE_URL}, where only this machine finds it.", remedy)
    elif not settings.SITE_URL.startswith("https://"):
        yield wrong(f"SITE_URL is {settings.SITE_URL}, which is not https.", remedy)
    elif not validate_host(host, settings.ALLOWED_HOSTS):
        yield wrong(f"The site does not answer to {host}.", f"Add {host} to ALLOWED_HOSTS.")
    else:
        yield ok(f"The site is at {settings.SITE_URL}.")


def _roles() -> Iterator[Finding]:
    writers = " or ".join(settings.OIDC_AUTHOR_GROUPS)
    yield ok(f"In {writers}: author." if writers else "Everybody who signs in is an author.")
    for role, groups in [
        ("moderator", settings.OIDC_MODERATOR_GROUPS),
        ("admin", settings.OIDC_ADMIN_GROUPS),
    ]:
        if groups:  # where there is none, the settings' section says so
            yield ok(f"In {' or '.join(groups)}: {role}.")


def _to_enter(is_at_okta: bool) -> Iterator[Section]:
    if is_at_okta:
        yield (
            "To enter in Okta's Admin Console",
            _numbered([*steps.application_steps(), *steps.group_steps()]),
        )
        yield "If you want it", _listed(steps.option_steps())
    else:
        yield "To enter at the provider", _listed(steps.neutral_steps())


def _numbered(lines: list[str]) -> Iterator[Finding]:
    for number, line in enumerate(lines, 1):
        yield to_enter(f"{number}. {steps.plain(line)}")


def _listed(lines: list[str]) -> Iterator[Finding]:
    for line in lines:
        yield to_enter(f"- {steps.plain(line)}")
