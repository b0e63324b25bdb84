"""Legs are kept by line, locked by id, and listed for payment once their line is released."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.settlement.domain.claim import ClaimLine, Leg, LegState, LineState
from services.voucher.settlement.store import claim_lines, legs
from tests.conftest import SetClock
from tests.voucher.redemption.samples import YUAN
from tests.voucher.redemption.stored import a_stored_voucher
from tests.voucher.settlement.claimed import NOW, TREASURY, a_capture, a_claim, lines_of
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


async def payable(database: Database, treasury: str = TREASURY, limit: int = 10) -> list[Leg]:
    async with database.read() as connection:
        return await legs.payable(connection, treasury, limit=limit)


async def released(database: Database, lines: list[ClaimLine]) -> None:
    async with database.begin() as connection:
        await claim_lines.save(connection, [replace(line, state=LineState.RELEASED) for line in lines])


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


async def test_only_legs_of_released_lines_are_payable_by_their_treasury(voucher_db: Database, claim_id: UUID) -> None:
    first, second = await lines_of(voucher_db, claim_id)
    assert await payable(voucher_db) == []
    await released(voucher_db, [second])
    assert [leg.claim_line_id for leg in await payable(voucher_db)] == [second.id]
    assert await payable(voucher_db, "440600") == []
    await released(voucher_db, [first])
    assert await payable(voucher_db) == sorted(await owed(voucher_db, claim_id), key=lambda leg: leg.id)
    assert len(await payable(voucher_db, limit=1)) == 1


async def test_a_leg_on_its_way_is_payable_no_more(voucher_db: Database, claim_id: UUID) -> None:
    await released(voucher_db, list(await lines_of(voucher_db, claim_id)))
    first, second = await owed(voucher_db, claim_id)
    sent_at = datetime(2020, 10, 20, 2, 0, tzinfo=UTC)
    paid = replace(first, state=LegState.PAID, payout_id=new_id(), sent_at=sent_at, paid_on=date(2020, 10, 21))
    async with voucher_db.begin() as connection:
        await legs.save(connection, [paid])
    assert await owed(voucher_db, claim_id) == [paid, second]
    assert await payable(voucher_db) == [second]
