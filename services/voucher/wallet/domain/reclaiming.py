"""Decides by what right the value of an ended voucher goes back to its pool, and as of when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from services.standards.calendar import day_of_due
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.posting import Posting, ReclaimEvent
from services.voucher.scheme.domain.deadlines import CANCELLED, LEFTOVER, USE_BY, YEAR_END
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.voucher import Voucher

ACTOR = "timer:wallet.expire"
"""Who takes it back, whoever comes first to carry it out."""


@dataclass(frozen=True, slots=True)
class Right:
    """By what right value goes back: the event that is booked, the rule, and what the holder is told of."""

    event: ReclaimEvent
    rule: str
    told: str


RIGHTS: Mapping[str, Right] = MappingProxyType(
    {
        USE_BY: Right("expired", "validity.use_by", "voucher.expired"),
        YEAR_END: Right("year_end_voided", "validity.year_end_void", "voucher.year_end_voided"),
        CANCELLED: Right("cancelled", "voucher.cancelled", "voucher.reclaimed"),
        LEFTOVER: Right("leftover_reclaimed", "leftover", "voucher.leftover_reclaimed"),
    }
)
"""By what has ended a voucher (`Voucher.ends_by`). That it was cancelled its holder was told when it was."""


@dataclass(frozen=True, slots=True)
class Reclaim:
    """What is available on one ended voucher going back.

    due: the instant (UTC) as of which it counts, and value_on the local date; clause: where the rule stands, None for
    what is no rule of a scheme. restores: whether its holder has the allowance of the year of issue again.
    """

    before: Voucher
    after: Voucher
    due: datetime
    value_on: date
    right: Right
    clause: str | None
    posting: Posting
    restores: bool = False


def may_restore(scheme: Scheme) -> bool:
    """Whether what expires of a voucher gives its holder the year's allowance back."""
    return scheme.validity.restores_allowance.value


def reclaim(voucher: Voucher, scheme: Scheme) -> Reclaim:
    """Take back all that is available on a voucher that has ended, as of when it ended or came free later.

    Rows 10 and 45 of docs/ledger.md. ValueError when nothing is available.
    """
    right, due = RIGHTS[voucher.ends_by], voucher.due_back
    posting = postings.reclaim(
        voucher_id=voucher.id,
        pool_class=voucher.pool_class,
        amount=voucher.available,
        funding=voucher.funding,
        event=right.event,
    )
    day = day_of_due(due, scheme.zone)
    restores = voucher.ends_by == USE_BY and may_restore(scheme)
    after, clause = voucher.after(posting, at=due), _clause(voucher, scheme)
    return Reclaim(voucher, after, due, day, right, clause, posting, restores)


def _clause(voucher: Voucher, scheme: Scheme) -> str | None:
    clauses = {
        USE_BY: scheme.terms(backfilled=voucher.backfilled).use_by.source,
        YEAR_END: scheme.validity.year_end_void.source,
        LEFTOVER: scheme.leftover.source,
    }
    return clauses.get(voucher.ends_by)
