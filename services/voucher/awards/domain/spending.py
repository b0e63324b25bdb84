"""What an award that may be spent on some things only owes: a report, what of it counts, and what is asked back."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, another_person
from services.standards.money import format_amount
from services.voucher.awards.domain.clawback import Ban, ClawbackCase, ClawbackProposal
from services.voucher.scheme.domain.awards import Award
from services.voucher.settlement.domain.claim import Leg, LegState

REMIND_BEFORE = timedelta(days=7)
"""How long before it is due a payee is told that the report is."""


class ReportState(StrEnum):
    """owed → submitted → decided; an owed one that is late is told as overdue.

    owed | submitted → dropped, when nothing is left of the award that it is about.
    """

    OWED = "owed"
    SUBMITTED = "submitted"
    DECIDED = "decided"
    DROPPED = "dropped"


OPEN = frozenset({ReportState.OWED, ReportState.SUBMITTED})
"""A report in one of these is about what stands of its award."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that was bought. item: by the words of the scheme's `spend_on`; amount in fen."""

    number: int
    item: str
    amount: int
    spent_on: date
    said: str
    document_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingReport:
    """The report on one award. owed: of how much (fen); due_at: the instant (UTC) at which its last local day is over.

    remind_at: when its payee is told that it is due soon, None once that was done. spent, misspent: as decided (fen).
    """

    id: UUID
    award_claim_id: UUID
    claim_line_id: UUID
    state: ReportState
    owed: int
    opened_at: datetime
    due_on: date
    due_at: datetime
    remind_at: datetime | None
    submitted_at: datetime | None = None
    submitted_by: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    spent: int | None = None
    misspent: int | None = None
    reason: str | None = None

    def overdue(self, instant: datetime) -> bool:
        """Whether it is owed and late."""
        return self.state is ReportState.OWED and self.due_at <= instant


def item_faults(items: Sequence[Item], known: Collection[UUID], *, since: date, today: date) -> Iterator[Reason]:
    """What is wrong with the items of a report. known: the documents that are the payee's.

    What was bought for something else is no fault of the report: it is told, and counts as misspent.
    """
    for place, one in enumerate(items):
        if one.document_id not in known:
            yield Reason("document.unknown", pointer=f"/items/{place}/document_id")
        if not since <= one.spent_on <= today:
            numbers = {"since": since.isoformat(), "today": today.isoformat()}
            yield Reason("spending.day", "spending.day", f"/items/{place}/spent_on", numbers)


def told_twice(items: Sequence[Item], elsewhere: Collection[int]) -> Iterator[Reason]:
    """``spending.told_before`` for each item, by its number, that another report told already: it was bought once."""
    for place, one in enumerate(items):
        if one.number in elsewhere:
            yield Reason("spending.told_before", "spending.once", f"/items/{place}")


def follow(report: SpendingReport, standing: int) -> SpendingReport | None:
    """An open report once less stands of its award (fen); dropped where nothing does. None: it stays as it is."""
    if report.state not in OPEN or report.owed <= standing:
        return None
    if standing == 0:
        return replace(report, owed=0, state=ReportState.DROPPED, remind_at=None)
    return replace(report, owed=standing)


def submit(report: SpendingReport, *, by: str, at: datetime) -> SpendingReport:
    """Hand a report in, late or not. Refusal ``spending_report.state``."""
    _in(report, ReportState.OWED)
    return replace(report, state=ReportState.SUBMITTED, submitted_by=by, submitted_at=at, remind_at=None)


