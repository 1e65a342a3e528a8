"""Every kind of file people upload, and what becomes of it: docs/images.md shows the same table."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

from posts import images
from posts.models import Image
from posts.tests import pictures
from posts.tests.pictures import BLUE, EVIL, RED, picture, saved

pytestmark = pytest.mark.django_db

UPRIGHT = (64, 48, RED, BLUE)
GREY = (64, 48, (82,) * 3, (55,) * 3)
DATA = pictures.chunk(b"IDAT", b"x") + pictures.chunk(b"IEND", b"")
BOMB_IN_A_CHUNK = b"a\0\0" + pictures.zlib.compress(bytes(80_000_000))

KEPT = [
    # what it is, its name, the file, then width, height, and colours on the left and on the right
    ("JPEG", "a.jpg", pictures.jpeg(), *UPRIGHT),
    ("progressive JPEG", "a.jpg", pictures.jpeg(progressive=True), *UPRIGHT),
    ("PNG", "a.png", pictures.png(), *UPRIGHT),
    ("WebP", "a.webp", saved(picture(), "WEBP"), *UPRIGHT),
    ("GIF", "a.gif", saved(picture(), "GIF"), *UPRIGHT),
    ("AVIF", "a.avif", saved(picture(), "AVIF"), *UPRIGHT),
    ("CMYK JPEG", "a.jpg", saved(picture(mode="CMYK"), "JPEG"), *UPRIGHT),
    ("grey JPEG", "a.jpg", saved(picture(mode="L"), "JPEG"), *GREY),
    ("PNG of 16 bit", "a.png", pictures.sixteen_bit(), 64, 48, (0x20,) * 3, (0xD0,) * 3),
    ("PNG of 1 bit", "a.png", saved(picture().convert("1", dither=0), "PNG"), 64, 48, (0,) * 3, (0,) * 3),
    ("PNG with a palette and holes", "a.png", saved(pictures.transparent("P"), "PNG"), *UPRIGHT),
    ("grey PNG with holes", "a.png", saved(pictures.transparent("LA"), "PNG"), *GREY),
    ("PNG with holes", "a.png", saved(pictures.transparent("RGBA"), "PNG"), *UPRIGHT),
    ("one pixel", "a.png", saved(Pillow.new("RGB", (1, 1), RED), "PNG"), 1, 1, RED, RED),
    ("a line, 20,000 × 1", "a.png", saved(picture(20_000, 1), "PNG"), 1920, 1, RED, BLUE),
    ("a line, 1 × 20,000", "a.png", saved(Pillow.new("RGB", (1, 20_000), RED), "PNG"), 1, 16_000, RED, RED),
    ("animated GIF: its first frame", "a.gif", pictures.animated("GIF"), *UPRIGHT),
    ("animated WebP: its first frame", "a.webp", pictures.animated("WEBP"), *UPRIGHT),
    ("animated PNG: its first frame", "a.png", pictures.animated("PNG"), *UPRIGHT),
    ("animated AVIF: its first frame", "a.avif", pictures.animated("AVIF"), *UPRIGHT),
    ("MPO, two pictures of a 3D camera: the first", "a.jpg",
     saved(picture(), "MPO", save_all=True, append_images=[picture()]), *UPRIGHT),
    *((f"JPEG lying as EXIF says, {number}", "a.jpg", pictures.turned(number), *UPRIGHT)
      for number in range(1, 9)),
    ("JPEG of an orientation that is none", "a.jpg", pictures.jpeg(exif=pictures.exif(99)), *UPRIGHT),
    ("JPEG with broken EXIF", "a.jpg", pictures.jpeg(exif=b"Exif\0\0II*\0\xff\xff\xff\xff"), *UPRIGHT),
    ("JPEG with a colour profile", "a.jpg", pictures.of_swapped_colours(), 64, 48, RED[::-1], BLUE[::-1]),
    ("JPEG with a broken profile", "a.jpg", pictures.jpeg(icc_profile=b"none" * 50), *UPRIGHT),
    ("JPEG with a script in XMP", "a.jpg", pictures.jpeg(xmp=EVIL), *UPRIGHT),
    ("JPEG that is HTML in its comment", "a.jpg", pictures.jpeg(comment=EVIL), *UPRIGHT),
    ("JPEG that is HTML at its end", "a.html", pictures.jpeg() + EVIL, *UPRIGHT),
    ("JPEG that is a PDF too", "a.pdf", pictures.jpeg(comment=pictures.PDF), *UPRIGHT),
    ("GIF that is a ZIP (or JAR) too", "a.gif", saved(picture(), "GIF") + pictures.zipped(), *UPRIGHT),
    ("PNG that is a script in a chunk", "a.php",
     pictures.with_chunk(pictures.png(), b"tEXt", b"Comment\0" + EVIL), *UPRIGHT),
    ("JPEG named .png", "a.png", pictures.jpeg(), *UPRIGHT),
    ("PNG named .svg", "a.svg", pictures.png(), *UPRIGHT),
    ("JPEG of a very long name", "ä" * 400 + ".jpg", pictures.jpeg(), *UPRIGHT),
    ("JPEG whose name is a path", "../../etc/passwd", pictures.jpeg(), *UPRIGHT),
    ("JPEG without a name's end", "a", pictures.jpeg(), *UPRIGHT),
    ("JPEG that says it is larger than it is: grey", "a.jpg", pictures.jpeg_of_size(500, 500),
     500, 500, (128,) * 3, (128,) * 3),
]  # fmt: skip

REFUSED = [
    # what it is, its name, the file, then the answer, as a status and a code
    ("nothing", "a.jpg", b"", 422, "empty"),
    ("zero bytes", "a.jpg", bytes(5000), 415, "not_a_picture"),
    ("text", "a.png", b"hello", 415, "not_a_picture"),
    ("HTML named .jpg", "a.jpg", b"<!doctype html>" + EVIL, 415, "not_a_picture"),
    ("HTML before a JPEG", "a.jpg", EVIL + pictures.jpeg(), 415, "not_a_picture"),
    ("SVG with a script", "a.svg", pictures.SVG, 415, "svg"),
    ("SVG named .png", "a.png", pictures.SVG, 415, "svg"),
    ("ZIP", "a.jpg", pictures.zipped(), 415, "not_a_picture"),
    ("PDF", "a.jpg", pictures.PDF, 415, "pdf"),
    ("HEIC", "a.heic", pictures.HEIC, 415, "heic"),
    ("HEIC named .jpg", "a.jpg", pictures.HEIC, 415, "heic"),
    ("TIFF", "a.tif", saved(picture(), "TIFF"), 415, "tiff"),
    ("BMP", "a.bmp", saved(picture(), "BMP"), 415, "bmp"),
    ("ICO", "a.ico", saved(picture(), "ICO"), 415, "ico"),
    ("TGA", "a.jpg", saved(picture(), "TGA"), 415, "not_a_picture"),
    ("PostScript", "a.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", 415, "not_a_picture"),
    ("Photoshop", "a.psd", b"8BPS" + bytes(100), 415, "photoshop"),
    ("JPEG XL", "a.jxl", b"\xff\x0a" + bytes(100), 415, "jpeg_xl"),
    ("JPEG 2000", "a.jp2", b"\0\0\0\x0cjP  " + bytes(100), 415, "jpeg_2000"),
    ("a film", "a.mp4", b"\0\0\0\x18ftypmp42" + bytes(100), 415, "video"),
    ("JPEG cut off in its header", "a.jpg", pictures.jpeg()[:20], 422, "damaged"),
    ("JPEG cut off", "a.jpg", pictures.jpeg()[:-300], 422, "damaged"),
    ("PNG cut off", "a.png", pictures.png()[:-40], 422, "damaged"),
    ("GIF cut off", "a.gif", saved(picture(), "GIF")[:60], 422, "damaged"),
    ("WebP cut off", "a.webp", saved(picture(), "WEBP")[:-20], 422, "damaged"),
    ("AVIF cut off", "a.avif", saved(picture(), "AVIF")[:-20], 422, "damaged"),
    ("PNG with a wrong checksum", "a.png", pictures.png()[:31] + bytes(2) + pictures.png()[33:], 422, "damaged"),
    ("PNG of 5,000 × 5,000 without pixels", "a.png", pictures.png_header(5000, 5000) + DATA, 422, "damaged"),
    ("PNG that says 30,000 × 30,000", "a.png", pictures.png_header(30_000, 30_000) + DATA, 422, "too_many_pixels"),
    ("JPEG that says 30,000 × 30,000", "a.jpg", pictures.jpeg_of_size(30_000, 30_000), 422, "too_many_pixels"),
    ("GIF that says 30,000 × 30,000", "a.gif", pictures.gif_of_size(30_000, 30_000), 422, "too_many_pixels"),
    ("WebP that says 16,383 × 16,383", "a.webp", pictures.webp_of_size(16_383, 16_383), 422, "too_many_pixels"),
    ("AVIF that says 30,000 × 30,000", "a.avif", pictures.avif_of_size(30_000, 30_000), 422, "damaged"),
    ("PNG of 25,000 × 1,000 in 3 kB", "a.png", pictures.png_bomb(25_000, 1_000), 422, "too_many_pixels"),
    ("PNG of 6,000 × 6,000 in 5 kB", "a.png", pictures.png_bomb(6_000, 6_000), 422, "too_many_pixels"),
    ("PNG with 80 MB in a text", "a.png",
     pictures.with_chunk(pictures.png(), b"zTXt", BOMB_IN_A_CHUNK), 422, "damaged"),
    ("PNG with 80 MB in a profile", "a.png",
     pictures.with_chunk(pictures.png(), b"iCCP", BOMB_IN_A_CHUNK), 422, "damaged"),
    ("JPEG of 500 scans", "a.jpg", pictures.jpeg_of_scans(500), 422, "damaged"),
    ("21 MB", "a.jpg", pictures.jpeg() + bytes(images.MAX_BYTES), 413, "too_large"),
]  # fmt: skip


@pytest.fixture
def upload(as_user, author):
    """Return a function that uploads a file as the editor does."""
    client = as_user(author)

    def send(name, content, **data):
        fields = {"alt": "Red and blue", "file": SimpleUploadedFile(name, content)} | data
        return client.post("/dashboard/images/", fields, headers={"Accept": "application/json"})

    return send


def is_near(colour, other):
    return all(abs(a - b) <= 8 for a, b in zip(colour[:3], other, strict=True))


@pytest.mark.parametrize(
    ("name", "content", "width", "height", "left", "right"),
    [pytest.param(*row[1:], id=row[0]) for row in KEPT],
)
def test_what_is_kept_is_a_clean_picture(upload, name, content, width, height, left, right):
    response = upload(name, content)

    assert response.status_code == 201, response.content
    answer, image = response.json(), Image.objects.get()
    assert (answer["width"], answer["height"]) == (image.width, image.height) == (width, height)
    for file_name in image.files:
        kept = default_storage.open(file_name).read()
        assert EVIL[:7] not in kept
        assert b"Phone" not in kept
        with Pillow.open(io.BytesIO(kept)) as made:
            assert made.format in ("WEBP", "AVIF")
            assert not made.getexif()
            assert not {"exif", "xmp", "icc_profile", "comment"} & set(made.info)
            bottom = made.height - 1
            assert is_near(made.getpixel((0, bottom)), left)
            assert is_near(made.getpixel((made.width - 1, bottom)), right)


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [pytest.param(*row[1:], id=row[0]) for row in REFUSED],
)
def test_what_is_refused_leaves_nothing_and_says_why(upload, name, content, status, code):
    response = upload(name, content)

    assert (response.status_code, response.json()["error"]) == (status, code)
    assert len(response.json()["message"]) > 20
    assert not Image.objects.exists()


def test_holes_stay_holes(upload):
    upload("a.png", pictures.saved(pictures.transparent("P"), "PNG"))

    with Pillow.open(default_storage.open(next(Image.objects.get().files))) as made:
        assert made.mode == "RGBA"
        assert made.getpixel((2, 2))[3] == 0
        assert made.getpixel((2, 40))[3] == 255


def test_an_animation_is_said_to_stand_still(upload):
    assert "first frame" in upload("a.gif", pictures.animated("GIF")).json()["notice"]
    assert upload("a.png", pictures.png()).json()["notice"] == ""
