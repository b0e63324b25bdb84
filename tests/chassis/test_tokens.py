"""Only a token that the gateway signed for us, just now, names a caller."""

import asyncio
import time
from typing import Any

import jwt
import pytest

from services.chassis.refusals import Refusal
from services.chassis.tokens import CACHE_MAX, CLOCK_LEEWAY_SECONDS, KeyRing, Verifier
from tests.chassis.signing import KEY, OTHER_KEY, claims, published, token, verifier


async def test_a_good_token_names_its_caller() -> None:
    caller = await verifier().verify(token())
    assert (caller.subject, caller.roles, caller.mode) == ("per_1", frozenset({"holder"}), "test")


async def test_a_verified_token_is_remembered_until_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    checks, good = verifier(), token(exp=int(time.time()) + 600)
    assert await checks.verify(good) is await checks.verify(good)
    later = time.time() + 600 + CLOCK_LEEWAY_SECONDS
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(Refusal, match=r"auth\.expired"):
        await checks.verify(good)


FORGED = {
    "none": jwt.encode(claims(), "", algorithm="none", headers={"typ": "at+jwt", "kid": "k1"}),
    "another key": token(OTHER_KEY),
    "another algorithm": token("x" * 32, "HS256"),
    "unknown kid": token(header={"kid": "k2"}),
    "kid as a path": token(header={"kid": "../../etc/passwd"}),
    "no kid": jwt.encode(claims(), KEY, algorithm="ES256", headers={"typ": "at+jwt"}),
    "jwk of the forger": token(OTHER_KEY, header={"jwk": {"kty": "EC"}, "jku": "https://evil.example/jwks"}),
    "crit": token(header={"crit": ["exp"]}),
    "another type": token(header={"typ": "JWT"}),
    "another audience": token(aud="somebody"),
    "a list of audiences": token(aud=["innovoucher", "somebody"]),
    "another issuer": token(iss="somebody"),
    "from the future": token(iat=int(time.time()) + 3600),
    "stripped signature": token().rsplit(".", 1)[0] + ".",
    "a megabyte": token() + "A" * 1_000_000,
    "mode unknown": token(mode="both"),
    "nobody behind it": token(per=""),
    "nobody": token(sub=""),
    "roles of numbers": token(roles=[7]),
    "organisation of another form": token(org="0"),
    "surrogates": "\ud800.a.b",
}


@pytest.mark.parametrize("name", FORGED)
async def test_a_forged_token_is_refused(name: str) -> None:
    with pytest.raises(Refusal, match=r"auth\.invalid"):
        await verifier().verify(FORGED[name])


async def test_a_clock_that_differs_by_seconds_is_forgiven_once_and_again() -> None:
    checks, just_expired = verifier(), token(exp=int(time.time()) - 1)
    assert await checks.verify(just_expired) is await checks.verify(just_expired)


async def test_an_expired_token_says_so() -> None:
    with pytest.raises(Refusal, match=r"auth\.expired"):
        await verifier().verify(token(exp=int(time.time()) - 60))


async def test_unknown_kids_do_not_make_us_fetch_for_each() -> None:
    fetched = []

    async def counted() -> dict[str, Any]:
        fetched.append(1)
        return await published()

    checks = Verifier(KeyRing(counted))
    for number in range(5):
        with pytest.raises(Refusal):
            await checks.verify(token(header={"kid": f"k9{number}"}))
    assert len(fetched) == 1


async def test_keys_that_cannot_be_reached_are_not_a_forgery() -> None:
    fetched = []

    async def down() -> dict[str, Any]:
        fetched.append(1)
        raise OSError("down")

    checks = Verifier(KeyRing(down))
    for _ in range(5):
        with pytest.raises(Refusal, match=r"auth\.keys_unavailable"):
            await checks.verify(token())
    assert len(fetched) == 1
    assert not await checks.keys.at_hand()


async def test_tokens_that_come_together_wait_for_one_fetch_of_the_keys() -> None:
    fetched = []

    async def slow() -> dict[str, Any]:
        fetched.append(1)
        await asyncio.sleep(0.01)
        return await published()

    checks = Verifier(KeyRing(slow))
    await asyncio.gather(*(checks.verify(token(jti=f"tok_{number}")) for number in range(5)))
    assert len(fetched) == 1


async def test_the_memory_of_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.chassis.tokens.CACHE_MAX", 2)
    checks = verifier()
    for number in range(4):
        await checks.verify(token(jti=f"tok_{number}"))
    assert len(checks._seen) == 2
    assert CACHE_MAX > 2
