"""Share images: what a link to a post without a cover is shown with elsewhere."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache as kept
from django.utils.translation import gettext as _
from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFont, features

if TYPE_CHECKING:
    from posts.models import Post

WIDTH, HEIGHT = 1200, 630
KEPT_SECONDS = 24 * 60 * 60

#: What the images look like; another number gives each another address.
DESIGN = 1

# As in static/css/site.css.
PAPER = "#fdfcfa"
INKS = ["#8a3324", "#635d55", "#1f1d1a"]  # accent, faint, ink
LEVELS = 16  # of an ink, from paper to all of it
MARGIN = 88
SITE_TOP, TITLE_TOP, TITLE_HEIGHT, AUTHOR_TOP = 72, 155, 320, 524
TITLE_SIZES = [96, 84, 72, 62, 54, 47, 41, 36]  # pixels; the first that fits
LINE = 1.16  # of the size
SMALL = 34

#: What joins Arabic letters, and sets lines from the right; Pillow's own wheels have it.
HAS_RAQM = features.check("raqm")

_FONTS = Path(__file__).parent / "fonts"
_STACKED_MARKS = re.compile(r"([\u0300-\u036f]{2})[\u0300-\u036f]+")


@dataclass(frozen=True)
class Card:
    """An image of 1200 by 630 pixels, with a title, who wrote it, and where it stands."""

    title: str
    author: str
    site: str

    @classmethod
    def of(cls, post: "Post") -> "Card":
        return cls(
            drawable(post.title),
            drawable(post.author.get_full_name()),
            drawable(settings.SITE_NAME),
        )

    @property
    def digest(self) -> str:
        """Return what changes if, and only if, the image does."""
        told = "\0".join([str(DESIGN), self.title, self.author, self.site])
        return sha256(told.encode()).hexdigest()[:16]

    @property
    def alt(self) -> str:
        """Return the words that stand on it."""
        if self.title and self.author:
            return _("%(title)s, by %(author)s") % {"title": self.title, "author": self.author}
        return ", ".join(filter(None, [self.title, self.author, self.site]))

    @property
    def parts(self) -> tuple[str, str, str]:
        """Return what stands above, as the headline, and below: without a title, who wrote."""
        if self.title:
            return self.site, self.title, self.author
        return (self.site, self.author, "") if self.author else ("", self.site, "")

    def png(self) -> bytes:
        """Return the image as a file, made if it is not kept from before."""
        key = f"posts.card.{self.digest}"
        content: bytes | None = kept.get(key)
        if content is None:
            content = self.draw()
            kept.set(key, content, KEPT_SECONDS)
        return content

    def draw(self) -> bytes:
        """Return the image as a PNG file, made within some 20 ms, and 120 ms at worst."""
        room, small = WIDTH - 2 * MARGIN, font(SMALL)
        above, headline, below = self.parts
        size, lines = set_in_lines(headline, room)
        top = TITLE_TOP + (TITLE_HEIGHT - len(lines) * size * LINE) / 2
        layers = [Image.new("L", (WIDTH, HEIGHT)) for _ink in INKS]
        accent, faint, ink = (ImageDraw.Draw(layer) for layer in layers)
        accent.rectangle((0, 0, 15, HEIGHT), 255)
        write(accent, SITE_TOP, shortened(above, small, room), small)
        write(faint, AUTHOR_TOP, shortened(below, small, room), small)
        for number, line in enumerate(lines):
            write(ink, round(top + number * size * LINE), line, font(size), like=headline)
        file = BytesIO()
        printed(layers).save(file, "PNG")
        return file.getvalue()


def write(
    draw: ImageDraw.ImageDraw, top: int, line: str, face: ImageFont.FreeTypeFont, like: str = ""
) -> None:
    """Write a line in the direction of its first letter, or of that of the text it is part of."""
    is_rtl = runs_from_the_right(like or line)
    at, anchor = (WIDTH - MARGIN, "ra") if is_rtl else (MARGIN, "la")
    direction = "rtl" if is_rtl else "ltr"
    draw.text((at, top), line, 255, face, anchor, direction=direction if HAS_RAQM else None)


def runs_from_the_right(text: str) -> bool:
    """Return whether the first letter that has a direction is of a script from right to left."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((name for name in directions if name in {"L", "R", "AL"}), "L") != "L"


