"""Whether the process lives, and whether it is ready."""

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

REFUSING_CACHE = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:9",  # the discard port, where nobody listens
    }
}
FORGETTING_CACHE = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def assert_says(response, status, text):
    assert (response.status_code, response.text) == (status, text)
    assert response["Content-Type"] == "text/plain"
    assert "no-store" in response["Cache-Control"]


def test_a_process_that_lives_says_so_without_the_database(client):
    assert_says(client.get("/healthz"), 200, "ok\n")


@pytest.mark.django_db
def test_a_process_that_is_ready_says_so(client):
    assert_says(client.get("/readyz"), 200, "ok\n")


@pytest.mark.django_db
def test_a_database_that_lacks_a_migration_is_not_ready(client):
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")

    assert_says(client.get("/readyz"), 503, "not ready: database\n")


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_does_not_answer_is_not_ready(client, monkeypatch, error):
    def refuse(connection):
        raise error("connection refused")

    monkeypatch.setattr("config.views.MigrationExecutor", refuse)

    assert_says(client.get("/readyz"), 503, "not ready: database\n")


@pytest.mark.django_db
@pytest.mark.parametrize("caches", [REFUSING_CACHE, FORGETTING_CACHE], ids=["refuses", "forgets"])
def test_a_cache_that_does_not_keep_is_not_ready(client, settings, caches):
    settings.CACHES = caches

    assert_says(client.get("/readyz"), 503, "not ready: cache\n")


@pytest.mark.django_db
def test_everything_that_is_not_ready_is_named(client, settings):
    settings.CACHES = FORGETTING_CACHE
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")

    assert_says(client.get("/readyz"), 503, "not ready: database, cache\n")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_balancer_that_speaks_http_is_not_sent_to_https(client, settings, address):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(address).status_code == 200
    assert client.get("/").status_code == 301


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_asking_changes_nothing(client, address):
    assert client.post(address).status_code == 405
