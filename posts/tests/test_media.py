"""Pictures as readers get them, from disk and from elsewhere."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as project
from django.core.files.storage import default_storage

from posts.models import Image
from posts.tests.factories import ImageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_disk(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    }
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def test_a_picture_is_served_once_and_for_ever(client, on_disk):
    image = ImageFactory(has_avif=True)
    assert (on_disk / f"images/{image.digest[:2]}/{image.digest}-64.webp").is_file()

    for extension in ("webp", "avif"):
        response = client.get(image.url(64, extension))

        assert b"".join(response) == b"a file"
        assert response["Content-Type"] == f"image/{extension}"
        assert response["Content-Length"] == "6"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert not response.has_header("Vary")


def test_a_picture_costs_no_query_whoever_asks(as_user, author, django_assert_num_queries):
    client, image = as_user(author), ImageFactory()

    with django_assert_num_queries(0):
        assert client.get(image.src).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "images/00/" + "0" * 64 + "-64.webp",
        "images/../secret",
        "images/00/../../secret",
        "images/00/..%2f..%2fsecret",
        "images/00/%2e%2e/%2e%2e/secret",
        "secret",
        "images/00/" + "0" * 64 + "-64.svg",
        "images/00/" + "0" * 64 + "-64.webp/",
        "images/00/" + "0" * 64 + "-٦٤.webp",
        "/etc/passwd",
    ],
)
def test_nothing_else_is_served(client, on_disk, path):
    on_disk.mkdir()
    (on_disk / "secret").write_text("secret")

    response = client.get(f"/media/{path}", follow=True)

    assert response.status_code == 404


def test_only_get_and_head_are_answered(client):
    image = ImageFactory()

    assert client.head(image.src)["Content-Type"] == "image/webp"
    assert client.post(image.src).status_code == 405


def test_no_post_can_take_the_address():
    from posts import slugs

    assert "media" in slugs.reserved()


def start(**environment):
    """Return what the settings make of an environment, as a process of its own sees it."""
    code = (
        "import django; django.setup();"
        "from django.core.files.storage import storages;"
        "print(storages.backends['default'])"
    )
    return subprocess.run(  # noqa: S603
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=project.BASE_DIR,
        env={"PATH": os.environ["PATH"], "DEBUG": "True",
             "DJANGO_SETTINGS_MODULE": "config.settings"} | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_bucket_without_its_packages_is_said_in_a_line(tmp_path):
    try:
        import storages  # noqa: F401
    except ImportError:
        assert "pip install --require-hashes -r requirements-s3.txt" in start(S3_BUCKET="b").stderr
    else:
        assert "storages.backends.s3.S3Storage" in start(S3_BUCKET="b").stdout
    assert "FileSystemStorage" in start().stdout


def test_the_packages_for_a_bucket_are_pinned_apart():
    production = (project.BASE_DIR / "requirements.txt").read_text()
    apart = (project.BASE_DIR / "requirements-s3.txt").read_text()

    assert "boto3==" not in production
    assert "boto3==" in apart
    assert "--hash=sha256:" in apart


def test_what_is_stored_elsewhere_is_served_all_the_same(client, settings):
    """Any of Django's storages will do; this one knows no disk."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "posts.tests.bucket.BucketStorage"}
    }
    image = ImageFactory()

    assert b"".join(client.get(image.src)) == b"a file"
    assert Image.objects.get().remove(is_needed=lambda image: False)
    assert client.get(image.src).status_code == 404
    assert not default_storage.exists(next(image.files))
