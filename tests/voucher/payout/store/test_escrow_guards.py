"""What holders pay in and get back is bounded and frozen in the database as well."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.database import Database
from tests.conftest import Begin, SetClock
from tests.voucher.reconciliation.escrowed import OWN, Escrowed, an_escrowed

REFUSED = [
    ("UPDATE escrows SET used = received + 1", "ck_escrows_amounts"),
    ("UPDATE escrows SET refunded = -1", "ck_escrows_amounts"),
    ("UPDATE escrows SET currency = 'EUR'", "permission denied"),
    ("UPDATE deposits SET received_on = NULL", "ck_deposits_came_in"),
    (
        "UPDATE deposits SET state = 'lost',"
        " (received, received_on, from_name, from_account) = (NULL, NULL, NULL, NULL)",
        "ck_deposits_state",
    ),
    ("UPDATE deposits SET from_account = NULL", "ck_deposits_came_from"),
    ("UPDATE deposits SET received = 0", "ck_deposits_received"),
    ("UPDATE deposits SET asked = 1", "permission denied"),
    ("UPDATE deposit_refunds SET state = 'approved'", "ck_deposit_refunds_decided"),
    (
        "UPDATE deposit_refunds SET state = 'approved', decided_by = proposed_by, decided_at = now()",
        "ck_deposit_refunds_four_eyes",
    ),
    (
        "UPDATE deposit_refunds SET state = 'settled', decided_by = 'per_x', decided_at = now()",
        "ck_deposit_refunds_settled",
    ),
    (
        "UPDATE deposit_refunds SET state = 'rejected', decided_by = 'per_x', decided_at = now()",
        "ck_deposit_refunds_rejected",
    ),
    ("UPDATE deposit_refunds SET amount = 1", "permission denied"),
    ("UPDATE deposit_refunds SET account_number = '6222'", "permission denied"),
    ("UPDATE deposit_refunds SET deposit_id = redemption_id", "permission denied"),
    ("UPDATE leg_samples SET drawn = 1", "permission denied"),
    *((f"DELETE FROM {table}", "permission denied") for table in ("escrows", "deposits", "deposit_refunds")),
]


async def who_paid_too_much(database: Database, set_clock: SetClock) -> Escrowed:
    escrowed = await an_escrowed(database, set_clock)
    await escrowed.pay_in(OWN + 7)
    await escrowed.has_account()
    await escrowed.propose_refund()
    return escrowed


@pytest.fixture
async def escrowed(begin: Begin) -> Escrowed:
    return await begin(who_paid_too_much)


async def test_the_database_refuses_what_the_domain_would(escrowed: Escrowed) -> None:
    for statement, why in REFUSED:
        with pytest.raises(DBAPIError, match=why):
            async with escrowed.database.begin() as connection:
                await connection.execute(text(statement))