def printed(layers: list[Image.Image]) -> Image.Image:
    """Return what layers, one of each ink and nowhere one on another, look like on paper.

    An image of few colours is a quarter as large as one of all, and these are made, not searched.
    """
    image = Image.new("L", (WIDTH, HEIGHT))
    palette: list[int] = []
    paper = ImageColor.getrgb(PAPER)
    for number, layer in enumerate(layers):
        first, last = number * LEVELS, LEVELS - 1
        steps = [round(value * last / 255) for value in range(256)]
        image = ImageChops.lighter(image, layer.point([step and first + step for step in steps]))
        for step in range(LEVELS):
            for below, above in zip(paper, ImageColor.getrgb(INKS[number]), strict=True):
                palette.append(round(below + (above - below) * step / last))
    image.putpalette(palette)
    return image


def drawable(text: str) -> str:
    """Return text as the font can show it; "" if a letter of it would be an empty box.

    Emoji and other symbols that the font lacks are left out, and what draws nothing; of marks on a
    letter two are kept.
    """
    characters = []
    for char in _STACKED_MARKS.sub(r"\1", unicodedata.normalize("NFC", text)):
        category = unicodedata.category(char)
        if category[0] == "Z" or char in "\t\n":
            characters.append(" ")
        elif ord(char) in coverage():
            characters.append(char)
        elif (plain := unicodedata.normalize("NFKC", char)) != char and drawable(plain):
            characters.append(plain)  # a ligature, or a letter in a fancy dress
        elif category[0] in "LMN" and not 0xFE00 <= ord(char) <= 0xFE0F:  # which only say how
            return ""
    words = " ".join("".join(characters).split())
    return words if any(char.isalnum() for char in words) else ""


def set_in_lines(title: str, room: int) -> tuple[int, list[str]]:
    """Return a size at which the title fits, and its lines, as even as they can be."""
    longest = max(title.split(" "), key=lambda word: width(word, TITLE_SIZES[-1]))
    must_split = width(longest, TITLE_SIZES[-1]) > room
    for size in TITLE_SIZES:
        lines = broken(title, size, room)
        is_whole = must_split or width(longest, size) <= room
        if is_whole and len(lines) * size * LINE <= TITLE_HEIGHT:
            break
    most = int(TITLE_HEIGHT // (size * LINE))
    if len(lines) > most:
        lines = lines[:most]
        lines[-1] = shortened(lines[-1] + "…", font(size), room)
        return size, lines
    narrow, wide = 0, room
    while wide - narrow > 8:
        middle = (narrow + wide) // 2
        if len(broken(title, size, middle)) <= len(lines):
            wide = middle
        else:
            narrow = middle
    return size, broken(title, size, wide)


def broken(title: str, size: int, room: int) -> list[str]:
    """Return the lines of a title, none wider than room; a word that is wider is split."""
    space = width(" ", size)
    lines, used = [""], 0.0
    for word in title.split(" "):
        wide = width(word, size)
        if lines[-1] and used + space + wide <= room:
            lines[-1] += f" {word}"
            used += space + wide
            continue
        if lines[-1]:
            lines.append("")
        while wide > room and len(word) > 1:
            end = max(1, next(n for n in range(len(word)) if width(word[: n + 1], size) > room))
            while end > 1 and unicodedata.combining(word[end]):
                end -= 1
            lines[-1], word = word[:end], word[end:]
            lines.append("")
            wide = width(word, size)
        lines[-1], used = word, wide
    return lines


def shortened(text: str, face: ImageFont.FreeTypeFont, room: int) -> str:
    """Return text, cut if need be so that it is not wider than room."""
    while text and face.getlength(text) > room:
        text = text.rstrip("…")[:-1].rstrip() + "…"
    return text


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / "titles.ttf", size)


def width(word: str, size: int) -> float:
    return font(size).getlength(word)


@cache
def coverage() -> frozenset[int]:
    """Return the characters that can be shown: those of the font, if what sets them is here."""
    ranges = (line.split("-") for line in (_FONTS / "titles.txt").read_text().split())
    points = (point for start, end in ranges for point in range(int(start, 16), int(end, 16) + 1))
    return frozenset(point for point in points if HAS_RAQM or not runs_from_the_right(chr(point)))
