"""What a redemption is: its fixed terms, its state, and the value it has frozen, captured and given back."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from services.standards.holding import Kind
from services.standards.spelling import compared
from services.voucher.ledger.domain.counters import CounterKey


class State(StrEnum):
    """The states of docs/redemption-cycle.md."""

    PROPOSED = "proposed"
    AUTHORISED = "authorised"
    DELIVERED = "delivered"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"
    PART_CAPTURED = "part_captured"
    CAPTURED = "captured"
    REFUNDED = "refunded"
    VOIDED = "voided"
    LAPSED = "lapsed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Form(StrEnum):
    """How it is redeemed: under a contract, step by step, or at the counter, authorised and captured in one call."""

    CONTRACT = "contract"
    INSTANT = "instant"


class Side(StrEnum):
    """Who acts on a redemption."""

    HOLDER = "holder"
    PROVIDER = "provider"
    ARBITER = "arbiter"
    TIMER = "timer"

    @property
    def other(self) -> "Side":
        """The other party of the contract; ValueError for one who is no party."""
        if self is Side.HOLDER:
            return Side.PROVIDER
        if self is Side.PROVIDER:
            return Side.HOLDER
        raise ValueError(f"{self} is no party to the contract")


_compared = lru_cache(maxsize=10_000)(compared)
"""Kept, since in one batch every contract is compared with every other."""


@dataclass(frozen=True, slots=True)
class ContractLine:
    """One line of a contract: of which category, its price, and how much of that is tax (None: nobody said); in fen."""

    category: str
    amount: int
    tax: int | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract between holder and provider. amount: fen, the whole price; dates local; completed_on when known.

    tax: how much of the price is tax, None where nobody said; lines: where it has some, which add up to both.
    """

    number: str
    signed_on: date
    amount: int
    completed_on: date | None = None
    tax: int | None = None
    lines: tuple[ContractLine, ...] = ()

    @property
    def key(self) -> str:
        """Its number as it is compared."""
        return _compared(self.number)


@dataclass(frozen=True, slots=True)
class Unpriced:
    """A contract whose price the catalogue says."""

    number: str
    signed_on: date
    completed_on: date | None = None
    tax: int | None = None
    lines: tuple[ContractLine, ...] = ()

    def at(self, amount: int) -> Contract:
        """The contract at its price, in fen."""
        return Contract(self.number, self.signed_on, amount, self.completed_on, self.tax, self.lines)


@dataclass(frozen=True, slots=True)
class Declared:
    """What the parties say of a contract beside its price: kinds of work, hands it passes through, other money.

    services: the kinds that exclusions name, such as `statutory_test`; funded_by: the programmes that paid, too.
    """

    services: tuple[str, ...] = ()
    subcontracted: bool = False
    funded_by: tuple[str, ...] = ()


NOTHING_DECLARED = Declared()

ContractIdentity = tuple[UUID, UUID, str]
"""Holder, payee and the contract's key: what makes two redemptions be of one contract."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What was proposed; never changed afterwards.

    payee_id is the organisation behind the provider; region is the holder's, whose reviewers decide disputes.
    asked: the subsidy the parties named, in fen; None takes whatever the rules and the voucher give.
    order_id names an order that several vouchers pay, each its part, counted from 1; None: this one voucher alone.
    consent: by what means the holder agreed at the counter; offering_id: the offering of the catalogue it is for.
    reimbursed: whether the holder pays all and claims it back, so that the treasury pays the holder. replaces: the
    redemption whose hold this one has instead, once it is confirmed.
    """

    voucher_id: UUID
    scheme_version_id: UUID
    holder_id: UUID
    provider_id: UUID
    payee_id: UUID
    category: str
    currency: str
    contract: Contract
    asked: int | None = None
    description: str = ""
    region: str = ""
    kind: Form = Form.CONTRACT
    order_id: UUID | None = None
    part: int = 1
    consent: str | None = None
    offering_id: UUID | None = None
    declared: Declared = NOTHING_DECLARED
    reimbursed: bool = False
    replaces: UUID | None = None
    holder_kind: Kind = Kind.ORGANIZATION

    @property
    def claimant_id(self) -> UUID:
        """Who claims what is captured and is paid: the provider's organisation, or a holder who is reimbursed."""
        return self.holder_id if self.reimbursed else self.payee_id

    @property
    def identity(self) -> ContractIdentity:
        """Which contract it is, whatever voucher and provider number it is redeemed under."""
        return self.holder_id, self.payee_id, self.contract.key

    @property
    def items(self) -> tuple[ContractLine, ...]:
        """The lines of the contract; one that names none is its own only line."""
        contract = self.contract
        return contract.lines or (ContractLine(self.category, contract.amount, contract.tax),)


