"""Legs are kept by line and locked by id."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.settlement.domain.claim import Leg, LegState
from services.voucher.settlement.store import legs
from tests.conftest import SetClock
from tests.voucher.redemption.samples import YUAN
from tests.voucher.redemption.stored import a_stored_voucher
from tests.voucher.settlement.claimed import NOW, a_capture, a_claim, lines_of
from tests.voucher.settlement.reviewed import APPROVE, approve


@pytest.fixture
async def claim_id(voucher_db: Database, set_clock: SetClock) -> UUID:
    """Two lines of one claim, both approved."""
    await set_clock(NOW)
    stored = await a_stored_voucher(voucher_db)
    two = [await a_capture(voucher_db, 10_000 * YUAN, stored) for _ in range(2)]
    made, _ = await a_claim(voucher_db, *(one.asked for one in two))
    await approve(voucher_db, made, APPROVE, APPROVE)
    return made


async def owed(database: Database, claim_id: UUID) -> list[Leg]:
    lines = await lines_of(database, claim_id)
    async with database.read() as connection:
        found = await legs.read_of_lines(connection, [line.id for line in lines])
    return [leg for line in lines for leg in found[line.id]]


async def test_a_line_without_legs_has_none(voucher_db: Database) -> None:
    line_id = new_id()
    async with voucher_db.begin() as connection:
        assert await legs.lock_of_lines(connection, [line_id]) == {line_id: ()}
        assert await legs.lock(connection, []) == {}


async def test_locked_legs_are_what_was_written(voucher_db: Database, claim_id: UUID) -> None:
    first, second = await owed(voucher_db, claim_id)
    async with voucher_db.begin() as connection:
        assert await legs.lock(connection, [second.id, first.id]) == {first.id: first, second.id: second}
        assert await legs.lock_of_lines(connection, [first.claim_line_id]) == {first.claim_line_id: (first,)}


async def test_how_far_a_payment_came_is_kept_of_its_leg_alone(voucher_db: Database, claim_id: UUID) -> None:
    first, second = await owed(voucher_db, claim_id)
    sent_at = datetime(2020, 10, 20, 2, 0, tzinfo=UTC)
    paid = replace(first, state=LegState.PAID, payout_id=new_id(), sent_at=sent_at, paid_on=date(2020, 10, 21))
    async with voucher_db.begin() as connection:
        await legs.save(connection, [paid])
    assert await owed(voucher_db, claim_id) == [paid, second]
