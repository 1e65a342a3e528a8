"""What becomes of a picture somebody uploads: checked by content, cleaned, and made anew.

Nothing of the file itself is kept. It is decoded, turned upright, converted to sRGB, scaled, and
encoded again; where it was taken, by which device, and whatever was hidden in it stays behind.
"""

import hashlib
import io
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image as Pillow
from PIL import ImageCms, UnidentifiedImageError, features
from PIL.ImageFile import ImageFile

from posts.refusals import ImageRefused, damaged, unreadable

logger = logging.getLogger(__name__)

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 30_000_000  # some 300 MB while it is decoded
MAX_PIXELS_JPEG = 60_000_000  # the 50 megapixels of a phone; a JPEG is decoded smaller than it is
MAX_SIDE = 20_000
WIDTHS = (480, 960, 1440, 1920)  # a page's column is 656 wide, and a screen has up to three for one
MAX_HEIGHT = 16_000  # WebP ends at 16,383
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
# A few bytes of a progressive JPEG can be a pass over all its pixels. Cameras make 10 of them.
MAX_SCANS = 100
# Text and lines: fewer colours than a photo of that size, blurred by lossy encoding, small without.
MAX_COLOURS_DRAWN = 20_000
MAX_PROFILE_BYTES = 4 * 1024 * 1024
SECONDS_TO_WAIT = 20

WEBP = {"format": "WEBP", "quality": 80, "method": 4}
WEBP_DRAWN = {"format": "WEBP", "lossless": True, "quality": 50, "method": 3}
AVIF = {"format": "AVIF", "quality": 60, "speed": 9, "max_threads": 1}
AVIF_SAVES = 0.95  # of the bytes; one that saves less is not worth its place

_ORIENTATION = 0x0112  # in EXIF
_UPRIGHT = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_270,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}
_START_OF_SCAN = b"\xff\xda"  # in a JPEG's pixels themselves, 0xff is followed by 0

#: One picture at a time in each process: what they need of memory does not add up.
_slot = threading.Semaphore()


@dataclass(frozen=True)
class Prepared:
    """A picture ready to be kept: its files by what ends their names, such as "480.webp"."""

    digest: str
    width: int
    height: int
    widths: list[int]
    files: dict[str, bytes]
    was_animated: bool = False

    @property
    def has_avif(self) -> bool:
        return any(name.endswith(".avif") for name in self.files)


def prepare(file: IO[bytes]) -> Prepared:
    """Return what is to be kept of an uploaded file. Raise ImageRefused if it is no fit picture."""
    data = file.read(MAX_BYTES + 1)
    if not data:
        raise ImageRefused("empty", _("The file is empty. Choose the picture again."))
    if len(data) > MAX_BYTES:
        raise too_large()
    with _one_at_a_time():
        return _encode(*_decode(data))


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if not _slot.acquire(timeout=SECONDS_TO_WAIT):
        raise ImageRefused(
            "busy",
            _("The site is busy with other pictures. Try again in a minute."),
            status=503,
            retry_after=60,
        )
    try:
        # What Pillow only warns of, it also copes with; not so with a bomb.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            yield
    finally:
        _slot.release()


def _decode(data: bytes) -> tuple[Pillow.Image, bool, bool]:
    """Return the picture as it is to be kept at its largest, if it is drawn, and was animated."""
    source = _opened(data)
    is_jpeg = source.format in ("JPEG", "MPO")
    if is_jpeg and data.count(_START_OF_SCAN) > MAX_SCANS:
        raise _damaged("more scans than a camera makes")
    try:
        was_animated = not is_jpeg and bool(getattr(source, "is_animated", False))
        orientation = _orientation(source)
        width, height = source.size
        size = _fit(height, width)[::-1] if orientation in (5, 6, 7, 8) else _fit(width, height)
        source.draft(None, size)  # a JPEG is decoded no larger than is needed
        source.load()
        _check_size(source)
        image = _shrink(_in_plain_mode(source), size)
        if orientation in _UPRIGHT:
            image = image.transpose(_UPRIGHT[orientation])
        image = _in_srgb(image)
    except ImageRefused:
        raise
    except Exception as error:  # each decoder has exceptions of its own
        raise _damaged(error) from error
    is_photo = is_jpeg or source.format == "AVIF" or image.getcolors(MAX_COLOURS_DRAWN) is None
    return image, not is_photo, was_animated


