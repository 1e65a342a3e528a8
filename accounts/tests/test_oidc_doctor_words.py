"""What the doctor tells people to enter, and what it makes of an issuer, without a provider."""

import pytest
from django.conf import settings as configured

from accounts.doctor import examine, steps
from accounts.doctor.issuer import candidates, difference

README = (configured.BASE_DIR / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def blog(settings):
    """The settings of README.md's example, with no provider named yet."""
    settings.SITE_URL = "https://blog.example.com"
    settings.OIDC_ISSUER = ""
    return settings


# README.md


def test_readme_says_every_step_in_the_same_words(blog):
    text = " ".join(README.split())
    numbered = [*steps.application_steps(), *steps.group_steps()]

    for number, step in enumerate(numbered, 1):
        assert f" {number}. {step} " in text
    for step in [*steps.option_steps(), *steps.neutral_steps()]:
        assert f" - {step} " in text
    assert len(numbered) == 9


def test_readme_names_the_command(blog):
    assert ".venv/bin/python manage.py oidc_doctor" in README


# Steps


@pytest.mark.parametrize("issuer", ["", "https://acme.okta.com"])
def test_okta_is_spoken_of_in_its_own_words(blog, monkeypatch, issuer):
    monkeypatch.setattr("accounts.doctor.issuer.find", lambda: (None, []))
    blog.OIDC_ISSUER = issuer

    said = {title: [finding.text for finding in found] for title, found in examine()}

    printed = said["To enter in Okta's Admin Console"]
    assert (
        "3. Sign-in redirect URIs, with the slash at the end: "
        "https://blog.example.com/oidc/callback/" in printed
    )
    assert "9. Directory > Groups: make the groups blog-moderators and blog-admins, and put people into them." in printed  # fmt: skip
    assert all(text.isascii() for text in printed)


def test_any_other_provider_is_spoken_of_without_okta(blog, monkeypatch):
    monkeypatch.setattr("accounts.doctor.issuer.find", lambda: (None, []))
    blog.OIDC_ISSUER = "https://id.example.com/realms/blog"
    blog.OIDC_RP_CLIENT_ID = blog.OIDC_RP_CLIENT_SECRET = "x"

    sections = list(examine())

    said = {title: [finding.text for finding in found] for title, found in sections}
    assert (
        "- Post-logout redirect URI: https://blog.example.com/" in said["To enter at the provider"]
    )
    assert not any("Okta" in title for title in said)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["blog-moderators", "blog-admins"], ("Starts with", "blog-")),
        (["blog-admins", "blog-authors"], ("Starts with", "blog-")),
        (["Blog Moderators", "Blog Admins"], ("Starts with", "Blog")),
        (["blog-admins"], ("Equals", "blog-admins")),
        (["admins", "authors"], ("Matches regex", "(admins|authors)")),
        (["blog", "blogs"], ("Matches regex", "(blog|blogs)")),
        (["a.b", "c*"], ("Matches regex", r"(a\.b|c\*)")),
    ],
)
def test_the_claim_filter_lets_the_sites_groups_through_and_few_others(names, expected):
    assert steps.claim_filter(names) == expected


def test_the_filter_and_the_groups_are_those_of_the_settings(blog):
    blog.OIDC_AUTHOR_GROUPS = ["writers"]
    blog.OIDC_MODERATOR_GROUPS = ["writers", "c*"]
    blog.OIDC_ADMIN_GROUPS = ["chiefs", ""]

    claim, directory = map(steps.plain, steps.group_steps())

    assert claim.endswith(r"filter to groups, Matches regex, (writers|c\*|chiefs)")
    assert "make the groups writers, c* and chiefs, and" in directory


def test_without_groups_there_is_nothing_to_make(blog):
    blog.OIDC_MODERATOR_GROUPS = blog.OIDC_ADMIN_GROUPS = []

    assert steps.group_steps() == []
    assert not any("groups" in step for step in steps.neutral_steps())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://acme.okta.com", True),
        ("https://acme.oktapreview.com/oauth2/default", True),
        ("https://acme.okta-emea.com", True),
        ("https://id.acme.example/oauth2/v1/authorize", True),
        ("https://id.acme.example/oauth2/aus1/v1/authorize", True),
        ("https://okta.com.example", False),
        ("https://notokta.com", False),
        ("https://id.example.com/oauth2/authorize", False),
        ("https://[acme", False),
        (None, False),
    ],
)
def test_okta_is_known_by_its_domains_and_its_endpoints(url, expected):
    assert steps.is_okta(url) is expected


# The issuer


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("https://acme.okta.com", "https://acme.okta.com"),
        ("https://acme.okta.com/", "https://acme.okta.com"),
        ("https://acme-admin.okta.com", "https://acme.okta.com"),
        ("acme.okta.com", "https://acme.okta.com"),
        ("http://acme.okta.com", "https://acme.okta.com"),
        ("https://acme.okta.com/oauth2/v1/authorize", "https://acme.okta.com"),
        ("https://acme.okta.com/oauth2/aus1/v1/token", "https://acme.okta.com/oauth2/aus1"),
        (
            "https://acme.okta.com/oauth2/default/.well-known/openid-configuration",
            "https://acme.okta.com/oauth2/default",
        ),
        ("https://acme.okta.com?x=y#z", "https://acme.okta.com"),
    ],
)
def test_a_provider_is_looked_for_where_it_was_meant(typed, expected):
    assert candidates(typed)[0] == expected


def test_a_provider_is_looked_for_nearby_and_nowhere_else(settings):
    settings.OIDC_HTTP_ON_LOOPBACK = False

    assert candidates("https://acme.okta.com/oauth2/aus1") == [
        "https://acme.okta.com/oauth2/aus1",
        "https://acme.okta.com",
        "https://acme.okta.com/oauth2/default",
    ]
    assert candidates("https://id.example/realms/blog") == [
        "https://id.example/realms/blog",
        "https://id.example",
    ]
    assert candidates("ftp://id.example") == []


ORG, CUSTOM = "https://acme.okta.com", "https://acme.okta.com/oauth2/default"


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (f"{ORG}/", ORG, "slash"),
        (f" {ORG}", ORG, "blank"),
        ("http://acme.okta.com", ORG, "begin with https://"),
        ("acme.okta.com", ORG, "https:// at its beginning is missing"),
        ("https://acme-admin.okta.com", ORG, "Admin Console"),
        ("https://ACME.okta.com", ORG, "Capital letters"),
        (CUSTOM, ORG, "What is set is a custom authorization server"),
        (ORG, CUSTOM, "What is set is the organisation's own"),
        (ORG, "https://id.acme.example", "a domain of its own"),
        ("https://a.example", "https://b.example", "if you know it as yours"),
    ],
)
def test_how_two_issuers_differ_is_said_in_a_sentence(ours, theirs, expected):
    assert expected in difference(ours, theirs)
