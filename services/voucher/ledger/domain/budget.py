"""Decides what may happen to a budget line: what its changes post, and that two persons stand behind each of them.

A change of a budget line is proposed by one person and decided by another, under the lock of the line. Allotment and
cut touch the ledger wing alone. Funding a round and taking back from it also touch a pool, which a higher wing keeps:
the change is the same object and is proposed, rejected and listed alike, but the higher wing's operation approves it.
In its own transaction it locks the change with `store.changes.lock` (the line first, then the change), locks its pool,
calls `approve` here, folds the same `Approval.posting` into its pool and saves all of it. `approve` takes any kind, so
the rule of two persons and the guard of the line are decided in one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.chassis.refusals import DECIDE_WITHIN, Refusal, another_person
from services.standards.money import LARGEST, format_amount
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.ledger.domain.posting import Funding, Posting


class ChangeKind(StrEnum):
    """What a change does to its line: row 1 or row 2 of the postings table, there or back."""

    ALLOT = "allot"
    CUT = "cut"
    FUND_ROUND = "fund_round"
    RETURN_FROM_ROUND = "return_from_round"


class ChangeState(StrEnum):
    """proposed → approved | rejected; both are final."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


OF_ROUND = frozenset({ChangeKind.FUND_ROUND, ChangeKind.RETURN_FROM_ROUND})
"""The kinds whose approval also moves a pool, so that the wing of the rounds approves them."""

EVENT_TYPES: Mapping[ChangeKind, str] = MappingProxyType(
    {
        ChangeKind.ALLOT: "budget_line.allotted",
        ChangeKind.CUT: "budget_line.cut",
        ChangeKind.FUND_ROUND: "round.funded",
        ChangeKind.RETURN_FROM_ROUND: "round.budget_returned",
    }
)
"""The event that the approval of each kind appends to the feed."""


@dataclass(frozen=True, slots=True)
class Classification:
    """What a budget line is, as the allotment document (预算指标文) words it; no two lines share all of it."""

    fiscal_year: int
    bureau: str
    treasury: str
    project: str
    function_class: str
    economic_class: str
    allotment_document: str
    funding_source: str
    currency: str


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A budget line with its stored balances, in minor units: all at least zero, free and granted within the whole.

    `funded` is what fundings of payer accounts were approved for, whether or not their money has come, never more than
    the appropriation. `rounds` is what each round was given and has not given back, folded from the entries.
    """

    id: UUID
    classification: Classification
    appropriation: int = 0
    free: int = 0
    granted: int = 0
    funded: int = 0
    rounds: Mapping[UUID, int] = field(default_factory=dict)

    @property
    def belongs(self) -> dict[str, str]:
        """Whose it is, as a permit is asked: of a treasury and of a bureau."""
        return {"treasury": self.classification.treasury, "bureau": self.classification.bureau}

    @property
    def in_rounds(self) -> int:
        """What the line has given to rounds: it stands in pools and vouchers."""
        return self.appropriation - self.free - self.granted

    def funding(self, round_id: UUID | None = None) -> Funding:
        """How entries name this line's money, on its way to a round if one is given."""
        return Funding(self.classification.currency, self.classification.funding_source, round_id, self.id)

    def after(self, posting: Posting) -> "BudgetLine":
        """The line once a posting is folded in.

        Refusal `budget_line.insufficient` when free or granted would fall below zero, `budget_line.not_given` when a
        round would give back more than the line gave it (another line's money), `budget_line.too_large` when the
        appropriation would pass the largest amount, `budget_line.funded` when it would fall below what is funded.
        """
        free = self.free + posting.moved(PlaceKind.LINE_FREE, self.id)
        granted = self.granted + posting.moved(PlaceKind.LINE_GRANTED, self.id)
        appropriation = self.appropriation - posting.moved(PlaceKind.APPROPRIATION, self.id)
        if free < 0 or granted < 0:
            raise Refusal("budget_line.insufficient", rule="guarded_place", numbers=self._figures(min(free, granted)))
        rounds = self._rounds_after(posting)
        if min(rounds.values(), default=0) < 0:
            raise Refusal("budget_line.not_given", rule="guarded_place", numbers=self._figures(min(rounds.values())))
        if appropriation > LARGEST:
            raise Refusal("budget_line.too_large", rule="largest_amount", numbers=self._figures(0))
        if appropriation < self.funded:
            amounts = {"funded": self.funded, "appropriation": appropriation}
            numbers = {name: format_amount(fen, self.classification.currency) for name, fen in amounts.items()}
            raise Refusal("budget_line.funded", rule="funded_within_appropriation", numbers=numbers)
        return replace(self, appropriation=appropriation, free=free, granted=granted, rounds=rounds)

    def _rounds_after(self, posting: Posting) -> dict[UUID, int]:
        rounds = dict(self.rounds)
        for entry in posting.entries:
            if entry.place.kind is PlaceKind.ROUND_POOL and entry.funding.line_id == self.id:
                rounds[entry.place.owner] = rounds.get(entry.place.owner, 0) + entry.amount
        return rounds

    def _figures(self, below: int) -> dict[str, str]:
        figures = {"free": self.free, "missing": -below, "appropriation": self.appropriation, "largest": LARGEST}
        return {name: format_amount(amount, self.classification.currency) for name, amount in figures.items()}


