"""Passwords are hashed as OWASP asks, beside the event loop, and never more wait than can be served."""

import asyncio

import pytest

from services.chassis.refusals import Refusal
from services.gateway import passwords
from services.gateway.passwords import Passwords


async def test_a_hash_has_at_least_the_parameters_that_owasp_asks(
    cost_of_hashes: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, cost in zip(("MEMORY_KIB", "PASSES"), cost_of_hashes, strict=True):
        monkeypatch.setattr(passwords, name, cost)
    place = Passwords(1)
    assert (await place.hash("nine rivers")).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    place.close()


async def test_a_password_matches_its_hash_and_no_other() -> None:
    place = Passwords(1)
    kept = await place.hash("nine rivers")
    assert await place.matches("nine rivers", kept)
    assert not await place.matches("ten rivers", kept)
    assert not await place.matches("nine rivers", "no hash at all")
    assert not await place.matches("a password that nobody has", None)
    place.close()


async def test_the_event_loop_goes_on_while_passwords_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MEMORY_KIB", 19 * 1024)
    place = Passwords(1)
    checks = [asyncio.create_task(place.matches("x", None)) for _ in range(32)]
    beats = 0
    while not all(check.done() for check in checks):
        await asyncio.sleep(0)
        beats += 1
    assert beats > 32
    place.close()


async def test_who_cannot_be_served_soon_is_told_to_come_back() -> None:
    place = Passwords(1)
    results = await asyncio.gather(*(place.matches("x", None) for _ in range(10_000)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, Refusal)]
    assert len(refused) == 10_000 - passwords.WAITING_PER_THREAD
    assert refused[0].reasons[0].numbers["retry_after_seconds"] == 2
    assert await place.matches("x", await place.hash("x"))
    place.close()
