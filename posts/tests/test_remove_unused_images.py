import threading
from datetime import timedelta
from functools import partial

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from posts import references
from posts.models import Image, Post, Revision, WorkingCopy
from posts.tests.factories import ImageFactory, PostFactory

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=40)


def run(*arguments):
    call_command("remove_unused_images", *arguments)


def is_there(image):
    """Return whether row and files are there; neither without the other."""
    row = Image.objects.filter(pk=image.pk).exists()
    assert [default_storage.exists(name) for name in image.files] == [row] * len(image.widths)
    return row


def in_a_post(image):
    PostFactory(body=f"<p>a</p>{image.markup('b')}")


def in_a_trashed_post(image):
    PostFactory(trashed=True, body=image.markup("b"))


def in_a_revision(image):
    post = PostFactory()
    Revision.objects.create(
        post=post, editor=post.author, kind="saved", version=1, title="a", body=image.markup("b")
    )


def as_the_cover_of_a_revision(image):
    post = PostFactory()
    Revision.objects.create(
        post=post, editor=post.author, kind="saved", version=1, title="a", body="",
        details={"cover": image.pk},
    )  # fmt: skip


def in_what_is_being_typed(image):
    WorkingCopy.objects.create(
        author=image.uploader,
        form="6e1f7a52-7b1e-4d6c-9a55-0f6b1f3f3a51",
        body=f"<IMG SRC={image.url(64)}",
    )


def as_a_cover(image):
    PostFactory(cover=image)


def test_what_nobody_refers_to_goes_with_its_files(capsys):
    images = ImageFactory.create_batch(2, uploaded_at=LONG_AGO)
    in_a_post(images[0])

    run()

    assert [is_there(image) for image in images] == [True, False]
    assert "Removed: 1 of 2." in capsys.readouterr().out


@pytest.mark.parametrize(
    "refer",
    [
        in_a_post,
        in_a_trashed_post,
        in_a_revision,
        as_the_cover_of_a_revision,
        in_what_is_being_typed,
        as_a_cover,
    ],
)
def test_what_somebody_refers_to_stays(refer):
    image = ImageFactory(uploaded_at=LONG_AGO)
    refer(image)

    run()

    assert is_there(image)


@pytest.mark.parametrize("refer", [in_a_post, in_a_revision, in_what_is_being_typed, as_a_cover])
def test_what_is_used_while_all_texts_are_read_stays(monkeypatch, capsys, refer):
    image = ImageFactory(uploaded_at=LONG_AGO)
    read = references.everywhere

    def read_and_then_somebody_saves(*arguments):
        found = read(*arguments)
        refer(image)
        return found

    monkeypatch.setattr(references, "everywhere", read_and_then_somebody_saves)

    run()

    assert is_there(image)
    assert "Left alone, used in the meantime: 1." in capsys.readouterr().out


def test_what_is_uploaded_anew_while_all_texts_are_read_stays(monkeypatch):
    image = ImageFactory(uploaded_at=LONG_AGO)
    read = references.everywhere

    def read_and_then_somebody_uploads(*arguments):
        found = read(*arguments)
        ImageFactory(uploader=image.uploader, digest=image.digest)
        return found

    monkeypatch.setattr(references, "everywhere", read_and_then_somebody_uploads)

    run()

    assert is_there(image)


@pytest.mark.parametrize(
    ("age", "days", "stays"), [(29, "30", True), (31, "30", False), (2, "1", False)]
)
def test_what_was_uploaded_lately_stays(age, days, stays):
    image = ImageFactory(uploaded_at=timezone.now() - timedelta(days=age))

    run("--days", days)

    assert is_there(image) is stays


def test_a_dry_run_changes_nothing(capsys):
    image = ImageFactory(uploaded_at=LONG_AGO, name="beach.jpg")

    run("--dry-run")

    assert is_there(image)
    assert f"Would be removed: {image.digest} beach.jpg" in capsys.readouterr().out


@pytest.mark.parametrize("days", ["-1", "many", "1.5", "99999999"])
def test_a_wrong_number_of_days_is_refused(days):
    with pytest.raises(CommandError):
        run(f"--days={days}")


def test_a_picture_that_was_removed_can_be_uploaded_again():
    image = ImageFactory(uploaded_at=LONG_AGO)
    run()

    again = ImageFactory(digest=image.digest)

    assert is_there(again)


def test_a_post_that_was_saved_before_its_picture_went_shows_no_broken_markup():
    image = ImageFactory(uploaded_at=LONG_AGO)
    post = PostFactory.build(body=f"<p>a</p>{image.markup('A beach', 'In May')}")
    run()

    post.author.save()
    post.add()

    assert Post.objects.get().body == (
        '<p>a</p><figure><img alt="A beach"><figcaption>In May</figcaption></figure>'
    )


@pytest.mark.django_db(transaction=True)
def test_who_uploads_what_is_just_being_removed_waits_and_then_has_it():
    image = ImageFactory(uploaded_at=LONG_AGO)
    person = image.uploader

    def upload():
        ImageFactory(uploader=person, digest=image.digest)
        connection.close()

    uploading = threading.Thread(target=upload)

    def asked_while_the_row_is_locked(image):
        uploading.start()
        uploading.join(timeout=0.5)
        assert uploading.is_alive()
        return False

    assert image.remove(is_needed=asked_while_the_row_is_locked) is True
    uploading.join()

    assert is_there(Image.objects.get())


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("sqlite" in connection.vendor, reason="SQLite has one writer at a time anyway")
def test_a_picture_that_a_post_is_being_saved_with_is_not_removed_under_it():
    image = ImageFactory(uploaded_at=LONG_AGO)
    started_at = timezone.now()
    removed = []

    def remove():
        removed.append(image.remove(partial(references.has_come_into_use, since=started_at)))
        connection.close()

    removing = threading.Thread(target=remove)
    with transaction.atomic():
        in_a_post(image)
        removing.start()
        removing.join(timeout=0.5)
        assert removing.is_alive()
    removing.join()

    assert removed == [False]
    assert is_there(Image.objects.get())
