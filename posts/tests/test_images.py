"""Pictures as rows, at the endpoint, and in a body."""

import io
import threading

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image as Pillow

from accounts.models import User
from accounts.tests.factories import UserFactory
from posts import illustrations, images, uploads
from posts.illustrations import SIZES
from posts.models import Image, Post
from posts.sanitiser import removed, sanitise
from posts.tests import pictures
from posts.tests.factories import ImageFactory, PostFactory
from posts.views import images as views

pytestmark = pytest.mark.django_db
ADDRESS = "/dashboard/images/"
JSON = {"Accept": "application/json"}


def a_file(name="a.png", content=None):
    return SimpleUploadedFile(name, content or pictures.png())


def test_a_photo_is_kept_in_several_widths_and_two_formats():
    noise = [Pillow.effect_noise((60, 45), 90) for _channel in "RGB"]
    photo = Pillow.merge("RGB", noise).resize((2400, 1800), Pillow.Resampling.BILINEAR)

    prepared = images.prepare(io.BytesIO(pictures.saved(photo, "JPEG", quality=90)))

    assert (prepared.width, prepared.height) == (1920, 1440)
    assert prepared.widths == [480, 960, 1440, 1920]
    assert prepared.has_avif
    assert set(prepared.files) == {
        f"{width}.{ending}" for width in prepared.widths for ending in ("webp", "avif")
    }
    for ending, content in prepared.files.items():
        with Pillow.open(io.BytesIO(content)) as made:
            width = int(ending.split(".")[0])
            assert made.size == (width, width * 3 // 4)


@pytest.mark.parametrize(
    ("width", "widths"), [(64, [64]), (500, [500]), (600, [480, 600]), (1000, [480, 1000])]
)
def test_no_width_is_larger_than_the_original_or_nearly_another(width, widths):
    prepared = images.prepare(io.BytesIO(pictures.saved(pictures.picture(width, 60), "PNG")))

    assert prepared.widths == widths


def test_the_same_picture_twice_is_one_row_whoever_uploads_it(as_user, author, stranger):
    first = as_user(author).post(ADDRESS, {"alt": "One", "file": a_file()}, headers=JSON)
    with_exif = pictures.saved(pictures.picture(), "PNG", exif=pictures.exif())
    again = as_user(stranger).post(
        ADDRESS, {"alt": "Two", "file": a_file("b.png", with_exif)}, headers=JSON
    )

    assert first.json()["src"] == again.json()["src"]
    assert again.json()["alt"] == "Two"
    assert Image.objects.get().uploader == author


def test_uploading_again_mends_what_was_lost_on_disk(author):
    prepared = images.prepare(io.BytesIO(pictures.png()))
    image = Image.objects.store(prepared, author)
    (name,) = image.files
    default_storage.delete(name)
    default_storage.save(name, io.BytesIO(b"cut off"))

    Image.objects.store(prepared, author)

    assert default_storage.open(name).read() == prepared.files["64.webp"]


@pytest.mark.django_db(transaction=True)
def test_many_who_upload_the_same_at_once_share_a_row():
    prepared = images.prepare(io.BytesIO(pictures.png()))
    people, made, barrier = UserFactory.create_batch(4), [], threading.Barrier(4)

    def store(person: User) -> None:
        barrier.wait()
        made.append(Image.objects.store(prepared, person).pk)
        connection.close()

    threads = [threading.Thread(target=store, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 4
    assert len(set(made)) == Image.objects.count() == 1


# The endpoint


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        ({"alt": "A"}, 422, "missing"),
        ({"alt": "A", "file": a_file(), "other": a_file()}, 422, "several"),
        ({"alt": "  ", "file": a_file()}, 422, "undescribed"),
        ({"alt": "A" * 501, "file": a_file()}, 422, "alt_too_long"),
        ({"decorative": "on", "file": a_file()}, 201, None),
    ],
)
def test_one_picture_at_a_time_and_described(as_user, author, data, status, code):
    for file in data.values():
        getattr(file, "seek", lambda at: None)(0)

    response = as_user(author).post(ADDRESS, data, headers=JSON)

    assert response.status_code == status
    assert response.json().get("error") == code


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_script_is_told_to_sign_in_and_a_person_led_there(client, method):
    assert getattr(client, method)(ADDRESS, headers=JSON).status_code == 401
    page = getattr(client, method)(ADDRESS)
    assert (page.status_code, page.url) == (302, f"/login/?next={ADDRESS}")


def test_who_may_not_write_may_not_upload(as_user):
    client = as_user(UserFactory(is_author=False))

    assert client.post(ADDRESS, {"file": a_file()}).status_code == 403
    answer = client.post(ADDRESS, {"file": a_file()}, headers=JSON)
    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


def test_too_many_in_a_while_are_put_off(as_user, author, monkeypatch):
    monkeypatch.setattr(views, "UPLOADS_PER_WINDOW", 1)
    client = as_user(author)
    client.post(ADDRESS, {"alt": "A", "file": a_file()}, headers=JSON)

    response = client.post(ADDRESS, {"alt": "A", "file": a_file()}, headers=JSON)

    assert (response.status_code, response.json()["error"]) == (429, "too_many")
    assert 0 < int(response["Retry-After"]) <= views.WINDOW_SECONDS


def test_no_more_than_a_picture_is_put_anywhere(as_user, author, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BYTES", 100_000)
    monkeypatch.setattr(images, "MAX_BYTES", 100_000)
    seen = []
    monkeypatch.setattr(views.images, "prepare", lambda file: seen.append(file.read()) or 1 / 0)

    with pytest.raises(ZeroDivisionError):
        as_user(author).post(ADDRESS, {"alt": "A", "file": a_file("a.jpg", bytes(900_000))})

    assert 100_000 < len(seen[0]) <= 100_000 + 64 * 1024


def test_what_is_hopelessly_large_is_not_read_at_all(as_user, author, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_READ", 1000)
    monkeypatch.setattr(views, "MAX_READ", 1000)

    response = as_user(author).post(
        ADDRESS, {"alt": "A", "file": a_file("a.jpg", bytes(9000))}, headers=JSON
    )

    assert (response.status_code, response.json()["error"]) == (413, "too_large")


def test_without_javascript_the_page_shows_the_html_to_copy(as_user, author):
    client = as_user(author)

    page = client.post(ADDRESS, {"alt": 'A "b"', "file": a_file()}, follow=True)

    image = Image.objects.get()
    assert f"uploaded={image.digest}" in page.redirect_chain[0][0]
    assert page.content.decode().count(f"&lt;figure&gt;&lt;img src=&quot;{image.src}&quot; ") == 2


def test_a_refusal_is_said_on_the_page_and_the_description_kept(as_user, author):
    page = as_user(author).post(ADDRESS, {"alt": "A beach", "file": a_file(content=b"text")})

    assert page.status_code == 415
    assert "not a picture the site can read" in page.content.decode()
    assert "A beach</textarea>" in page.content.decode()


def test_a_person_chooses_among_their_own_by_pages(as_user, author, monkeypatch):
    monkeypatch.setattr(views, "PER_PAGE", 2)
    ImageFactory()
    own = ImageFactory.create_batch(3, uploader=author)
    client = as_user(author)

    first = client.get(ADDRESS, headers=JSON).json()
    second = client.get(ADDRESS, {"before": first["older"]}, headers=JSON).json()

    found = [image["src"] for image in first["images"] + second["images"]]
    assert found == [image.src for image in reversed(own)]
    assert second["older"] == ""
    assert client.get(ADDRESS, {"before": "x"}).status_code == 404


# In a body


def test_a_body_gets_what_keeps_its_page_from_jumping(django_assert_num_queries):
    one = ImageFactory(widths=[480, 960])
    two = ImageFactory(widths=[480], has_avif=True)
    typed = f'<p>a</p>{one.markup("A", "B")}<p><img src="{two.url(480)}" alt="" width="1" title="t"></p>'

    with django_assert_num_queries(1):
        body = sanitise(typed)

    assert body == (
        f'<p>a</p><figure><img src="{one.src}" alt="A" width="960" height="480"'
        f' srcset="{one.url(480)} 480w, {one.url(960)} 960w" sizes="{SIZES}" decoding="async">'
        "<figcaption>B</figcaption></figure>"
        f'<p><picture><source type="image/avif" srcset="{two.url(480, "avif")} 480w" sizes="{SIZES}">'
        f'<img src="{two.src}" alt="" title="t" width="480" height="240"'
        f' srcset="{two.src} 480w" sizes="{SIZES}" loading="lazy" decoding="async"></picture></p>'
    )
    assert sanitise(body) == body
    assert removed(typed, body) == removed(body, body) == []
    assert sanitise(illustrations.plain(body)) == body
    assert "srcset" not in illustrations.plain(body)


@pytest.mark.parametrize(
    "src",
    [
        "/media/images/00/{digest}-64.svg",
        "/media/images/zz/{digest}-64.webp",
        "/media/{digest}-64.webp",
        "/media/images/00/../00/{digest}-64.webp",
        "/media/images/00/{digest}-64.webp?x",
        "//media/images/00/{digest}-64.webp",
        "https://elsewhere.example/media/images/00/{digest}-64.webp",
        "/media/images/00/" + "0" * 64 + "-64.webp",
        "/login/",
    ],
)
def test_no_other_address_stays(src):
    src = src.format(digest=ImageFactory().digest)

    assert sanitise(f'<p><img src="{src}" alt="a" srcset="{src} 2x"></p>') == '<p><img alt="a"></p>'


def test_a_post_says_whose_description_is_missing(as_user, author):
    image = ImageFactory()
    body = f"{image.markup('A')}<p><img src={image.src}></p><img src='{image.src}' alt=''>"

    page = as_user(author).post("/dashboard/new/", {"title": "A", "body": body})

    assert "Describe picture 2 for readers" in page.content.decode()
    assert not Post.objects.exists()


def test_an_author_edits_the_plain_text_and_nothing_counts_as_changed(as_user, author):
    image = ImageFactory(has_avif=True)
    post = PostFactory(author=author, body=image.markup("A"))
    client = as_user(author)

    form = client.get(f"/{post.slug}/edit/").context["form"]
    client.post(
        f"/{post.slug}/edit/", {"title": post.title, "body": form["body"].value(), "version": 0}
    )

    assert form["body"].value() == image.markup("A")
    after = Post.objects.get()
    assert (after.body, after.updated_at) == (post.body, post.updated_at)
