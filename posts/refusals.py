"""What somebody is told whose picture the site cannot take."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class ImageRefused(Exception):
    """A file that is not kept: why, as a code for scripts and in words for people."""

    def __init__(self, code: str, words: Any, status: int = 422, retry_after: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.words = words
        self.status = status
        self.retry_after = retry_after  # seconds, where waiting helps


_WHAT = [
    # where in the file, what is there, and what the file is, then
    (0, (b"\xff\xd8\xff", b"\x89PNG", b"GIF8"), "damaged"),
    (8, (b"WEBP",), "damaged"),
    (4, (b"ftypavi",), "damaged"),
    (4, (b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1"), "heic"),
    (0, (b"BM",), "BMP"),
    (0, (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), "TIFF"),
    (0, (b"8BPS",), "Photoshop"),
    (0, (b"\0\0\1\0",), "ICO"),
    (0, (b"\xff\x0a", b"\0\0\0\x0cJXL "), "JPEG XL"),
    (0, (b"\0\0\0\x0cjP  ",), "JPEG 2000"),
    (0, (b"%PDF-",), "PDF"),
    (4, (b"ftyp",), "video"),
    (0, (b"\x1aE\xdf\xa3",), "video"),
]


def damaged() -> ImageRefused:
    return ImageRefused(
        "damaged",
        _(
            "The picture is damaged, or was not copied to its end. Open it in a picture program, "
            "save it again as JPEG or PNG, and upload that."
        ),
    )


def unreadable(data: bytes) -> ImageRefused:
    """Return the refusal of a file that is none of the formats taken, with what helps if known."""
    head = data[:4096]
    what = next((name for at, starts, name in _WHAT if head[at:].startswith(starts)), "")
    if not what and b"<svg" in head.lower():
        what = "SVG"
    if what == "damaged":
        return damaged()
    words: Any
    match what:
        case "heic":
            # libheif is a large decoder with a long record of memory errors, and its wheels bring
            # an encoder under the GPL; phones send JPEG when asked to, and the form asks.
            words = _(
                "This is a HEIC picture, which most browsers cannot show. On an iPhone, choose "
                "Settings → Camera → Formats → Most Compatible, or share the photo as JPEG; on a "
                "computer, export it as JPEG. Then upload that."
            )
        case "SVG":
            words = _("This is an SVG drawing, which can hold scripts. Export it as PNG.")
        case "PDF":
            words = _("This is a PDF. Export the page or the picture in it as PNG or JPEG.")
        case "video":
            words = _("This is a video. A post can show a picture of it: save one as JPEG or PNG.")
        case "":
            words = _(
                "This is not a picture the site can read, whatever its name says. It takes JPEG, "
                "PNG, WebP, AVIF and GIF."
            )
        case _other:
            words = _("This is a %(what)s file. Save it as PNG or JPEG, and upload that.") % {
                "what": what
            }
    return ImageRefused(what.lower().replace(" ", "_") or "not_a_picture", words, status=415)
