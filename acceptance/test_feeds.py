"""Feeds and sitemaps, held against grammars by Jing, which comes with the HTML checker."""

import os
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from acceptance.every_page import Site
from acceptance.test_html import CHECKER, JAVA
from posts.models import Post

JING = "nu.validator.vendor.thaiopensource.relaxng.util.Driver"
SCHEMAS = Path(__file__).parent / "schemas"

pytestmark = pytest.mark.skipif(not JAVA and not os.environ.get("CI"), reason="Jing needs Java")


def complaints(schema, *files):
    """Return what is wrong with files by a schema, one line each."""
    answer = subprocess.run(
        [JAVA, "-cp", CHECKER, JING, "-c", SCHEMAS / schema, *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stderr == ""
    assert answer.returncode == (1 if answer.stdout else 0)
    return answer.stdout.splitlines()


def saved(folder, *addresses):
    """Return a file for each address, with what the site says there."""
    folder.mkdir(exist_ok=True)
    files = []
    for number, address in enumerate(addresses):
        response = Client().get(address)
        assert (address, response.status_code) == (address, 200)
        file = folder / f"{number}.xml"
        file.write_bytes(response.content)
        files.append(file)
    return files


@pytest.mark.parametrize("hub", ["", "https://hub.example/"])
@pytest.mark.parametrize("name", ["atom", "rss"])
def test_feeds_are_what_their_specifications_ask_for(tmp_path, settings, name, hub):
    settings.WEBSUB_HUB = hub
    Site()

    feeds = saved(
        tmp_path,
        f"/feed/{name}.xml",
        f"/authors/ada/feed/{name}.xml",
        f"/authors/sten/feed/{name}.xml",  # without a post
        f"/tags/libraries/feed/{name}.xml",
    )

    assert complaints(f"{name}.rnc", *feeds) == []


@pytest.mark.django_db(transaction=True, reset_sequences=True)  # a file is a range of keys
def test_a_sitemap_is_what_the_protocol_asks_for(tmp_path, monkeypatch):
    Site()
    [whole] = saved(tmp_path, "/sitemap.xml")
    monkeypatch.setattr("posts.sitemaps.MOST", Post.objects.count())
    index, *sections = saved(
        tmp_path / "split",
        "/sitemap.xml",
        "/sitemap-pages-1.xml",
        "/sitemap-archive-1.xml",
        "/sitemap-posts-1.xml",
        "/sitemap-authors-1.xml",
        "/sitemap-tags-1.xml",
    )

    assert b"<sitemapindex" not in whole.read_bytes()
    assert index.read_bytes().count(b"<loc>") == len(sections)
    assert complaints("sitemap.rnc", whole, index, *sections) == []


@pytest.mark.parametrize("schema", ["atom.rnc", "rss.rnc", "sitemap.rnc"])
def test_the_grammars_let_nothing_else_through(tmp_path, schema):
    Site()
    broken = {
        "atom.rnc": ("/feed/atom.xml", b"<updated>20", b"<updated>of 20"),
        "rss.rnc": ("/feed/rss.xml", b"<pubDate>", b"<pubDate>on "),
        "sitemap.rnc": ("/sitemap.xml", b"<loc>http", b"<loc>"),
    }
    address, old, new = broken[schema]
    [file] = saved(tmp_path, address)
    told = file.read_bytes()
    file.write_bytes(told.replace(old, new))

    assert len(complaints(schema, file)) == told.count(old)
