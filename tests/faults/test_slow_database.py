"""Fault 11: the database is so slow that every connection is taken: who comes too many is told when to come again."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import httpx2
import pytest

from services.chassis.database import POOL_SIZE
from services.chassis.ids import new_id, show
from services.chassis.lane import Lane
from tests.databases import Urls
from tests.faults.machines import Node, Nodes
from tests.faults.served import the, voucher_service
from tests.faults.wire import Wire, wire_to
from tests.voucher.redemption.stored import Stored, audited

CROWD = 4 * POOL_SIZE
SLOW, SLUGGISH = 0.1, 0.02
"""Seconds that each piece takes to and from the database."""
PATIENT, FOR_EVER = ({"services.chassis.database.POOL_WAIT_SECONDS": seconds} for seconds in (1, 3_600))
"""How long a request waits for a connection, instead of five seconds."""
QUEUE = 10
A_WHILE = 3.0
"""Seconds."""
ENOUGH = 32 * 1024 * 1024
"""How many bytes more a node may hold after its third crowd than after its first."""


async def read(node: Node, one: UUID, number: int) -> list[httpx2.Response]:
    """Read a redemption, as many times at once."""
    path = f"/v1/redemptions/{show('red', one)}"
    async with httpx2.AsyncClient(base_url=node.url, timeout=60) as http:
        return await asyncio.gather(*(http.get(path, headers=the("holder")) for _ in range(number)))


async def slowly(wire: Wire, node: Node, one: UUID) -> Counter[int]:
    """How a crowd is answered that reads while the database is slow."""
    wire.delay = SLOW
    answers = await read(node, one, CROWD)
    wire.delay = 0
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 503)
    return Counter(answer.status_code for answer in answers)


async def test_whoever_waits_too_long_is_asked_to_come_later_crowd_after_crowd_and_then_all_is_well(
    wallet: Sequence[Stored], database_urls: Urls, started: Nodes
) -> None:
    one = await wallet[0].propose()
    async with wire_to(database_urls.voucher) as wire:
        node = await started.start(database_url=wire.of(database_urls.voucher), values=PATIENT)
        await read(node, one, CROWD)
        assert (await slowly(wire, node, one)).keys() == {200, 503}
        before = node.memory()
        for _ in range(2):
            assert (await slowly(wire, node, one)).keys() == {200, 503}
        assert node.memory() - before < ENOUGH
        assert {answer.status_code for answer in await read(node, one, POOL_SIZE)} == {200}
    await audited(wallet[0].database)


async def test_if_nobody_was_turned_away_all_would_wait(
    wallet: Sequence[Stored], database_urls: Urls, started: Nodes
) -> None:
    one = await wallet[0].propose()
    async with wire_to(database_urls.voucher) as wire:
        node = await started.start(database_url=wire.of(database_urls.voucher), values=FOR_EVER)
        await read(node, one, CROWD)
        wire.delay = SLOW
        reading = asyncio.create_task(read(node, one, CROWD))
        await asyncio.wait([reading], timeout=A_WHILE)
        assert not reading.done()
        wire.delay = 0
        assert {answer.status_code for answer in await reading} == {200}


# ── orders wait for no connection but for their turn ─────────────────────────────────────────────────────────────


async def confirm_at_once(wallet: Sequence[Stored], database_url: str, number: int) -> Counter[int]:
    """How the service answers who confirm a redemption each, all while the database is slow."""
    path = "/v1/redemptions/{}/confirm"
    proposed = [show("red", await wallet[0].propose(asked=100)) for _ in range(number)]
    async with wire_to(database_url) as wire, voucher_service(wire.of(database_url)) as url:
        wire.delay = SLUGGISH
        async with httpx2.AsyncClient(base_url=url, timeout=60) as http:
            asking = (http.post(path.format(one), headers=the("holder", str(new_id()))) for one in proposed)
            answers = await asyncio.gather(*asking)
        wire.delay = 0
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 503)
    return Counter(answer.status_code for answer in answers)


async def test_who_finds_the_lane_full_is_asked_to_come_later(
    wallet: Sequence[Stored], database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Lane.__init__.__kwdefaults__ is not None
    monkeypatch.setitem(Lane.__init__.__kwdefaults__, "queue", QUEUE)
    answers = await confirm_at_once(wallet, database_urls.voucher, 3 * QUEUE)
    assert answers.keys() == {200, 503}
    assert answers[200] >= QUEUE
    assert (await wallet[0].now()).held == 100 * answers[200]
    await audited(wallet[0].database)


async def test_a_lane_that_took_everybody_would_let_all_of_them_wait(
    wallet: Sequence[Stored], database_urls: Urls
) -> None:
    assert await confirm_at_once(wallet, database_urls.voucher, 3 * QUEUE) == {200: 3 * QUEUE}
