"""Fault 1: the app is killed at random while clients redeem; they ask again under the same key."""

import asyncio
import random
from collections.abc import Sequence

import pytest

from services.chassis.database import Database
from tests.faults.load import Load, an_offer, reckoned, under_load
from tests.faults.machines import Node, Nodes, until
from tests.faults.wire import Wire, wire_to
from tests.voucher.redemption.stored import Stored

pytestmark = pytest.mark.slow

KILLS, SOME = 3, 6
LATE = 0.05
"""Seconds that an answer is under way: whoever is killed then has done it and told nobody."""


async def kill_at_random(node: Node, wire: Wire, load: Load) -> None:
    """Kill the node, and lose what it had said but nobody has heard; somebody starts it again."""
    for _ in range(KILLS):
        heard = len(load.acknowledged) + SOME

        async def busy(enough: int = heard) -> bool:
            return len(load.acknowledged) > enough

        await until(busy)
        await asyncio.sleep(random.uniform(0, 0.3))
        node.kill()
        wire.cut()
        node.start()
        await node.ready()


async def test_what_a_killed_app_acknowledged_is_there_once(
    voucher_db: Database, wallet: Sequence[Stored], started: Nodes
) -> None:
    node = await started.start()
    async with wire_to(node.url, delay=LATE) as wire, under_load(wire.of(node.url), wallet) as load:
        await kill_at_random(node, wire, load)
    assert load.retried > 0
    assert load.outcomes.keys() == {"acknowledged"}
    assert await reckoned(load, voucher_db) == []


async def test_without_keys_it_is_there_more_than_once(
    voucher_db: Database, wallet: Sequence[Stored], started: Nodes
) -> None:
    node = await started.start()
    async with (
        wire_to(node.url, delay=LATE) as wire,
        under_load(wire.of(node.url), wallet, keys=False, ways=[an_offer]) as load,
    ):
        await kill_at_random(node, wire, load)
    assert [one for one in await reckoned(load, voucher_db) if "there 2 times" in one]
