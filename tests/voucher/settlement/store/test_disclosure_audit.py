"""What a superuser changes in disclosures, objections and stops, the audit names."""

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.settlement.domain.objection import Outcome
from services.voucher.settlement.operations.closing import CloseTimer
from tests.conftest import SetClock
from tests.voucher.redemption.stored import audited
from tests.voucher.settlement.approved import CLOSES, Case, decide, disclosed, object_to


async def tampered(case: Case, superuser_url: str, sql: str) -> set[str]:
    """What the audit finds once a superuser has done this to books that were in order."""
    await audited(case.database)
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = 'replica'"))
        await connection.execute(text(sql))
    await root.dispose()
    return {finding.check for finding in (await run_audit(case.database)).findings}


@pytest.mark.parametrize(
    ("sql", "check"),
    [
        ("UPDATE disclosure_lines SET amount = amount - 1", "disclosure.lines"),
        ("UPDATE disclosure_lines SET payee_name = 'another'", "disclosure.digest"),
        ("UPDATE disclosures SET state = 'closed', closed_at = closes_at", "disclosure.closed"),
        ("UPDATE claim_lines SET state = 'approved'", "disclosure.lines"),
    ],
)
async def test_a_disclosure_that_was_changed_is_named(case: Case, superuser_url: str, sql: str, check: str) -> None:
    await disclosed(case.database, case)
    assert check in await tampered(case, superuser_url, sql)


@pytest.mark.parametrize(
    ("sql", "check"),
    [
        ("UPDATE claim_lines SET state = 'released'", "objection.blocks"),
        ("DELETE FROM stops", "objection.blocks"),
        (
            "UPDATE stops SET state = 'lifted', ended_by = 'per_1', ended_at = since, end_reason = 'none'",
            "stop.objection",
        ),
        ("UPDATE legs SET state = 'in_payment', payout_id = id, sent_at = '2020-10-13 00:00Z'", "stop.holds"),
    ],
)
async def test_an_objection_that_was_got_round_is_named(case: Case, superuser_url: str, sql: str, check: str) -> None:
    await object_to(case, await disclosed(case.database, case))
    assert check in await tampered(case, superuser_url, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE objections SET decided_by = 'per_city' WHERE state = 'dismissed'",
        "UPDATE objections SET filed_by = 'per_arbiter' WHERE state = 'live'",
        "UPDATE claim_lines SET acted = '[]'",
    ],
)
async def test_a_decision_by_somebody_with_a_part_in_the_case_is_named(
    case: Case, superuser_url: str, sql: str
) -> None:
    shown = await disclosed(case.database, case)
    await object_to(case, shown, person="per_other")
    await decide(case, await object_to(case, shown), Outcome.DISMISSED)
    assert await tampered(case, superuser_url, sql) == {"objection.four_eyes"}


async def test_a_line_that_is_released_and_was_never_shown_is_named(
    case: Case, superuser_url: str, set_clock: SetClock
) -> None:
    await disclosed(case.database, case)
    await set_clock(CLOSES)
    await CloseTimer().run(case.database, CLOSES)
    assert "disclosure.lines" in await tampered(case, superuser_url, "DELETE FROM disclosure_lines")
