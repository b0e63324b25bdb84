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


class Side(StrEnum):
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
    side: Side
    owner: str
    part: str | None = None
    guarded: bool = True


def _quota(owner: str, *, part: str | None = None, side: Side = Side.DEBIT) -> Account:
    return Account(Book.QUOTA, side, owner, part)


def _money(side: Side, owner: str, *, part: str | None = None, guarded: bool = True) -> Account:
    return Account(Book.MONEY, side, owner, part, guarded)


CHART: Mapping[PlaceKind, Account] = MappingProxyType(
    {
        PlaceKind.APPROPRIATION: _quota("budget line", side=Side.CREDIT),
        PlaceKind.OVER_ISSUE: _quota("round", side=Side.CREDIT),
        PlaceKind.LINE_FREE: _quota("budget line"),
        PlaceKind.LINE_GRANTED: _quota("budget line"),
        PlaceKind.ROUND_POOL: _quota("round", part="class"),
        PlaceKind.AVAILABLE: _quota("voucher"),
        PlaceKind.HELD: _quota("voucher"),
        PlaceKind.CAPTURED: _quota("voucher"),
        PlaceKind.COST: _money(Side.DEBIT, "budget line", part="kind"),
        PlaceKind.RECOVERIES: _money(Side.CREDIT, "budget line"),
        PlaceKind.PAYABLE: _money(Side.CREDIT, "claim line", part="leg"),
        PlaceKind.IN_TRANSIT: _money(Side.CREDIT, "payout"),
        PlaceKind.BANK: _money(Side.DEBIT, "payer account", guarded=False),
        PlaceKind.TREASURY_DRAWN: _money(Side.CREDIT, "budget line"),
        PlaceKind.TREASURY_SURRENDERED: _money(Side.DEBIT, "budget line"),
        PlaceKind.DUE_TO_TREASURY: _money(Side.CREDIT, "case"),
        PlaceKind.CLAWBACK_DUE: _money(Side.DEBIT, "case"),
        PlaceKind.DEPOSIT: _money(Side.CREDIT, "redemption"),
        PlaceKind.SUSPENSE: _money(Side.EITHER, "statement line", guarded=False),
        PlaceKind.NOT_OURS: _money(Side.EITHER, "payer account", guarded=False),
        PlaceKind.CHARGES: _money(Side.DEBIT, "payer account"),
        PlaceKind.OPENING: _money(Side.EITHER, "installation", guarded=False),
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
    return -folded if CHART[kind].side is Side.CREDIT else folded
