"""Starts a provider that is not our own: oidc-provider, certified, on Node."""

import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from acceptance.browser import CLIENT_ID, CLIENT_SECRET, Browser, Provider

HERE = Path(__file__).parent
NODE = shutil.which("node")
INSTALLED = (HERE / "node_modules" / "oidc-provider").is_dir()
MISSING = "oidc-provider or Node is not installed (make acceptance)"

START_SECONDS = 30


def pytest_collection_modifyitems(items):
    """Mark every test of this folder, whatever file it is in."""
    marks = [pytest.mark.acceptance, pytest.mark.django_db(transaction=True)]
    if not (NODE and INSTALLED) and not os.environ.get("CI"):
        # In CI a missing provider is a failure: the tests run and say so.
        marks.append(pytest.mark.skip(reason=MISSING))
    for item in items:
        if item.path.is_relative_to(HERE):
            for mark in marks:
                item.add_marker(mark)


@pytest.fixture(scope="module")
def started(live_server, tmp_path_factory):
    """The provider, which knows the site as its one client."""
    assert NODE, MISSING
    assert INSTALLED, MISSING
    complaints = tmp_path_factory.mktemp("provider") / "stderr"
    environment = {
        "CLIENT_ID": CLIENT_ID,
        "CLIENT_SECRET": CLIENT_SECRET,
        "SITE": live_server.url,
    }
    with (
        complaints.open("w") as stderr,
        subprocess.Popen(
            [NODE, HERE / "provider.mjs"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        too_late = threading.Timer(START_SECONDS, process.kill)
        too_late.start()
        issuer = next((line.strip() for line in process.stdout if line.startswith("http:")), None)
        too_late.cancel()
        assert issuer, complaints.read_text()
        yield Provider(issuer)
        process.kill()


@pytest.fixture
def provider(started, settings):
    settings.OIDC_ISSUER = started.issuer
    settings.OIDC_RP_CLIENT_ID = CLIENT_ID
    settings.OIDC_RP_CLIENT_SECRET = CLIENT_SECRET
    return started


@pytest.fixture
def open_browser(provider, live_server):
    """Return a function that opens a browser which has been nowhere yet."""
    browsers = []

    def open_one():
        browsers.append(Browser(provider, live_server.url))
        return browsers[-1]

    yield open_one
    for browser in browsers:
        browser.session.close()


@pytest.fixture
def browser(open_browser):
    return open_browser()
