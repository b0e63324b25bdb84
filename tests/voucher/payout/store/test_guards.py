"""Every limit of payout stands in the database as well, by constraint, index or grant."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.database import Database
from tests.conftest import Begin, SetClock
from tests.voucher.payout.steps import House, a_house, a_released_line, stop

ANOTHER = """INSERT INTO payouts SELECT gen_random_uuid(), batch_id, position + 1, leg_id, claim_line_id, part,
    payer_account_id, budget_line_id, treasury, funding_source, payee_id, bank_account_id, payee_name, account_number,
    bank_code, bank_name, currency, amount, 'P-other', 'prepared' FROM payouts"""
ENDED = ANOTHER.replace("'prepared'", "'cancelled'")
FOREIGN = """INSERT INTO payer_accounts SELECT gen_random_uuid(), treasury, 'foreign', name, number || '1', bank_code,
    bank_name, currency, funding_source, file_profile, opened_by, opened_at, files FROM payer_accounts"""
REFUSED = [
    ("UPDATE payout_batches SET decided_by = made_by", "ck_payout_batches_four_eyes"),
    ("UPDATE payout_batches SET sent_by = made_by", "ck_payout_batches_four_eyes"),
    ("UPDATE payout_batches SET decided_by = NULL", "ck_payout_batches_decided"),
    ("UPDATE payout_batches SET state = 'done'", "ck_payout_batches_ended"),
    ("UPDATE payout_batches SET state = 'approved'", "ck_payout_batches_sent"),
    ("UPDATE payout_batches SET reason = 'x'", "ck_payout_batches_reason"),
    ("UPDATE payout_batches SET state = 'golden', sent_at = NULL, sent_by = NULL", "ck_payout_batches_state"),
    ("UPDATE payouts SET state = 'settled'", "ck_payouts_settled"),
    ("UPDATE payouts SET state = 'prepared'", "ck_payouts_sent"),
    ("UPDATE payouts SET returned_on = '2020-10-21'", "ck_payouts_returned"),
    (ANOTHER, "uq_payouts_live"),
    (ENDED.replace("amount,", "amount - 1,"), "fk_payouts_leg_id_legs"),
    (ENDED.replace(" treasury,", " 'tianshui',"), "fk_payouts_leg_id_legs"),
    (ENDED.replace(" payee_id,", " claim_line_id,"), "fk_payouts_leg_id_legs"),
    ("UPDATE bank_accounts SET decided_by = submitted_by", "ck_bank_accounts_two_persons"),
    ("UPDATE bank_accounts SET active_at = cooling_ends - interval '1 second'", "ck_bank_accounts_cooled"),
    ("UPDATE bank_accounts SET state = 'rejected', active_at = NULL", "ck_bank_accounts_rejected"),
    ("UPDATE payer_accounts SET files = -1", "ck_payer_accounts_files"),
    (FOREIGN, "ck_payer_accounts_kind"),
    ("UPDATE payouts SET amount = 1", "permission denied"),
    ("UPDATE payouts SET account_number = '6222000000000001'", "permission denied"),
    ("UPDATE payout_batches SET digest = 'x'", "permission denied"),
    ("UPDATE payout_batches SET made_by = 'per_other'", "permission denied"),
    ("UPDATE bank_accounts SET number = '6222000000000001'", "permission denied"),
    ("UPDATE bank_files SET content = ''", "permission denied"),
    ("UPDATE fundings SET amount = 1", "permission denied"),
    ("DELETE FROM bank_files", "permission denied"),
    ("DELETE FROM payouts", "permission denied"),
    ("DELETE FROM payout_batches", "permission denied"),
    ("SELECT setval('payout_batch_numbers', 1)", "permission denied"),
]


async def who_has_sent(database: Database, set_clock: SetClock) -> House:
    await a_released_line(database, set_clock)
    house = await a_house(database)
    await house.sent()
    return house


@pytest.fixture
async def house(begin: Begin) -> House:
    return await begin(who_has_sent)


async def test_a_stopped_leg_is_not_sent_whoever_sends_it(voucher_db: Database, set_clock: SetClock) -> None:
    case = await a_released_line(voucher_db, set_clock)
    await (await a_house(voucher_db)).written()
    await stop(case)
    with pytest.raises(DBAPIError, match="is stopped and is not sent"):
        async with voucher_db.begin() as connection:
            await connection.execute(text("UPDATE legs SET sent_at = now()"))


async def test_the_database_refuses_what_the_domain_would(house: House) -> None:
    for statement, why in REFUSED:
        with pytest.raises(DBAPIError, match=why):
            async with house.database.begin() as connection:
                await connection.execute(text(statement))
