"""The site and a provider to sign in at, in one process, for development."""

import os
import socket
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands.runserver import Command as RunserverCommand
from django.core.management.base import CommandError, CommandParser
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.devprovider.server import development_provider
from accounts.discovery import is_loopback


def reason(error: OSError) -> str:
    """Return what went wrong in the system's few words, without what Python adds to them."""
    number = error.errno or 0
    return os.strerror(number) if number > 0 else str(error)


class Command(RunserverCommand):
    help = "Run the development provider and the site, and reload the site when its code changes."

    addr: str
    port: str

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(addrport=f"{settings.BIND}:{settings.PORT}")
        parser.add_argument(
            "--only-check-ports",
            action="store_true",
            help="Say whether the ports of site and provider are free, and stop.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("This is for development. Set DEBUG=True, or run `make serve`.")
        super().handle(*args, **options)

    def run(self, **options: Any) -> None:
        """Start the provider in the process that outlives the reloads, and only there."""
        with ExitStack() as running:
            if os.environ.get(DJANGO_AUTORELOAD_ENV) != "true":
                self.refuse_taken_port()
                if is_loopback(settings.OIDC_ISSUER):
                    self.start_provider(running)
                if options["only_check_ports"]:
                    return
                self.announce()
            super().run(**options)

    def refuse_taken_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.addr else socket.AF_INET
        try:
            socket.create_server((self.addr, int(self.port)), family=family).close()
        except OSError as error:
            raise CommandError(
                f"Port {self.port} on {self.addr} cannot be used ({reason(error)}). "
                "Stop what uses it, or choose another: make run PORT=8080"
            ) from error

    def start_provider(self, running: ExitStack) -> None:
        try:
            site = f"http://localhost:{self.port}"
            running.enter_context(development_provider(settings.OIDC_ISSUER, site))
        except OSError as error:
            raise CommandError(
                f"The sign-in provider cannot use {settings.OIDC_ISSUER} ({reason(error)}). Stop "
                "what uses it, or choose another: make run OIDC_ISSUER=http://127.0.0.1:8091"
            ) from error

    def announce(self) -> None:
        self.stdout.write(f"\nByline is at http://localhost:{self.port}\n")
        if is_loopback(settings.OIDC_ISSUER):
            self.stdout.write(f"Sign in as one of these people ({settings.OIDC_ISSUER}):\n")
            for person in SAMPLE_PEOPLE:
                self.stdout.write(f"  {person.given_name} {person.family_name}: {person.blurb}\n")
        else:
            self.stdout.write(f"Sign in at {settings.OIDC_ISSUER}.\n")
        self.stdout.write("Ctrl-C stops it.\n\n")
