"""Fault 8: the clock of one node is off by an hour, a day or a year; what expires does so by the database's clock."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from services.chassis.ids import show
from tests.conftest import SetClock
from tests.faults.machines import Node, Nodes
from tests.faults.served import the
from tests.voucher.redemption.stored import Stored, audited

HOUR, DAY, YEAR = 3_600.0, 86_400.0, 365 * 86_400.0
A_BIT = timedelta(minutes=30)


def lasting() -> dict[str, Any]:
    """Claims that even a node believes whose clock is a year off: what it thinks of tokens is not asked here."""
    now = int(time.time())
    return {"iat": now - int(2 * YEAR), "exp": now + int(2 * YEAR)}


async def confirm(node: Node, stored: Stored, one: Any, **headers: str) -> httpx2.Response:
    async with httpx2.AsyncClient(base_url=node.url, timeout=30) as http:
        said = {**the("holder", **lasting()), **headers}
        return await http.post(f"/v1/redemptions/{show('red', one)}/confirm", headers=said)


async def around_the_end(node: Node, stored: Stored, set_clock: SetClock) -> list[httpx2.Response]:
    """Answers to a confirmation a bit before the voucher ends, and to one a bit after."""
    end = stored.voucher.use_by_ends
    await set_clock(end - A_BIT)
    late, too_late = [await stored.propose(asked=100) for _ in range(2)]
    before = await confirm(node, stored, late)
    await set_clock(end + A_BIT)
    return [before, await confirm(node, stored, too_late)]


@pytest.mark.parametrize("skew", [HOUR, -DAY, YEAR])
async def test_a_voucher_ends_by_the_databases_clock_and_not_the_nodes(
    wallet: Sequence[Stored], started: Nodes, set_clock: SetClock, skew: float
) -> None:
    node = await started.start(skew=skew)
    before, after = await around_the_end(node, wallet[0], set_clock)
    assert (before.status_code, after.status_code) == (200, 409), after.text
    authorised = datetime.fromisoformat(before.json()["authorised_at"])
    assert abs(authorised - (wallet[0].voucher.use_by_ends - A_BIT)) < timedelta(minutes=5)
    await audited(wallet[0].database)


@pytest.mark.parametrize(("skew", "statuses"), [(YEAR, [409, 409]), (-DAY, [200, 200])])
async def test_by_a_clock_of_its_own_a_node_would_end_it_too_early_or_too_late(
    wallet: Sequence[Stored], started: Nodes, set_clock: SetClock, skew: float, statuses: list[int]
) -> None:
    own = {"services.chassis.clock.business_now": "own_clock", "services.chassis.clock.both": "own_clocks"}
    node = await started.start(skew=skew, values=own, works=False)
    answers = await around_the_end(node, wallet[0], set_clock)
    assert [answer.status_code for answer in answers] == statuses


async def test_a_deadline_of_a_request_is_the_databases_too(wallet: Sequence[Stored], started: Nodes) -> None:
    node = await started.start(skew=YEAR)
    one = await wallet[0].propose()
    past, soon = ((datetime.now(UTC) + sign * A_BIT).isoformat() for sign in (-1, 1))
    refused = await confirm(node, wallet[0], one, **{"Request-Deadline": past})
    assert refused.json()["code"] == "request.deadline"
    assert (await confirm(node, wallet[0], one, **{"Request-Deadline": soon})).status_code == 200
