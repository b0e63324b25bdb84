"""Which entries each event of the quota book makes, and that no posting leaves either book out of balance."""

from collections import Counter as Tally
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from services.voucher.ledger.domain.chart import Book, Place, PlaceKind

ReleaseEvent = Literal["rest_released", "voided", "lapsed"]
ReclaimEvent = Literal["expired", "cancelled", "leftover_reclaimed", "year_end_voided"]
ISSUED = frozenset({"issued", "topped_up"})
"""The events that make the face of a voucher larger; whatever else comes or goes is reclaimed, or given again."""

_RELEASE_ROWS: Mapping[ReleaseEvent, int] = MappingProxyType({"rest_released": 8, "voided": 9, "lapsed": 9})
_RECLAIM_ROWS: Mapping[ReclaimEvent, int] = MappingProxyType(
    {"expired": 10, "cancelled": 10, "leftover_reclaimed": 10, "year_end_voided": 45}
)


class ImbalanceError(ValueError):
    """A posting that does not sum to zero in some book and currency: a fault of ours, never a citizen's."""


@dataclass(frozen=True, slots=True)
class Funding:
    """Whose money an entry speaks of: currency (ISO 4217), the funder's name, the round and the budget line.

    An entry on a voucher carries its round; one on a budget line carries the line; the passage from line to round
    carries both, so that what each line gave to each round can be folded from the entries alone.
    """

    currency: str
    source: str
    round_id: UUID | None = None
    line_id: UUID | None = None

    @property
    def round(self) -> UUID:
        """The round; ValueError when this funding names none."""
        if self.round_id is None:
            raise ValueError("this funding names no round")
        return self.round_id

    @property
    def line(self) -> UUID:
        """The budget line; ValueError when this funding names none."""
        if self.line_id is None:
            raise ValueError("this funding names no budget line")
        return self.line_id


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a place, fen (debit positive, credit negative, never zero) and whose money it is."""

    place: Place
    amount: int
    funding: Funding

    def __post_init__(self) -> None:
        """Raise ValueError for an entry of nothing."""
        if self.amount == 0:
            raise ValueError("an entry of zero says nothing")


@dataclass(frozen=True, slots=True)
class Posting:
    """The entries of one event, balanced per book and currency; `row` is its row in the postings table."""

    row: int
    event: str
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        """Raise ImbalanceError unless there are entries and each book sums to zero in each currency."""
        if not self.entries:
            raise ImbalanceError(f"{self.event}: a posting without entries")
        sums: Tally[tuple[Book, str]] = Tally()
        for entry in self.entries:
            sums[entry.place.book, entry.funding.currency] += entry.amount
        off = {f"{book} {currency}": amount for (book, currency), amount in sums.items() if amount}
        if off:
            raise ImbalanceError(f"{self.event}: {off}")

    def moved(self, kind: PlaceKind, owner: UUID, part: str = "") -> int:
        """Debits − credits, in fen, that this posting makes in one place."""
        place = Place(kind, owner, part)
        return sum(entry.amount for entry in self.entries if entry.place == place)


def transfer(*, source: Place, target: Place, amount: int, funding: Funding) -> tuple[Entry, Entry]:
    """Credit one place and debit another, in fen; ValueError for nothing or less."""
    if amount <= 0:
        raise ValueError(f"{amount} fen cannot be moved from {source.kind} to {target.kind}")
    return Entry(source, -amount, funding), Entry(target, amount, funding)


def move(row: int, event: str, *, source: Place, target: Place, amount: int, funding: Funding) -> Posting:
    """The posting of an event that is one transfer, in fen; ValueError for nothing or less."""
    return Posting(row, event, transfer(source=source, target=target, amount=amount, funding=funding))


def _pool(funding: Funding, pool_class: str) -> Place:
    return Place(PlaceKind.ROUND_POOL, funding.round, pool_class)


def allot(*, amount: int, funding: Funding) -> Posting:
    """Row 1: an appropriation reaches its line, appropriation → line free."""
    source, target = Place(PlaceKind.APPROPRIATION, funding.line), Place(PlaceKind.LINE_FREE, funding.line)
    return move(1, "allotted", source=source, target=target, amount=amount, funding=funding)


def cut(*, amount: int, funding: Funding) -> Posting:
    """Row 1 reversed: line free → appropriation."""
    source, target = Place(PlaceKind.LINE_FREE, funding.line), Place(PlaceKind.APPROPRIATION, funding.line)
    return move(1, "cut", source=source, target=target, amount=amount, funding=funding)


def fund_round(*, pool_class: str, amount: int, funding: Funding) -> Posting:
    """Row 2: budget to a round, line free → round pool; the funding names both the line and the round."""
    source, target = Place(PlaceKind.LINE_FREE, funding.line), _pool(funding, pool_class)
    return move(2, "round_funded", source=source, target=target, amount=amount, funding=funding)


def return_to_line(*, pool_class: str, amount: int, funding: Funding) -> Posting:
    """Row 2 reversed: round pool → line free; the funding names both the line and the round."""
    source, target = _pool(funding, pool_class), Place(PlaceKind.LINE_FREE, funding.line)
    return move(2, "returned_to_line", source=source, target=target, amount=amount, funding=funding)


def over_issue(*, pool_class: str, amount: int, funding: Funding) -> Posting:
    """Row 3: a round may issue more than its budget, over-issue → round pool."""
    source, target = Place(PlaceKind.OVER_ISSUE, funding.round), _pool(funding, pool_class)
    return move(3, "over_issued", source=source, target=target, amount=amount, funding=funding)


def void_over_issue(*, pool_class: str, amount: int, funding: Funding) -> Posting:
    """Row 3 reversed: what nobody was issued of it, round pool → over-issue."""
    source, target = _pool(funding, pool_class), Place(PlaceKind.OVER_ISSUE, funding.round)
    return move(3, "over_issue_voided", source=source, target=target, amount=amount, funding=funding)


def issue(*, voucher_id: UUID, pool_class: str, amount: int, funding: Funding) -> Posting:
    """Row 4: issue, round pool → available."""
    return _out_of_pool("issued", voucher_id, pool_class, amount, funding)


def top_up(*, voucher_id: UUID, pool_class: str, amount: int, funding: Funding) -> Posting:
    """Row 4: a voucher that is worth more from now on, round pool → available."""
    return _out_of_pool("topped_up", voucher_id, pool_class, amount, funding)


def reissue(*, voucher_id: UUID, pool_class: str, amount: int, funding: Funding) -> Posting:
    """Row 4: what an extended voucher had given back, and the pool still has, round pool → available."""
    return _out_of_pool("reissued", voucher_id, pool_class, amount, funding)


def _out_of_pool(event: str, voucher_id: UUID, pool_class: str, amount: int, funding: Funding) -> Posting:
    source, target = _pool(funding, pool_class), Place(PlaceKind.AVAILABLE, voucher_id)
    return move(4, event, source=source, target=target, amount=amount, funding=funding)


def authorise(*, voucher_id: UUID, amount: int, funding: Funding) -> Posting:
    """Row 6: both sides have confirmed, available → held."""
    source, target = Place(PlaceKind.AVAILABLE, voucher_id), Place(PlaceKind.HELD, voucher_id)
    return move(6, "authorised", source=source, target=target, amount=amount, funding=funding)


def capture_held(*, voucher_id: UUID, amount: int, funding: Funding) -> Posting:
    """Row 7: a capture, whole, part or milestone, held → captured."""
    source, target = Place(PlaceKind.HELD, voucher_id), Place(PlaceKind.CAPTURED, voucher_id)
    return move(7, "captured", source=source, target=target, amount=amount, funding=funding)


def capture_available(*, voucher_id: UUID, amount: int, funding: Funding) -> Posting:
    """Row 7: an instant redemption, authorised and captured at once, available → captured."""
    source, target = Place(PlaceKind.AVAILABLE, voucher_id), Place(PlaceKind.CAPTURED, voucher_id)
    return move(7, "redeemed", source=source, target=target, amount=amount, funding=funding)


def release(*, voucher_id: UUID, amount: int, funding: Funding, event: ReleaseEvent) -> Posting:
    """Row 8 (the rest after the last capture) or row 9 (void, lapse): held → available."""
    source, target = Place(PlaceKind.HELD, voucher_id), Place(PlaceKind.AVAILABLE, voucher_id)
    return move(_RELEASE_ROWS[event], event, source=source, target=target, amount=amount, funding=funding)


def reclaim(*, voucher_id: UUID, pool_class: str, amount: int, funding: Funding, event: ReclaimEvent) -> Posting:
    """Row 10, expiry, cancellation or a leftover that gives no change; row 45, the year's end: available → pool."""
    source, target = Place(PlaceKind.AVAILABLE, voucher_id), _pool(funding, pool_class)
    return move(_RECLAIM_ROWS[event], event, source=source, target=target, amount=amount, funding=funding)


