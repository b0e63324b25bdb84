"""Every limit of the wallet stands in the database as well, by constraint or by grant."""

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.wallet.steps import a_ranked_round, issue

LISTED = "INSERT INTO application_lists SELECT id, id, '1', 'CNY', false, {}, 'c', 'p', now() FROM rounds"

REFUSED = [
    ("UPDATE vouchers SET available = -1, captured = face + 1", "ck_vouchers_parts"),
    ("UPDATE vouchers SET available = available - 1", "ck_vouchers_identity"),
    ("UPDATE vouchers SET state = 'golden'", "ck_vouchers_state"),
    ("UPDATE round_pools SET balance = -1", "ck_round_pools_balance"),
    ("UPDATE applications SET state = 'golden'", "ck_applications_state"),
    ("UPDATE applications SET rank = NULL", "ck_applications_ranked"),
    ("UPDATE applications SET number = NULL", "ck_applications_number_when_submitted"),
    ("UPDATE rounds SET funding_source = NULL", "ck_rounds_funding"),
    ("UPDATE vouchers SET face = face + 1", "ck_vouchers_identity"),
    ("UPDATE vouchers SET extended = 2", "ck_vouchers_extended"),
    ("UPDATE vouchers SET activated_at = issued_at - interval '1 second'", "ck_vouchers_issued_first"),
    ("UPDATE vouchers SET ends_by = 'cancelled', remind_at = ends_at", "ck_vouchers_cancelled_is_told"),
    ("UPDATE vouchers SET holder_id = round_id", "permission denied"),
    ("UPDATE applications SET amount = 1", "permission denied"),
    ("UPDATE rounds SET scheme_window = 2", "permission denied"),
    ("DELETE FROM vouchers", "permission denied"),
    ("DELETE FROM applications", "permission denied"),
    (LISTED.format("'[]', 'taken'"), "ck_application_lists_length"),
    (LISTED.format("'[{}]', 'lost'"), "ck_application_lists_state"),
    (LISTED.format("'[{}]', 'done'"), "ck_application_lists_done"),
    ("UPDATE application_lists SET rows = '[]'", "permission denied"),
    ("DELETE FROM application_lists", "permission denied"),
    ("SELECT setval('application_numbers', 1)", "permission denied"),
]


@pytest.mark.parametrize(("statement", "why"), REFUSED)
async def test_the_database_refuses_what_the_domain_would(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock, statement: str, why: str
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1)
    await issue(voucher_api, voucher_db, round_id)
    with pytest.raises(Exception, match=why):
        async with voucher_db.begin() as connection:
            await connection.execute(text(statement))
