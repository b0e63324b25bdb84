"""Fault 9: a process stands still past the end of a hold, in the middle of a request, and then goes on."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import IDLE_IN_TRANSACTION_MILLISECONDS, Database
from services.chassis.ids import new_id, show
from services.voucher.redemption.domain.redemption import State
from tests.conftest import SetClock
from tests.databases import Urls
from tests.faults.load import LATER
from tests.faults.machines import Node, Nodes, until
from tests.faults.served import the, voucher_app, voucher_service
from tests.voucher.redemption.stored import Stored, audited

IDLE = "services.chassis.database.IDLE_IN_TRANSACTION_MILLISECONDS"
WAITERS = """SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND usename = 'innovoucher_voucher' AND wait_event_type = 'Lock'"""


@dataclass
class Scene:
    """A hold, and a node that delivers upon it."""

    stored: Stored
    one: UUID
    root_db: Database
    node: Node
    key: str = field(default_factory=lambda: str(new_id()))

    async def state(self) -> State:
        return (await self.stored.redemption(self.one)).state

    async def lapsed(self) -> bool:
        return await self.state() is State.LAPSED

    async def waiters(self) -> int:
        async with self.root_db.read() as connection:
            return int((await connection.execute(text(WAITERS))).scalar_one())

    async def deliver(self) -> httpx2.Response:
        """Ask until there is an answer."""
        body = {
            "settlement": {"amount": "30000.00", "currency": "CNY"},
            "completed_on": "2020-09-20",
            "result_document_id": show("doc", self.stored.result),
        }
        path = f"/v1/redemptions/{show('red', self.one)}/deliver"
        async with httpx2.AsyncClient(base_url=self.node.url, timeout=60) as http:
            while True:
                answer = await http.post(path, headers=the("provider", self.key), json=body)
                if answer.status_code != LATER:
                    return answer

    async def freeze_within_its_transaction(self) -> "asyncio.Task[httpx2.Response]":
        """Let the node wait for the redemption's lock, freeze it, and let its transaction have the lock."""
        lock = text("SELECT FROM voucher.redemptions WHERE id = :one FOR UPDATE")
        async with self.root_db.begin() as connection:
            await connection.execute(lock, {"one": self.one})
            delivering = asyncio.create_task(self.deliver())
            await until(self.waiters)
            self.node.send(signal.SIGSTOP)
        return delivering


@pytest.fixture
async def timers(database_urls: Urls) -> AsyncGenerator[None]:
    """Another process of the service, whose timers end what is due."""
    async with voucher_app(database_urls.voucher):
        yield


async def a_scene(wallet: Sequence[Stored], root_db: Database, started: Nodes, idle_milliseconds: int) -> Scene:
    one = await wallet[0].authorised()
    node = await started.start(works=False, values={IDLE: idle_milliseconds})
    return Scene(wallet[0], one, root_db, node)


@pytest.mark.usefixtures("timers")
async def test_a_hold_lapses_though_a_frozen_process_had_locked_it_and_that_one_learns_of_it(
    wallet: Sequence[Stored], root_db: Database, started: Nodes, set_clock: SetClock
) -> None:
    scene = await a_scene(wallet, root_db, started, idle_milliseconds=1_000)
    delivering = await scene.freeze_within_its_transaction()
    await set_clock(wallet[0].voucher.deliver_by_ends + timedelta(seconds=1))
    await until(scene.lapsed)
    scene.node.send(signal.SIGCONT)
    assert (await delivering).status_code == 409
    assert await scene.lapsed()
    await audited(wallet[0].database)


@pytest.mark.usefixtures("timers")
async def test_if_the_database_waited_for_it_the_hold_would_not_lapse_meanwhile(
    wallet: Sequence[Stored], root_db: Database, started: Nodes, set_clock: SetClock
) -> None:
    scene = await a_scene(wallet, root_db, started, idle_milliseconds=0)
    delivering = await scene.freeze_within_its_transaction()
    await set_clock(wallet[0].voucher.deliver_by_ends + timedelta(seconds=1))
    await until(scene.waiters)
    await asyncio.sleep(2)
    assert await scene.state() is State.AUTHORISED
    scene.node.send(signal.SIGCONT)
    assert (await delivering).status_code == 409
    await audited(wallet[0].database)


async def test_as_long_as_the_database_bears_with_it_only_its_own_voucher_waits(
    wallet: Sequence[Stored], database_urls: Urls, root_db: Database, started: Nodes
) -> None:
    scene = await a_scene(wallet, root_db, started, IDLE_IN_TRANSACTION_MILLISECONDS)
    asked = [scene.one, *[await stored.propose(asked=100) for stored in wallet[1:]]]
    delivering = await scene.freeze_within_its_transaction()
    async with voucher_service(database_urls.voucher) as url, httpx2.AsyncClient(base_url=url, timeout=20) as http:
        ways = [f"/v1/redemptions/{show('red', one)}" for one in asked]
        voided = http.post(f"{ways[0]}/void", headers=the("provider"), json={"reason": "cannot deliver"})
        confirmed = [http.post(f"{way}/confirm", headers=the("holder")) for way in ways[1:]]
        first, *others = await asyncio.gather(voided, *confirmed)
        # they are one holder's: who waited for a counter beside it is told to come later, and then it is done
        later = [way for way, answer in zip(ways[1:], others, strict=True) if answer.status_code == LATER]
        again = [await http.post(f"{way}/confirm", headers=the("holder")) for way in later]
    assert first.status_code == LATER
    assert {answer.status_code for answer in [*others, *again]} - {LATER} == {200}
    assert all(answer.is_success for answer in again)
    assert not delivering.done()
    scene.node.send(signal.SIGCONT)
    assert (await delivering).status_code == 200
    await audited(wallet[0].database)
