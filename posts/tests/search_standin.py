"""As much of OpenSearch as the search asks of it, on loopback.

It keeps documents with their external versions, and answers the queries of `posts/search/engine.py`
by the letter of the reference (https://docs.opensearch.org/latest/query-dsl/): anything else gets
400. Its scores only count. So the tests say that requests are well formed and what is made of the
answers, and nothing of a real engine's speed or ranking.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

FIELD_TYPES = {"title": "text", "body": "text", "key": "long", "made_from": "keyword"}


class _Handler(BaseHTTPRequestHandler):
    server: "OpenSearch"
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(200 if self.server.mapping else 404)

    def do_PUT(self):
        mapping = self.json()["mappings"]
        types = {name: field["type"] for name, field in mapping["properties"].items()}
        if self.server.mapping or types != FIELD_TYPES:
            self.answer(400, {"error": "resource_already_exists_exception or another mapping"})
            return
        self.server.mapping = mapping
        self.answer(200, {"acknowledged": True})

    def do_POST(self):
        body = self.body()
        if self.server.answer_with is not None:
            self.answer(*self.server.answer_with)
            return
        act = {
            "/byline/_bulk": self.bulk,
            "/byline/_mget?_source=made_from": self.mget,
            "/byline/_search": self.search,
        }.get(self.path)
        try:
            self.answer(200, act(body)) if act else self.answer(404)
        except (KeyError, ValueError, TypeError) as error:
            self.answer(400, {"error": repr(error)})

    def bulk(self, body):
        assert self.headers["Content-Type"] == "application/x-ndjson"
        assert body.endswith(b"\n")
        lines, items = iter(map(json.loads, body.splitlines())), []
        for action in lines:
            ((verb, target),) = action.items()
            assert target["version_type"] == "external_gte"
            source = next(lines) if verb == "index" else None
            _document, version = self.server.documents.get(target["_id"], (None, 0))
            if target["version"] < version:
                items.append({verb: {"_id": target["_id"], "status": 409}})
                continue
            self.server.documents[target["_id"]] = (source, target["version"])
            items.append({verb: {"_id": target["_id"], "status": 200}})
        return {
            "errors": any(next(iter(i.values()))["status"] > 299 for i in items),
            "items": items,
        }

    def mget(self, body):
        docs = []
        for key in json.loads(body)["ids"]:
            source = self.server.documents.get(key, (None, 0))[0]
            made_from = {"made_from": source["made_from"]} if source else {}
            docs.append({"_id": key, "found": bool(source), "_source": made_from})
        return {"docs": docs}

    def search(self, body):
        asked = json.loads(body)
        assert asked["sort"] == ["_score", {"key": "desc"}]
        hits = []
        for key, (source, _version) in self.server.documents.items():
            if source and (score := matches(asked["query"], source)):
                hits.append((score, source["key"], key))
        best = sorted(hits, reverse=True)[: asked["size"]]
        return {
            "hits": {
                "total": {"value": min(len(hits), asked["track_total_hits"]), "relation": "eq"},
                "hits": [{"_id": key, "_score": score} for score, _key, key in best],
            }
        }

    def json(self):
        assert self.headers["Content-Type"] == "application/json"
        return json.loads(self.body())

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status, content=None):
        self.server.asked.append((self.command, self.path, status))
        sent = content if isinstance(content, bytes) else json.dumps(content or {}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(sent)

    def log_message(self, *args):
        pass


def matches(clause, source):
    """Return the score of a document, 0 if it does not match. Raise ValueError for other queries."""
    ((kind, asked),) = clause.items()
    match kind:
        case "bool":
            scores = [matches(each, source) for each in asked.get("must", [])]
            either = [matches(each, source) for each in asked.get("should", [])]
            without = any(matches(each, source) for each in asked.get("must_not", []))
            if without or not all(scores) or (either and not scores and not any(either)):
                return 0
            return sum(scores) + sum(either)
        case "prefix":
            ((field, asked_for),) = asked.items()
            is_there = any(t.startswith(asked_for["value"]) for t in source[field].split())
            return is_there * asked_for.get("boost", 1)
        case "multi_match":
            score = 0
            for field in asked["fields"]:
                name, _sign, weight = field.partition("^")
                text, words = source[name].split(), asked["query"].split()
                if asked["type"] == "phrase":
                    together = f" {' '.join(words)} " in f" {' '.join(text)} "
                    score += together * int(weight or 1)
                elif asked["type"] == "most_fields":
                    score += sum(map(text.count, words)) * int(weight or 1)
                else:
                    raise ValueError(asked["type"])
            return score
    raise ValueError(kind)


class OpenSearch(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.documents = {}
        self.mapping = None
        self.asked = []
        self.answer_with = None  # a status and a body, instead of what was asked for

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/byline"


@contextmanager
def serving() -> Iterator[OpenSearch]:
    with OpenSearch() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()
