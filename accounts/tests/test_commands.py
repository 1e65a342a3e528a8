"""What is done to people, and for developers, from the command line."""

import errno
import os
import socket
from argparse import Namespace
from io import StringIO

import pytest
import requests
from django.contrib.staticfiles.management.commands.runserver import Command as RunserverCommand
from django.core.management import CommandError, call_command
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from accounts.devprovider.people import SAMPLE_PEOPLE
from accounts.models import User

MEI = SAMPLE_PEOPLE[2]
IN_USE = os.strerror(errno.EADDRINUSE)


@pytest.fixture
def debug(settings):
    settings.DEBUG = True


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free_ports():
    """Two ports that were free a moment ago."""
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]


@pytest.fixture
def meanwhile(monkeypatch):
    """Instead of the site, run what is put into `do`; nothing as yet."""
    site = Namespace(do=lambda: None, was_run=0)

    def run(command, **options):
        site.was_run += 1
        site.do()

    monkeypatch.delenv(DJANGO_AUTORELOAD_ENV, raising=False)
    monkeypatch.setattr(RunserverCommand, "run", run)
    return site


# load_sample_people


@pytest.mark.django_db
def test_sample_people_are_known_as_if_each_had_signed_in(debug, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:8001"

    call_command("load_sample_people")

    people = User.objects.order_by("pk")
    assert [(user.issuer, user.subject, user.get_full_name(), user.email) for user in people] == [
        ("http://127.0.0.1:8001", person.subject, person.name, person.email)
        for person in SAMPLE_PEOPLE
    ]
    assert [user.role for user in people] == [
        "admin",
        "moderator",
        "author",
        "author",
        "author",
        "author",
    ]


@pytest.mark.django_db
def test_what_sample_people_say_of_themselves_is_theirs_to_change(debug, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:8001"
    call_command("load_sample_people")
    mei = User.objects.get(subject=MEI.subject)
    assert mei.bio.startswith("I set type for Quire")
    mei.describe(bio="", links=[])

    call_command("load_sample_people")

    assert User.objects.get(subject=MEI.subject).bio == ""


@pytest.mark.django_db
def test_sample_people_who_are_known_stay_who_they_are_when_the_provider_moves(debug, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:8001"
    call_command("load_sample_people")
    before = list(User.objects.order_by("pk").values("pk", "handle"))

    settings.OIDC_ISSUER = "http://127.0.0.1:8091"
    call_command("load_sample_people")

    assert list(User.objects.order_by("pk").values("pk", "handle")) == before
    assert set(User.objects.values_list("issuer", flat=True)) == {"http://127.0.0.1:8091"}


@pytest.mark.django_db
def test_sample_people_who_signed_in_at_two_addresses_are_no_obstacle(debug, settings):
    for issuer in ("http://127.0.0.1:8001", "http://127.0.0.1:8091"):
        User.objects.sign_in(issuer, MEI.subject, {"name": "Mei"})
    here = User.objects.get(issuer="http://127.0.0.1:8091")
    settings.OIDC_ISSUER = "http://127.0.0.1:8091"

    call_command("load_sample_people")

    assert User.objects.get(issuer="http://127.0.0.1:8091", subject=MEI.subject) == here
    assert User.objects.count() == len(SAMPLE_PEOPLE) + 1


@pytest.mark.django_db
def test_sample_people_never_belong_to_a_real_provider(debug, settings):
    settings.OIDC_ISSUER = "https://acme.okta.com"

    call_command("load_sample_people")

    issuers = set(User.objects.values_list("issuer", flat=True))
    assert issuers == {"http://127.0.0.1:8001"}


@pytest.mark.django_db
def test_sample_people_are_for_development_only():
    with pytest.raises(CommandError, match="DEBUG=True"):
        call_command("load_sample_people")

    assert User.objects.count() == 0


# develop


def test_developing_needs_debug(meanwhile):
    with pytest.raises(CommandError, match="Set DEBUG=True, or run `make serve`"):
        call_command("develop")

    assert meanwhile.was_run == 0


def test_a_taken_port_is_said_in_one_line_with_a_way_on(debug, meanwhile, taken_port):
    with pytest.raises(CommandError) as refusal:
        call_command("develop", f"127.0.0.1:{taken_port}", use_reloader=False)

    assert str(refusal.value) == (
        f"Port {taken_port} on 127.0.0.1 cannot be used ({IN_USE}). "
        "Stop what uses it, or choose another: make run PORT=8080"
    )
    assert meanwhile.was_run == 0


def test_a_taken_port_of_the_provider_is_said_in_one_line_with_a_way_on(
    debug, meanwhile, settings, taken_port, free_ports
):
    settings.OIDC_ISSUER = f"http://127.0.0.1:{taken_port}"

    with pytest.raises(CommandError) as refusal:
        call_command("develop", f"127.0.0.1:{free_ports[0]}", use_reloader=False)

    assert str(refusal.value) == (
        f"The sign-in provider cannot use http://127.0.0.1:{taken_port} ({IN_USE}). "
        "Stop what uses it, or choose another: make run OIDC_ISSUER=http://127.0.0.1:8091"
    )
    assert meanwhile.was_run == 0


def test_ports_are_looked_at_without_running_anything(
    debug, meanwhile, settings, free_ports, taken_port
):
    port, provider_port = free_ports
    settings.OIDC_ISSUER = f"http://127.0.0.1:{provider_port}"
    out = StringIO()

    call_command("develop", f"127.0.0.1:{port}", only_check_ports=True, stdout=out)

    assert (meanwhile.was_run, out.getvalue()) == (0, "")
    with pytest.raises(requests.ConnectionError):
        requests.get(settings.OIDC_ISSUER, timeout=5)
    settings.OIDC_ISSUER = f"http://127.0.0.1:{taken_port}"
    with pytest.raises(CommandError, match="The sign-in provider cannot use"):
        call_command("develop", f"127.0.0.1:{port}", only_check_ports=True, stdout=out)


def test_the_provider_runs_as_long_as_the_site_and_says_who_can_sign_in(
    debug, meanwhile, settings, free_ports
):
    port, provider_port = free_ports
    settings.OIDC_ISSUER = issuer = f"http://127.0.0.1:{provider_port}"
    answers, out = [], StringIO()
    meanwhile.do = lambda: answers.append(requests.get(issuer, timeout=5).status_code)

    call_command("develop", f"127.0.0.1:{port}", use_reloader=False, stdout=out)

    said = out.getvalue()
    assert answers == [200]
    assert f"Byline is at http://localhost:{port}\n" in said
    for person in SAMPLE_PEOPLE:
        assert f"  {person.name}: {person.blurb}\n" in said
    with pytest.raises(requests.ConnectionError):
        requests.get(issuer, timeout=5)


def test_a_reload_starts_no_second_provider(debug, meanwhile, settings, monkeypatch, taken_port):
    monkeypatch.setenv(DJANGO_AUTORELOAD_ENV, "true")
    settings.OIDC_ISSUER = f"http://127.0.0.1:{taken_port}"  # by the process that reloads this one
    out = StringIO()

    call_command("develop", f"127.0.0.1:{taken_port}", use_reloader=False, stdout=out)

    assert (meanwhile.was_run, out.getvalue()) == (1, "")


def test_a_real_provider_is_named_and_not_imitated(debug, meanwhile, settings, free_ports):
    settings.OIDC_ISSUER = "https://acme.okta.com"
    out = StringIO()

    call_command("develop", f"127.0.0.1:{free_ports[0]}", use_reloader=False, stdout=out)

    assert meanwhile.was_run == 1
    assert "Sign in at https://acme.okta.com.\n" in out.getvalue()
    assert MEI.name not in out.getvalue()


def test_developing_works_on_ipv6(debug, meanwhile, settings):
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as free:
            port = free.getsockname()[1]
    except OSError:
        pytest.skip("This machine has no IPv6 loopback.")
    settings.OIDC_ISSUER = "https://acme.okta.com"

    call_command("develop", f"[::1]:{port}", use_reloader=False, stdout=StringIO())

    assert meanwhile.was_run == 1


# createsuperuser


def create_superuser(**options):
    arguments = [f"--{name}={value}" for name, value in options.items()]
    call_command("createsuperuser", "--no-input", *arguments, stdout=StringIO())


@pytest.mark.django_db
def test_a_superuser_is_made_without_a_question():
    create_superuser(handle="chief", issuer="https://acme.okta.com", subject="00uChief")

    chief = User.objects.get()
    assert (chief.handle, chief.issuer, chief.subject, chief.is_superuser, chief.role) == (
        "chief",
        "https://acme.okta.com",
        "00uChief",
        True,
        "superuser",
    )


@pytest.mark.django_db
def test_a_superuser_can_be_someone_who_signed_in_before():
    mei = User.objects.sign_in("https://acme.okta.com", "00uMei", {"name": "Mei Tanaka"})

    create_superuser(handle="chief", issuer="https://acme.okta.com", subject="00uMei")

    chief = User.objects.get()
    assert (chief, chief.handle, chief.is_superuser) == (mei, "mei-tanaka", True)


@pytest.mark.django_db
def test_a_superuser_does_not_get_the_handle_of_somebody_else():
    User.objects.sign_in("https://acme.okta.com", "00uMei", {"name": "Mei Tanaka"})

    with pytest.raises(CommandError, match="already taken"):
        create_superuser(handle="mei-tanaka", issuer="https://acme.okta.com", subject="00uChief")

    assert User.objects.filter(is_superuser=True).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["handle", "issuer", "subject"])
def test_a_superuser_needs_handle_issuer_and_subject(missing):
    given = {"handle": "chief", "issuer": "https://acme.okta.com", "subject": "00uChief"}
    del given[missing]

    with pytest.raises(CommandError, match=f"You must use --{missing}"):
        create_superuser(**given)

    assert User.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("handle", ["a/b", "x" * 61])
def test_a_superuser_gets_no_handle_that_makes_no_address(handle):
    with pytest.raises(CommandError):
        create_superuser(handle=handle, issuer="https://acme.okta.com", subject="00uChief")

    assert User.objects.count() == 0
