"""What the domain decides on disclosures, objections and stops, the database holds as well."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.database import Database
from tests.conftest import Begin, SetClock
from tests.voucher.settlement.approved import Case, a_line_to_disclose, disclosed, object_to


async def an_objection(database: Database, set_clock: SetClock) -> Case:
    """A disclosed line with an objection."""
    case = await a_line_to_disclose(database, set_clock)
    await object_to(case, await disclosed(database, case))
    return case


@pytest.fixture
async def case(begin: Begin) -> Case:
    return await begin(an_objection)


DECIDED = "decided_by = filed_by, decided_at = filed_at, reason = 'mine'"


@pytest.mark.parametrize(
    ("sql", "guard"),
    [
        (f"UPDATE objections SET state = 'dismissed', {DECIDED}", "ck_objections_two_persons"),
        ("UPDATE objections SET state = 'upheld'", "ck_objections_decided"),
        ("UPDATE objections SET state = 'noted'", "ck_objections_anonymous_is_noted"),
        ("UPDATE stops SET state = 'lifted'", "ck_stops_ended"),
        ("UPDATE disclosures SET state = 'closed'", "ck_disclosures_closed"),
        ("UPDATE disclosures SET closes_at = NULL", "ck_disclosures_published"),
        ("UPDATE disclosures SET state = 'overtaken'", "ck_disclosures_published"),
        ("UPDATE claim_lines SET approved = 0", "ck_claim_lines_owed"),
        ("UPDATE legs SET sent_at = '2020-10-13 00:00Z'", "ck_legs_sent"),
        ("UPDATE legs SET state = 'paid', payout_id = id, paid_on = '2020-10-13'", "ck_legs_sent"),
        ("UPDATE disclosures SET digest = 'other'", "permission denied"),
        ("UPDATE disclosure_lines SET amount = 1", "permission denied"),
        ("UPDATE objections SET grounds = 'none'", "permission denied"),
        ("DELETE FROM stops", "permission denied"),
    ],
)
async def test_nothing_gets_round_it_straight_in_the_database(case: Case, sql: str, guard: str) -> None:
    with pytest.raises(DBAPIError, match=guard):
        async with case.database.begin() as connection:
            await connection.execute(text(sql))