def _opened(data: bytes) -> ImageFile:
    """Return the picture with its header read. Raise ImageRefused if it need not be decoded."""
    try:
        source = Pillow.open(io.BytesIO(data), formats=FORMATS)
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as bomb:
        raise _too_many_pixels() from bomb
    except UnidentifiedImageError as error:
        raise unreadable(data) from error
    except Exception as error:  # each decoder has exceptions of its own
        raise _damaged(error) from error
    _check_size(source)
    return source


def _check_size(image: Pillow.Image) -> None:
    most = MAX_PIXELS_JPEG if image.format in ("JPEG", "MPO") else MAX_PIXELS
    if image.width * image.height > most or max(image.size) > MAX_SIDE:
        raise _too_many_pixels(*image.size)


def _orientation(image: Pillow.Image) -> int:
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 (EXIF that cannot be read turns nothing)
        return 1
    return orientation if isinstance(orientation, int) else 1


def _fit(width: int, height: int) -> tuple[int, int]:
    """Return the size at which a picture of this size is kept at its largest."""
    scale = min(1, WIDTHS[-1] / width, MAX_HEIGHT / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _in_plain_mode(image: Pillow.Image) -> Pillow.Image:
    """Return the picture in a mode that can be scaled: one byte a channel, and no palette."""
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image if image.mode in ("RGBA", "LA") else image.convert("RGBA")
    if image.mode in ("RGB", "L", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _shrink(image: Pillow.Image, size: tuple[int, int]) -> Pillow.Image:
    if image.size == size:
        return image
    return image.resize(size, Pillow.Resampling.LANCZOS, reducing_gap=3.0)


def _in_srgb(image: Pillow.Image) -> Pillow.Image:
    """Return the picture in sRGB, with alpha only where it shows, and with no metadata."""
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    colours = image.convert(image.mode.removesuffix("A")) if alpha else image
    profile = image.info.get("icc_profile")
    if profile and len(profile) <= MAX_PROFILE_BYTES:
        try:
            converted = ImageCms.profileToProfile(
                colours,
                io.BytesIO(profile),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
            colours = converted or colours
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError) as error:
            logger.info("A colour profile was passed over: %s", error)
    colours = colours.convert("RGB")
    if alpha and alpha.getextrema() != (255, 255):
        colours.putalpha(alpha)
    colours.info = {}
    return colours


def _encode(image: Pillow.Image, is_drawn: bool, was_animated: bool) -> Prepared:
    # Widths that are nearly the largest would be files for nothing.
    widths = [width for width in WIDTHS if width <= image.width * 0.9] + [image.width]
    scaled = {
        width: _shrink(image, (width, max(1, round(image.height * width / image.width))))
        for width in widths
    }
    files = {
        f"{width}.webp": _saved(scaled[width], WEBP_DRAWN if is_drawn else WEBP) for width in widths
    }
    digest = hashlib.sha256(b"".join(files.values())).hexdigest()
    if not is_drawn and features.check("avif"):
        avif = {f"{width}.avif": _saved(scaled[width], AVIF) for width in widths}
        if _bytes_in(avif) < _bytes_in(files) * AVIF_SAVES:
            files |= avif
    return Prepared(digest, *image.size, widths, files, was_animated)


def _saved(image: Pillow.Image, how: dict[str, object]) -> bytes:
    file = io.BytesIO()
    image.save(file, **how)  # type: ignore[arg-type]
    return file.getvalue()


def _bytes_in(files: dict[str, bytes]) -> int:
    return sum(map(len, files.values()))


def too_large() -> ImageRefused:
    return ImageRefused(
        "too_large",
        _("The file is larger than %(most)s MB. Export the picture smaller, or as JPEG.")
        % {"most": MAX_BYTES // 1024**2},
        status=413,
    )


def _damaged(why: object) -> ImageRefused:
    logger.info("A picture was refused: %r", why)
    return damaged()


def _too_many_pixels(width: int = 0, height: int = 0) -> ImageRefused:
    size = _(" This one is %(width)s × %(height)s.") % {"width": width, "height": height}
    return ImageRefused(
        "too_many_pixels",
        _(
            "A JPEG may have up to %(jpeg)s million pixels, another picture %(most)s million, "
            "and either %(side)s on one side.%(size)s Scale it down in a picture program, and "
            "upload that."
        )
        % {
            "jpeg": MAX_PIXELS_JPEG // 1_000_000,
            "most": MAX_PIXELS // 1_000_000,
            "side": f"{MAX_SIDE:,}",
            "size": size if width else "",
        },
    )
