"""Every page and the style sheets, read by the Nu HTML checker."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from acceptance.every_page import Site

JAVA = shutil.which("java")
CHECKER = Path(__file__).parent / "node_modules/vnu-jar/build/dist/vnu.jar"

pytestmark = pytest.mark.skipif(
    not JAVA and not os.environ.get("CI"), reason="the Nu HTML checker needs Java"
)


def check(*files):
    """Return what the checker has to say against files, one line each."""
    answer = subprocess.run(
        [
            JAVA,
            "-jar",
            CHECKER,
            "--format",
            "json",
            "--also-check-css",
            "--exit-zero-always",
            *files,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    messages = json.loads(answer.stderr)["messages"]
    return [
        f"{Path(message['url']).name}: {message['message']} … {message.get('extract', '')}"
        for message in messages
        if message["type"] == "error" or message.get("subType") == "warning"
    ]


def test_the_checker_finds_nothing_wrong_on_any_kind_of_page(tmp_path):
    site = Site()
    files = []
    for number, page in enumerate(site.pages):
        response = site.client(page).get(page.path)
        assert (page.name, response.status_code) == (page.name, page.status)
        file = tmp_path / f"{number:02}-{page.name.replace(' ', '-')}.html"
        file.write_bytes(response.content)
        files.append(file)

    assert check(*files) == []


def test_the_checker_finds_nothing_wrong_with_the_style_sheets():
    sheets = sorted((settings.BASE_DIR / "static/css").glob("*.css"))

    assert check(*sheets) == []
