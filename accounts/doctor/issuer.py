"""Finding the provider by OIDC_ISSUER, and saying what to write there instead."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings

from accounts import client, discovery
from accounts.client import ProviderUnavailable
from accounts.doctor.findings import Finding, ok, quoted, wrong
from accounts.doctor.steps import OKTA_DOMAINS, is_okta

WELL_KNOWN = "/.well-known/openid-configuration"

#: The kinds of error that the client names, in other words.
UNREACHABLE = {
    "SSLError": "its certificate is not trusted here, or is another host's",
    "ConnectTimeout": "nothing answers in time",
    "ConnectionError": "there is no such host, or nothing listens there",
    "took more than": "the answer took too long",
}


class Document(NamedTuple):
    """A discovery document, as it was found."""

    base: str  # the issuer below which it was found
    metadata: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def issuer(self) -> str:
        return self.metadata["issuer"]

    @property
    def is_trusted(self) -> bool:
        """Whether it is the provider's that the settings name: only then is a secret sent."""
        return settings.OIDC_ISSUER == self.base == self.issuer


def find() -> tuple[Document | None, list[Finding]]:
    """Return the provider's discovery document, or one nearby; and what there is to say of it."""
    ours = settings.OIDC_ISSUER
    first_problem = ""
    for base in candidates(ours):
        try:
            document = fetch(base)
        except ProviderUnavailable as error:
            first_problem = first_problem or str(error)
        else:
            return document, list(_findings(document, first_problem))
    if not first_problem:
        return None, [
            wrong(
                f"OIDC_ISSUER={quoted(ours)} is no address that could be asked.",
                "Set it to your Okta organisation's own address, like https://acme.okta.com.",
            )
        ]
    return None, [_unreachable(ours, first_problem)]


def candidates(ours: str) -> list[str]:
    """Return where the discovery document may be, the likeliest first, for an issuer as typed."""
    base = re.split(r"[?#]|/\.well-known/|/(?:oauth2/)?v1/", ours.strip())[0].rstrip("/")
    if not base or base.endswith(":"):  # a scheme, and nothing after it
        return []
    if "://" not in base:
        base = f"https://{base}"
    if base.startswith("http://") and not discovery.is_allowed(base):
        base = "https" + base.removeprefix("http")
    try:
        parts = urlsplit(base)
        host = parts.hostname or ""
    except ValueError:
        return []
    found = [base]
    if host.endswith(OKTA_DOMAINS) and "-admin." in host:
        found.insert(0, base.replace("-admin.", ".", 1))
    origin = f"{parts.scheme}://{parts.netloc}"
    found.append(origin)
    if is_okta(base):
        found.append(f"{origin}/oauth2/default")
    return [url for url in dict.fromkeys(found) if discovery.is_allowed(url)]


def fetch(base: str) -> Document:
    """Return the document below base, whoever's it is. Raise ProviderUnavailable."""
    answer = client.get(
        base + WELL_KNOWN,
        client.NoAuth(),
        seconds=client.TOTAL_SECONDS,
        max_bytes=client.MAX_BYTES,
    )
    if answer.status != 200:
        raise ProviderUnavailable(f"it answers {answer.status} instead of a discovery document")
    try:
        metadata = json.loads(answer.body)
    except (ValueError, RecursionError):
        metadata = None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("issuer"), str):
        raise ProviderUnavailable("what it answers is no discovery document")
    return Document(base, metadata, answer.headers)


def _unreachable(ours: str, problem: str) -> Finding:
    words = next((words for sign, words in UNREACHABLE.items() if sign in problem), problem)
    text = f"The provider cannot be read at {quoted(ours)}: {words.rstrip('.')}."
    remedy = (
        "Look for a typing mistake in OIDC_ISSUER. If there is none, see whether this machine may "
        "reach the address: a firewall may be in between, or a proxy to be named in HTTPS_PROXY."
    )
    if "SSLError" in problem:
        remedy = (
            "Look for a typing mistake in OIDC_ISSUER. If a proxy of your company's opens the "
            "connection, name its authority's file in the environment variable REQUESTS_CA_BUNDLE."
        )
    elif discovery.is_allowed(ours) and discovery.is_loopback(ours):
        remedy = "Start the development provider with `make run`, and leave it running."
    return wrong(text, remedy)


def _findings(document: Document, first_problem: str) -> Iterator[Finding]:
    ours, theirs = settings.OIDC_ISSUER, document.issuer
    if document.is_trusted:
        yield ok(f"{ours}{WELL_KNOWN} can be read.")
        yield ok("The provider calls itself what OIDC_ISSUER says, to the letter.")
        return
    where = f"{document.base}{WELL_KNOWN}"
    if ours == theirs:  # found elsewhere, for it could not be read where it belongs
        yield wrong(
            f"{quoted(ours)} cannot be read where it belongs, but is at {quoted(where)}.",
            "Ask the provider's administrator: this site cannot use such a provider.",
        )
        return
    if first_problem:
        yield wrong(f"There is no provider at {quoted(ours)}, but at {quoted(document.base)}.",
                    "See below what to set OIDC_ISSUER to.")  # fmt: skip
    text = f"OIDC_ISSUER is {quoted(ours)}, but the provider calls itself {quoted(theirs)}."
    if not discovery.is_allowed(theirs) or quoted(theirs) != theirs:
        yield wrong(text, "That is no https address: this site cannot use such a provider.")
    elif theirs.endswith("/"):
        yield wrong(text, "Its name ends with a slash: this site cannot use such a provider.")
    else:
        yield wrong(f"{text} {difference(ours, theirs)}", f"Set OIDC_ISSUER={theirs}")


def difference(ours: str, theirs: str) -> str:
    """Return in a sentence how the issuer that is set differs from what the provider says."""
    if ours.strip() == theirs:
        return "There is a blank around it."
    if ours.rstrip("/") == theirs:
        return "The slash at the end is too much."
    if ours.partition("://")[2].rstrip("/") == theirs.partition("://")[2]:
        return "It has to begin with https://."
    if "://" not in ours and ours.rstrip("/") == theirs.partition("://")[2]:
        return "The https:// at its beginning is missing."
    if "-admin." in ours and "-admin." not in theirs:
        return "What is set is the address of Okta's Admin Console."
    if "/.well-known/" in ours or "/v1/" in ours:
        return "What is set is one of the provider's pages, and not its name."
    if ours.lower() == theirs.lower():
        return "Capital letters count."
    if ours.startswith(f"{theirs}/oauth2/"):
        return (
            "What is set is a custom authorization server, such as Okta sells with API Access "
            "Management; what is there is the organisation's own, which is all this site needs."
        )
    if theirs.startswith(f"{ours}/oauth2/"):
        return (
            "What is set is the organisation's own authorization server, but what answers is a "
            "custom one, whose name has /oauth2/ in it."
        )
    if is_okta(ours, theirs):
        return (
            "Where an organisation has a domain of its own, Okta may use either name: take this "
            "one if you know it as yours."
        )
    return "Take that one if you know it as yours."
