"""A stand-in for Okta's Users and Apps APIs, on loopback, with every fault that a test wants."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import NamedTuple
from urllib.parse import parse_qs, quote, urlencode, urlsplit

USERS = "/api/v1/users"
CLIENT_ID = "0oaByline"
APP_USERS = f"/api/v1/apps/{CLIENT_ID}/users"
TOKEN = "00-a-token-that-nobody-may-see"


class Answer(NamedTuple):
    status: int = 200
    body: str = "[]"
    headers: tuple[tuple[str, str], ...] = ()
    drip_seconds: float = 0  # between one byte and the next


def people(count: int) -> dict[str, str]:
    """Return the statuses of so many active people by ID."""
    return {f"00u{number:04}": "ACTIVE" for number in range(count)}


class OktaStandIn:
    """Answers as Okta does, unless a fault is put in the way.

    `people` are statuses by ID. `next_answers` are given first, one a request, at a path; None
    there is the true answer. `every_answer` is given at a path always.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.people: dict[str, str] = {}
        self.assigned: list[str] = []
        self.page_size = 200
        self.next_answers: dict[str, list[Answer | None]] = defaultdict(list)
        self.every_answer: dict[str, Answer] = {}
        self.asked: list[str] = []  # the paths with queries
        self.authorizations: set[str | None] = set()

    def asked_at(self, path: str) -> list[dict[str, str]]:
        """The queries asked at a path, each by name."""
        return [
            {name: value for name, [value] in parse_qs(urlsplit(asked).query).items()}
            for asked in self.asked
            if urlsplit(asked).path == path
        ]

    def answer(self, target: str, authorization: str | None) -> Answer:
        self.asked.append(target)
        self.authorizations.add(authorization)
        path = urlsplit(target).path
        if self.next_answers[path] and (fault := self.next_answers[path].pop(0)) is not None:
            return fault
        if path in self.every_answer:
            return self.every_answer[path]
        return self.true_answer(path, dict(self.asked_at(path)[-1]), authorization)

    def true_answer(self, path: str, query: dict[str, str], authorization: str | None) -> Answer:
        if authorization != f"SSWS {TOKEN}":
            return Answer(401, '{"errorCode": "E0000011"}')
        if path == USERS:
            rows = [
                {"id": subject, "status": status, "profile": {"login": f"{subject}@example.org"}}
                for subject, status in self.people.items()
                if "search" in query or status != "DEPROVISIONED"
            ]
        elif path == APP_USERS:
            rows = [{"id": subject, "scope": "GROUP"} for subject in self.assigned]
        else:
            return Answer(404, '{"errorCode": "E0000007"}')
        start, limit = int(query.get("after", 0)), min(int(query["limit"]), self.page_size)
        links = [self.link(path, query, "self")]
        if start + limit < len(rows):
            links.append(self.link(path, query | {"after": str(start + limit)}, "next"))
        return Answer(200, json.dumps(rows[start : start + limit]), tuple(links))

    def link(self, path: str, query: dict[str, str], rel: str) -> tuple[str, str]:
        url = f"{self.origin}{path}?{urlencode(query, quote_via=quote)}"
        return ("Link", f'<{url}>; rel="{rel}"')


class _Server(ThreadingMixIn, TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    okta: OktaStandIn

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: a client that gives up closes the connection."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answer = self.server.okta.answer(self.path, self.headers.get("Authorization"))
        body = answer.body.encode()
        self.send_response_only(answer.status)
        if "Date" not in dict(answer.headers):
            self.send_header("Date", self.date_time_string())
        for name, value in answer.headers:
            if value:  # an empty one stands for a header that is missing
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not answer.drip_seconds:
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes([byte]))
            time.sleep(answer.drip_seconds)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving_okta() -> Iterator[OktaStandIn]:
    """Serve a stand-in on a free port until the block ends."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.okta = OktaStandIn(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.okta
        finally:
            server.shutdown()
            thread.join()
