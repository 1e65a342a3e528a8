"""Feeds as the programs that people use read them, with what their specifications ask for."""

import json
from datetime import datetime
from xml.etree import ElementTree

import feedparser

ATOM = "{http://www.w3.org/2005/Atom}"

#: What JSON Feed 1.1 lets stand in a feed and in an item, and of what kind it is.
FEED = {
    "version": str,
    "title": str,
    "home_page_url": str,
    "feed_url": str,
    "description": str,
    "language": str,
    "authors": list,
    "hubs": list,
    "items": list,
}
ITEM = {
    "id": str,
    "url": str,
    "external_url": str,
    "title": str,
    "content_html": str,
    "summary": str,
    "image": str,
    "banner_image": str,
    "date_published": str,
    "date_modified": str,
    "authors": list,
    "tags": list,
    "language": str,
}


def read(client, address):
    """Return a feed of XML as feedparser reads it, which must find nothing to mend."""
    response = client.get(address)
    assert response.status_code == 200
    feed = feedparser.parse(
        response.content, response_headers={"content-type": response["Content-Type"]}
    )
    assert not feed.bozo
    return feed


def read_json(client, address="/feed/feed.json"):
    """Return a JSON Feed, in which everything is what version 1.1 says it is."""
    response = client.get(address)
    assert response["Content-Type"] == "application/feed+json"
    feed = json.loads(response.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    for told, kinds in [(feed, FEED), *((item, ITEM) for item in feed["items"])]:
        assert {name: type(value) for name, value in told.items()} == {
            name: kinds[name] for name in told
        }
    assert {"title", "items"} <= feed.keys()
    for item in feed["items"]:
        assert {"id", "content_html"} <= item.keys()
        assert all(author.keys() <= {"name", "url", "avatar"} for author in item["authors"])
        assert all(datetime.fromisoformat(item[name]).tzinfo for name in item if "date" in name)
    return feed


def contents(client, address):
    """Return the text of each post of a feed, as its HTML stands there."""
    if address.endswith("json"):
        return [item["content_html"] for item in read_json(client, address)["items"]]
    elements = ElementTree.fromstring(client.get(address).content).iter()
    return [e.text for e in elements if e.tag.endswith(("}content", "}encoded"))]


def assert_valid_atom(content):
    """Assert what RFC 4287 §4.1 says must be there, and how often."""
    feed = ElementTree.fromstring(content)
    assert feed.tag == f"{ATOM}feed"
    for element in [feed, *feed.iter(f"{ATOM}entry")]:
        for once in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{once}")) == 1
        alternates = element.findall(f"{ATOM}link[@rel='alternate']")
        assert len(alternates) == 1
    for entry in feed.iter(f"{ATOM}entry"):
        assert entry.find(f"{ATOM}author/{ATOM}name").text
        assert len(entry.findall(f"{ATOM}content[@type='html']")) == 1
    ids = [entry.find(f"{ATOM}id").text for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    return feed
