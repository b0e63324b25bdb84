"""Which budget line bears which part of an award: proposed by one person, approved by another, for a region."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import DECIDE_WITHIN, Reason, Refusal, Scalar, another_person, refuse_all
from services.standards.calendar import local_date
from services.standards.region import contains
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Rulebook
from services.voucher.settlement.domain.legs import Share


class AwardFundingState(StrEnum):
    """proposed → approved | rejected; approved → replaced, when another one for the same is approved."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardFunding:
    """From which budget line a part of an award is paid to whoever is of a region: claims submitted from then on.

    part: a name of the award's split, ``1`` where it has none; region: a code, which covers what lies inside it.
    """

    id: UUID
    scheme_id: str
    bureau: str
    award: str
    part: str
    region: str
    budget_line_id: UUID
    document: str
    proposed_by: str
    proposed_at: datetime
    state: AwardFundingState = AwardFundingState.PROPOSED
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None

    @property
    def decide_by(self) -> datetime:
        """When the task of the second person falls due (UTC)."""
        return self.proposed_at + DECIDE_WITHIN


@dataclass(frozen=True, slots=True)
class Backing:
    """The budget line that bears a part, and its weight among the parts."""

    part: str
    budget_line_id: UUID
    treasury: str
    funding_source: str
    weight: int = 1

    def share(self, leg_id: UUID) -> Share:
        """The same as a share of a claim line."""
        return Share(
            leg_id=leg_id,
            part=self.part,
            budget_line_id=self.budget_line_id,
            treasury=self.treasury,
            funding_source=self.funding_source,
            weight=self.weight,
        )


PURCHASE = "purchase"
GOODS_AND_SERVICES = ("302", "502")
"""The economic classes of what an office buys (2018 classification, of departments and of governments)."""
CLASSIFIED = "CNY"
"""The budgets that are classified so are kept in this currency."""


def propose(
    funding: AwardFunding, *, line: BudgetLine, parts: Collection[str], currency: str, mode: Rule[str]
) -> AwardFunding:
    """Accept a proposal. Refusals ``award_funding.part``, ``award_funding.currency``, ``award_funding.economic_class``.

    mode: as what the award is given. A purchase of services is borne by a line for goods and services, a grant or a
    business award never is.
    """
    if funding.part not in parts:
        raise Refusal("award_funding.part", pointer="/part", numbers={"parts": ", ".join(sorted(parts))})
    if line.classification.currency != currency:
        numbers = {"currency": currency, "line_currency": line.classification.currency}
        raise Refusal("award_funding.currency", pointer="/budget_line_id", numbers=numbers)
    found = line.classification.economic_class
    if currency == CLASSIFIED and found.startswith(GOODS_AND_SERVICES) != (mode.value == PURCHASE):
        against: dict[str, Scalar] = {"mode": mode.value, "economic_class": found}
        rule = f"award.{funding.award}.mode"
        refuse_all([Reason("award_funding.economic_class", rule, "/budget_line_id", against, mode.source)])
    return funding


def misplaced(funding: AwardFunding, *, line: BudgetLine, scheme: Rulebook) -> Iterator[Reason]:
    """``award_funding.region`` where nobody whom the scheme means can be, ``award_funding.other_year`` for a line of
    another year than that of the proposal or the next one: what is claimed in a year is borne by a line of that year.
    """
    places = scheme.who.registered_in
    if places is not None and not any(_meet(funding.region, one) for one in places.value):
        numbers = {"regions": ", ".join(places.value)}
        yield Reason("award_funding.region", "who.registered_in", "/region", numbers, places.source)
    year = local_date(funding.proposed_at, scheme.zone).year
    if line.classification.fiscal_year not in (year, year + 1):
        yield Reason("award_funding.other_year", "budget.annual", "/budget_line_id", {"year": year})


def _meet(one: str, other: str) -> bool:
    return contains(one, other) or contains(other, one)


def approve(funding: AwardFunding, *, by: str, at: datetime) -> AwardFunding:
    """Approve. Refusals ``award_funding.state``, ``award_funding.same_person``."""
    _decidable(funding, by)
    return replace(funding, state=AwardFundingState.APPROVED, decided_by=by, decided_at=at)


def reject(funding: AwardFunding, *, by: str, at: datetime, reason: str) -> AwardFunding:
    """Reject with a reason. Refusals as of `approve`."""
    _decidable(funding, by)
    return replace(funding, state=AwardFundingState.REJECTED, decided_by=by, decided_at=at, reason=reason)


def _decidable(funding: AwardFunding, by: str) -> None:
    if funding.state is not AwardFundingState.PROPOSED:
        raise Refusal("award_funding.state", rule="decided_once", numbers={"state": funding.state.value})
    another_person(by, than=[funding.proposed_by], otherwise="award_funding.same_person")


def bearing(fundings: Iterable[AwardFunding], region: str) -> dict[str, AwardFunding]:
    """By part the approved funding for a region: of several the one for the smallest region around it."""
    around = [one for one in fundings if one.state is AwardFundingState.APPROVED and contains(one.region, region)]
    return {one.part: one for one in sorted(around, key=lambda one: len(one.region.rstrip("0")))}
