"""What crawlers are asked to leave alone."""

from urllib.robotparser import RobotFileParser

import pytest


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        ("/", True),
        ("/a-post/", True),
        ("/authors/ada/", True),
        ("/tags/gardens/", True),
        ("/login/?next=/", False),
        ("/register/", False),
        ("/oidc/callback/", False),
        ("/dashboard/new/", False),
        ("/preview/secret/", False),
        ("/account/", False),
        ("/admin/", False),
    ],
)
def test_crawlers_are_asked_to_read_texts_and_nothing_else(client, address, is_open):
    response = client.get("/robots.txt")

    robots = RobotFileParser()
    robots.parse(response.text.splitlines())
    assert response["Content-Type"] == "text/plain"
    assert robots.can_fetch("*", address) == is_open
    assert robots.site_maps() == ["http://localhost:8000/sitemap.xml"]


def test_it_is_no_posts_address(client):
    from posts import slugs

    assert "robots.txt" in slugs.reserved()
