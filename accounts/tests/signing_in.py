"""Signing in where it may go wrong on the way, and what must then be true."""

import logging

from django.contrib.auth import SESSION_KEY

from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.models import User

AMARA, JONAS, MEI, *_ = SAMPLE_PEOPLE

REFUSED = (403, "You could not be signed in")
TOLD_TO_NOBODY = "told-to-nobody"  # stands in what a provider answers, and never in the log
UNAVAILABLE = (503, "Sign-in is unavailable")


def attempt(client, provider, subject=MEI.subject):
    """Sign in as far as it goes; return the page or redirect where it ends."""
    leaving = client.get("/login/", {"next": "/dashboard/"})
    if leaving.status_code != 302:
        return leaving
    return client.get(provider.approve(leaving.url, subject))


def signed_in_subject(client):
    """The subject whose session a client has; None if it is nobody's."""
    return (
        User.objects.filter(pk=client.session.get(SESSION_KEY))
        .values_list("subject", flat=True)
        .first()
    )


def assert_signed_in(client, response, subject=MEI.subject):
    assert (response.status_code, response.get("Location")) == (302, "/dashboard/")
    assert signed_in_subject(client) == subject


def assert_nobody_signed_in(client, response, outcome):
    """Assert the page's status and heading, and that there is neither a session nor a person."""
    status, heading = outcome
    assert response.status_code == status
    assert f">{heading}</h1>" in response.text
    assert "/login/?next=/dashboard/" in response.text
    assert signed_in_subject(client) is None
    assert "oidc_id_token" not in client.session
    assert User.objects.count() == 0


def assert_signs_nobody_in(client, provider, caplog, outcome):
    """Try to sign in; assert that it ends on that page, and in the log without a secret."""
    caplog.set_level(logging.DEBUG)

    response = attempt(client, provider)

    assert_nobody_signed_in(client, response, outcome)
    records = [each for each in caplog.records if not each.name.startswith("accounts.devprovider")]
    said = "\n".join(record.getMessage() for record in records)
    assert [record for record in records if record.exc_info] == []
    secrets = provider.secrets() | {TOLD_TO_NOBODY}
    assert {secret for secret in secrets if secret in said} == set()
