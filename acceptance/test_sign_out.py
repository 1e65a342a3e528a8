"""Signing out here, and at a provider that is not our own."""

from accounts.models import LoginSession


def test_signing_out_ends_the_session_here_and_the_one_at_the_provider(browser, provider):
    provider.hire("out-1")
    browser.sign_in("out-1")
    browser.open("/")

    browser.submit('form[action="/logout/"]')
    assert browser.page.url.startswith(provider.metadata()["end_session_endpoint"])
    assert not browser.is_signed_in_at_site  # whatever is answered at the provider
    browser.submit(logout="yes")

    assert (browser.page.status_code, browser.place.partition("?state=")[0]) == (200, "/")
    assert "You are signed out." in browser.page.text
    browser.open("/dashboard/")
    assert browser.place == "the provider's sign-in"


def test_signing_out_gives_the_refresh_token_back(browser, provider):
    provider.hire("back-1")
    browser.sign_in("back-1")
    refresh_token = LoginSession.objects.get().refresh_token
    browser.open("/")

    browser.submit('form[action="/logout/"]')

    assert refresh_token
    assert not provider.takes(refresh_token)


def test_signing_out_at_the_provider_ends_the_sessions_here_in_every_browser(
    open_browser, provider
):
    provider.hire("everywhere-1")
    provider.hire("elsewhere-1")
    here, there, somebody_else = open_browser(), open_browser(), open_browser()
    here.sign_in("everywhere-1")
    there.adopt(here)
    there.open("/dashboard/")
    somebody_else.sign_in("elsewhere-1")
    assert there.is_signed_in_at_site

    here.open(provider.metadata()["end_session_endpoint"])
    here.submit(logout="yes")

    sessions = LoginSession.objects.order_by("pk").values_list("user__subject", "end_reason")
    assert list(sessions) == [
        ("everywhere-1", "provider"),
        ("everywhere-1", "provider"),
        ("elsewhere-1", ""),
    ]
    assert not there.is_signed_in_at_site
    assert somebody_else.is_signed_in_at_site
