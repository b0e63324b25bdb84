"""Attack 25: whatever is wrong with a token, it is refused alike, and the keys it names or brings are never used."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.gateway.edge import Edge
from services.gateway.keys import Signer
from services.gateway.operations.sessions import revoke_token
from tests.gateway.cast import Cast
from tests.gateway.signing import bearer, claims

STRANGER = ec.generate_private_key(ec.SECP256R1())
Forge = Callable[[Signer], str]


def forged(signer: Signer, key: Any, algorithm: str, **header: Any) -> str:
    headers = {"kid": signer.keys[-1].kid, "typ": "at+jwt", **header}
    return jwt.encode(claims(), key, algorithm=algorithm, headers=headers)


def signed(signer: Signer, **header: Any) -> str:
    return forged(signer, signer.keys[-1].private, "ES256", **header)


def own(signer: Signer, **changes: Any) -> str:
    return signer.sign(claims(**changes))


def with_public_key_as_secret(signer: Signer) -> str:
    """PyJWT refuses to do this, so it is done by hand."""
    public = signer.keys[-1].private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = {"alg": "HS256", "typ": "at+jwt", "kid": signer.keys[-1].kid}
    parts = b".".join(_part(json.dumps(one).encode()) for one in (header, claims()))
    return b".".join((parts, _part(hmac.digest(public, parts, "sha256")))).decode()


def _part(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def changed(token: str) -> str:
    return f"{token[:-10]}{'B' if token[-10] == 'A' else 'A'}{token[-9:]}"


def stranger_jwk() -> dict[str, Any]:
    return dict(jwt.algorithms.ECAlgorithm.to_jwk(STRANGER.public_key(), as_dict=True))


A_DAY = 86_400
NOW = int(time.time())
FORGERIES: dict[str, Forge] = {
    "none": lambda signer: forged(signer, None, "none"),
    "HS256 with the public key": with_public_key_as_secret,
    "another's key under our kid": lambda signer: forged(signer, STRANGER, "ES256"),
    "wrong kid": lambda signer: signed(signer, kid="nobody"),
    "kid is a path": lambda signer: signed(signer, kid="../../../../dev/null"),
    "kid is SQL": lambda signer: signed(signer, kid="' OR 1=1 --"),
    "jku injected": lambda signer: forged(signer, STRANGER, "ES256", jku="http://evil.example/jwks", kid="evil"),
    "jwk injected": lambda signer: forged(signer, STRANGER, "ES256", jwk=stranger_jwk()),
    "x5u injected": lambda signer: forged(signer, STRANGER, "ES256", x5u="http://evil.example/cert"),
    "crit header": lambda signer: signed(signer, crit=["exp"]),
    "wrong typ": lambda signer: signed(signer, typ="JWT"),
    "expired": lambda signer: own(signer, iat=NOW - 1200, exp=NOW - 600),
    "issued in the future": lambda signer: own(signer, iat=NOW + A_DAY, exp=NOW + 2 * A_DAY),
    "not yet valid": lambda signer: own(signer, nbf=NOW + A_DAY),
    "wrong audience": lambda signer: own(signer, aud="elsewhere"),
    "audience list": lambda signer: own(signer, aud=["innovoucher", "elsewhere"]),
    "wrong issuer": lambda signer: own(signer, iss="https://evil.example"),
    "no expiry": lambda signer: own(signer, exp=None),
    "no session": lambda signer: own(signer, sid=None),
    "roles are text": lambda signer: own(signer, roles=[1]),
    "mode is new": lambda signer: own(signer, mode="staging"),
    "organisation is no id": lambda signer: own(signer, org="org_1"),
    "signature stripped": lambda signer: own(signer).rpartition(".")[0] + ".",
    "signature left out": lambda signer: own(signer).rpartition(".")[0],
    "one letter changed": lambda signer: changed(own(signer)),
    "a megabyte": lambda signer: own(signer, scope="x" * 1_000_000),
    "rubbish": lambda signer: "a.b.c",
    "not even dots": lambda signer: "ÿ" * 20,
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
async def test_a_forged_token_opens_nothing(shared_gateway: Edge, shared_api: httpx2.AsyncClient, forge: Forge) -> None:
    token = forge(shared_gateway.own.state.keeper.signer)
    headers = [(b"Authorization", f"Bearer {token}".encode("latin-1"))]
    reply = await shared_api.get("/v1/me", headers=headers)
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert reply.json()["code"] in ("auth.invalid", "auth.expired", "auth.missing")


async def test_the_same_token_unforged_opens(gateway: Edge, api: httpx2.AsyncClient) -> None:
    headers = bearer(gateway.own.state.keeper.signer, sub="cli_1")
    assert (await api.get("/v1/me", headers=headers)).status_code == 200


async def test_a_revoked_token_opens_nothing_from_then_on(gateway: Edge, api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.member()
    headers = await cast.bearer("chen.hua")
    assert (await api.get("/v1/me", headers=headers)).status_code == 200
    token = jwt.decode(headers["Authorization"][7:], options={"verify_signature": False})
    await revoke_token(cast.database, token["jti"])
    await gateway.door.revocations.hear()
    reply = await api.get("/v1/me", headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (401, "auth.revoked")


async def test_every_process_hears_of_a_revocation_within_two_seconds(
    gateway: Edge, api: httpx2.AsyncClient, cast: Cast
) -> None:
    await cast.member()
    headers = await cast.bearer("chen.hua")
    assert (await api.post("/v1/auth/logout", headers=headers)).status_code == 204
    deadline = time.monotonic() + 2
    while (await api.get("/v1/me", headers=headers)).status_code != 401:
        assert time.monotonic() < deadline
