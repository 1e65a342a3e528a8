"""Markdown, as people paste it, to the HTML of a body."""

from functools import cache

from markdown_it import MarkdownIt

from posts import sanitiser

MAX_LENGTH = 200_000  # characters


def to_html(text: str) -> str:
    """Return the sanitised HTML of Markdown; ValueError if it is too long or too intricate."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"More than {MAX_LENGTH:,} characters.")
    html = _parser().render(text)
    if sanitiser.is_too_intricate(html):
        raise ValueError("More elements, or nested deeper, than a post may have.")
    return sanitiser.sanitise(html)


@cache
def _parser() -> MarkdownIt:
    # HTML within Markdown is a part of it; what may not stay, the sanitiser takes out.
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])
