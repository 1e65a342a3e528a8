"""A provider that misbehaves the way a test tells it to; the site itself never makes one.

Set what is to go wrong on `provider.faults`, then sign in. What is not set goes right, and
`provider.asked` says afterwards what the site asked for.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from .claims import base64url
from .keys import ALGORITHM, KeyRing
from .provider import DevelopmentProvider
from .web import Request, Response


class Missing:
    def __repr__(self) -> str:
        return "missing"


#: The value of a claim, header parameter or member that is to be left out.
MISSING: Any = Missing()

#: What to write over an object, or a function from the true content to what is said instead.
Change = Mapping[str, Any] | Callable[[Any], Any]


def changed(content: Any, change: Change) -> Any:
    if callable(change):
        return change(content)
    return {name: value for name, value in {**content, **change}.items() if value is not MISSING}


@dataclass
class Faults:
    """What goes wrong. ID tokens are changed as a whole, answers by the path they are given at.

    Where a change of claims or of a header ends in text, the text is sent as it is: JSON holds
    numbers that Python does not.
    """

    claims: Change = field(default_factory=dict)
    header: Change = field(default_factory=dict)
    algorithm: str = ALGORITHM
    key: Any = None  # instead of the provider's own
    id_token: Callable[[str], Any] = str  # from the token, signed, to what is sent
    documents: dict[str, Change] = field(default_factory=dict)  # JSON, otherwise sent as usual
    headers: dict[str, dict[str, str]] = field(default_factory=dict)  # of an answer as usual
    answers: dict[str, Response] = field(default_factory=dict)
    before: dict[str, Callable[[], object]] = field(default_factory=dict)  # runs, then answers
    drips: dict[str, float] = field(default_factory=dict)  # seconds between one byte and the next
    is_over: threading.Event = field(default_factory=threading.Event)  # set it to end all waiting

    def wait(self) -> None:
        """Hold an answer back till the test is over; for `before`."""
        self.is_over.wait()


@lru_cache
def spare_key(number: int, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return the same key for the same number: making one takes longer than a sign-in."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def jws(header: Any, payload: Any, *, algorithm: str, key: Any) -> str:
    """Return a JWS (RFC 7515 §7.1) with this header, whether it makes sense or not."""
    parts = [part if isinstance(part, str) else json.dumps(part) for part in (header, payload)]
    signed = ".".join(base64url(part.encode()) for part in parts)
    signature = jwt.get_algorithm_by_name(algorithm).sign(signed.encode(), key)
    return f"{signed}.{base64url(signature)}"


class FaultyKeyRing(KeyRing):
    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self.faults = faults
        self.signed: list[str] = []
        self.rotate()

    def rotate(self) -> None:
        """As any ring does, with keys that other tests have used before."""
        previous = list(self._keys.items())[-1:]
        number = int(previous[0][0].removeprefix("key-")) + 1 if previous else 1
        self._keys = {**dict(previous), f"key-{number}": spare_key(number)}

    def forget_previous(self) -> None:
        self._keys = dict(list(self._keys.items())[-1:])

    def sign(self, claims: dict[str, Any], **forged: Any) -> str:
        if forged:  # by a test that says itself what is wrong
            return super().sign(claims, **forged)
        faults = self.faults
        kid, key = list(self._keys.items())[-1]
        token = jws(
            changed({"alg": faults.algorithm, "kid": kid, "typ": "JWT"}, faults.header),
            changed(claims, faults.claims),
            algorithm=faults.algorithm,
            key=key if faults.key is None else faults.key,
        )
        self.signed.append(token)
        sent: str = faults.id_token(token)
        return sent


class FaultyProvider(DevelopmentProvider):
    """The development provider, with the faults that a test sets."""

    def __init__(self, issuer: str, **options: Any) -> None:
        super().__init__(issuer, **options)
        self.faults = Faults()
        self.keys: FaultyKeyRing = FaultyKeyRing(self.faults)
        self.asked: list[Request] = []

    def asked_paths(self) -> list[str]:
        return [request.path for request in self.asked]

    def secrets(self) -> set[str]:
        """Return what no log may hold: the codes, tokens and client secret there are."""
        vaults = (self.codes, self.access_tokens, self.refresh_tokens)
        given = {name for vault in vaults for name in vault.names()}
        return {*given, *self.keys.signed, self.client_secret}

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        body = super().__call__(environ, start_response)
        pause = self.faults.drips.get(environ["PATH_INFO"])
        return body if pause is None else self._drip(body, pause)

    def _drip(self, body: Iterable[bytes], pause: float) -> Iterator[bytes]:
        for octet in b"".join(body):
            yield bytes([octet])
            if self.faults.is_over.wait(pause):
                return

    def _respond(self, request: Request) -> Response:
        self.asked.append(request)
        faults = self.faults
        if request.path in faults.before:
            faults.before[request.path]()
        if request.path in faults.answers:
            return faults.answers[request.path]
        response = super()._respond(request)
        headers = {**response.headers, **faults.headers.get(request.path, {})}
        body = response.body
        if request.path in faults.documents:
            content = changed(json.loads(body), faults.documents[request.path])
            body = (content if isinstance(content, str) else json.dumps(content)).encode()
        return Response(response.status, body, headers)
