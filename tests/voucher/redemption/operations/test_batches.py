"""A batch is the same as its orders one by one in order of arrival, however the lane cuts it, and whatever they ask."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.lane import Lane
from services.chassis.refusals import Refusal
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.orders import Actor, Order
from services.voucher.redemption.domain.redemption import Contract
from services.voucher.redemption.operations import redeem as path
from tests import databases
from tests.conftest import MakeDatabase
from tests.databases import Urls
from tests.voucher.redemption.samples import YUAN, holder, provider, stranger
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited, carry_out

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
VOUCHERS = (UUID(int=101), UUID(int=102))
FACE = 1_000 * YUAN
ACTORS: dict[str, Actor] = {"holder": holder, "provider": provider, "stranger": stranger}
STANDING = """
    SELECT 'voucher ' || id, available, held, captured, reclaimed, state FROM vouchers
    UNION ALL SELECT 'redemption ' || id, authorised, held, captured, refunded, state FROM redemptions
    UNION ALL SELECT 'counters of ' || period, sum(used)::bigint, 0, 0, 0, '' FROM cap_counters GROUP BY period
    UNION ALL SELECT 'attempts', count(*), 0, 0, 0, outcome FROM attempts GROUP BY outcome
    ORDER BY 1
"""


@dataclass(frozen=True)
class Asked:
    """An order as it is drawn: which verb, by whom, on which of the redemptions, vouchers and contracts."""

    verb: str
    by: str
    which: int
    amount: int

    def order(self, place: int, result: UUID) -> Order:
        """The order at its place in the queue, which numbers what it makes."""
        by, redemption_id = ACTORS[self.by], UUID(int=1000 + self.which)
        if self.verb == "propose":
            contract = Contract(f"C-{self.amount % 5}", date(2020, 9, 18), 2 * self.amount * YUAN)
            return orders.Propose(
                redemption_id=UUID(int=1000 + place),
                by=by,
                voucher_id=VOUCHERS[self.which % 2],
                provider_id=UUID(int=3),
                category="testing",
                currency="CNY",
                contract=contract,
                client_ref=f"ref-{self.amount}" if self.amount % 2 else None,
            )
        if self.verb == "deliver":
            return orders.Deliver(
                redemption_id=redemption_id,
                by=by,
                settlement=self.amount * YUAN,
                currency="CNY",
                completed_on=date(2020, 9, 20),
                document_id=result,
            )
        if self.verb == "capture":
            return orders.Capture(redemption_id=redemption_id, by=by, capture_id=UUID(int=5000 + place))
        if self.verb == "accept":
            return orders.Accept(redemption_id=redemption_id, by=by, rating=5)
        kind = orders.Confirm if self.verb == "confirm" else orders.Void
        return kind(redemption_id=redemption_id, by=by, note="because")


def rounds(number: int) -> st.SearchStrategy[list[Asked]]:
    """Some that go the usual way, with any others among them: chance alone would hardly get past a proposal."""
    usual = [("propose", "provider"), ("confirm", "holder"), ("deliver", "provider"), ("accept", "holder")]
    way = [*usual, ("capture", "provider"), ("void", "provider")]
    likely = [
        st.builds(Asked, st.just(verb), st.just(by), st.just(which), st.integers(200, 600))
        for verb, by in way
        for which in range(number)
    ]
    any_one = st.builds(
        Asked,
        st.sampled_from([verb for verb, _ in way]),
        st.sampled_from(sorted(ACTORS)),
        st.integers(0, 4),
        st.integers(1, 900),
    )
    others = st.lists(any_one, max_size=6)
    return st.builds(
        lambda some, more, at: [*some[:at], *more, *some[at:]],
        st.tuples(*likely),
        others,
        st.integers(number, len(likely)),
    )


async def a_world(urls: Urls) -> tuple[Database, UUID]:
    """Two small vouchers, the same in every world, and the result file."""
    await databases.set_clock(urls.owner, NOW)
    database = Database(urls.voucher, "voucher")
    made: list[Stored] = [await a_stored_voucher(database, id=one, available=FACE) for one in VOUCHERS]
    return database, made[0].result


async def told(database: Database, order: Order) -> Any:
    try:
        answer: Answer = await carry_out(database, order)
    except Refusal as refusal:
        return [(reason.code, reason.pointer, reason.numbers) for reason in refusal.reasons]
    return answer.status, answer.body


async def stands(database: Database) -> Sequence[Any]:
    async with database.read() as connection:
        return (await connection.execute(text(STANDING))).all()


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=rounds(3), batch=st.integers(2, 20))
async def test_a_batch_comes_to_what_its_orders_come_to_one_by_one(
    new_database: MakeDatabase, asked: list[Asked], batch: int
) -> None:
    (alone, result), (together, other) = [await a_world(await new_database()) for _ in range(2)]
    together.keep(path.LANE, lambda: Lane(path.work_of(together), batch=batch, away=1))
    one_by_one = [await told(alone, one.order(place, result)) for place, one in enumerate(asked)]
    at_once = await asyncio.gather(*(told(together, one.order(place, other)) for place, one in enumerate(asked)))
    assert at_once == one_by_one
    assert await stands(together) == await stands(alone)
    await audited(together)
    for database in (alone, together):
        await database.dispose()
