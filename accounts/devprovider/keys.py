"""Signing tokens, and checking the ID tokens that come back as hints."""

import secrets
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ALGORITHM = "RS256"


class KeyRing:
    """The key that signs and the one before it. The first is made when it is first needed."""

    def __init__(self) -> None:
        self._keys: dict[str, rsa.RSAPrivateKey] = {}  # by kid, oldest first

    def rotate(self) -> None:
        """Sign with a new key from now on; keep publishing the one before it, and no older."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        previous = list(self._keys.items())[-1:]
        self._keys = {**dict(previous), secrets.token_urlsafe(32): key}

    def _ring(self) -> dict[str, rsa.RSAPrivateKey]:
        if not self._keys:
            self.rotate()
        return self._keys

    def sign(
        self,
        claims: dict[str, Any],
        *,
        header: dict[str, Any] | None = None,
        key: Any = None,
        algorithm: str | None = None,
    ) -> str:
        """Return the claims as a JWT, RFC 7519; with another key or algorithm to forge one."""
        kid, own = list(self._ring().items())[-1]
        return jwt.encode(
            claims,
            own if key is None else key,
            algorithm=algorithm or ALGORITHM,
            headers={"kid": kid, **(header or {})},
        )

    def jwks(self) -> dict[str, Any]:
        """Return the public keys as a JWK Set, RFC 7517 §5."""
        keys = []
        for kid, key in self._ring().items():
            numbers = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            named = {"kty": "RSA", "alg": ALGORITHM, "kid": kid, "use": "sig"}
            keys.append(named | {"n": numbers["n"], "e": numbers["e"]})
        return {"keys": keys}

    def read(self, id_token: str, *, issuer: str, client_id: str) -> dict[str, Any]:
        """Return the claims of an ID token of ours, expired or not; none if it is not ours."""
        try:
            kid = jwt.get_unverified_header(id_token).get("kid", "")
            return jwt.decode(
                id_token,
                self._ring()[kid].public_key(),
                algorithms=[ALGORITHM],
                audience=client_id,
                issuer=issuer,
                options={"verify_exp": False, "verify_iat": False},
            )
        except (jwt.InvalidTokenError, KeyError):
            return {}
