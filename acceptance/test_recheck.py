"""Asking a provider that is not our own whether it still vouches for somebody."""

from datetime import timedelta

from django.db.models import F

from accounts.models import LoginSession, User


def let_the_recheck_fall_due():
    long_ago = F("verified_at") - timedelta(minutes=30)
    LoginSession.objects.update(verified_at=long_ago)


def test_a_session_goes_on_with_a_refresh_token_that_is_new_every_time(browser, provider):
    provider.hire("kept-1")
    browser.sign_in("kept-1")
    refresh_tokens = [LoginSession.objects.get().refresh_token]

    for _ in range(2):
        let_the_recheck_fall_due()
        assert browser.is_signed_in_at_site
        session = LoginSession.objects.get()
        assert not session.is_due
        refresh_tokens.append(session.refresh_token)

    assert len(set(refresh_tokens)) == 3


def test_groups_become_roles_and_cease_to_be_without_a_new_sign_in(browser, provider):
    provider.hire("promoted-1", groups=[])
    browser.sign_in("promoted-1")
    roles = [User.objects.get().role]

    for groups in (["blog-moderators"], ["blog-admins"], ["staff"]):
        provider.hire("promoted-1", groups=groups)
        let_the_recheck_fall_due()
        browser.open("/admin/")
        roles.append((User.objects.get().role, browser.page.status_code))

    assert roles == ["author", ("moderator", 200), ("admin", 200), ("author", 403)]
    assert LoginSession.objects.count() == 1


def test_who_is_dismissed_is_out_at_the_next_recheck(browser, provider):
    provider.hire("gone-1")
    browser.sign_in("gone-1")

    provider.dismiss("gone-1")

    assert browser.is_signed_in_at_site  # until the provider is asked again
    let_the_recheck_fall_due()
    assert not browser.is_signed_in_at_site
    assert LoginSession.objects.get().end_reason == "refused"


def test_a_refresh_token_that_is_used_behind_our_back_ends_the_session(browser, provider):
    provider.hire("stolen-1")
    browser.sign_in("stolen-1")

    assert provider.takes(LoginSession.objects.get().refresh_token)

    let_the_recheck_fall_due()
    assert not browser.is_signed_in_at_site
    assert LoginSession.objects.get().end_reason == "refused"
