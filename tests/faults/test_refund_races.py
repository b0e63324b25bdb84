"""Captured value goes back: many at once, twice, above what stands, and after the provider was suspended."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.orders import Refund
from services.voucher.redemption.domain.redemption import State
from services.voucher.wallet.domain.voucher import VoucherState
from services.voucher.wallet.operations import expiry
from tests.conftest import SetClock
from tests.faults.racing import answers, codes, race, without_locks
from tests.voucher.redemption.samples import FACE, PAYEE, YUAN, provider
from tests.voucher.redemption.stored import (
    Stored,
    a_stored_voucher,
    admitted,
    attempt,
    audited,
    carry_out,
    hear,
    organization,
)

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
CAPTURED = 15_000 * YUAN


@pytest.fixture
async def stored(crowd_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(NOW)
    return await a_stored_voucher(crowd_db)


async def captured(stored: Stored) -> UUID:
    one = await stored.accepted()
    await carry_out(stored.database, orders.Capture(redemption_id=one, by=provider, capture_id=one))
    return one


def back(one: UUID, amount: int = CAPTURED) -> Refund:
    return Refund(redemption_id=one, by=provider, amount=amount, currency="CNY", note="The sample was lost.")


async def test_of_many_full_refunds_at_once_one_gives_back(stored: Stored) -> None:
    one = await captured(stored)
    results = await race([attempt(stored.database, back(one)) for _ in range(40)])
    assert (len(answers(results)), codes(results)) == (1, {"redemption.state"})
    assert (await stored.now()).available == FACE
    await audited(stored.database)


async def test_of_many_part_refunds_at_once_no_more_than_stands_goes_back(stored: Stored) -> None:
    one = await captured(stored)
    results = await race([attempt(stored.database, back(one, 4_000 * YUAN)) for _ in range(20)])
    assert (len(answers(results)), codes(results)) == (3, {"refund.too_much"})
    assert (await stored.redemption(one)).stands == 3_000 * YUAN
    await audited(stored.database)


async def test_without_the_locks_and_the_databases_own_guard_it_goes_back_more_than_once(
    stored: Stored, root_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await captured(stored)
    without_locks(monkeypatch)
    async with root_db.begin() as connection:
        await connection.execute(
            text("ALTER TABLE redemption_transitions DROP CONSTRAINT uq_redemption_transitions_number")
        )
    results = await race([attempt(stored.database, back(one)) for _ in range(40)])
    assert len(answers(results)) > 1
    assert "voucher.stored" in {finding.check for finding in (await run_audit(stored.database)).findings}


async def test_more_than_was_captured_never_goes_back(stored: Stored) -> None:
    one = await captured(stored)
    refused = await attempt(stored.database, back(one, CAPTURED + 1))
    assert codes([refused]) == {"refund.too_much"}
    assert (await stored.now()).captured == CAPTURED


async def test_a_suspended_provider_still_gives_back(stored: Stored) -> None:
    one = await captured(stored)
    await hear(stored.database, organization(PAYEE, provider={**admitted("testing"), "state": "suspended"}))
    await carry_out(stored.database, back(one))
    assert (await stored.redemption(one)).state is State.REFUNDED
    await audited(stored.database)


async def test_what_goes_back_to_an_expired_voucher_goes_on_to_its_pool_once(
    stored: Stored, set_clock: SetClock
) -> None:
    one = await captured(stored)
    await set_clock(stored.voucher.use_by_ends)
    await expiry.sweep(stored.database, stored.voucher.use_by_ends)
    await carry_out(stored.database, back(one))
    after = await stored.now()
    assert (after.available, after.state_at(after.ends_at)) == (CAPTURED, VoucherState.EXPIRED)
    while await expiry.sweep(stored.database, after.due_back):
        pass
    assert (await stored.now()).reclaimed == FACE
    await audited(stored.database)
