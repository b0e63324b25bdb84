"""Makes tokens as the gateway does, with a key of the tests' own."""

import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from services.chassis.tokens import KeyRing, Verifier

KEY = ec.generate_private_key(ec.SECP256R1())
A_DAY = 86_400
"""Seconds. Some tokens are made once for all tests of a module, and a slow machine takes its time."""
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())


async def published() -> dict[str, Any]:
    """The public key as a JWKS document."""
    entry = jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
    return {"keys": [{**entry, "kid": "k1", "alg": "ES256", "use": "sig"}]}


def verifier() -> Verifier:
    """A verifier that knows the key."""
    return Verifier(KeyRing(published))


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a holder, changed as wished."""
    now = int(time.time())
    return {
        "iss": "innovoucher",
        "aud": "innovoucher",
        "sub": "per_1",
        "per": "per_1",
        "org": "org_" + "0" * 32,
        "roles": ["holder"],
        "mode": "test",
        "sid": "ses_1",
        "jti": "tok_1",
        "iat": now,
        "exp": now + A_DAY,
        **changes,
    }


def token(key: Any = KEY, algorithm: str = "ES256", header: dict[str, Any] | None = None, **changes: Any) -> str:
    """A signed token of those claims."""
    headers = {"typ": "at+jwt", "kid": "k1", **(header or {})}
    return jwt.encode(claims(**changes), key, algorithm=algorithm, headers=headers)


def bearer(**changes: Any) -> dict[str, str]:
    """The Authorization header of such a token."""
    return {"Authorization": f"Bearer {token(**changes)}"}