@dataclass(frozen=True, slots=True)
class Ruling:
    """How a reviewer decides a report. disallowed: the numbers of items that do not count; reason: why, if any."""

    disallowed: frozenset[int]
    reason: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided report, and what is proposed to be asked back: what was spent on something else, or not at all."""

    report: SpendingReport
    proposals: tuple[ClawbackProposal, ...]


def decide(
    report: SpendingReport, items: Sequence[Item], ruling: Ruling, *, award: Award, deciding: "Deciding"
) -> Decided:
    """Decide a report by another person than who handed it in. It is about no more than stands of the award by then.

    Refusals ``spending_report.state``, ``spending_report.unpaid``, ``spending_report.same_person``,
    ``spending_report.item_unknown``, ``spending_report.reason_missing``.
    """
    _in(report, ReportState.SUBMITTED)
    if any(leg.state is not LegState.PAID for leg in deciding.live):
        raise Refusal("spending_report.unpaid", rule="report.paid")
    another_person(deciding.by, than=[report.submitted_by], otherwise="spending_report.same_person")
    unknown = ruling.disallowed - {one.number for one in items}
    if unknown:
        raise Refusal("spending_report.item_unknown", pointer="/disallowed", numbers={"item": min(unknown)})
    if ruling.disallowed and ruling.reason is None:
        raise Refusal("spending_report.reason_missing", pointer="/reason")
    allowed = () if award.spend_on is None else award.spend_on.value
    counts = sum(one.amount for one in items if one.item in allowed and one.number not in ruling.disallowed)
    every = sum(one.amount for one in items)
    owed = min(report.owed, deciding.standing)
    spent = min(owed, counts)
    misspent = min(owed - spent, every - counts)
    decided = replace(
        report,
        owed=owed,
        state=ReportState.DECIDED,
        decided_by=deciding.by,
        decided_at=deciding.at,
        spent=spent,
        misspent=misspent,
        reason=ruling.reason,
    )
    back = ((ClawbackCase.MISSPENT, misspent), (ClawbackCase.UNSPENT, owed - spent - misspent))
    return Decided(decided, tuple(_proposals(decided, back, award, deciding)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """Who decides and when (UTC), in which currency; ids: what proposals will be called.

    legs: what was owed of the award; proposed: what was proposed to be asked back of it (fen); ban: of who misspends.
    """

    by: str
    at: datetime
    currency: str
    ids: Sequence[UUID]
    legs: Sequence[Leg]
    proposed: int = 0
    ban: Ban | None = None

    @property
    def live(self) -> list[Leg]:
        """The legs that were not dropped."""
        return [leg for leg in self.legs if leg.state is not LegState.DROPPED]

    @property
    def standing(self) -> int:
        """What stands of the award, in fen."""
        return sum(leg.amount for leg in self.live) - self.proposed


def _proposals(
    report: SpendingReport, back: Sequence[tuple[ClawbackCase, int]], award: Award, deciding: Deciding
) -> Iterator[ClawbackProposal]:
    """One for each cause, each from what the one before leaves."""
    before = report.owed
    clause = award.source if award.spend_on is None else award.spend_on.source
    for proposal_id, (case, amount) in zip(deciding.ids, back, strict=True):
        if amount:
            yield ClawbackProposal(
                id=proposal_id,
                award_claim_id=report.award_claim_id,
                claim_line_id=report.claim_line_id,
                case=case,
                amount=amount,
                before=before,
                after=before - amount,
                currency=deciding.currency,
                reason=report.reason or case.value,
                clause=clause,
                document_id=None,
                proposed_by=deciding.by,
                proposed_at=deciding.at,
                ban=deciding.ban if case is ClawbackCase.MISSPENT else None,
            )
            before -= amount


def told(report: SpendingReport, currency: str) -> dict[str, str | None]:
    """What everybody concerned may know of a report."""
    amounts = {"owed": report.owed, "spent": report.spent, "misspent": report.misspent}
    said = {name: None if fen is None else format_amount(fen, currency) for name, fen in amounts.items()}
    return {"state": report.state.value, "due_on": report.due_on.isoformat(), **said}


def _in(report: SpendingReport, state: ReportState) -> None:
    if report.state is not state:
        raise Refusal("spending_report.state", rule="report.state", numbers={"state": report.state.value})
