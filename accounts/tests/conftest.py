"""What the tests of people and sign-in share: a key set, and a stand-in for Okta's API."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from requests.adapters import HTTPAdapter

from accounts import directory, keys
from accounts.models import User
from accounts.tests.factories import UserFactory
from accounts.tests.key_sets import ISSUER, NOW, KeySet
from accounts.tests.okta_standin import CLIENT_ID, TOKEN, OktaStandIn, serving_okta


@pytest.fixture
def key_set(settings: Any, monkeypatch: pytest.MonkeyPatch, time_machine: Any) -> KeySet:
    """The keys of a provider of which nothing else is there, at noon."""
    time_machine.move_to(NOW, tick=False)
    settings.OIDC_ISSUER = ISSUER
    settings.OIDC_RP_CLIENT_ID = "byline"
    published = KeySet()
    monkeypatch.setattr(keys, "metadata", lambda: {"jwks_uri": f"{ISSUER}/keys"})
    monkeypatch.setattr(keys.client, "get_json_and_headers", published.fetch)
    return published


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seconds that were to be slept, each time; nobody sleeps."""
    slept: list[int] = []
    monkeypatch.setattr(directory, "sleep", slept.append)
    return slept


@pytest.fixture
def okta(settings: Any, pauses: list[int]) -> Iterator[OktaStandIn]:
    """An organisation with nobody in it, which the site's settings name as the issuer."""
    with serving_okta() as standin:
        settings.OIDC_ISSUER = standin.origin
        settings.OIDC_HTTP_ON_LOOPBACK = True
        settings.OIDC_RP_CLIENT_ID = CLIENT_ID
        settings.OKTA_API_TOKEN = TOKEN
        yield standin


@pytest.fixture
def person(okta: OktaStandIn) -> Callable[..., User]:
    """Return a function that makes somebody, here and at Okta; status None is no longer there."""

    def make(
        handle: str, status: str | None = "ACTIVE", *, is_assigned: bool = True, **fields: Any
    ) -> User:
        user = UserFactory(handle=handle, issuer=okta.origin, subject=f"00u-{handle}", **fields)
        if status is not None:
            okta.people[user.subject] = status
        if is_assigned:
            okta.assigned.append(user.subject)
        return user

    return make


@pytest.fixture
def team(person: Callable[..., User]) -> list[User]:
    """Twenty people who have a place, so that one is five per cent."""
    return [person(f"member-{number:02}") for number in range(20)]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every answer that the site gets over HTTP, as it comes in."""
    got: list[Any] = []
    send = HTTPAdapter.send

    def send_and_keep(*args: Any, **kwargs: Any) -> Any:
        answer = send(*args, **kwargs)
        got.append(answer)
        return answer

    monkeypatch.setattr(HTTPAdapter, "send", send_and_keep)
    return got
