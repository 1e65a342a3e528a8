"""Pictures in a bucket, through the packages of requirements-s3.txt where they are installed."""

import pytest
from django.conf import settings as project
from django.test import override_settings

from posts.models import Image
from posts.tests.factories import ImageFactory
from posts.tests.s3_standin import s3

pytest.importorskip("boto3", reason="boto3 is not installed (requirements-s3.txt)")
pytest.importorskip("storages", reason="django-storages is not installed (requirements-s3.txt)")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:boto"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def bucket(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with s3() as server:
        storage = {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "pictures",
                "endpoint_url": server.url,
                "region_name": "eu-west-1",
                "default_acl": None,
                "file_overwrite": True,
            },
        }
        with override_settings(STORAGES=project.STORAGES | {"default": storage}):
            yield server


def test_a_picture_in_a_bucket_is_stored_served_and_removed(client, bucket):
    image = ImageFactory(widths=[480, 960])
    assert sorted(bucket.objects) == sorted(f"/pictures/{name}" for name in image.files)

    response = client.get(image.src)
    assert b"".join(response) == b"a file"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"

    assert image.remove(is_needed=lambda image: False)
    assert bucket.objects == {}
    assert client.get(image.src).status_code == 404


def test_what_is_in_the_bucket_already_is_not_sent_again(bucket):
    image = ImageFactory()
    bucket.asked.clear()

    ImageFactory(uploader=image.uploader, digest=image.digest)

    assert {method for method, _path, _status in bucket.asked} == {"HEAD"}
    assert Image.objects.count() == 1
