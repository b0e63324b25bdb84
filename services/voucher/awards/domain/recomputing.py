"""What becomes of an award when what it rests on has shrunk: less is owed, or the difference is to be asked back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Refusal
from services.standards.money import format_amount
from services.voucher.awards.domain import spending
from services.voucher.awards.domain.award_claim import AwardClaim
from services.voucher.awards.domain.clawback import ClawbackCase, ClawbackProposal
from services.voucher.awards.domain.spending import SpendingReport
from services.voucher.redemption.domain.world import Ruling
from services.voucher.scheme.domain.awards import Award
from services.voucher.settlement.domain import granting, legs
from services.voucher.settlement.domain.claim import Leg, LegState, LineState, LineStep
from services.voucher.settlement.domain.legs import Share
from services.voucher.settlement.domain.line_case import LineCase

OWED = frozenset({LineState.APPROVED, LineState.RELEASED})
"""A line in one of these may be computed again: nothing is owed before, and nobody changes what is on display."""


class Outcome(StrEnum):
    """kept: it comes to as much; reduced: less is owed of what is not paid; proposed: the difference is asked back."""

    KEPT = "kept"
    REDUCED = "reduced"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputation:
    """An award that was computed again: by which figures, and from how much to how much (fen)."""

    id: UUID
    award_claim_id: UUID
    figures: Mapping[str, int]
    before: int
    after: int
    outcome: Outcome
    reason: str
    document_id: UUID | None
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An award as it stands, its line and legs locked.

    figures: those that count by now; proposed: what was proposed to be asked back before, for whatever cause (fen);
    stopped: whether a stop lives on any of its legs; shares: which budget lines bear it; report: on its spending.
    """

    claim: AwardClaim
    award: Award
    case: LineCase
    legs: Sequence[Leg]
    shares: Sequence[Share]
    figures: Mapping[str, int]
    proposed: int = 0
    stopped: bool = False
    report: SpendingReport | None = None

    @property
    def owed(self) -> int:
        """What stands of it: what is owed or paid, less what is asked back already (fen)."""
        return sum(leg.amount for leg in self.live) - self.proposed

    @property
    def turns(self) -> int:
        """How often legs were made: a share that came to nothing made none, so the last turn counts that made any."""
        return max(int(leg.part.partition("/")[2] or 1) for leg in self.legs)

    @property
    def live(self) -> list[Leg]:
        """The legs that were not dropped."""
        return [leg for leg in self.legs if leg.state is not LegState.DROPPED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrinking:
    """By which figures it is computed again, and why. ids: what a recomputation, a proposal and legs will be called."""

    figures: Mapping[str, int]
    reason: str
    document_id: UUID | None
    id: UUID
    proposal_id: UUID
    leg_ids: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What a recomputation leaves behind: the step and legs of a line of which less is owed, or a proposal.

    report: the one on its spending, once it is about less.
    """

    recomputation: Recomputation
    step: LineStep | None = None
    dropped: tuple[Leg, ...] = ()
    legs: tuple[Leg, ...] = ()
    proposal: ClawbackProposal | None = None
    report: SpendingReport | None = None


def recompute(standing: Standing, shrinking: Shrinking) -> Recomputed:
    """The award by other figures. What is not paid is owed no more; what is paid, or on its way, is proposed.

    Refusals ``award.recompute_state`` where nothing is owed yet or it is on display just now, ``award.stopped``.
    """
    line = standing.case.line
    if standing.case.state not in OWED:
        raise Refusal("award.recompute_state", rule="recompute.state", numbers={"state": standing.case.state.value})
    figures = {**standing.figures, **shrinking.figures}
    after = min(standing.owed, _comes_to(standing, figures))
    report = None if standing.report is None else spending.follow(standing.report, after)
    unpaid = all(leg.state is LegState.PAYABLE for leg in standing.live)
    if after == standing.owed:
        return Recomputed(_kept(standing, shrinking, figures, after, Outcome.KEPT))
    if not unpaid or standing.proposed:
        proposal = _proposal(standing, shrinking, after)
        recomputation = _kept(standing, shrinking, figures, after, Outcome.PROPOSED)
        return Recomputed(recomputation, proposal=proposal, report=report)
    if standing.stopped:
        raise Refusal("award.stopped", rule="stop.live", numbers={"line": line.number})
    dropped = tuple(replace(leg, state=LegState.DROPPED) for leg in standing.live)
    anew = _legs(standing, shrinking, after)
    step = _reduced(standing, shrinking, anew, after)
    recomputation = _kept(standing, shrinking, figures, after, Outcome.REDUCED)
    return Recomputed(recomputation, step=step, dropped=dropped, legs=anew, report=report)


def _comes_to(standing: Standing, figures: Mapping[str, int]) -> int:
    """What the award comes to by these figures; nothing where what it was reckoned on is gone."""
    return standing.claim.reckoned(standing.award, figures).amount


def _kept(
    standing: Standing, shrinking: Shrinking, figures: Mapping[str, int], after: int, outcome: Outcome
) -> Recomputation:
    case = standing.case
    return Recomputation(
        id=shrinking.id,
        award_claim_id=standing.claim.id,
        figures=figures,
        before=standing.owed,
        after=after,
        outcome=outcome,
        reason=shrinking.reason,
        document_id=shrinking.document_id,
        made_by=case.by.person,
        made_at=case.at,
    )


def _proposal(standing: Standing, shrinking: Shrinking, after: int) -> ClawbackProposal:
    claim, case = standing.claim, standing.case
    return ClawbackProposal(
        id=shrinking.proposal_id,
        award_claim_id=claim.id,
        claim_line_id=claim.claim_line_id,
        case=ClawbackCase.RECOMPUTED,
        amount=standing.owed - after,
        before=standing.owed,
        after=after,
        currency=claim.currency,
        reason=shrinking.reason,
        clause=standing.award.source,
        document_id=shrinking.document_id,
        proposed_by=case.by.person,
        proposed_at=case.at,
    )


def _legs(standing: Standing, shrinking: Shrinking, after: int) -> tuple[Leg, ...]:
    """New legs in place of the old ones, under names of their own: a payout may have named those, by their amount."""
    turn = standing.turns + 1
    named = [
        replace(share, leg_id=leg_id, part=f"{share.part}/{turn}")
        for share, leg_id in zip(standing.shares, shrinking.leg_ids, strict=True)
    ]
    return legs.split(standing.case.line, after, named)


def _reduced(standing: Standing, shrinking: Shrinking, anew: Sequence[Leg], after: int) -> LineStep:
    """Less is owed, and shown to the public again before it is paid; or nothing, and the line has ended."""
    case, currency = standing.case, standing.claim.currency
    amounts = {"before": format_amount(standing.owed, currency), "after": format_amount(after, currency)}
    numbers = {**amounts, "reason": shrinking.reason}
    ruling = Ruling("award.recompute", "reduced", f"award.{standing.award.id}", standing.award.source, numbers)
    posting = granting.exchanged(case.line, standing.live, anew, time=standing.turns)
    changes = {"state": LineState.APPROVED, "approved": after} if after else {"state": LineState.REJECTED}
    return case.step(
        "reduced",
        reason=shrinking.reason,
        document_id=shrinking.document_id,
        posting=posting,
        rulings=(ruling,),
        **changes,
    )
