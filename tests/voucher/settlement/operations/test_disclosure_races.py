"""Races around the end of a disclosure, with real commits; each runs once with its guard off, to show it can fail."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.oversight.operations.audit import run_audit
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.domain.disclosure import Disclosure
from services.voucher.settlement.domain.objection import Objection, Outcome
from services.voucher.settlement.operations.closing import CloseTimer
from services.voucher.settlement.store import claim_lines, disclosures, legs, objections
from tests.conftest import SetClock
from tests.voucher.redemption.stored import audited
from tests.voucher.settlement.approved import (
    CLOSES,
    Case,
    decide,
    disclosed,
    object_to,
    prepare,
    publish,
    refused,
)

A_WHILE, LONG = 0.3, 20.0
"""Seconds: enough to see that somebody is made to wait, and for whoever is not to be done on a busy machine."""


@pytest.fixture
async def shown(case: Case) -> Disclosure:
    """The disclosure that shows it."""
    return await disclosed(case.database, case)


class Held:
    """A store function that waits, inside its transaction, until it is let go."""

    def __init__(self, store: Callable[..., Awaitable[None]]) -> None:
        self.store, self.reached, self.free = store, asyncio.Event(), asyncio.Event()

    async def __call__(self, *asked: Any) -> None:
        self.reached.set()
        await self.free.wait()
        await self.store(*asked)


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard off: what is decided upon is only read."""
    monkeypatch.setattr(claim_lines, "lock", claim_lines.read)
    monkeypatch.setattr(legs, "lock_of_lines", legs.read_of_lines)
    monkeypatch.setattr(disclosures, "lock", disclosures.read)


async def closed_meanwhile(case: Case, shown: Disclosure, set_clock: SetClock, filing: Held, *, within: float) -> bool:
    """Object before the last instant, and close before that is committed; whether closing did not wait for it."""
    objecting = asyncio.create_task(object_to(case, shown))
    await filing.reached.wait()
    await set_clock(CLOSES)
    closing = asyncio.create_task(CloseTimer().run(case.database, CLOSES))
    await asyncio.wait([closing], timeout=within)
    at_once = closing.done()
    filing.free.set()
    await asyncio.gather(objecting, closing)
    return at_once


async def test_an_objection_of_the_last_moment_is_seen_by_the_close(
    case: Case, shown: Disclosure, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = Held(objections.add)
    monkeypatch.setattr(objections, "add", filing)
    assert not await closed_meanwhile(case, shown, set_clock, filing, within=A_WHILE)
    assert ((await case.line()).state, await case.stops()) == (LineState.DISCLOSED, ["objection"])
    await audited(case.database)


async def test_without_the_locks_the_close_releases_what_is_objected_to(
    case: Case, shown: Disclosure, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = Held(objections.add)
    monkeypatch.setattr(objections, "add", filing)
    without_locks(monkeypatch)
    assert await closed_meanwhile(case, shown, set_clock, filing, within=LONG)
    assert (await case.line()).state is LineState.RELEASED
    assert "objection.blocks" in {finding.check for finding in (await run_audit(case.database)).findings}


async def test_an_objection_that_waited_for_the_close_is_too_late(
    case: Case, shown: Disclosure, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    saving = Held(disclosures.save)
    monkeypatch.setattr(disclosures, "save", saving)
    await set_clock(CLOSES)
    closing = asyncio.create_task(CloseTimer().run(case.database, CLOSES))
    await saving.reached.wait()
    objecting = asyncio.create_task(refused(object_to(case, shown)))
    assert await asyncio.wait([objecting], timeout=A_WHILE) == (set(), {objecting})
    saving.free.set()
    assert (await closing, await objecting) == (1, "disclosure.closed")
    assert (await case.line()).state is LineState.RELEASED


async def test_two_workers_close_a_disclosure_once(case: Case, shown: Disclosure, set_clock: SetClock) -> None:
    await set_clock(CLOSES)
    await asyncio.gather(*(CloseTimer().run(case.database, CLOSES) for _ in range(4)))
    assert (await case.line()).state is LineState.RELEASED
    await audited(case.database)


async def test_a_worker_that_comes_second_finds_it_closed(
    case: Case, shown: Disclosure, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    saving = Held(disclosures.save)
    monkeypatch.setattr(disclosures, "save", saving)
    await set_clock(CLOSES)
    workers = [asyncio.create_task(CloseTimer().run(case.database, CLOSES)) for _ in range(2)]
    await asyncio.wait(workers, timeout=A_WHILE)
    saving.free.set()
    assert await asyncio.gather(*workers) == [1, 1]
    await audited(case.database)


async def test_of_two_reviewers_one_decides(case: Case, shown: Disclosure) -> None:
    objection = await object_to(case, shown)
    ways = [(Outcome.UPHELD, "per_one"), (Outcome.DISMISSED, "per_two")] * 3
    told = await asyncio.gather(*(refused(decide(case, objection, way, person=by)) for way, by in ways))
    assert sorted(told) == ["done", *["objection.state"] * 5]
    await audited(case.database)


async def test_without_the_locks_an_objection_is_dismissed_and_upheld(
    case: Case, shown: Disclosure, monkeypatch: pytest.MonkeyPatch
) -> None:
    objection = await object_to(case, shown)
    without_locks(monkeypatch)
    barrier = asyncio.Barrier(2)

    async def unlocked(connection: AsyncConnection, line_id: UUID) -> list[Objection]:
        found = await objections.find(connection, objections.Wanted(claim_line_id=line_id), before=None, limit=9)
        await barrier.wait()
        return found

    monkeypatch.setattr(objections, "lock_live", unlocked)
    ways = [(Outcome.UPHELD, "per_one"), (Outcome.DISMISSED, "per_two")]
    told = await asyncio.gather(*(refused(decide(case, objection, way, person=by)) for way, by in ways))
    assert told == ["done", "done"]


async def test_of_two_lists_with_one_line_one_is_published(case: Case) -> None:
    lists = [await prepare(case.database, case.line_id) for _ in range(2)]
    told = await asyncio.gather(*(refused(publish(case.database, one)) for one in lists))
    assert sorted(told) == ["disclosure.state", "done"]
    await audited(case.database)


async def test_a_list_prepared_while_another_is_published_waits_and_finds_its_line_shown(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, saving = await prepare(case.database, case.line_id), Held(disclosures.save)
    monkeypatch.setattr(disclosures, "save", saving)
    publishing = asyncio.create_task(publish(case.database, listed))
    await saving.reached.wait()
    preparing = [asyncio.create_task(refused(prepare(case.database, *ids))) for ids in ((), (case.line_id,))]
    assert await asyncio.wait(preparing, timeout=A_WHILE) == (set(), set(preparing))
    saving.free.set()
    await publishing
    assert await asyncio.gather(*preparing) == ["disclosure.nothing", "disclosure.line_state"]


async def test_without_the_lock_the_lines_own_history_has_the_last_word(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = [await prepare(case.database, case.line_id) for _ in range(2)]
    barrier = asyncio.Barrier(2)

    async def unlocked(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Any]:
        found = await claim_lines.read(connection, ids)
        await barrier.wait()
        return found

    monkeypatch.setattr(claim_lines, "lock", unlocked)
    told = await asyncio.gather(*(refused(publish(case.database, one)) for one in lists), return_exceptions=True)
    assert len([one for one in told if isinstance(one, DBAPIError)]) == 1
    await audited(case.database)
