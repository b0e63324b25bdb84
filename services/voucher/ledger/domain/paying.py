"""Which entries the events make that lead from an approved claim line to its bank line, and from any bank line.

A money entry names its budget line; one of a bank line that belongs to no budget line, or to none yet, names none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.voucher.ledger.domain.chart import Place, PlaceKind
from services.voucher.ledger.domain.posting import Entry, Funding, Posting, move, transfer

VOUCHER_COST = "voucher"
"""The kind of cost that paying for a voucher is; awards and matches are others."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One treasury's share of a claim line: its part, fen (more than zero) and the budget line that bears it.

    deposit_of: the redemption whose holder paid this share in, so that it costs no budget line anything.
    """

    part: str
    amount: int
    funding: Funding
    deposit_of: UUID | None = None


def bank(payer_account_id: UUID) -> Place:
    """Where cash stands once its bank line is understood: in the payer account."""
    return Place(PlaceKind.BANK, payer_account_id)


def suspense(statement_line_id: UUID) -> Place:
    """Where cash of a bank line waits until somebody finds out what it is: a place for each such line."""
    return Place(PlaceKind.SUSPENSE, statement_line_id)


def payable(claim_line_id: UUID, part: str) -> Place:
    """What is owed on one leg of a claim line."""
    return Place(PlaceKind.PAYABLE, claim_line_id, part)


def deposit(redemption_id: UUID) -> Place:
    """Where a holder's own money stands until the work of a redemption is paid, or it goes back to him."""
    return Place(PlaceKind.DEPOSIT, redemption_id)


def _debt(claim_line_id: UUID, legs: Sequence[Leg]) -> list[Entry]:
    entries: list[Entry] = []
    for leg in legs:
        cost = Place(PlaceKind.COST, leg.funding.line, VOUCHER_COST)
        target = cost if leg.deposit_of is None else deposit(leg.deposit_of)
        entries += transfer(
            source=payable(claim_line_id, leg.part), target=target, amount=leg.amount, funding=leg.funding
        )
    return entries


def _subsidy(legs: Sequence[Leg]) -> int:
    """What budget lines bear of legs, in fen: what a holder paid in was never quota."""
    return sum(leg.amount for leg in legs if leg.deposit_of is None)


def approve(*, voucher_id: UUID, claim_line_id: UUID, claimed: int, legs: Sequence[Leg], quota: Funding) -> Posting:
    """Row 13: debt arises, cost / payable by leg; what is claimed and not approved, captured → available.

    Without legs the line is rejected and all of it goes back. Row 37 where the holder paid his part in: it is owed to
    the provider as well, deposit / payable. ValueError for legs of more than was claimed.
    """
    entries = _debt(claim_line_id, legs)
    rest = claimed - _subsidy(legs)
    if rest:
        source, target = Place(PlaceKind.CAPTURED, voucher_id), Place(PlaceKind.AVAILABLE, voucher_id)
        entries += transfer(source=source, target=target, amount=rest, funding=quota)
    row = 13 if all(leg.deposit_of is None for leg in legs) else 37
    return Posting(row, "claim_line_approved" if legs else "claim_line_rejected", tuple(entries))


def uphold_objection(
    *, voucher_id: UUID, claim_line_id: UUID, legs: Sequence[Leg], quota: Funding, pool_class: str | None
) -> Posting:
    """Row 16: the debt of all legs ends, payable / cost, and their quota leaves captured.

    It goes to the round's pool of a class or, when the holder is blameless (no class), back to available.
    """
    ended = [Entry(entry.place, -entry.amount, entry.funding) for entry in _debt(claim_line_id, legs)]
    source, target = Place(PlaceKind.CAPTURED, voucher_id), Place(PlaceKind.AVAILABLE, voucher_id)
    if pool_class is not None:
        target = Place(PlaceKind.ROUND_POOL, quota.round, pool_class)
    freed = transfer(source=source, target=target, amount=_subsidy(legs), funding=quota)
    return Posting(16, "objection_upheld", (*ended, *freed))


def cut_pro_rata(
    *, voucher_id: UUID, claim_line_id: UUID, legs: Sequence[Leg], quota: Funding, pool_class: str, to_pool: int
) -> Posting:
    """Row 14: what was approved beyond the budget is owed no longer, payable / cost; its quota was never backed.

    legs: what is cut of each. Of their sum `to_pool` fen are backed after all, as each line is floored by itself, and
    go back to the round's pool of a class. ValueError for more than is cut.
    """
    ended = [Entry(entry.place, -entry.amount, entry.funding) for entry in _debt(claim_line_id, legs)]
    captured = Place(PlaceKind.CAPTURED, voucher_id)
    to = {
        Place(PlaceKind.OVER_ISSUE, quota.round): _subsidy(legs) - to_pool,
        Place(PlaceKind.ROUND_POOL, quota.round, pool_class): to_pool,
    }
    freed = [
        entry
        for target, amount in to.items()
        if amount
        for entry in transfer(source=captured, target=target, amount=amount, funding=quota)
    ]
    return Posting(14, "pro_rata_cut", (*ended, *freed))


