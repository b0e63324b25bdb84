"""Which entries an award makes: what a budget line has free becomes granted as a debt arises, and the way back."""

from collections.abc import Sequence
from uuid import UUID

from services.voucher.ledger.domain.chart import Place, PlaceKind
from services.voucher.ledger.domain.paying import Leg, payable
from services.voucher.ledger.domain.posting import Entry, Posting, transfer

AWARD_COST = "award"
"""The kind of cost that paying an award, a match, a top-up or a reward is."""


def grant(*, claim_line_id: UUID, legs: Sequence[Leg]) -> Posting:
    """Row 34, or 35 where it has several legs: line.free → line.granted and cost / payable, leg by leg."""
    return Posting(_row(legs), "award_approved", tuple(_granted(claim_line_id, legs)))


def take_back(*, claim_line_id: UUID, legs: Sequence[Leg]) -> Posting:
    """The same the other way round: what is no longer owed of each leg is free again on its budget line."""
    entries = _granted(claim_line_id, legs)
    back = tuple(Entry(entry.place, -entry.amount, entry.funding) for entry in entries)
    return Posting(_row(legs), "award_taken_back", back)


def _row(legs: Sequence[Leg]) -> int:
    return 34 if len(legs) == 1 else 35


def _granted(claim_line_id: UUID, legs: Sequence[Leg]) -> list[Entry]:
    entries: list[Entry] = []
    for leg in legs:
        line, funding = leg.funding.line, leg.funding
        free, granted = Place(PlaceKind.LINE_FREE, line), Place(PlaceKind.LINE_GRANTED, line)
        entries += transfer(source=free, target=granted, amount=leg.amount, funding=funding)
        owed, cost = payable(claim_line_id, leg.part), Place(PlaceKind.COST, line, AWARD_COST)
        entries += transfer(source=owed, target=cost, amount=leg.amount, funding=funding)
    return entries
