"""Code in colours: told apart by Pygments when a text is saved, coloured by static/css/site.css."""

import re
from functools import cache
from itertools import groupby

from pygments.lexers import LEXERS, get_lexer_by_name
from pygments.token import (
    Comment,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    String,
    _TokenType,
)

#: What is highlighted, under all names that Pygments knows it by: not all of its 500 lexers, but
#: those that were tried with code that was made to keep them busy.
LANGUAGES = frozenset(
    "bash c console cpp csharp css dart diff docker elixir go graphql haskell html http ini java"
    " javascript json kotlin lua make nginx perl php powershell python pycon ruby rust scala scss"
    " sql swift toml typescript xml yaml".split()
)
# Lexers need quadratic time for a long line, for much white space, and Java's for words in a row.
# What nobody reads stays as it is; within these limits none was found to need a second.
MAX_LENGTH = 5_000  # characters, some 120 lines
MAX_LINE = 300  # characters
_MUCH_SPACE = re.compile(r"\s{101}")

_LANGUAGE = re.compile(r'\bclass="language-([\w+#.-]+)"')

# The first that a token's type, or one it is a kind of, stands under. So few that each can have a
# colour one sees to be another, and that is dark enough.
_CLASSES: dict[_TokenType, str] = {
    Comment.Preproc: "k",
    Comment: "c",
    Generic.Prompt: "c",
    Generic.Output: "",
    Generic.Deleted: "d",
    Generic.Inserted: "i",
    Generic.Heading: "k",
    Generic.Subheading: "k",
    Keyword.Constant: "n",
    Keyword: "k",
    Operator.Word: "k",
    Name.Tag: "k",
    Name.Attribute: "f",
    Name.Class: "f",
    Name.Decorator: "f",
    Name.Function: "f",
    Name.Constant: "n",
    Number: "n",
    String: "s",
    Literal: "n",
}


def language_of(tag: str) -> str:
    """Return which of LANGUAGES the class of a <code> names, such as "language-py"; "" if none."""
    match = _LANGUAGE.search(tag)
    return _names().get(match[1].lower(), "") if match else ""


def title(language: str) -> str:
    """Return how people write a language of LANGUAGES: "C++"."""
    return next(lexer[1] for lexer in LEXERS.values() if language in lexer[2])


def highlight(code: str, language: str) -> str:
    """Return code of one of LANGUAGES as HTML: its text, and <span class> around parts of it.

    What is too long, and what a lexer would change, comes back with no part marked.
    """
    if not _is_readable(code):
        return escape(code)
    # Lexers are told whole lines; the last may not be one.
    tokens = list(get_lexer_by_name(language, stripnl=False).get_tokens(code))
    marked = "".join(value for _type, value in tokens)
    if marked not in (code, code + "\n"):
        return escape(code)
    parts = []
    for name, group in groupby(tokens, key=lambda token: _class(token[0])):
        text = "".join(value for _type, value in group)
        parts.append(f'<span class="{name}">{escape(text)}</span>' if name else escape(text))
    html = "".join(parts)
    if marked != code:
        head, _newline, tail = html.rpartition("\n")
        html = head + tail
    return html


def _is_readable(code: str) -> bool:
    return (
        len(code) <= MAX_LENGTH
        and max(map(len, code.split("\n"))) <= MAX_LINE
        and not _MUCH_SPACE.search(code)
    )


def escape(text: str) -> str:
    """Return text as the sanitiser writes it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@cache
def _class(kind: _TokenType) -> str:
    return next((_CLASSES[k] for k in reversed(kind.split()) if k in _CLASSES), "")


@cache
def _names() -> dict[str, str]:
    return {
        name: lexer[2][0]
        for lexer in LEXERS.values()
        if lexer[2] and lexer[2][0] in LANGUAGES
        for name in lexer[2]
    }