@dataclass(frozen=True, slots=True)
class Portion:
    """What a milestone delivers of one line of the contract, counted from 1: what it cost and the tax in it, in fen."""

    line: int
    amount: int
    tax: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One milestone handed in. settlement: fen, what this part of the work cost; last: nothing follows it.

    document_id: its result; None where it was handed over at the counter. tax: how much of the settlement is tax, None
    where nobody said; lines: what of it belongs to which line of a contract that has lines.
    """

    settlement: int
    completed_on: date
    document_id: UUID | None
    last: bool
    delivered_at: datetime
    tax: int | None = None
    lines: tuple[Portion, ...] = ()

    @property
    def portions(self) -> tuple[Portion, ...]:
        """What it delivers of each line; of a contract without lines, of its only one."""
        return self.lines or (Portion(1, self.settlement, self.tax),)


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture, numbered from 1, with the delivery that earned it; it counts as of that delivery.

    Amounts in fen. claim_line_id is written by settlement while a claim line lives on it; claim_by_ends: the instant
    (UTC) as of which what no claim was made for goes back.
    """

    id: UUID
    number: int
    amount: int
    refunded: int
    captured_at: datetime
    delivery: Delivery
    claim_by_ends: datetime
    claim_line_id: UUID | None = None

    def __post_init__(self) -> None:
        """Raise ValueError unless 0 ≤ refunded ≤ amount and something was captured."""
        if not 0 <= self.refunded <= self.amount or self.amount == 0:
            raise ValueError(f"capture of {self.amount} with {self.refunded} refunded")

    @property
    def refundable(self) -> int:
        """What may still go back to the voucher, in fen: nothing while it stands on a claim line."""
        return 0 if self.claim_line_id is not None else self.amount - self.refunded


class Measure(StrEnum):
    """What a cap counts: fen, or how often."""

    AMOUNT = "amount"
    TIMES = "times"


@dataclass(frozen=True, slots=True)
class Take:
    """A counter that this redemption uses while its value is frozen or captured."""

    key: CounterKey
    measure: Measure


@dataclass(frozen=True, slots=True)
class LineRate:
    """Whether a line of a contract is paid for, and by which case of the rate (None: the general one)."""

    paid: bool
    case: int | None = None


@dataclass(frozen=True, slots=True)
class Redemption:
    """A redemption as it stands. Amounts in fen.

    authorised is what was frozen once; of it `held` still is, `captured` was captured (before refunds), the rest was
    released. due_at: the instant at which the current state's timer falls due, None where a person is waited for.
    acted: the persons who took part so far, for four eyes. steps: how many transitions there were.
    rate_version_id and rate_case: by which version's rate, and which of its cases, the authorisation was reckoned;
    before it, and where the general rate counts, None; line_rates: the same of each line of a contract that has lines.
    over_price: what a voucher paid at its face beyond the price. let_go_by: the person of the region who let the holder
    go from the provider of the redemption that this one replaces.
    """

    id: UUID
    terms: Terms
    state: State
    proposed_by: Side
    proposed_at: datetime
    client: str
    client_ref: str | None = None
    confirmed_by: Side | None = None
    authorised_at: datetime | None = None
    authorised: int = 0
    held: int = 0
    captures: tuple[Capture, ...] = ()
    settled: int = 0
    delivery: Delivery | None = None
    takes: tuple[Take, ...] = ()
    deliver_by: date | None = None
    deliver_by_ends: datetime | None = None
    due_at: datetime | None = None
    due_on: date | None = None
    void_asked_by: Side | None = None
    rating: int | None = None
    acted: tuple[str, ...] = ()
    steps: int = 0
    rate_version_id: UUID | None = None
    rate_case: int | None = None
    over_price: int = 0
    let_go_by: str | None = None
    line_rates: tuple[LineRate, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError when held is negative or more is held and captured than was authorised or is worth."""
        if self.held < 0 or self.released < 0:
            raise ValueError(f"{self.held} held, {self.captured} captured of {self.authorised} authorised")
        if self.captured > self.settled + self.over_price:
            raise ValueError(f"{self.captured} captured of work for {self.settled} and {self.over_price} beyond it")

    @property
    def captured(self) -> int:
        """All that was ever captured, refunds not taken off."""
        return sum(capture.amount for capture in self.captures)

    @property
    def refunded(self) -> int:
        """What of it went back: to the voucher, or after an upheld objection to the round's pool."""
        return sum(capture.refunded for capture in self.captures)

    @property
    def stands(self) -> int:
        """What stands captured on the voucher for this redemption."""
        return self.captured - self.refunded

    @property
    def released(self) -> int:
        """What was frozen and went back uncaptured."""
        return self.authorised - self.held - self.captured

    def counted(self, measure: Measure) -> int:
        """What this redemption uses of a cap just now."""
        used = self.held + self.stands
        return used if measure is Measure.AMOUNT else int(used > 0)
