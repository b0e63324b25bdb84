"""What a claim line and its legs are, what moves them, and whose task each of their states is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.standards.holding import Kind
from services.voucher.ledger.domain.posting import Funding, Posting
from services.voucher.redemption.domain.world import Ruling


class LineState(StrEnum):
    """The states of docs/settlement-cycle.md; that a line is paid is told by its legs."""

    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    DISCLOSED = "disclosed"
    RELEASED = "released"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({LineState.REJECTED, LineState.WITHDRAWN})
"""A line in one of these no longer stands on its capture."""


class LegState(StrEnum):
    """Whether a leg is owed, on its way, paid, or owed no longer."""

    PAYABLE = "payable"
    DROPPED = "dropped"
    IN_PAYMENT = "in_payment"
    PAID = "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One submission of a payee, whose lines are decided one by one. client: the account it was submitted by."""

    id: UUID
    payee_id: UUID
    currency: str
    submitted_at: datetime
    submitted_by: str
    client: str
    client_ref: str | None


@dataclass(frozen=True, slots=True)
class Captured:
    """What a line of a voucher stands on."""

    capture_id: UUID
    redemption_id: UUID
    voucher_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """One capture that is claimed, or one award: it stands on exactly one of the two.

    Amounts in fen: what the work cost (of an award what is claimed), what of it is claimed, what of that is owed.

    region is the holder's, whose reviewers decide; treasury is that of the budget line that pays. submitted_at is its
    place in the queue, entered_at when its state or stage began, due_at the instant at which that should be over and
    due_on the last local day before it. acted: the persons who took part in the case so far, for four eyes. steps: how
    many transitions there were.
    """

    id: UUID
    claim_id: UUID
    number: int
    capture_id: UUID | None
    redemption_id: UUID | None
    voucher_id: UUID | None
    award_claim_id: UUID | None = None
    holder_id: UUID
    holder_kind: Kind = Kind.ORGANIZATION
    payee_id: UUID
    scheme_version_id: UUID
    budget_line_id: UUID
    treasury: str
    region: str
    category: str
    currency: str
    settlement: int
    claimed: int
    approved: int | None
    state: LineState
    stage: str | None
    submitted_at: datetime
    entered_at: datetime
    due_on: date | None
    due_at: datetime | None
    corrections: int
    acted: tuple[str, ...]
    steps: int
    over_price: int = 0

    @property
    def captured(self) -> Captured:
        """The capture that it stands on; ValueError for a line of an award."""
        if self.capture_id is None or self.redemption_id is None or self.voucher_id is None:
            raise ValueError(f"claim line {self.id} stands on an award")
        return Captured(self.capture_id, self.redemption_id, self.voucher_id)

    @property
    def self_paid(self) -> int:
        """What the holder paid himself and proves by bank slips, in fen; nothing where a voucher paid all, or more."""
        return max(0, self.settlement - self.claimed)

    @property
    def claimant_role(self) -> str:
        """In which role its payee acts on it: as the provider, or as the holder who is reimbursed or awarded."""
        return "holder" if self.payee_id == self.holder_id else "provider"

    def after(self, person: str) -> "ClaimLine":
        """The same with a person among those who took part."""
        return self if person in self.acted else replace(self, acted=(*self.acted, person))

    def state_at(self, instant: datetime, *, objected: bool = True) -> LineState:
        """Its state at an instant (UTC), whether or not the timers have run: a correction that did not come in time
        rejects it, and the end of its disclosure releases it, unless an objection against it lives (or nobody looked).
        """
        if self.due_at is None or self.due_at > instant:
            return self.state
        if self.state is LineState.RETURNED:
            return LineState.REJECTED
        return LineState.RELEASED if self.state is LineState.DISCLOSED and not objected else self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One treasury's share of an approved line, in fen. paid_on: the day on which the bank booked it.

    of_deposit: the holder's own part, which he paid in: the treasury pays it on, and no budget line bears it.
    """

    id: UUID
    claim_line_id: UUID
    part: str
    budget_line_id: UUID
    treasury: str
    funding_source: str
    payee_id: UUID
    currency: str
    amount: int
    state: LegState
    payout_id: UUID | None = None
    sent_at: datetime | None = None
    paid_on: date | None = None
    of_deposit: bool = False

    @property
    def funding(self) -> Funding:
        """How entries on this leg name their money."""
        return Funding(self.currency, self.funding_source, line_id=self.budget_line_id)


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a claim line draws, in fen: from the line of an invoice with this number, or from a bank slip (None)."""

    evidence_id: UUID
    line_number: int | None
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStep:
    """One transition of a line. event: its past participle; at: the instant as of which it counts; before: None for a
    line that is submitted just now; posting: what it moves; rulings: why it was allowed.
    """

    event: str
    before: ClaimLine | None
    after: ClaimLine
    at: datetime
    person: str
    client: str
    reason: str | None = None
    document_id: UUID | None = None
    request_id: str | None = None
    posting: Posting | None = None
    rulings: tuple[Ruling, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to do: for the reviewers of a region, an organisation in a role, or a treasury. due_at in UTC."""

    task: str
    role: str
    due_at: datetime | None
    region: str | None = None
    treasury: str | None = None
    organization: UUID | None = None


_TREASURY_TASKS: Mapping[LineState, str] = MappingProxyType(
    {LineState.APPROVED: "claim.disclose", LineState.RELEASED: "claim.pay"}
)


def waiting(line: ClaimLine) -> Waiting | None:
    """Who has something to do in a line's state; None where a timer runs (disclosed) and when it has ended.

    A review is a task of its own kind at each stage, as reviewers are bound to a stage beside their region.
    """
    if line.state is LineState.IN_REVIEW:
        return Waiting(f"claim.review_{line.stage}", "reviewer", line.due_at, region=line.region)
    if line.state is LineState.RETURNED:
        return Waiting("claim.correct", line.claimant_role, line.due_at, organization=line.payee_id)
    if line.state in _TREASURY_TASKS:
        return Waiting(_TREASURY_TASKS[line.state], "finance_maker", line.due_at, treasury=line.treasury)
    return None
