"""Decides how approved lines of a round are cut to its budget: one factor for all, each line floored by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Refusal, another_person
from services.standards.split import largest_remainder
from services.voucher.ledger.domain.paying import Leg as Owed
from services.voucher.scheme.domain.backing import prorata
from services.voucher.settlement.domain.claim import ClaimLine, Leg, LegState
from services.voucher.settlement.domain.legs import booked


class RunState(StrEnum):
    """proposed → done | rejected; both are final."""

    PROPOSED = "proposed"
    DONE = "done"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run on a round, proposed by one person and carried out by another. document: the number of the paper.

    In fen, known once it is done: the round's budget, what was approved against it, and what was cut of that; lines is
    how many there were.
    """

    id: UUID
    round_id: UUID
    currency: str
    document: str
    proposed_by: str
    proposed_at: datetime
    state: RunState = RunState.PROPOSED
    decided_by: str | None = None
    decided_at: datetime | None = None
    budget: int | None = None
    approved: int | None = None
    cut: int | None = None
    lines: int | None = None

    def decided(self, state: RunState, *, by: str, at: datetime) -> "Run":
        """This run, decided by another person. Refusals ``prorata.state``, ``prorata.same_person``."""
        if self.state is not RunState.PROPOSED:
            raise Refusal("prorata.state", rule="decided_once", numbers={"state": self.state})
        another_person(by, than=[self.proposed_by], otherwise="prorata.same_person")
        return replace(self, state=state, decided_by=by, decided_at=at)


@dataclass(frozen=True, slots=True)
class Cut:
    """What becomes of one line: what is paid of it, its legs as they stand afterwards, and what is cut of each.

    to_pool: how much of that the budget backs after all, since every line is floored by itself; all in fen.
    """

    line: ClaimLine
    paid: int
    legs: tuple[Leg, ...]
    owed_no_more: tuple[Owed, ...]
    to_pool: int


def cuts(lines: Sequence[ClaimLine], legs: Mapping[UUID, Sequence[Leg]], *, budget: int, over_issued: int) -> list[Cut]:
    """What is cut of approved lines, in their order; lines of which nothing is are left out.

    budget: what the round was given and may pay; over_issued: what it issued beyond that, of which the cuts come first.
    """
    paid, _ = prorata([line.approved or 0 for line in lines], budget)
    made = []
    for line, amount in zip(lines, paid, strict=True):
        cut = (line.approved or 0) - amount
        if cut:
            unbacked = min(cut, over_issued)
            over_issued -= unbacked
            made.append(_cut(line, amount, legs[line.id], to_pool=cut - unbacked))
    return made


def _cut(line: ClaimLine, paid: int, legs: Sequence[Leg], *, to_pool: int) -> Cut:
    """A line's legs bear the cut by their own amounts, so that they add up to the fen.

    What the holder paid in is no part of it, unless nothing is left of the line: then it is his again.
    """
    borne = [leg for leg in legs if not leg.of_deposit]
    left = largest_remainder(paid, [leg.amount for leg in borne])
    less = [(leg, amount) for leg, amount in zip(borne, left, strict=True) if leg.amount > amount]
    less += [(leg, 0) for leg in legs if leg.of_deposit and not paid]
    after = tuple(
        replace(leg, amount=amount) if amount else replace(leg, state=LegState.DROPPED) for leg, amount in less
    )
    owed = booked([replace(leg, amount=leg.amount - amount) for leg, amount in less], redemption_id=line.redemption_id)
    return Cut(line, paid, after, owed, to_pool)
