"""A provider whose HTTP breaks: slow, silent, cut short, or no HTTP at all."""

import socketserver
import threading
from contextlib import contextmanager

import pytest

from accounts import client as http
from accounts.client import ProviderUnavailable
from accounts.devprovider.faults import FaultyProvider
from accounts.devprovider.metadata import KEYS, TOKEN, USERINFO
from accounts.devprovider.web import Response
from accounts.tests.signing_in import (
    UNAVAILABLE,
    assert_signed_in,
    assert_signs_nobody_in,
    attempt,
)

DISCOVERY = "/.well-known/openid-configuration"
ADDRESSES = {"discovery": DISCOVERY, "token": TOKEN, "keys": KEYS, "userinfo": USERINFO}

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider_class():
    return FaultyProvider


@pytest.fixture(autouse=True)
def _secret(settings, provider):
    settings.OIDC_RP_CLIENT_SECRET = provider.client_secret = "the-secret-of-this-client"


@pytest.fixture
def impatient(monkeypatch, provider):
    """The site waits for a quarter of a second in all; what it waits for ends with the test."""
    monkeypatch.setattr(http, "TOTAL_SECONDS", 0.25)
    yield
    provider.faults.is_over.set()


@contextmanager
def saying(octets, is_over):
    """Serve at an address that says this to whoever connects, and then hangs up."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(65536)
            self.request.sendall(octets)
            if is_over is not None:
                is_over.wait()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            """Nothing: the site may hang up first."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_provider_that_never_answers(client, provider, caplog, impatient, address):
    provider.faults.before[ADDRESSES[address]] = provider.faults.wait

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_provider_that_answers_in_drops(client, provider, caplog, impatient, address):
    provider.faults.drips[ADDRESSES[address]] = 0.02

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("body", "length"),
    [(b'{"keys": []}', 500), (b"{}  ", 5), (b"", 1), (b"{", 2)],
    ids=["object", "one-short", "nothing", "broken-off"],
)
def test_a_body_shorter_than_its_length(client, provider, caplog, address, body, length):
    provider.faults.answers[ADDRESSES[address]] = Response(
        200, body, {"Content-Length": str(length)}
    )

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)


JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
NO_HTTP = {
    "nothing": b"",
    "noise": b"\x00\xff" * 500,
    "smtp": b"220 told-to-nobody ESMTP\r\n",
    "no-status": b"HTTP/1.1\r\n\r\n{}",
    "status-999": b"HTTP/1.1 999 told-to-nobody\r\n\r\n{}",
    "status-abc": b"HTTP/1.1 abc told-to-nobody\r\n\r\n{}",
    "only-a-status": b"HTTP/1.1 200 OK\r\n",
    "endless-line": b"HTTP/1.1 200 " + b"x" * 100_000,
    "endless-headers": JSON + b"X-A: told-to-nobody\r\n" * 1000,
    "no-header": JSON + b"told-to-nobody\r\n\r\n",
    "length-negative": JSON + b"Content-Length: -1\r\n\r\n",
    "chunk-broken-off": JSON + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{}",
    "chunk-of-no-size": JSON + b"Transfer-Encoding: chunked\r\n\r\ntold-to-nobody\r\n{}\r\n0\r\n\r\n",
    "no-last-chunk": JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "tls-alert": b"\x15\x03\x01\x00\x02\x02\x28",
}  # fmt: skip


@pytest.mark.parametrize("endpoint", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
@pytest.mark.parametrize("octets", NO_HTTP.values(), ids=NO_HTTP)
def test_what_is_no_http(client, provider, caplog, endpoint, octets):
    with saying(octets, None) as address:
        provider.faults.documents[DISCOVERY] = {endpoint: f"{address}/"}

        assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)


@pytest.mark.parametrize("endpoint", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
@pytest.mark.parametrize("octets", [b"", JSON, JSON + b"\r\n{"], ids=["head", "body", "rest"])
def test_a_line_that_goes_silent(client, provider, caplog, impatient, endpoint, octets):
    with saying(octets, provider.faults.is_over) as address:
        provider.faults.documents[DISCOVERY] = {endpoint: f"{address}/"}

        assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)
        provider.faults.is_over.set()


@pytest.mark.parametrize("endpoint", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_a_port_where_nobody_listens(client, provider, caplog, endpoint):
    provider.faults.documents[DISCOVERY] = {endpoint: "http://127.0.0.1:9/"}

    assert_signs_nobody_in(client, provider, caplog, UNAVAILABLE)


def test_a_request_that_is_given_up_leaves_no_thread_behind(provider, impatient):
    provider.faults.answers["/drops"] = Response(200, b"x" * 1000)
    provider.faults.drips["/drops"] = 0.02
    before = set(threading.enumerate())

    with pytest.raises(ProviderUnavailable):
        http.get_json(f"{provider.issuer}/drops")

    reading = {thread for thread in set(threading.enumerate()) - before if "(ask)" in thread.name}
    for thread in reading:
        thread.join(5)
    assert [thread for thread in reading if thread.is_alive()] == []
    assert not provider.faults.is_over.is_set()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("kind", ["", "text/html", "application/json; charset=latin-1"])
def test_an_odd_content_type_does_not_hinder(client, provider, address, kind):
    provider.faults.headers[ADDRESSES[address]] = {"Content-Type": kind}

    assert_signed_in(client, attempt(client, provider))


def test_an_answer_in_drops_that_come_in_time_does_not_hinder(client, provider):
    provider.faults.drips[USERINFO] = 0

    assert_signed_in(client, attempt(client, provider))


def test_an_answer_in_chunks_is_read_whole():
    chunks = b'5\r\n{"a":\r\n3\r\n 1}\r\n0\r\n\r\n'

    with saying(JSON + b"Transfer-Encoding: chunked\r\n\r\n" + chunks, None) as address:
        assert http.get_json(address) == {"a": 1}
