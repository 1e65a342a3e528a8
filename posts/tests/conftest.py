"""The machine's own Chromium, for the tests that go through pages as people do."""

import os
import shutil
import threading

import pytest

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
MISSING = "there is no Chromium on this machine (Debian: apt-get install chromium)"

#: For `pytestmark`. In CI a missing browser is a failure: the tests run and say so.
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM and not os.environ.get("CI"), reason=MISSING),
]


@pytest.fixture(scope="module")
def chromium():
    assert CHROMIUM, MISSING
    playwright = pytest.importorskip("playwright.sync_api")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop running
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-gpu",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(live_server, provider, monkeypatch):
    server, threads = live_server.thread.httpd, []
    serve = server.process_request_thread

    def noted(*args):
        threads.append(threading.current_thread())
        serve(*args)

    monkeypatch.setattr(server, "process_request_thread", noted)
    # By the name people use, which is another origin than the provider's.
    yield live_server.url.replace("127.0.0.1", "localhost")
    # A page that was closed may have asked for something just before, and the answer is still being
    # made while the tables are to be emptied: PostgreSQL calls that a deadlock.
    for thread in threads:
        thread.join(timeout=30)


def give_cookies(client, context, url):
    """Have a browser send a site what a test client sends: its session is then the browser's too."""
    context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": url}
            for name, morsel in client.cookies.items()
        ]
    )


@pytest.fixture
def open_browser(chromium, site, as_user):
    """Return a function that opens a browser of its own for a person, on a page that must be clean.

    It is signed in as `user`, if there is one. Other options are those of Playwright's new_context.
    """
    contexts, complaints = [], []

    def open_page(user=None, **options):
        context = chromium.new_context(base_url=site, **options)
        contexts.append(context)
        if user:
            give_cookies(as_user(user), context, site)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text) if "Content Security Policy" in said.text else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((site, "http://127.0.0.1:", "data:", "blob:"))
                else complaints.append(f"asked {request.url}")
            ),
        )
        return page

    yield open_page

    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def open_editor(open_browser, author):
    """Return a function that opens the form of a new post, or of a stored one with that body."""

    def open_form(body=None, **options):
        from posts.models import Post

        page = open_browser(author, **options)
        if body is None:
            page.goto("/dashboard/new/")
        else:
            post = Post(author=author, title="Stored", body=body)
            post.add(slug="stored", publish=False, at=None)
            page.goto("/stored/edit/")
        page.locator(".editor").wait_for()
        return page

    return open_form
