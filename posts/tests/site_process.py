"""The site in a process of its own, which can be killed and started again on the same database."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import django.conf

SERVE = """
import os
from wsgiref.simple_server import WSGIServer, make_server, WSGIRequestHandler
from socketserver import ThreadingMixIn
os.environ["DJANGO_SETTINGS_MODULE"] = "config.test_settings"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
settings.OIDC_RECHECK_SECONDS = 86400
settings.DEBUG = True
django.setup()
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
class Quiet(WSGIRequestHandler):
    def log_message(self, *args): pass
make_server("127.0.0.1", int(os.environ["PORT"]), StaticFilesHandler(get_wsgi_application()), Server, Quiet).serve_forever()
"""


class SiteProcess:
    def __init__(self, database: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.database = database
        self.start()

    def start(self) -> None:
        env = os.environ | {"TEST_DATABASE": self.database, "PORT": str(self.port)}
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", SERVE],
            cwd=Path(django.conf.settings.BASE_DIR),
            env=env,
            stderr=subprocess.DEVNULL,
        )
        self.wait()

    def wait(self) -> None:
        for _time in range(600):
            try:
                urlopen(f"{self.url}/healthz", timeout=5).close()  # noqa: S310
            except (URLError, OSError):
                time.sleep(0.1)
            else:
                return
        raise AssertionError("The site did not start.")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
