"""Text kept where others may look, a database's backup or a browser: unreadable without our key."""

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


def encrypt(text: str) -> str:
    """Return text encrypted and authenticated, with the time (Fernet), in URL-safe characters."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str, *, max_age: int | None = None) -> str | None:
    """Return the text; None if it is not ours, was changed, or is older than max_age seconds."""
    try:
        return _fernet().decrypt(token.encode(), ttl=max_age).decode()
    except InvalidToken:
        return None


def _fernet() -> MultiFernet:
    return _fernet_of(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@cache
def _fernet_of(*secrets: str | bytes) -> MultiFernet:
    """Return what encrypts with the first secret's key and decrypts with any of them."""
    return MultiFernet([Fernet(_key(force_bytes(secret))) for secret in secrets])


def _key(secret: bytes) -> bytes:
    """Return a key of its own for this purpose, derived as RFC 5869 has it."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"accounts.encryption")
    return urlsafe_b64encode(derived.derive(secret))
