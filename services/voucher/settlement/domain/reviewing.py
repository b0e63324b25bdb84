"""How reviewers decide a claim line, stage by stage: passed on or approved, rejected, or returned once."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason
from services.standards.money import format_amount
from services.voucher.ledger.domain import granting, paying
from services.voucher.ledger.domain.posting import Funding, Posting
from services.voucher.redemption.domain.world import Ruling
from services.voucher.settlement.domain import legs, refusing
from services.voucher.settlement.domain.claim import ClaimLine, Leg, LineState, LineStep
from services.voucher.settlement.domain.legs import Share
from services.voucher.settlement.domain.line_case import LineCase


class Decision(StrEnum):
    """What a reviewer may say to a line."""

    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A reviewer's word on one line. amount: fen of what was claimed, at the last stage only; None for all of it.

    refused_for: of an award that is rejected, which of the reasons that its scheme lists.
    """

    decision: Decision
    amount: int | None = None
    currency: str | None = None
    reason: str | None = None
    document_id: UUID | None = None
    refused_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a verdict is judged upon beside its line.

    stage: the reviewer's own; refused: the line's invoices that were refused since; documents: those he may rest on;
    returned_by: who asked for the correction that was made. To ask is no decision, so he may read the answer.
    """

    stage: str | None
    refused: Sequence[str]
    documents: Collection[UUID]
    returned_by: str | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A line's step and the debts that it makes."""

    step: LineStep
    legs: tuple[Leg, ...] = ()


def faults(case: LineCase, verdict: Verdict, grounds: Grounds) -> Iterator[Reason]:
    """Every reason why this verdict may not be given, pointers relative to it: who, in which state, and what."""
    line = case.line
    if case.state is not LineState.IN_REVIEW:
        yield Reason("claim.state", "review.state", "/line", {"line": line.number, "state": case.state.value})
        return
    if grounds.stage != line.stage:
        yield Reason("claim.stage", "review.stage", "/line", {"line": line.number, "stage": line.stage})
    if case.by.person in line.acted and case.by.person != grounds.returned_by:
        yield Reason("claim.took_part", "four_eyes", "/line", {"line": line.number})
    if verdict.document_id is not None and verdict.document_id not in grounds.documents:
        yield Reason("document.unknown", pointer="/document_id")
    yield from _FAULTS[verdict.decision](case, verdict, grounds)
    yield from refusing.faults(case, verdict.refused_for, rejects=verdict.decision is Decision.REJECT)


def _approval_faults(case: LineCase, verdict: Verdict, grounds: Grounds) -> Iterator[Reason]:
    line = case.line
    for invoice in grounds.refused:
        yield Reason("claim.invoice_refused", "evidence.invoice", "/line", {"line": line.number, "invoice": invoice})
    if verdict.amount is None:
        return
    if _next_stage(case) is not None:
        yield Reason("claim.amount_early", "review.last_stage", "/amount", {"stage": line.stage})
    elif verdict.currency != line.currency:
        yield Reason("claim.currency", pointer="/amount/currency", numbers={"currency": line.currency})
    elif verdict.amount < 1:
        yield Reason("claim.approved_nothing", "review.amount", "/amount")
    elif verdict.amount > line.claimed:
        numbers = {"claimed": format_amount(line.claimed, line.currency)}
        yield Reason("claim.approved_too_much", "review.amount", "/amount", numbers)
    elif verdict.amount < line.claimed and verdict.reason is None:
        yield Reason("claim.reason_missing", "review.reason", "/reason")


def _rejection_faults(_: LineCase, verdict: Verdict, __: Grounds) -> Iterator[Reason]:
    if verdict.reason is None:
        yield Reason("claim.reason_missing", "review.reason", "/reason")
    if verdict.amount is not None:
        yield Reason("claim.amount_unasked", "review.amount", "/amount")


def _return_faults(case: LineCase, verdict: Verdict, grounds: Grounds) -> Iterator[Reason]:
    yield from _rejection_faults(case, verdict, grounds)
    if case.line.corrections:
        rule = case.scheme.settlement.correction_within
        numbers = {"line": case.line.number}
        yield Reason("claim.corrected_before", "settlement.correction_within", "/decision", numbers, rule.source)


