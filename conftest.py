"""What the tests of several apps need: a clean cache, people, and a provider to sign in at."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import settings as hypothesis_settings

from accounts.devprovider.people import Person
from accounts.devprovider.provider import DevelopmentProvider
from accounts.devprovider.server import serving
from accounts.models import User
from accounts.tests.factories import UserFactory

# How long one example takes says more of the machine than of the code.
hypothesis_settings.register_profile("byline", deadline=None)
hypothesis_settings.load_profile("byline")


def pytest_xdist_auto_num_workers() -> int:
    """Return one process more than there are cores, as those in a browser wait a good deal."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def _clean_cache() -> None:
    cache.clear()


@pytest.fixture
def author(db: None) -> User:
    return UserFactory(first_name="Ada", last_name="Author")


@pytest.fixture
def stranger(db: None) -> User:
    return UserFactory(first_name="Sten", last_name="Stranger")


@pytest.fixture
def moderator(db: None) -> User:
    return UserFactory(moderator=True)


@pytest.fixture
def admin(db: None) -> User:
    return UserFactory(admin=True)


@pytest.fixture
def as_user() -> Callable[[User | None], Client]:
    """Return a function that makes a client signed in as somebody; None is nobody."""

    def client_for(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return client_for


def is_of_site(path: str) -> Callable[[str], bool]:
    """Return whether an address is that path on the test client's site, or a live server's."""
    return lambda uri: bool(re.fullmatch(f"http://(testserver|localhost:[0-9]+){path}", uri))


@pytest.fixture
def provider_class() -> type[DevelopmentProvider]:
    """The class of `provider`; a module whose provider is to misbehave has a fixture of its own."""
    return DevelopmentProvider


@pytest.fixture
def provider(
    settings: Any, provider_class: type[DevelopmentProvider]
) -> Iterator[DevelopmentProvider]:
    """A development provider on loopback, which the site's settings name as the issuer."""

    def make(issuer: str) -> DevelopmentProvider:
        return provider_class(
            issuer,
            client_id=settings.OIDC_RP_CLIENT_ID,
            client_secret=settings.OIDC_RP_CLIENT_SECRET,
            is_redirect_uri=is_of_site("/oidc/callback/"),
            is_post_logout_redirect_uri=is_of_site("/"),
        )

    with serving(make, "127.0.0.1", 0) as server:
        settings.OIDC_ISSUER = server.provider.issuer
        yield server.provider


@pytest.fixture
def sign_in(provider: DevelopmentProvider) -> Callable[..., Any]:
    """Return a function that signs a client in as a person, the way a browser does."""

    def at_provider(client: Client, person: Person, next_url: str = "/") -> Any:
        leaving = client.get("/login/", {"next": next_url})
        return client.get(provider.approve(leaving.url, person.subject))

    return at_provider
