"""The chart of accounts: every place in which value can stand, its book, its normal side and whether it is guarded."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class Book(StrEnum):
    """Quota is promise and never touches a bank; money is debt and cash. Each sums to zero per currency."""

    QUOTA = "quota"
    MONEY = "money"


class NormalSide(StrEnum):
    """The side on which a place normally stands; `EITHER` is for places that only wait to be resolved."""

    DEBIT = "debit"
    CREDIT = "credit"
    EITHER = "either"


class PlaceKind(StrEnum):
    """The kinds of place, both books."""

    APPROPRIATION = "appropriation"
    OVER_ISSUE = "over_issue"
    LINE_FREE = "line_free"
    LINE_GRANTED = "line_granted"
    ROUND_POOL = "round_pool"
    AVAILABLE = "available"
    HELD = "held"
    CAPTURED = "captured"

    COST = "cost"
    RECOVERIES = "recoveries"
    PAYABLE = "payable"
    IN_TRANSIT = "in_transit"
    BANK = "bank"
    TREASURY_DRAWN = "treasury_drawn"
    TREASURY_SURRENDERED = "treasury_surrendered"
    DUE_TO_TREASURY = "due_to_treasury"
    CLAWBACK_DUE = "clawback_due"
    DEPOSIT = "deposit"
    SUSPENSE = "suspense"
    NOT_OURS = "not_ours"
    CHARGES = "charges"
    OPENING = "opening"


@dataclass(frozen=True, slots=True)
class Account:
    """What the chart says of a kind of place.

    `owner` names what the owner id points to and `part` what tells apart several places of one owner.
    A guarded place never stands below zero, counted on its normal side. `bank` is not guarded: a zero-balance
    account is overdrawn until the treasury clears it the same day.
    """

    book: Book
    side: NormalSide
    owner: str
    part: str | None = None
    guarded: bool = True


CHART: Mapping[PlaceKind, Account] = MappingProxyType(
    {
        PlaceKind.APPROPRIATION: Account(Book.QUOTA, NormalSide.CREDIT, "budget line"),
        PlaceKind.OVER_ISSUE: Account(Book.QUOTA, NormalSide.CREDIT, "round"),
        PlaceKind.LINE_FREE: Account(Book.QUOTA, NormalSide.DEBIT, "budget line"),
        PlaceKind.LINE_GRANTED: Account(Book.QUOTA, NormalSide.DEBIT, "budget line"),
        PlaceKind.ROUND_POOL: Account(Book.QUOTA, NormalSide.DEBIT, "round", part="class"),
        PlaceKind.AVAILABLE: Account(Book.QUOTA, NormalSide.DEBIT, "voucher"),
        PlaceKind.HELD: Account(Book.QUOTA, NormalSide.DEBIT, "voucher"),
        PlaceKind.CAPTURED: Account(Book.QUOTA, NormalSide.DEBIT, "voucher"),
        PlaceKind.COST: Account(Book.MONEY, NormalSide.DEBIT, "budget line", part="kind"),
        PlaceKind.RECOVERIES: Account(Book.MONEY, NormalSide.CREDIT, "budget line"),
        PlaceKind.PAYABLE: Account(Book.MONEY, NormalSide.CREDIT, "claim line", part="leg"),
        PlaceKind.IN_TRANSIT: Account(Book.MONEY, NormalSide.CREDIT, "payout or refund"),
        PlaceKind.BANK: Account(Book.MONEY, NormalSide.DEBIT, "payer account", guarded=False),
        PlaceKind.TREASURY_DRAWN: Account(Book.MONEY, NormalSide.CREDIT, "budget line"),
        PlaceKind.TREASURY_SURRENDERED: Account(Book.MONEY, NormalSide.DEBIT, "budget line"),
        PlaceKind.DUE_TO_TREASURY: Account(Book.MONEY, NormalSide.CREDIT, "case"),
        PlaceKind.CLAWBACK_DUE: Account(Book.MONEY, NormalSide.DEBIT, "case"),
        PlaceKind.DEPOSIT: Account(Book.MONEY, NormalSide.CREDIT, "redemption"),
        PlaceKind.SUSPENSE: Account(Book.MONEY, NormalSide.EITHER, "statement line", guarded=False),
        PlaceKind.NOT_OURS: Account(Book.MONEY, NormalSide.EITHER, "payer account", guarded=False),
        PlaceKind.CHARGES: Account(Book.MONEY, NormalSide.DEBIT, "payer account"),
        PlaceKind.OPENING: Account(Book.MONEY, NormalSide.EITHER, "installation", guarded=False),
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """One place: its kind, the id of what owns it and, where the chart names one, the part (pool class, leg, …)."""

    kind: PlaceKind
    owner: UUID
    part: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError when a part is missing that the chart names, or given where it names none."""
        if bool(self.part) != (CHART[self.kind].part is not None):
            raise ValueError(f"{self.kind} has part {self.part!r}, the chart says {CHART[self.kind].part}")

    @property
    def book(self) -> Book:
        """The book in which this place stands."""
        return CHART[self.kind].book


def standing(kind: PlaceKind, folded: int) -> int:
    """What stands in a place, in fen on its normal side, given debits − credits folded from its entries."""
    return -folded if CHART[kind].side is NormalSide.CREDIT else folded
