"""Whatever a superuser alters in the wallet's tables, the audit names it."""

import httpx2
import pytest
from sqlalchemy import text

from migrations import runner
from services.chassis.database import Database
from services.voucher.oversight.operations.audit import run_audit
from tests.conftest import SetClock
from tests.voucher.wallet.steps import a_ranked_round, all_is_well, issue

TAMPERED = [
    ("UPDATE vouchers SET available = available - 1, captured = captured + 1", "voucher.stored"),
    ("UPDATE vouchers SET face = face + 1, available = available + 1", "voucher.stored"),
    ("UPDATE vouchers SET face = face + 1", "voucher.identity"),
    ("UPDATE round_pools SET balance = balance + 1", "round_pool.stored"),
    ("DELETE FROM round_pools", "round_pool.stored"),
    ("UPDATE applications SET state = 'rejected' WHERE state = 'issued'", "application.served"),
    ("DELETE FROM vouchers", "voucher.stored"),
    ("UPDATE applications SET rank = -rank WHERE state = 'waitlisted'", "application.in_order"),
    ("UPDATE applications SET state = 'submitted' WHERE state = 'waitlisted'", "round.ranked"),
    (
        "INSERT INTO application_lists SELECT id, id, '1', 'CNY', false, '[{}]', 'taken', 'c', 'p', now() FROM rounds",
        "round.ranked",
    ),
    ("UPDATE applications SET quota_root_id = (SELECT id FROM rounds)", "application.one_live"),
    ("UPDATE applications SET number = 1", "application.numbered"),
    ("UPDATE cap_counters SET used = used - 1 WHERE used > 0", "counter.issued"),
    ("UPDATE cap_counters SET used = 1 WHERE used = 0", "counter.issued"),
    ("UPDATE cap_counters SET period = '2019'", "counter.issued"),
    ("DELETE FROM cap_counters", "counter.issued"),
]


async def as_superuser(url: str, statement: str) -> None:
    """Alter what no constraint lets anybody alter: the constraints go first."""
    guards = (
        "ALTER TABLE vouchers DROP CONSTRAINT ck_vouchers_identity",
        "DROP INDEX uq_applications_live, uq_applications_number",
    )
    async with runner.connected(url) as connection, connection.begin():
        await connection.execute(text("SET search_path TO voucher, business"))
        await connection.execute(text("SET session_replication_role = replica"))
        for one in (*guards, statement):
            await connection.execute(text(one))


@pytest.mark.parametrize(("statement", "check"), TAMPERED)
async def test_an_altered_row_is_named(
    voucher_api: httpx2.AsyncClient,
    voucher_db: Database,
    set_clock: SetClock,
    superuser_url: str,
    statement: str,
    check: str,
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=3, amount="40000.00")
    await issue(voucher_api, voucher_db, round_id)
    await all_is_well(voucher_db)
    await as_superuser(superuser_url, statement)
    found = {finding.check for finding in (await run_audit(voucher_db)).findings}
    assert check in found


async def test_a_counter_is_named_with_what_was_issued_and_what_it_says(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock, superuser_url: str
) -> None:
    round_id, (firm,) = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1)
    await issue(voucher_api, voucher_db, round_id)
    await as_superuser(superuser_url, "UPDATE cap_counters SET used = 1 WHERE used > 0")
    (finding,) = (await run_audit(voucher_db)).findings
    assert finding.subject == f"counter jiangmen-service-2020/issued-per-year of org_{firm.hex} in 2020"
    assert finding.detail == "expected 2000000, actual 1"
