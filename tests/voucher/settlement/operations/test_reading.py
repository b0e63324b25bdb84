"""Everybody reads of claims the lines that concern him, as they stand at that instant, and what may be claimed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis.authorisation import Grant, Permit, Relation
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound
from services.chassis.tokens import Caller
from services.voucher.settlement.domain.claim import LegState, LineState
from services.voucher.settlement.domain.evidence import Drawn
from services.voucher.settlement.domain.legs import split
from services.voucher.settlement.domain.legs import whole as whole_line
from services.voucher.settlement.domain.seen import SeenClaim
from services.voucher.settlement.operations.checking import check_claim
from services.voucher.settlement.operations.reading import list_claimable, list_claims, read_claim
from services.voucher.settlement.store import claim_lines, legs
from tests.conftest import SetClock
from tests.voucher.redemption.samples import HOLDER, YUAN
from tests.voucher.settlement.claimed import (
    CLAIMED,
    NOW,
    TREASURY,
    Captured,
    a_capture,
    a_claim,
    payee,
    submit,
)

OTHER = UUID(int=99)


def reader(relation: Relation, role: str = "reviewer", organization: UUID | None = None, **bound: Any) -> Permit:
    caller = Caller("per_9", "per_9", organization, frozenset({role}), "test", "ses_9", "tok_9", 0, **bound)
    return Permit(caller, (Grant(role, relation),))


HOLDERS = reader("own", "holder", HOLDER)
READERS = [
    payee,
    HOLDERS,
    reader("region", region="440703"),
    reader("region", region="440700"),
    reader("treasury", "finance_maker", treasury=TREASURY),
    reader("any", "auditor"),
]
STRANGERS = [
    reader("own", "provider", OTHER),
    reader("own", "holder", None),
    reader("region", region="440300"),
    reader("treasury", "finance_maker", treasury="shenzhen"),
]


async def listed(database: Database, permit: Permit, **wanted: Any) -> list[SeenClaim]:
    found, _ = await list_claims(database, permit=permit, **{"limit": 50, **wanted})
    return found


@pytest.mark.parametrize("permit", READERS)
async def test_whom_a_line_concerns_reads_its_claim(captured: Captured, permit: Permit) -> None:
    claim_id, (line,) = await a_claim(captured.database, captured.asked)
    whole = await read_claim(captured.database, permit=permit, claim_id=claim_id)
    assert [one.line for one in whole.seen.lines] == [line]
    assert (whole.drawn[line.id], whole.history[line.id][0].event) == (captured.drawn, "submitted")
    assert [one.claim.id for one in await listed(captured.database, permit)] == [claim_id]


@pytest.mark.parametrize("permit", STRANGERS)
async def test_whom_no_line_concerns_is_not_told_that_there_is_a_claim(captured: Captured, permit: Permit) -> None:
    claim_id, _ = await a_claim(captured.database, captured.asked)
    with pytest.raises(NotFound, match=r"claim\.unknown"):
        await read_claim(captured.database, permit=permit, claim_id=claim_id)
    assert await listed(captured.database, permit) == []


async def test_a_claim_that_is_not_there_is_unknown(voucher_db: Database) -> None:
    with pytest.raises(NotFound, match=r"claim\.unknown"):
        await read_claim(voucher_db, permit=payee, claim_id=new_id())


async def test_a_holder_sees_of_a_claim_only_what_pays_for_his_vouchers(captured: Captured) -> None:
    _, (line,) = await a_claim(captured.database, captured.asked)
    foreign = replace(line, id=new_id(), number=2, holder_id=OTHER, state=LineState.WITHDRAWN, stage=None)
    async with captured.database.begin() as connection:
        await claim_lines.add(connection, [foreign])
    (mine,), (all_of_it,) = await listed(captured.database, HOLDERS), await listed(captured.database, payee)
    assert ([one.line.number for one in mine.lines], len(all_of_it.lines)) == ([1], 2)


async def test_claims_are_found_by_state_and_by_the_payees_own_name(captured: Captured) -> None:
    await submit(captured.database, captured.asked, client_ref="2020-9")
    assert len(await listed(captured.database, payee, state=LineState.IN_REVIEW, client_ref="2020-9")) == 1
    assert await listed(captured.database, payee, state=LineState.APPROVED) == []
    assert await listed(captured.database, payee, client_ref="2020-10") == []


async def test_claims_are_turned_over_newest_first(captured: Captured, set_clock: SetClock) -> None:
    first, _ = await a_claim(captured.database, captured.asked)
    other = await a_capture(captured.database, 10_000 * YUAN)
    await set_clock(datetime(2020, 10, 1, 2, 0, tzinfo=UTC))
    second, _ = await a_claim(captured.database, other.asked)
    page, cursor = await list_claims(captured.database, permit=payee, limit=1)
    rest, end = await list_claims(captured.database, permit=payee, after=cursor, limit=1)
    assert ([one.claim.id for one in (*page, *rest)], end) == ([second, first], None)


async def test_a_correction_that_did_not_come_is_seen_as_rejected_before_the_timer_runs(captured: Captured) -> None:
    claim_id, (line,) = await a_claim(captured.database, captured.asked)
    async with captured.database.begin() as connection:
        await claim_lines.save(connection, [replace(line, state=LineState.RETURNED, due_at=NOW, due_on=NOW.date())])
    whole = await read_claim(captured.database, permit=payee, claim_id=claim_id)
    assert whole.seen.lines[0].state is LineState.REJECTED
    assert len(await listed(captured.database, payee, state=LineState.REJECTED)) == 1
    assert await listed(captured.database, payee, state=LineState.RETURNED) == []


async def test_what_the_bank_has_booked_is_told_as_paid(captured: Captured) -> None:
    claim_id, (line,) = await a_claim(captured.database, captured.asked)
    (leg,) = split(line, CLAIMED, whole_line(line, leg_id=new_id(), funding_source="市财政局"))
    owed = replace(leg, state=LegState.PAID, payout_id=new_id(), sent_at=NOW, paid_on=NOW.date())
    async with captured.database.begin() as connection:
        await legs.add(connection, [owed])
    (seen,) = (await read_claim(captured.database, permit=payee, claim_id=claim_id)).seen.lines
    assert (seen.paid, seen.legs) == (CLAIMED, (owed,))


# ── what may still be claimed ───────────────────────────────────────────────────────────────────────────────────


async def test_a_capture_is_offered_until_it_is_claimed(captured: Captured) -> None:
    (offer,), _ = await list_claimable(captured.database, permit=payee, after=None, limit=50)
    found = offer.found
    assert (found.capture.id, found.claimed, found.needs.slips) == (captured.capture_id, CLAIMED, CLAIMED)
    assert not offer.too_late
    await a_claim(captured.database, captured.asked)
    assert await list_claimable(captured.database, permit=payee, after=None, limit=50) == ([], None)


async def test_only_the_payee_is_offered_his_captures(captured: Captured) -> None:
    stranger = reader("own", "provider", OTHER)
    assert await list_claimable(captured.database, permit=stranger, after=None, limit=50) == ([], None)


async def test_what_may_be_claimed_is_turned_over_oldest_first(captured: Captured) -> None:
    other = await a_capture(captured.database, 10_000 * YUAN, stored=captured.stored)
    page, cursor = await list_claimable(captured.database, permit=payee, after=None, limit=1)
    rest, _ = await list_claimable(captured.database, permit=payee, after=cursor, limit=1)
    assert [one.found.capture.id for one in (*page, *rest)] == [captured.capture_id, other.capture_id]


async def test_what_was_not_claimed_in_time_says_so(captured: Captured, set_clock: SetClock) -> None:
    await set_clock(datetime(2020, 12, 15, 16, 0, tzinfo=UTC))
    (offer,), _ = await list_claimable(captured.database, permit=payee, after=None, limit=50)
    assert offer.too_late


# ── checking beforehand ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_check_tells_what_submitting_would_and_keeps_nothing(captured: Captured) -> None:
    (good,) = await check_claim(captured.database, permit=payee, asked=[captured.asked])
    assert good.faults == ()
    without = replace(captured.asked, drawn=Drawn())
    (bare,) = await check_claim(captured.database, permit=payee, asked=[without])
    assert [fault.code for fault in bare.faults] == ["claim.invoice_short", "claim.slip_short"]
    async with captured.database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM claims"))).scalar_one() == 0


async def test_a_stranger_learns_nothing_of_a_capture_by_a_check(captured: Captured) -> None:
    stranger = reader("own", "provider", OTHER)
    (unknown,) = await check_claim(captured.database, permit=stranger, asked=[captured.asked])
    assert (unknown.found, [fault.code for fault in unknown.faults]) == (None, ["claim.capture_unknown"])


async def test_a_voucher_of_a_round_that_nobody_funded_is_our_own_fault(captured: Captured) -> None:
    async with captured.database.begin() as connection:
        unfunded = "UPDATE rounds SET budget_line_id = NULL, funding_source = NULL"
        await connection.execute(text(unfunded))
    with pytest.raises(ValueError, match="without a budget line"):
        await check_claim(captured.database, permit=payee, asked=[captured.asked])