_FAULTS = {
    Decision.APPROVE: _approval_faults,
    Decision.REJECT: _rejection_faults,
    Decision.RETURN: _return_faults,
}


def review(
    case: LineCase, verdict: Verdict, *, shares: Sequence[Share], quota: Funding | None, deposit: UUID | None = None
) -> Reviewed:
    """The step that a verdict without faults leads to, with its posting (rows 13, 34, 35, 37) once the line is decided.

    quota: the voucher's funding, from which the captured value came; None for an award, which is granted of what its
    budget lines have free. deposit: the id of the leg of what the holder paid in; None where nothing was.
    Refusal ``calendar.not_loaded``.
    """
    if verdict.decision is Decision.RETURN:
        return Reviewed(_returned(case, verdict))
    if verdict.decision is Decision.REJECT:
        return Reviewed(_rejected(case, verdict, quota))
    stage = _next_stage(case)
    if stage is not None:
        return Reviewed(_passed_on(case, verdict, stage))
    return _approved(case, verdict, shares, quota, deposit)


def rejection(case: LineCase, quota: Funding | None) -> Posting | None:
    """Row 13 of a line of which nothing is owed: all goes back to its voucher. None for an award: it held none."""
    return None if quota is None else _booked(case.line, (), quota)


def _booked(line: ClaimLine, owed: Sequence[Leg], quota: Funding | None) -> Posting:
    booked = legs.booked(owed, redemption_id=line.redemption_id)
    if quota is None:
        return granting.grant(claim_line_id=line.id, legs=booked)
    voucher_id = line.captured.voucher_id
    return paying.approve(voucher_id=voucher_id, claim_line_id=line.id, claimed=line.claimed, legs=booked, quota=quota)


def _next_stage(case: LineCase) -> str | None:
    stages = case.scheme.settlement.review.value
    place = stages.index(case.line.stage or "") + 1
    return stages[place] if place < len(stages) else None


def _ruling(case: LineCase, outcome: str, verdict: Verdict, **numbers: str | int | None) -> Ruling:
    """What the reviewer of a stage decided, by the rule that names the stages."""
    said = {"stage": case.line.stage, "claimed": format_amount(case.line.claimed, case.line.currency)}
    clause = case.scheme.settlement.review.source
    return Ruling("review", outcome, "settlement.review", clause, {**said, **numbers, "reason": verdict.reason})


def _passed_on(case: LineCase, verdict: Verdict, stage: str) -> LineStep:
    return case.step(
        "passed_on",
        due=case.due_in(case.scheme.settlement.review_within.value),
        reason=verdict.reason,
        document_id=verdict.document_id,
        rulings=(_ruling(case, "passed_on", verdict, next_stage=stage),),
        stage=stage,
    )


def _approved(
    case: LineCase, verdict: Verdict, shares: Sequence[Share], quota: Funding | None, deposit: UUID | None
) -> Reviewed:
    line = case.line
    amount = line.claimed if verdict.amount is None else verdict.amount
    owed = legs.split(line, amount, shares)
    if deposit is not None:
        owed = (*owed, legs.paid_in(line, shares[0], leg_id=deposit))
    step = case.step(
        "approved",
        reason=verdict.reason,
        document_id=verdict.document_id,
        posting=_booked(line, owed, quota),
        rulings=(_ruling(case, "approved", verdict, approved=format_amount(amount, line.currency)),),
        state=LineState.APPROVED,
        stage=None,
        approved=amount,
    )
    return Reviewed(step, owed)


def _rejected(case: LineCase, verdict: Verdict, quota: Funding | None) -> LineStep:
    named = {} if verdict.refused_for is None else {"refused_for": verdict.refused_for}
    return case.step(
        "rejected",
        reason=verdict.reason,
        document_id=verdict.document_id,
        posting=rejection(case, quota),
        rulings=(_ruling(case, "rejected", verdict, **named),),
        state=LineState.REJECTED,
        stage=None,
        approved=0,
    )


def _returned(case: LineCase, verdict: Verdict) -> LineStep:
    within = case.scheme.settlement.correction_within
    return case.step(
        "returned",
        due=case.due_in(within.value),
        reason=verdict.reason,
        document_id=verdict.document_id,
        rulings=(_ruling(case, "returned", verdict, correct_within=within.value),),
        state=LineState.RETURNED,
    )
