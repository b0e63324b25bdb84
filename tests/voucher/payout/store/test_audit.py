"""What somebody alters behind our back is named by the audit, row by row."""

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.payout.store import audit
from tests.conftest import Begin, SetClock
from tests.voucher.payout.steps import House, a_house, a_released_line, audited

LOOSE = (
    "SET LOCAL session_replication_role = replica",
    "ALTER TABLE payouts DROP CONSTRAINT ck_payouts_sent, DROP CONSTRAINT ck_payouts_settled",
    "ALTER TABLE payout_batches DROP CONSTRAINT ck_payout_batches_four_eyes",
    "ALTER TABLE bank_accounts DROP CONSTRAINT ck_bank_accounts_two_persons",
    "ALTER TABLE legs DROP CONSTRAINT ck_legs_payout, DROP CONSTRAINT ck_legs_sent",
)
ALTERED = [
    ("payout.batch", "UPDATE payout_batches SET total = total + 1"),
    ("payout.batch", "UPDATE payouts SET amount = amount - 1"),
    ("payout.digest", "UPDATE payouts SET account_number = '6222000000000001'"),
    ("payout.digest", "UPDATE payouts SET payee_name = '别人'"),
    ("payout.digest", "UPDATE payout_batches SET digest = repeat('0', 64)"),
    ("payout.states", "UPDATE payouts SET state = 'approved'"),
    ("payout.leg", "UPDATE legs SET state = 'payable', payout_id = NULL"),
    ("payout.leg", "UPDATE legs SET amount = amount + 1"),
    ("payout.leg", "UPDATE legs SET sent_at = NULL"),
    ("payout.leg", "UPDATE payouts SET state = 'returned', settled_on = '2020-10-21', returned_on = '2020-10-21'"),
    ("payout.in_transit", "UPDATE entries SET amount = amount * 2 WHERE place IN ('in_transit', 'payable')"),
    ("payout.in_transit", "UPDATE payouts SET settled_on = '2020-10-21'"),
    ("payout.in_transit", "UPDATE payouts SET sent_at = NULL"),
    ("payout.file", "UPDATE bank_files SET content = content || '1,P,x'"),
    ("payout.file", "UPDATE bank_files SET total = total + 1"),
    ("payout.file", "DELETE FROM bank_files"),
    ("payout.four_eyes", "UPDATE payout_batches SET sent_by = made_by"),
    ("payout.four_eyes", "UPDATE claim_lines SET acted = acted || '\"per_checker\"'"),
    ("payout.four_eyes", "UPDATE bank_accounts SET decided_by = submitted_by"),
    ("funding.line", "UPDATE budget_lines SET funded = 1"),
    ("funding.drawn", "UPDATE entries SET place = 'treasury_drawn' WHERE place = 'in_transit'"),
]


async def who_has_sent(database: Database, set_clock: SetClock) -> House:
    await a_released_line(database, set_clock)
    house = await a_house(database, name='甲"乙"\\丙')
    await house.sent()
    await audited(database)
    return house


@pytest.fixture
async def house(begin: Begin) -> House:
    return await begin(who_has_sent)


async def test_every_alteration_is_named(house: House, superuser_url: str) -> None:
    root, found = Database(superuser_url, "voucher"), []
    for check, alteration in ALTERED:
        async with root.engine.connect() as connection:
            for statement in (*LOOSE, alteration):
                await connection.execute(text(statement))
            named = {finding.check for finding in await audit.findings(connection)}
            await connection.rollback()
        found.append((check if check in named else str(named), alteration))
    await root.dispose()
    assert found == ALTERED