def void_pool(*, pool_class: str, amount: int, funding: Funding) -> Posting:
    """Row 45: what a round did not spend in its budget's year, round pool → line free; names both line and round."""
    source, target = _pool(funding, pool_class), Place(PlaceKind.LINE_FREE, funding.line)
    return move(45, "pool_voided", source=source, target=target, amount=amount, funding=funding)


def lapse(*, amount: int, funding: Funding) -> Posting:
    """Row 45: what a budget line did not spend in its year, line free → appropriation."""
    source, target = Place(PlaceKind.LINE_FREE, funding.line), Place(PlaceKind.APPROPRIATION, funding.line)
    return move(45, "budget_lapsed", source=source, target=target, amount=amount, funding=funding)


def refund(*, voucher_id: UUID, amount: int, funding: Funding) -> Posting:
    """Row 11: a refund of what is not yet on a claim, captured → available."""
    return _uncaptured("refunded", voucher_id, amount, funding)


def expire_claim(*, voucher_id: UUID, amount: int, funding: Funding) -> Posting:
    """Row 11: what was captured and not claimed by `claim_by`, captured → available."""
    return _uncaptured("claim_expired", voucher_id, amount, funding)


def _uncaptured(event: str, voucher_id: UUID, amount: int, funding: Funding) -> Posting:
    source, target = Place(PlaceKind.CAPTURED, voucher_id), Place(PlaceKind.AVAILABLE, voucher_id)
    return move(11, event, source=source, target=target, amount=amount, funding=funding)
