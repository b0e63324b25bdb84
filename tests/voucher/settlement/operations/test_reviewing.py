"""Reviewers decide lines of a claim, all of a call or none; debts, vouchers, evidence and tasks follow."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound
from services.voucher.redemption.domain.redemption import State
from services.voucher.redemption.store import redemptions
from services.voucher.settlement.domain.claim import LegState, LineState
from services.voucher.settlement.domain.invoice import Finding, InvoiceState
from services.voucher.settlement.domain.reviewing import Verdict
from services.voucher.settlement.operations.invoices import verify_invoice
from services.voucher.settlement.operations.reviewing import Judged, review_claim
from services.voucher.settlement.store import allocations, invoices, legs, slips
from services.voucher.wallet.operations.expiry import ExpiryTimer
from tests.conftest import SetClock
from tests.voucher.redemption.samples import FACE, PAYEE, YUAN
from tests.voucher.redemption.stored import a_stored_voucher, audited
from tests.voucher.settlement.claimed import CLAIMED, NOW, Captured, a_capture, a_claim, keyed, lines_of
from tests.voucher.settlement.papers import a_paper
from tests.voucher.settlement.reviewed import (
    APPROVE,
    LATER,
    REJECT,
    RETURN,
    approve,
    city,
    claimed,
    correct,
    district,
    less,
    refused,
    review,
    reviewer,
    the_line,
)
from tests.voucher.settlement.waiting import tasks_of

HALF = 10_000 * YUAN
"""Work of which 5 000.00 are claimed: several such captures fit on one voucher."""


async def on_capture(one: Captured) -> tuple[int, UUID | None]:
    """What of the capture was given back, and the line that lives on it."""
    (capture,) = (await one.stored.redemption(one.redemption_id)).captures
    return capture.refunded, capture.claim_line_id


async def drawn(one: Captured) -> tuple[int, int]:
    """What claims draw of its invoice and of its slip."""
    async with one.database.read() as connection:
        invoice = (await invoices.read(connection, [one.invoice.id]))[one.invoice.id]
        return invoice.allocated, (await slips.read(connection, [one.slip.id]))[one.slip.id].allocated


async def test_two_stages_approve_a_line_and_debt_arises(captured: Captured, set_clock: SetClock) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, APPROVE)
    await set_clock(LATER)
    await review(captured.database, claim_id, APPROVE, by=city)
    line = await the_line(captured.database, claim_id)
    assert (line.state, line.approved, line.entered_at > LATER) == (LineState.APPROVED, CLAIMED, True)
    async with captured.database.read() as connection:
        (leg,) = (await legs.read_of_lines(connection, [line.id]))[line.id]
    assert (leg.state, leg.amount, leg.payee_id, leg.treasury) == (LegState.PAYABLE, CLAIMED, PAYEE, "jiangmen")
    assert await on_capture(captured) == (0, line.id)
    await audited(captured.database)


async def test_a_line_approved_in_part_gives_the_rest_back_to_the_voucher(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await approve(captured.database, claim_id, less(12_000 * YUAN))
    line, voucher = await the_line(captured.database, claim_id), await captured.stored.now()
    assert await on_capture(captured) == (3_000 * YUAN, line.id)
    assert (voucher.captured, voucher.available) == (12_000 * YUAN, FACE - 12_000 * YUAN)
    assert await drawn(captured) == (captured.invoice.total, captured.slip.amount)
    await audited(captured.database)


async def test_a_rejected_line_frees_its_capture_its_value_and_its_evidence(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, REJECT)
    redemption = await captured.stored.redemption(captured.redemption_id)
    assert (await the_line(captured.database, claim_id)).state is LineState.REJECTED
    assert (redemption.state, await on_capture(captured)) == (State.REFUNDED, (CLAIMED, None))
    assert (await captured.stored.now()).available == FACE
    assert await drawn(captured) == (0, 0)
    await audited(captured.database)


async def test_what_is_rejected_past_use_by_goes_on_to_the_pool(captured: Captured, set_clock: SetClock) -> None:
    claim_id = await claimed(captured)
    await set_clock(captured.stored.voucher.use_by_ends)
    await ExpiryTimer().run(captured.database, captured.stored.voucher.use_by_ends)
    await review(captured.database, claim_id, REJECT)
    assert (await captured.stored.now()).available == CLAIMED
    freed = (await captured.stored.now()).due_back
    assert await ExpiryTimer().run(captured.database, freed) == 1
    assert (await captured.stored.now()).reclaimed == FACE
    await audited(captured.database)


async def test_a_returned_line_keeps_its_capture_and_its_evidence(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    line = await the_line(captured.database, claim_id)
    assert (line.state, await on_capture(captured)) == (LineState.RETURNED, (0, line.id))
    assert await drawn(captured) == (captured.invoice.total, captured.slip.amount)
    await audited(captured.database)


async def test_each_state_is_somebodys_task(captured: Captured) -> None:
    claim_id = await claimed(captured)
    line = await the_line(captured.database, claim_id)
    assert await tasks_of(captured.database, line.id) == ["claim.review_district"]
    await review(captured.database, claim_id, APPROVE)
    assert await tasks_of(captured.database, line.id) == ["claim.review_city"]
    await review(captured.database, claim_id, RETURN, by=city)
    assert await tasks_of(captured.database, line.id) == ["claim.correct"]
    await correct(captured.database, claim_id, captured)
    await review(captured.database, claim_id, APPROVE, by=city)
    assert await tasks_of(captured.database, line.id) == ["claim.disclose"]


async def test_one_fault_lets_no_line_of_the_call_through(voucher_db: Database, set_clock: SetClock) -> None:
    await set_clock(NOW)
    first = await a_capture(voucher_db, HALF)
    second = await a_capture(voucher_db, HALF, first.stored)
    claim_id, _ = await a_claim(voucher_db, first.asked, second.asked)
    assert await refused(review(voucher_db, claim_id, APPROVE, less(1))) == ["claim.amount_early"]
    assert {line.stage for line in await lines_of(voucher_db, claim_id)} == {"district"}


async def test_lines_of_one_voucher_are_decided_apart(voucher_db: Database, set_clock: SetClock) -> None:
    await set_clock(NOW)
    stored = await a_stored_voucher(voucher_db)
    three = [await a_capture(voucher_db, HALF, stored) for _ in range(3)]
    claim_id, _ = await a_claim(voucher_db, *(one.asked for one in three))
    await approve(voucher_db, claim_id, APPROVE, less(2_000 * YUAN), less(1_000 * YUAN))
    assert [line.approved for line in await lines_of(voucher_db, claim_id)] == [HALF // 2, 2_000 * YUAN, 1_000 * YUAN]
    assert (await stored.now()).captured == HALF // 2 + 3_000 * YUAN
    await audited(voucher_db)


async def test_a_claim_of_another_region_is_not_there(captured: Captured) -> None:
    claim_id = await claimed(captured)
    elsewhere = reviewer("per_3", "440100", "district")
    with pytest.raises(NotFound, match=r"claim\.unknown"):
        await review(captured.database, claim_id, APPROVE, by=elsewhere)
    with pytest.raises(NotFound, match=r"claim\.unknown"):
        await review(captured.database, new_id(), APPROVE)


async def test_lines_are_named_once_and_exist(captured: Captured) -> None:
    claim_id = await claimed(captured)
    judged = [Judged(number, APPROVE) for number in (1, 2, 1)]
    asked = review_claim(
        captured.database, keyed("review_claim", district), permit=district, claim_id=claim_id, judged=judged
    )
    assert await refused(asked) == ["claim.line_unknown", "claim.line_twice"]


async def test_the_city_waits_for_the_district(captured: Captured) -> None:
    claim_id = await claimed(captured)
    assert await refused(review(captured.database, claim_id, APPROVE, by=city)) == ["claim.stage"]


async def test_one_person_does_not_decide_at_both_stages(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, APPROVE)
    again = reviewer("per_district", "440700", "city")
    assert await refused(review(captured.database, claim_id, APPROVE, by=again)) == ["claim.took_part"]


async def test_who_returned_a_line_decides_it_after_its_correction(captured: Captured) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    await correct(captured.database, claim_id, captured)
    await review(captured.database, claim_id, APPROVE)
    assert (await the_line(captured.database, claim_id)).stage == "city"


async def test_an_invoice_refused_since_keeps_a_line_from_being_approved(captured: Captured) -> None:
    claim_id = await claimed(captured)
    finding = Finding(InvoiceState.REFUSED, "tax bureau's site", "no such fapiao")
    request = keyed("verify_invoice", district)
    request = replace(request, render=lambda invoice: {"state": invoice.state})
    await verify_invoice(captured.database, request, permit=district, invoice_id=captured.invoice.id, finding=finding)
    assert await refused(review(captured.database, claim_id, APPROVE)) == ["claim.invoice_refused"]
    await review(captured.database, claim_id, REJECT)
    await audited(captured.database)


async def test_a_reviewer_rests_on_a_document_of_the_parties_or_of_his_own(captured: Captured) -> None:
    claim_id = await claimed(captured)
    theirs, foreign = await a_paper(captured.database), await a_paper(captured.database, new_id())
    assert await refused(review(captured.database, claim_id, resting_on(foreign))) == ["document.unknown"]
    await review(captured.database, claim_id, resting_on(theirs))
    own = reviewer("per_1", "440700", "city")
    await review(captured.database, claim_id, resting_on(foreign), by=own)


def resting_on(document_id: UUID) -> Verdict:
    return replace(APPROVE, document_id=document_id)


async def test_a_review_under_the_same_key_is_answered_and_not_repeated(captured: Captured) -> None:
    claim_id = await claimed(captured)
    first = await review(captured.database, claim_id, APPROVE, key="k")
    again = await review(captured.database, claim_id, APPROVE, key="k")
    assert (again.body, again.replayed) == (first.body, True)
    assert (await the_line(captured.database, claim_id)).steps == 2


async def test_a_refused_review_leaves_nothing(captured: Captured) -> None:
    claim_id = await claimed(captured)
    assert await refused(review(captured.database, claim_id, APPROVE, by=city)) == ["claim.stage"]
    async with captured.database.read() as connection:
        line = await the_line(captured.database, claim_id)
        assert (await allocations.of_lines(connection, [line.id]))[line.id] == captured.drawn
        assert (await redemptions.read(connection, [captured.redemption_id]))[captured.redemption_id].stands == CLAIMED
    await audited(captured.database)


async def test_a_fault_in_the_middle_leaves_nothing(captured: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    claim_id = await claimed(captured)

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the power is cut")

    with monkeypatch.context() as cut:
        cut.setattr(redemptions, "save_captures", broken)
        with pytest.raises(RuntimeError, match="power"):
            await review(captured.database, claim_id, REJECT, key="k")
    assert (await the_line(captured.database, claim_id)).steps == 1
    await audited(captured.database)
    assert not (await review(captured.database, claim_id, REJECT, key="k")).replayed
