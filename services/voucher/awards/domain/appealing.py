"""What a payee may say against the rejection of its claim to an award, and how an upheld appeal puts it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.chassis.refusals import Reason, Refusal, Scalar, refuse_all
from services.standards.money import format_amount
from services.voucher.awards.domain import aiding
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.redemption.domain.world import Ruling
from services.voucher.scheme.domain.awards import Award
from services.voucher.scheme.domain.scheme import AID
from services.voucher.settlement.domain.claim import LineState, LineStep
from services.voucher.settlement.domain.granting import Counts, Take
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.domain.refusing import asks
from services.voucher.settlement.domain.spans import after_working_days

RULE = "applications.appeal_within"
BEFORE = frozenset({LineState.IN_REVIEW.value, LineState.RETURNED.value})
"""Only what reviewers rejected is appealed: what an objection or a recomputation ended was decided otherwise."""


def may_appeal(case: LineCase, *, rejected_from: str | None) -> datetime:
    """The instant of the rejection that may be appealed now. rejected_from: the state that the last step left.

    Refusals ``appeal.not_refused``, ``appeal.not_offered``, ``appeal.too_late``, ``calendar.not_loaded``.
    """
    line, said = case.line, asks(case)
    if line.state is not LineState.REJECTED or rejected_from not in BEFORE:
        raise Refusal("appeal.not_refused", numbers={"state": case.state.value})
    if said is None:
        raise Refusal("appeal.not_offered", rule=RULE)
    within = said.appeal_within
    over = after_working_days(within.value, scheme=case.scheme, at=line.entered_at, calendar=case.calendar).due_at
    if case.at >= over:
        numbers: dict[str, Scalar] = {"until": over.isoformat(), "working_days": within.value}
        refuse_all([Reason("appeal.too_late", RULE, None, numbers, within.source)])
    return line.entered_at


def reinstated(case: LineCase, *, stage: str, words: str) -> LineStep:
    """The line of a claim whose rejection was wrong, back at the stage that rejected it, with its place in the queue.

    Refusal ``calendar.not_loaded``.
    """
    said = asks(case)
    clause = None if said is None else said.appeal_within.source
    return case.step(
        "reinstated",
        due=case.due_in(case.scheme.settlement.review_within.value),
        reason=words,
        rulings=(Ruling("award.appeal", "reinstated", RULE, clause, {"stage": stage, "words": words}),),
        state=LineState.IN_REVIEW,
        stage=stage,
        approved=None,
    )


def overtaken(
    case: LineCase, award: Award, takes: Sequence[Take], counters: Mapping[CounterKey, Counter]
) -> list[Reason]:
    """``award_appeal.overtaken`` where others took what the claim would use again: the one time, the limit."""
    found = []
    for take in takes:
        left, wanted = _left(award, take, counters), 1 if take.counts is Counts.TIMES else case.line.claimed
        if left < wanted:
            shown = str(left) if take.counts is Counts.TIMES else format_amount(left, case.line.currency)
            numbers: dict[str, Scalar] = {"left": shown, "period": take.key.period}
            found.append(Reason("award_appeal.overtaken", RULE, None, numbers, award.source))
    return found


def _left(award: Award, take: Take, counters: Mapping[CounterKey, Counter]) -> int:
    """What others left of the one time, of the limit, or of the regime of state aid (fen)."""
    if take.counts is Counts.TIMES:
        return counters[take.key].headroom(1)
    if award.regime is not None and take.key.cap.startswith(AID):
        return max(0, award.regime.value.limit - aiding.aided(award, counters))
    return 0 if award.limit is None else counters[take.key].headroom(award.limit.value)
