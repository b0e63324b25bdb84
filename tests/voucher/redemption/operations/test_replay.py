"""What stands in the decision log replays to the amounts that stand with the redemption, from its numbers alone."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.chassis import decisions
from services.chassis.database import Database
from services.voucher.redemption.domain import orders
from services.voucher.scheme.domain.replay import replay
from tests.conftest import SetClock
from tests.voucher.redemption.samples import provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, carry_out

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(NOW)
    return await a_stored_voucher(voucher_db)


async def replayed(stored: Stored, redemption_id: UUID, kind: str) -> int:
    async with stored.database.read() as connection:
        found = await decisions.of_subject(connection, redemption_id)
    kept = [{"rule": one.rule, "clause": one.clause, "numbers": one.numbers} for one in found if one.kind == kind]
    assert len(kept) == 1
    return replay(kept, "CNY")


async def test_the_log_alone_says_what_was_frozen_and_what_was_captured(stored: Stored) -> None:
    one = await stored.accepted(12_345_67)
    held = (await stored.redemption(one)).authorised
    await carry_out(stored.database, orders.Capture(redemption_id=one, by=provider, capture_id=one))
    captured = (await stored.redemption(one)).captured
    assert await replayed(stored, one, "authorise.price") == held
    assert await replayed(stored, one, "capture.price") == captured == 6_172_83
