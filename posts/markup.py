"""A sanitised body taken apart, in linear time: as text and tags in turn."""

import re
from collections.abc import Iterator

# No "<" or ">" within a tag, as the sanitiser writes them.
_TAG = re.compile(r"(<[^<>]*>)")
_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset("br col hr img source wbr".split())

#: What quotes a machine: no words, and nothing in it is understood.
CODE = frozenset("code kbd pre samp".split())


def split(body: str) -> list[str]:
    """Return the body as text, tag, text, tag, text. Joined, they are the body."""
    return _TAG.split(body)


def name(tag: str) -> str:
    """Return the name of an element whose start tag this is; "" of an end tag."""
    match = _NAME.match(tag)
    return match[2] if match and not match[1] else ""


def end_name(tag: str) -> str:
    """Return the name of an element whose end tag this is; "" of a start tag."""
    match = _NAME.match(tag)
    return match[2] if match and match[1] else ""


def with_attributes(tag: str, attributes: str) -> str:
    """Return a start tag with more attributes, before those it has."""
    at = len(name(tag)) + 1
    return f"{tag[:at]}{attributes}{tag[at:]}"


def walk(tokens: list[str]) -> Iterator[tuple[int, str, dict[str, int]]]:
    """Yield each token's number, the token, and which elements it stands in how often.

    The dictionary is one and the same, and changes as the walk goes on.
    """
    opened: list[str] = []
    within: dict[str, int] = {}
    for number, token in enumerate(tokens):
        if number % 2 == 0:
            yield number, token, within
            continue
        if (ended := end_name(token)) in within:
            closed = ""
            while closed != ended:
                closed = opened.pop()
                within[closed] -= 1
                if not within[closed]:
                    del within[closed]
        yield number, token, within
        if (begun := name(token)) and begun not in _VOID:
            opened.append(begun)
            within[begun] = within.get(begun, 0) + 1
