"""What somebody alters behind our back is named by the audit, row by row."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.redemption import ContractLine, Portion
from tests.conftest import Begin, SetClock
from tests.voucher.redemption.counter import a_sale
from tests.voucher.redemption.samples import YUAN, a_contract, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited, carry_out

LOOSE = "ALTER TABLE redemptions DROP CONSTRAINT ck_redemptions_parts"


async def much_was_redeemed(database: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    stored = await a_stored_voucher(database)
    lines = (ContractLine("testing", 20_000 * YUAN, 100), ContractLine("design", 10_000 * YUAN, 1))
    contract, portions = a_contract(tax=101, lines=lines), (Portion(1, 9_000 * YUAN, 50), Portion(2, 1_000 * YUAN, 0))
    one = await stored.authorised(contract=contract)
    await carry_out(database, stored.delivery(one, 10_000 * YUAN, last=False, tax=50, lines=portions))
    await carry_out(database, orders.Accept(redemption_id=one, by=holder, rating=5))
    await carry_out(database, orders.Capture(redemption_id=one, by=provider, capture_id=one))
    await carry_out(database, orders.Refund(redemption_id=one, by=provider, amount=1, currency="CNY", note="less"))
    await carry_out(database, a_sale(holder))
    await audited(database)
    return stored


@pytest.fixture
async def stored(begin: Begin) -> Stored:
    return await begin(much_was_redeemed)


@pytest.mark.parametrize(
    ("check", "alteration"),
    [
        ("voucher.redemptions", "UPDATE redemptions SET held = held - 1"),
        ("redemption.captures", "UPDATE captures SET amount = amount - 1"),
        ("redemption.journals", "UPDATE redemption_transitions SET journal_id = NULL WHERE number = 2"),
        ("redemption.journals", "UPDATE journals SET subject_id = gen_random_uuid() WHERE event = 'refunded'"),
        ("redemption.moved", "UPDATE redemption_transitions SET held = held - 1 WHERE number = 2"),
        ("redemption.history", "UPDATE redemptions SET steps = steps + 1"),
        ("redemption.history", "DELETE FROM redemption_transitions WHERE number = 6"),
        ("redemption.events", "DELETE FROM events WHERE type = 'redemption.refunded'"),
        ("counter.redemptions", "UPDATE cap_counters SET used = used + 1"),
        ("counter.redemptions", "DELETE FROM cap_counters"),
        ("redemption.orders", "UPDATE captures SET settlement = settlement - 1 WHERE document_id IS NULL"),
        ("redemption.orders", "UPDATE redemptions SET part = 2 WHERE kind = 'instant'"),
        ("redemption.contract_lines", "UPDATE redemptions SET contract_amount = contract_amount + 1"),
        ("redemption.contract_lines", "UPDATE redemptions SET contract_tax = NULL"),
        ("redemption.delivered_lines", "UPDATE captures SET tax = tax + 1"),
        ("redemption.delivered_lines", "UPDATE captures SET settlement = settlement + 1"),
    ],
)
async def test_an_alteration_is_named(stored: Stored, superuser_url: str, check: str, alteration: str) -> None:
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text(LOOSE))
        await connection.execute(text(alteration))
    await root.dispose()
    assert check in {finding.check for finding in (await run_audit(stored.database)).findings}
