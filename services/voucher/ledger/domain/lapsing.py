"""Decides what of a budget line lapses when its year is over: what no round spent comes back to it, and goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.standards.calendar import end_of_day
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.ledger.domain.journal import HOUSE_ZONE
from services.voucher.ledger.domain.posting import Posting

PoolKey = tuple[UUID, str]
"""A round and the class of its pool."""


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A line once its year is over, with what is booked; in fen, returned came from pools, lapsed is gone."""

    line: BudgetLine
    postings: tuple[Posting, ...]
    returned: int
    lapsed: int


def year_ends(fiscal_year: int) -> datetime:
    """The instant (UTC) at which a fiscal year is over."""
    return end_of_day(date(fiscal_year, 12, 31), HOUSE_ZONE)


def lapse(line: BudgetLine, pools: Mapping[PoolKey, int]) -> Lapsed:
    """Take back what stands in the pools of the line's rounds (fen), and void what is free, as far as it may fall.

    The appropriation never falls below what payer accounts were funded with; what that keeps stays free. No posting
    when nothing is left. Row 45 of docs/ledger.md.
    """
    after, made = line, []
    for (round_id, pool_class), amount in sorted(pools.items()):
        if amount:
            made.append(postings.void_pool(pool_class=pool_class, amount=amount, funding=line.funding(round_id)))
            after = after.after(made[-1])
    lapsed = min(after.free, after.appropriation - after.funded)
    if lapsed:
        made.append(postings.lapse(amount=lapsed, funding=line.funding()))
        after = after.after(made[-1])
    return Lapsed(after, tuple(made), sum(pools.values()), lapsed)