def send(*, payout_id: UUID, claim_line_id: UUID, part: str, amount: int, funding: Funding) -> Posting:
    """Row 18: a payout of one leg is sent, payable / in transit."""
    source, target = Place(PlaceKind.IN_TRANSIT, payout_id), payable(claim_line_id, part)
    return move(18, "payout_sent", source=source, target=target, amount=amount, funding=funding)


def _meaning(row: int, event: str, cash: Place) -> tuple[int, str]:
    """What was understood at once is booked as what it is; what waited in suspense clears it, row 42."""
    if cash.kind not in (PlaceKind.BANK, PlaceKind.SUSPENSE):
        raise ValueError(f"{event}: cash does not stand in {cash.kind}")
    return (row, event) if cash.kind is PlaceKind.BANK else (42, "suspense_cleared")


def _came_in(row: int, event: str, *, cash: Place, credit: Place, amount: int, funding: Funding) -> Posting:
    return move(*_meaning(row, event, cash), source=credit, target=cash, amount=amount, funding=funding)


def _went_out(row: int, event: str, *, cash: Place, debit: Place, amount: int, funding: Funding) -> Posting:
    return move(*_meaning(row, event, cash), source=cash, target=debit, amount=amount, funding=funding)


def _either_way(row: int, event: str, *, cash: Place, account: Place, amount: int, funding: Funding) -> Posting:
    if amount > 0:
        return _came_in(row, event, cash=cash, credit=account, amount=amount, funding=funding)
    return _went_out(row, event, cash=cash, debit=account, amount=-amount, funding=funding)


def settle(*, payout_id: UUID, cash: Place, amount: int, funding: Funding) -> Posting:
    """Row 21: the statement shows the debit of a payout, in transit / bank."""
    in_transit = Place(PlaceKind.IN_TRANSIT, payout_id)
    return _went_out(21, "payout_settled", cash=cash, debit=in_transit, amount=amount, funding=funding)


def fund_account(*, cash: Place, amount: int, funding: Funding) -> Posting:
    """Row 22: the treasury funds the payer account for a budget line, bank / treasury drawn."""
    drawn = Place(PlaceKind.TREASURY_DRAWN, funding.line)
    return _came_in(22, "account_funded", cash=cash, credit=drawn, amount=amount, funding=funding)


def take_return(*, claim_line_id: UUID, part: str, cash: Place, amount: int, funding: Funding) -> Posting:
    """Row 23: a payment comes back in the year it was made, bank / payable: the leg is owed again."""
    owed = payable(claim_line_id, part)
    return _came_in(23, "payout_returned", cash=cash, credit=owed, amount=amount, funding=funding)


def take_deposit(*, redemption_id: UUID, cash: Place, amount: int, funding: Funding) -> Posting:
    """Row 36: a holder pays his part of a redemption in, bank / deposit."""
    held = deposit(redemption_id)
    return _came_in(36, "deposit_received", cash=cash, credit=held, amount=amount, funding=funding)


def refund_deposit(*, refund_id: UUID, redemption_id: UUID, amount: int, funding: Funding) -> Posting:
    """Row 38: what nobody needs of a deposit is on its way back to the holder, deposit / in transit."""
    source, target = Place(PlaceKind.IN_TRANSIT, refund_id), deposit(redemption_id)
    return move(38, "deposit_refunded", source=source, target=target, amount=amount, funding=funding)


def settle_refund(*, refund_id: UUID, cash: Place, amount: int, funding: Funding) -> Posting:
    """Row 38: the statement shows the debit of a refund, in transit / bank."""
    in_transit = Place(PlaceKind.IN_TRANSIT, refund_id)
    return _went_out(38, "refund_settled", cash=cash, debit=in_transit, amount=amount, funding=funding)


def suspend(*, statement_line_id: UUID, payer_account_id: UUID, amount: int, funding: Funding) -> Posting:
    """Row 42: a bank line that nobody knows; amount > 0 came in, bank / suspense; amount < 0 went out, the reverse."""
    place = suspense(statement_line_id)
    return _either_way(42, "suspended", cash=bank(payer_account_id), account=place, amount=amount, funding=funding)


def set_apart(*, payer_account_id: UUID, cash: Place, amount: int, funding: Funding) -> Posting:
    """Row 43: a bank line that is not ours; amount > 0 came in, bank / not ours; amount < 0 went out, the reverse."""
    place = Place(PlaceKind.NOT_OURS, payer_account_id)
    return _either_way(43, "not_ours", cash=cash, account=place, amount=amount, funding=funding)


def charge(*, payer_account_id: UUID, cash: Place, amount: int, funding: Funding) -> Posting:
    """Row 43: the bank's charge, charges / bank."""
    charges = Place(PlaceKind.CHARGES, payer_account_id)
    return _went_out(43, "charged", cash=cash, debit=charges, amount=amount, funding=funding)
