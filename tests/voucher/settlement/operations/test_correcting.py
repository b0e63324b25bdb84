"""A payee corrects returned lines with new evidence: what was drawn before is free in the same moment."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import NotFound
from services.voucher.settlement.domain.claim import Allocation, LineState
from services.voucher.settlement.domain.evidence import Drawn
from services.voucher.settlement.operations.correcting import Corrected, correct_claim
from services.voucher.settlement.store import allocations, line_steps
from tests.conftest import SetClock
from tests.voucher.redemption.stored import audited
from tests.voucher.settlement.claimed import Captured, keyed, payee
from tests.voucher.settlement.reviewed import (
    APPROVE,
    LATER,
    OVER,
    RETURN,
    claimed,
    correct,
    refused,
    review,
    the_line,
)


async def drawn_by(captured: Captured, line_id: UUID) -> Drawn:
    async with captured.database.read() as connection:
        found = await allocations.of_lines(connection, [line_id])
    (drawn,) = found.values()
    return drawn


async def test_other_papers_take_the_place_of_the_first(captured: Captured, set_clock: SetClock) -> None:
    claim_id = await claimed(captured)
    place = (await the_line(captured.database, claim_id)).submitted_at
    await review(captured.database, claim_id, RETURN)
    await set_clock(LATER)
    other = await captured.with_other_papers()
    await correct(captured.database, claim_id, other)
    line = await the_line(captured.database, claim_id)
    assert (line.state, line.stage, line.corrections, line.submitted_at) == (LineState.IN_REVIEW, "district", 1, place)
    assert await drawn_by(captured, line.id) == other.drawn
    await audited(captured.database)


async def test_the_same_papers_may_be_named_once_more(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    await correct(captured.database, claim_id, captured)
    line = await the_line(captured.database, claim_id)
    assert await drawn_by(captured, line.id) == captured.drawn
    await audited(captured.database)


async def test_a_correction_is_kept_with_what_it_proved(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    await correct(captured.database, claim_id, captured)
    line = await the_line(captured.database, claim_id)
    async with captured.database.read() as connection:
        history = (await line_steps.of_lines(connection, [line.id]))[line.id]
    assert [step.event for step in history] == ["submitted", "returned", "corrected"]


async def test_a_short_correction_is_refused_and_leaves_what_was_drawn(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    line = await the_line(captured.database, claim_id)
    short = replace(captured, slip=replace(captured.slip, amount=1))
    assert await refused(correct(captured.database, claim_id, short)) == ["claim.slip_short"]
    assert await drawn_by(captured, line.id) == captured.drawn
    await audited(captured.database)


async def test_another_currency_is_refused(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    one = [Corrected(1, captured.drawn, "EUR")]
    request = keyed("correct_claim")
    asked = correct_claim(captured.database, request, permit=payee, claim_id=claim_id, corrected=one)
    assert await refused(asked) == ["claim.currency"]


async def test_unknown_papers_are_refused(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    named = Drawn((Allocation(new_id(), 1, captured.invoice.total),), captured.drawn.slips)
    request = keyed("correct_claim")
    one = [Corrected(1, named, "CNY")]
    asked = correct_claim(captured.database, request, permit=payee, claim_id=claim_id, corrected=one)
    assert await refused(asked) == ["claim.invoice_unknown"]


async def test_a_line_in_review_takes_no_correction(captured: Captured) -> None:
    claim_id = await claimed(captured)
    assert await refused(correct(captured.database, claim_id, captured)) == [
        "claim.state",
    ]


async def test_a_correction_after_its_last_day_finds_the_line_rejected(captured: Captured, set_clock: SetClock) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    due_at = (await the_line(captured.database, claim_id)).due_at
    assert due_at is not None
    await set_clock(due_at + timedelta(seconds=1))
    assert await refused(correct(captured.database, claim_id, captured)) == ["claim.state"]
    await set_clock(OVER)
    assert await refused(review(captured.database, claim_id, APPROVE)) == ["claim.state"]


async def test_a_correction_under_the_same_key_is_answered_and_not_repeated(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    one = [Corrected(1, captured.drawn, "CNY")]
    answers = [
        await correct_claim(
            captured.database, keyed("correct_claim", key="k"), permit=payee, claim_id=claim_id, corrected=one
        )
        for _ in range(2)
    ]
    assert [answer.replayed for answer in answers] == [False, True]


async def test_another_organisations_claim_is_not_there(captured: Captured) -> None:
    claim_id = await claimed(captured)
    stranger = replace(payee, caller=replace(payee.caller, organization=new_id()))
    with pytest.raises(NotFound, match=r"claim\.unknown"):
        await correct(captured.database, claim_id, captured, by=stranger)
    with pytest.raises(NotFound, match=r"claim\.unknown"):
        await correct(captured.database, new_id(), captured)
