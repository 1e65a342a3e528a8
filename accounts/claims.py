"""What the provider says about a person, read with care: claims arrive in any shape.

The claims are those of OpenID Connect Core §5.1, and `groups` as Okta sends it.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

NAME_LENGTH = 150
EMAIL_LENGTH = 254
ZERO_WIDTH_JOINERS = "\u200c\u200d"  # spelling, in Persian and Indic names


def text(claims: Mapping[str, Any], name: str, max_length: int = NAME_LENGTH) -> str:
    """Return a claim as one line of printable text, cut to max_length; "" if it is no string."""
    value = claims.get(name)
    if not isinstance(value, str):
        return ""
    printable = "".join(
        char if char.isprintable() or char in ZERO_WIDTH_JOINERS else " " for char in value
    )
    return " ".join(printable.split())[:max_length].rstrip()


def names(claims: Mapping[str, Any]) -> tuple[str, str]:
    """Return first and last name. A provider that sends only a whole name fills the first."""
    first, last = text(claims, "given_name"), text(claims, "family_name")
    if first or last:
        return first, last
    return text(claims, "name"), ""


def email(claims: Mapping[str, Any]) -> str:
    """Return the e-mail address; "" if there is none that a mail server would take."""
    value = claims.get("email")
    if not isinstance(value, str) or len(value) > EMAIL_LENGTH or not value.isprintable():
        return ""
    try:
        validate_email(value)
    except ValidationError:
        return ""
    return value


def groups(claims: Mapping[str, Any]) -> list[str] | None:
    """Return the group names, sorted; None if the provider sends no such claim.

    None means "not configured", which is not the same as being in no group.
    """
    value = claims.get("groups")
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return None
    return sorted({name for name in value if isinstance(name, str) and name and name.isprintable()})
