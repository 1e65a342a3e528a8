"""A WebSub hub on loopback, which notes what it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs


class _Handler(BaseHTTPRequestHandler):
    server: "Hub"

    def do_POST(self):
        told = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.told.append(told)
        is_refused = told["hub.url"][0] in self.server.refused
        self.send_response(400 if is_refused else 204)
        self.end_headers()

    def log_message(self, *args):
        pass


class Hub(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told, self.refused = [], set()
        self.url = f"http://127.0.0.1:{self.server_port}/"


@contextmanager
def hub() -> Iterator[Hub]:
    with Hub() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()
