"""A revoked session is refused everywhere, and silence of the feed refuses writes."""

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.chassis import revocations
from services.chassis.background import alongside
from services.chassis.refusals import Refusal
from services.chassis.revocations import RevocationList
from services.chassis.tokens import Caller

ISSUED = 1_000


def caller(session: str = "ses_1", person: str = "per_1") -> Caller:
    return Caller("cli_1", person, None, frozenset(), "test", session, "tok_1", ISSUED)


async def heard(*items: dict[str, Any]) -> RevocationList:
    async def feed(cursor: str | None) -> dict[str, Any]:
        return {"items": list(items) if cursor is None else [], "next_cursor": "end"}

    listener = RevocationList(feed)
    while await listener.hear():
        pass
    return listener


def item(kind: str, subject: str, not_after: int = ISSUED, until: float | None = None) -> dict[str, Any]:
    return {"kind": kind, "subject": subject, "not_after": not_after, "until": until or time.time() + 600}


@pytest.mark.parametrize(
    ("kind", "subject"), [("session", "ses_1"), ("person", "per_1"), ("subject", "cli_1"), ("token", "tok_1")]
)
async def test_what_was_revoked_is_refused(kind: str, subject: str) -> None:
    with pytest.raises(Refusal, match=r"auth\.revoked"):
        (await heard(item(kind, subject))).check(caller(), writes=False)


async def test_another_session_goes_on() -> None:
    (await heard(item("session", "ses_2"))).check(caller(), writes=True)


async def test_a_token_issued_after_the_revocation_counts() -> None:
    (await heard(item("person", "per_1", not_after=ISSUED - 1))).check(caller(), writes=True)


async def test_a_revocation_is_forgotten_once_its_tokens_have_expired() -> None:
    (await heard(item("session", "ses_1", until=time.time() - 1))).check(caller(), writes=False)


async def test_silence_refuses_writes_and_lets_reads_pass() -> None:
    silent = RevocationList(lambda cursor: pytest.fail("unused"))
    silent.check(caller(), writes=False)
    with pytest.raises(Refusal, match=r"auth\.revocations_stale"):
        silent.check(caller(), writes=True)


@pytest.mark.parametrize("error", [OperationalError("SELECT", {}, Exception()), PoolTimeout(), OSError(), KeyError()])
async def test_a_feed_that_fails_once_is_heard_at_the_next_poll(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revocations, "POLL_SECONDS", 0.001)
    failures, asked_again = [error], asyncio.Event()

    async def feed(cursor: str | None) -> dict[str, Any]:
        if failures:
            raise failures.pop()
        asked_again.set()
        return {"items": [], "next_cursor": "end"}

    listener = RevocationList(feed)
    async with alongside([listener.listen()]), asyncio.timeout(5):
        await asked_again.wait()
        await asyncio.sleep(0)
        listener.check(caller(), writes=True)
