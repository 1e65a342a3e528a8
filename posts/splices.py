"""A change of a text in one place, counted the way a browser counts: in UTF-16 code units."""

import zlib
from dataclasses import dataclass

UNIT = "utf-16-le"


@dataclass(frozen=True)
class Splice:
    """At `start`, `removed` units go and `inserted` comes."""

    start: int
    removed: int
    inserted: str

    def apply(self, text: str) -> str:
        """Return the changed text. Raise ValueError if the text has no such place."""
        units = text.encode(UNIT, "surrogatepass")
        end = self.start + self.removed
        if not 0 <= self.start <= end <= len(units) // 2:
            raise ValueError("The text is not long enough.")
        inserted = self.inserted.encode(UNIT, "surrogatepass")
        changed = units[: 2 * self.start] + inserted + units[2 * end :]
        return changed.decode(UNIT, "surrogatepass")


def checksum(text: str) -> int:
    """Return the CRC-32 of the text, by which browser and server see that they have the same."""
    return zlib.crc32(text.encode(UNIT, "surrogatepass"))


def is_storable(text: str) -> bool:
    """Return whether every database takes the text: no half of a pair, and no null character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text
