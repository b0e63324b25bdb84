"""One approval has one effect: by the lock, without the lock by the database, and without both the audit says so."""

import asyncio

import httpx2
import pytest
from sqlalchemy.exc import IntegrityError

from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.voucher.ledger.domain import budget, settling
from services.voucher.ledger.store import approvals, audit, changes, lines
from tests.voucher.ledger.samples import AT
from tests.voucher.ledger.steps import approve, make_line, propose
from tests.voucher.oversight.tampering import tamper

GUARD = "ck_budget_changes_four_eyes"


async def a_proposal(api: httpx2.AsyncClient) -> str:
    return str((await propose(api, (await make_line(api))["id"], "10.00"))["id"])


async def approve_unlocked(database: Database, change_id: str, person: str, meet: asyncio.Barrier) -> None:
    """An approval that reads what it decides upon without the lock, when another has read the same."""
    async with database.begin() as connection:
        change = await changes.read(connection, parse("bch", change_id))
        line = await lines.read(connection, change.line_id)
        await meet.wait()
        approval = budget.approve(change, line=line, by=person, at=AT)
        settlement = settling.approved(approval, journal_id=new_id(), request_id="req_1")
        await approvals.settle(connection, settlement, request_id="req_1")


async def race_unlocked(database: Database, change_id: str) -> list[BaseException | None]:
    meet = asyncio.Barrier(2)
    racing = [approve_unlocked(database, change_id, person, meet) for person in ("per_a", "per_b")]
    return await asyncio.gather(*racing, return_exceptions=True)


async def findings(database: Database) -> set[str]:
    async with database.read() as connection:
        return {finding.check for finding in await audit.findings(connection)}


async def test_under_the_lock_one_of_many_approvals_is_booked(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    change_id = await a_proposal(voucher_api)
    answers = await asyncio.gather(*(approve(voucher_api, change_id, f"per_{number}") for number in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    assert await findings(voucher_db) == set()


async def test_without_the_lock_the_database_refuses_the_second(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    ended = await race_unlocked(voucher_db, await a_proposal(voucher_api))
    (refused,) = [error for error in ended if error is not None]
    assert isinstance(refused, IntegrityError)
    assert "uq_journals_budget_change" in str(refused)
    assert await findings(voucher_db) == set()


async def test_without_lock_and_index_both_get_in_and_the_audit_finds_them(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, superuser_url: str
) -> None:
    await tamper(superuser_url, "DROP INDEX uq_journals_budget_change")
    assert await race_unlocked(voucher_db, await a_proposal(voucher_api)) == [None, None]
    assert await findings(voucher_db) == {"budget_change.effect", "budget_line.stored"}


async def test_without_its_guard_one_person_gets_in_and_the_audit_finds_him(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, superuser_url: str
) -> None:
    await a_proposal(voucher_api)
    alone = "UPDATE budget_changes SET state = 'rejected', decided_by = proposed_by, decided_at = now(), reason = 'x'"
    with pytest.raises(IntegrityError, match=GUARD):
        await tamper(superuser_url, alone)
    await tamper(superuser_url, f"ALTER TABLE budget_changes DROP CONSTRAINT {GUARD}; {alone}")
    assert await findings(voucher_db) == {"budget_change.four_eyes"}
