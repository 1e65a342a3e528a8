"""Home and a post, measured by Lighthouse as on a phone."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from acceptance.conftest import NODE
from acceptance.every_page import Site
from posts.tests.conftest import CHROMIUM

LIGHTHOUSE = Path(__file__).parent / "node_modules/lighthouse/cli/index.js"
FLAGS = "--headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run"
BEST = {"performance": 100, "accessibility": 100, "best-practices": 100, "seo": 100}


def report(address, file):
    """Return the scores of a page, and the names of what could be better."""
    subprocess.run(
        [NODE, LIGHTHOUSE, address, "--quiet", "--output=json",
         f"--output-path={file}", f"--chrome-flags={FLAGS}"],
        env=os.environ | {"CHROME_PATH": CHROMIUM},
        check=True,
    )  # fmt: skip
    found = json.loads(file.read_text())
    scores = {name: round(part["score"] * 100) for name, part in found["categories"].items()}
    wanting = [
        (name, audit["title"])
        for name, audit in found["audits"].items()
        if audit["score"] is not None and audit["score"] < 1
    ]
    return scores, wanting


@pytest.mark.parametrize("path", ["/", "/everything/"])
def test_lighthouse_gives_all_it_can_give(live_server, tmp_path, path):
    Site()

    for _time in range(3):  # what else the machine has to do can make a page slower, never faster
        scores, wanting = report(f"{live_server.url}{path}", tmp_path / "report.json")
        if scores == BEST:
            break

    assert scores == BEST, wanting
