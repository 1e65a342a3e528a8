"""Every page, read by axe: WCAG 2.2 to level AA, and what axe calls best practice."""

from pathlib import Path

import pytest

from acceptance.every_page import Site
from posts.tests.conftest import chromium, give_cookies  # noqa: F401 (a fixture)

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page):
    """Return what axe finds: each rule that is broken, with the elements that break it."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    return [
        (rule["id"], node["html"][:200], node["failureSummary"].splitlines()[1:])
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_kind_of_page(chromium, live_server, scheme, width):  # noqa: F811
    site, found = Site(), {}
    for page in site.pages:
        context = chromium.new_context(
            base_url=live_server.url,
            color_scheme=scheme,
            viewport={"width": width, "height": 800},
            reduced_motion="reduce",
        )
        give_cookies(site.client(page), context, live_server.url)
        tab = context.new_page()
        tab.goto(page.path)
        if problems := violations(tab):
            found[page.name] = problems
        context.close()

    assert found == {}
