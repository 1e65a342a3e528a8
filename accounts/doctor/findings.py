"""What the doctor says, line by line."""

from enum import StrEnum
from typing import Any, NamedTuple


class Mark(StrEnum):
    OK = "OK"
    WARNING = "WARNING"
    WRONG = "WRONG"
    TO_ENTER = ""  # neither right nor wrong: only the provider's administrator can look


class Finding(NamedTuple):
    mark: Mark
    text: str
    remedy: str = ""  # what to do about it


def ok(text: str) -> Finding:
    return Finding(Mark.OK, text)


def warning(text: str, remedy: str = "") -> Finding:
    return Finding(Mark.WARNING, text, remedy)


def wrong(text: str, remedy: str) -> Finding:
    return Finding(Mark.WRONG, text, remedy)


def to_enter(text: str) -> Finding:
    return Finding(Mark.TO_ENTER, text)


def quoted(value: Any) -> str:
    """Return what somebody else has sent in characters that do a terminal no harm."""
    text = value if isinstance(value, str) and value else repr(value)
    text = text.encode("ascii", "backslashreplace").decode()
    text = "".join(char if char.isprintable() else "?" for char in text)
    return text if len(text) <= 200 else f"{text[:200]}..."
