"""OpenSearch or Elasticsearch, beside the database: by the REST API they have in common.

The address of an index, in SEARCH_URL, is all that is set. It gets the tokens that the databases
get, so it finds the same; whether a visitor may see a hit, the database says.
"""

import json
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import requests
from django.conf import settings
from django.db.models import QuerySet

from posts.search.backends.base import MOST_RANKED, Hits
from posts.search.documents import Document
from posts.search.fields import TITLE_WEIGHT
from posts.search.queries import Query, Term

logger = logging.getLogger(__name__)

TIMEOUT = (0.3, 0.5)  # seconds, to connect and to wait: a page is waiting too
WRITE_TIMEOUT = (1, 5)
PAUSE = 10  # seconds, in which no search asks an engine that has not answered the last one
FIELDS = [f"title^{TITLE_WEIGHT}", "body"]
INDEX = {
    "mappings": {
        "dynamic": False,
        "properties": {
            "title": {"type": "text", "analyzer": "whitespace"},
            "body": {"type": "text", "analyzer": "whitespace"},
            "key": {"type": "long"},
            "made_from": {"type": "keyword", "index": False},
        },
    }
}


class OutOfReach(Exception):
    """The engine gave no answer, or one that is of no use."""


@dataclass(frozen=True)
class Change:
    """What a post is found by from now on; nothing, without a document.

    `at` is when its text changed: what changed earlier and arrives later changes nothing.
    """

    key: int
    at: datetime
    made_from: str = ""
    document: Document | None = None

    def lines(self) -> Iterable[dict[str, Any]]:
        """Yield the lines of a bulk request."""
        version = int(self.at.timestamp() * 1_000_000)
        target = {"_id": str(self.key), "version": version, "version_type": "external_gte"}
        if self.document is None:
            yield {"delete": target}
            return
        yield {"index": target}
        yield {
            "key": self.key,
            "made_from": self.made_from,
            "title": " ".join(self.document.title),
            "body": " ".join(self.document.body),
        }


class Engine:
    """The index at SEARCH_URL."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.session = requests.Session()
        self.is_there = False
        self.silent_until = 0.0

    def find(self, query: Query, languages: list[str], visible: QuerySet[Any]) -> Hits:
        """Return the best hits, and of those the ones among the visible posts.

        Raise OutOfReach if the engine does not answer, or has not a moment ago.
        """
        if time.monotonic() < self.silent_until:
            raise OutOfReach("It has just not answered.")
        try:
            answer = self._ask("POST", "/_search", _search(query, languages))
            keys = [int(hit["_id"]) for hit in answer["hits"]["hits"]]
            is_cut = answer["hits"]["total"]["value"] > MOST_RANKED
        except OutOfReach:
            self.silent_until = time.monotonic() + PAUSE
            raise
        except (KeyError, TypeError, ValueError) as error:
            raise OutOfReach(f"It answered {str(answer)[:200]}") from error
        seen = set(visible.filter(pk__in=keys).values_list("pk", flat=True))
        return Hits(tuple(key for key in keys if key in seen), is_cut=is_cut)

    def put(self, changes: Iterable[Change]) -> None:
        """Tell it what has changed. Raise OutOfReach if it does not take it."""
        lines = [line for change in changes for line in change.lines()]
        if not lines:
            return
        self._make()
        answer = self._ask("POST", "/_bulk", lines, timeout=WRITE_TIMEOUT)
        for item in answer.get("items", []):
            for result in item.values():
                # 409: there is something newer. 404: what was to go is not there.
                if result.get("status", 0) >= 400 and result["status"] not in {404, 409}:
                    raise OutOfReach(f"It refused: {str(result)[:200]}")

    def made_from(self, keys: list[int]) -> dict[int, str]:
        """Return the digests that it has of these posts. Raise OutOfReach if it says none."""
        self._make()
        ids = {"ids": [str(key) for key in keys]}
        answer = self._ask("POST", "/_mget?_source=made_from", ids, timeout=WRITE_TIMEOUT)
        return {
            int(found["_id"]): found.get("_source", {}).get("made_from", "")
            for found in answer.get("docs", [])
            if found.get("found")
        }

    def _make(self) -> None:
        """Make the index, unless it is there."""
        if not self.is_there:
            if self._send("HEAD", "", None, WRITE_TIMEOUT).status_code == 404:
                self._ask("PUT", "", INDEX, timeout=WRITE_TIMEOUT)
            self.is_there = True

    def _ask(self, method: str, path: str, sent: Any, timeout: Any = TIMEOUT) -> Any:
        response = self._send(method, path, sent, timeout)
        if not response.ok:
            raise OutOfReach(f"{response.status_code}: {response.text[:200]}")
        try:
            return response.json()
        except ValueError as error:
            raise OutOfReach("It answered what is no JSON.") from error

    def _send(self, method: str, path: str, sent: Any, timeout: Any) -> requests.Response:
        is_bulk = isinstance(sent, list)
        data = "".join(json.dumps(line) + "\n" for line in sent) if is_bulk else json.dumps(sent)
        kind = "application/x-ndjson" if is_bulk else "application/json"
        try:
            return self.session.request(
                method,
                self.url + path,
                data=None if sent is None else data,
                headers={"Content-Type": kind},
                timeout=timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise OutOfReach(type(error).__name__) from error  # its words have the password in them


def _search(query: Query, languages: list[str]) -> dict[str, Any]:
    return {
        "size": MOST_RANKED,
        "_source": False,
        "track_total_hits": MOST_RANKED + 1,
        "timeout": "400ms",
        "sort": ["_score", {"key": "desc"}],
        "query": {
            "bool": {
                "must": [_clause(term, languages) for term in query.terms],
                "must_not": [_clause(term, languages) for term in query.excluded],
            }
        },
    }


def _clause(term: Term, languages: list[str]) -> dict[str, Any]:
    if term.is_beginning:
        beginning = term.phrase[0]
        in_title = {"prefix": {"title": {"value": beginning, "boost": TITLE_WEIGHT}}}
        return {"bool": {"should": [in_title, {"prefix": {"body": {"value": beginning}}}]}}
    if term.is_phrase:
        words, kind = term.phrase, "phrase"
    else:
        words, kind = term.tokens(languages), "most_fields"
    return {"multi_match": {"query": " ".join(words), "type": kind, "fields": FIELDS}}


@cache
def _engine(url: str) -> Engine:
    return Engine(url)


def engine() -> Engine | None:
    """Return the engine that is set; None where the database does it all."""
    return _engine(settings.SEARCH_URL) if settings.SEARCH_URL else None


def tell(changes: list[Change]) -> None:
    """Tell the engine, if there is one, after a commit. What it misses, `rebuild_search` finds."""
    if (there := engine()) is not None:
        try:
            there.put(changes)
        except OutOfReach as error:
            keys = ", ".join(str(change.key) for change in changes)
            logger.error("The search engine has not got post %s: %s", keys, error)
