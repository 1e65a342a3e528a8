"""The provider on a socket: for the tests, and for `make run`."""

import ipaddress
import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from socketserver import TCPServer, ThreadingMixIn
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .provider import DevelopmentProvider
from .web import LOOPBACK

logger = logging.getLogger(__name__)


class QuietHandler(WSGIRequestHandler):
    """Logs one line for an answer that is an error, and never a query: codes travel there."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if str(code) >= "400":
            path = getattr(self, "path", "").partition("?")[0]
            logger.warning("%s %r answered %s", self.command, path, int(code))

    def log_message(self, *args: object) -> None:
        pass


class ProviderServer(ThreadingMixIn, WSGIServer):
    """Serves one provider, a thread for each request."""

    daemon_threads = True
    provider: DevelopmentProvider

    def __init__(self, host: str, port: int) -> None:
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), QuietHandler)

    def server_bind(self) -> None:
        # HTTPServer would ask the resolver for this machine's name, which can take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()

    def handle_error(self, request: object, client_address: object) -> None:
        logger.debug("A connection broke.", exc_info=True)


@contextmanager
def serving(
    make_provider: Callable[[str], DevelopmentProvider], host: str, port: int
) -> Iterator[ProviderServer]:
    """Serve the provider that is made for the issuer at this address, until the block ends.

    Port 0 picks a free one. The server's `provider` is the one that was made. ValueError if the
    host is not loopback, OSError if the port is taken.
    """
    if not is_loopback(host):
        raise ValueError(f"The development provider listens on loopback only, not on {host!r}.")
    with ProviderServer(host, port) as server:
        netloc = f"[{host}]" if ":" in host else host
        server.provider = make_provider(f"http://{netloc}:{server.server_port}")
        server.set_app(server.provider)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def development_provider(
    issuer: str, site: str = "http://localhost:8000"
) -> AbstractContextManager[ProviderServer]:
    """Return what serves, as a context manager, the site's own provider at this issuer.

    It tells the site of logouts. ImproperlyConfigured unless DEBUG is on and the issuer is http on
    loopback; OSError, once entered, if the port is taken.
    """
    if not settings.DEBUG:
        raise ImproperlyConfigured("The development provider runs only with DEBUG on.")
    if not re.fullmatch(f"http://{LOOPBACK}", issuer):
        raise ImproperlyConfigured(
            "The development provider's issuer is http on a loopback host, and nothing more, "
            f"such as http://127.0.0.1:8001; it cannot be {issuer!r}."
        )
    parts = urlsplit(issuer)

    def make_provider(_bound: str) -> DevelopmentProvider:
        return DevelopmentProvider(
            issuer,
            client_id=settings.OIDC_RP_CLIENT_ID,
            client_secret=settings.OIDC_RP_CLIENT_SECRET,
            backchannel_logout_uri=f"{site}/oidc/backchannel-logout/",
        )

    return serving(make_provider, parts.hostname or "", parts.port or 80)
