"""How a payee answers for his claim lines: corrects a returned one, takes one back, or lets the time pass."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.chassis.refusals import Reason
from services.voucher.ledger.domain.posting import Funding
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.domain.world import Ruling
from services.voucher.scheme.domain.evidence import Evidence
from services.voucher.settlement.domain import evidence
from services.voucher.settlement.domain.checking import proof
from services.voucher.settlement.domain.claim import LineState, LineStep
from services.voucher.settlement.domain.evidence import Drawn, Needs, Shown, Source, needs_of
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.domain.reviewing import rejection

OPEN = frozenset({LineState.IN_REVIEW, LineState.RETURNED})
"""A line in one of these may still be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """New evidence for one line, in place of what it draws now; redemption: what was delivered for it, evidence: how
    that is proven.

    currency: in which the new evidence is named; None when it names no amount.
    """

    case: LineCase
    redemption: Redemption
    drawn: Drawn
    asked: Drawn
    evidence: Evidence
    currency: str | None

    @property
    def needs(self) -> Needs:
        """What the line had to prove when it was submitted, and has to prove now."""
        line, rules = self.case.line, self.evidence
        return needs_of(self.redemption, settlement=line.settlement, claimed=line.claimed, rules=rules)


def correction_faults(corrections: Sequence[Correction], shown: Shown) -> list[Reason]:
    """Every fault of every correction of a claim, pointers with the place of its line: it was not returned, or its time
    is over; and those of `evidence.faults`, each line drawing on what all gave back and the earlier ones leave.
    """
    found = []
    shown = _given_back(corrections, shown)
    for place, one in enumerate(corrections):
        faults = [*_not_open(one), *evidence.faults(one.asked, needs=one.needs, shown=shown)]
        found += [replace(fault, pointer=f"/lines/{place}{fault.pointer}") for fault in faults]
        shown = shown.after(one.asked)
    return found


def _given_back(corrections: Sequence[Correction], shown: Shown) -> Shown:
    """The evidence as it stands once these lines draw nothing."""
    taken: Counter[Source] = Counter(shown.taken)
    for correction in corrections:
        for one in (*correction.drawn.invoices, *correction.drawn.slips):
            taken[one.evidence_id, one.line_number] -= one.amount
    return replace(shown, taken=taken)


def _not_open(correction: Correction) -> Iterator[Reason]:
    case, line = correction.case, correction.case.line
    if case.state is not LineState.RETURNED:
        yield Reason("claim.state", "correction.state", "/line", {"line": line.number, "state": case.state.value})
    if correction.currency not in (None, line.currency):
        yield Reason("claim.currency", "claim.one_currency", "", {"currency": line.currency})


def correct(correction: Correction) -> LineStep:
    """A correction without faults: back in review at the stage that asked, with the place in the queue that it had.

    Refusal ``calendar.not_loaded``.
    """
    case = correction.case
    return case.step(
        "corrected",
        due=case.due_in(case.scheme.settlement.review_within.value),
        rulings=proof(correction.needs, correction.asked),
        state=LineState.IN_REVIEW,
        corrections=case.line.corrections + 1,
    )


def correction_of_award_faults(case: LineCase) -> Iterator[Reason]:
    """Why the line of an award may not be put back in review: it was not returned, or its time is over."""
    if case.state is not LineState.RETURNED:
        yield Reason("claim.state", "correction.state", "", {"line": case.line.number, "state": case.state.value})


def corrected_papers(case: LineCase, *, said: str) -> LineStep:
    """A correction of an award's line by further documents, as of `correct`."""
    return case.step(
        "corrected",
        due=case.due_in(case.scheme.settlement.review_within.value),
        reason=said,
        state=LineState.IN_REVIEW,
        corrections=case.line.corrections + 1,
    )


def withdrawal_faults(case: LineCase) -> Iterator[Reason]:
    """Why a line may not be taken back: it was decided, or withdrawn before."""
    if case.state not in OPEN:
        yield Reason("claim.state", "withdrawal.state", "/line", {"line": case.line.number, "state": case.state.value})


def withdraw(case: LineCase, reason: str) -> LineStep:
    """Taken back by the payee: its capture may be claimed again, refunded, or left."""
    return case.step("withdrawn", reason=reason, state=LineState.WITHDRAWN, stage=None)


def unanswered(case: LineCase, quota: Funding | None) -> LineStep:
    """No correction came in time: rejected (row 13), as of the instant at which the time was over.

    quota: as in `reviewing.review`. ValueError when nothing fell due by then.
    """
    if case.line.due_at is None or case.state is not LineState.REJECTED:
        raise ValueError(f"claim line {case.line.id} still waits for its correction")
    due = replace(case, at=case.line.due_at)
    within = case.scheme.settlement.correction_within
    numbers: dict[str, str | int | None] = {"correct_within": within.value, "due_on": str(case.line.due_on)}
    return due.step(
        "rejected",
        reason="no_answer",
        posting=rejection(due, quota),
        rulings=(Ruling("review", "no_answer", "settlement.correction_within", within.source, numbers),),
        state=LineState.REJECTED,
        stage=None,
        approved=0,
    )