@dataclass(frozen=True, slots=True)
class BudgetChange:
    """A proposed or decided change of one line.

    `amount` is in minor units of `currency` and positive; the kind says the direction. `document` is the
    number of the paper behind it. A change of a round names the round and the class of the pool. Persons are
    `per_…`; a person is not an account, so the same person twice is refused however he came in.
    """

    id: UUID
    kind: ChangeKind
    line_id: UUID
    amount: int
    currency: str
    document: str
    proposed_by: str
    proposed_at: datetime
    round_id: UUID | None = None
    pool_class: str | None = None
    state: ChangeState = ChangeState.PROPOSED
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        """Raise ValueError unless a change of a round, and no other, names a round and a pool class."""
        named = {self.round_id is not None, bool(self.pool_class)}
        if named != {self.kind in OF_ROUND}:
            raise ValueError(f"{self.kind} with round {self.round_id} and pool class {self.pool_class!r}")

    @property
    def decide_by(self) -> datetime:
        """When the task of the second person falls due (UTC)."""
        return self.proposed_at + DECIDE_WITHIN

    @property
    def settled_at(self) -> datetime:
        """When it was decided (UTC); ValueError while it is only proposed."""
        if self.decided_at is None:
            raise ValueError("this change is not decided")
        return self.decided_at

    @property
    def settled_by(self) -> str:
        """The person who decided it; ValueError while it is only proposed."""
        if self.decided_by is None:
            raise ValueError("this change is not decided")
        return self.decided_by


@dataclass(frozen=True, slots=True)
class Approval:
    """What an approval leaves behind: the decided change, the line after it and the posting to book."""

    change: BudgetChange
    line: BudgetLine
    posting: Posting


def propose(change: BudgetChange, *, line: BudgetLine) -> BudgetChange:
    """Accept a proposal; refused at once when the line as it stands could not bear it.

    Nothing is kept free for a proposal, so the approval asks the line again. Refusals: `budget_line.currency` when the
    change is in another currency, those of `BudgetLine.after`.
    """
    if change.currency != line.classification.currency:
        numbers = {"currency": change.currency, "line_currency": line.classification.currency}
        raise Refusal("budget_line.currency", pointer="/amount/currency", numbers=numbers)
    line.after(posting_of(change, line=line))
    return change


def approve(change: BudgetChange, *, line: BudgetLine, by: str, at: datetime) -> Approval:
    """Approve a proposed change of any kind, both rows locked.

    Refusals: `budget_change.state` (it already is), `budget_change.same_person` (four eyes are persons),
    and those of `BudgetLine.after`.
    """
    _decidable(change, by)
    posting = posting_of(change, line=line)
    decided = replace(change, state=ChangeState.APPROVED, decided_by=by, decided_at=at)
    return Approval(decided, line.after(posting), posting)


def reject(change: BudgetChange, *, by: str, at: datetime, reason: str) -> BudgetChange:
    """Reject a proposed change of any kind with a reason; it leaves nothing behind. Refusals as in `approve`."""
    _decidable(change, by)
    return replace(change, state=ChangeState.REJECTED, decided_by=by, decided_at=at, reason=reason)


def posting_of(change: BudgetChange, *, line: BudgetLine) -> Posting:
    """The posting that the approval of a change books: row 1 or row 2."""
    amount, funding, pool_class = change.amount, line.funding(change.round_id), change.pool_class or ""
    if change.kind is ChangeKind.ALLOT:
        return postings.allot(amount=amount, funding=funding)
    if change.kind is ChangeKind.CUT:
        return postings.cut(amount=amount, funding=funding)
    if change.kind is ChangeKind.FUND_ROUND:
        return postings.fund_round(pool_class=pool_class, amount=amount, funding=funding)
    return postings.return_to_line(pool_class=pool_class, amount=amount, funding=funding)


def _decidable(change: BudgetChange, by: str) -> None:
    if change.state is not ChangeState.PROPOSED:
        raise Refusal("budget_change.state", rule="decided_once", numbers={"state": change.state.value})
    another_person(by, than=[change.proposed_by], otherwise="budget_change.same_person")
