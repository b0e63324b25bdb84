"""Decides how the ledger's things, its moments and the places in its lists are named outside."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.chassis import pages
from services.chassis.ids import Prefixed
from services.chassis.models import Day, Instant
from services.chassis.refusals import Refusal
from services.voucher.ledger.store.accounts import AsOf

BudgetLineId = Annotated[UUID, Prefixed("bln")]
BudgetChangeId = Annotated[UUID, Prefixed("bch")]
JournalId = Annotated[UUID, Prefixed("jnl")]
RoundId = Annotated[UUID, Prefixed("rnd")]

SEQUENCE_MAX = 2**63 - 1
NUMBER_DIGITS = len(str(SEQUENCE_MAX))

Moment = Annotated[
    Instant | Day | None,
    Query(description="An instant: what was booked by then. A local date: what counts up to its end."),
]


def as_of_moment(asked: datetime | date | None) -> AsOf:
    """Up to when the books are read."""
    return AsOf(instant=asked) if isinstance(asked, datetime) else AsOf(day=asked)


def number_place(after: str | None) -> int | None:
    """The number that a cursor names, None on the first page. Refusal `page.cursor`."""
    if after is None:
        return None
    (number,) = pages.decode(after, 1)
    if not (number.isascii() and number.isdigit() and len(number) < NUMBER_DIGITS):
        raise Refusal("page.cursor", pointer="/after")
    return int(number)


def line_place(after: str | None) -> tuple[int, UUID] | None:
    """The place in a list of budget lines that a cursor names: fiscal year and id. Refusal `page.cursor`."""
    if after is None:
        return None
    year, line_id = pages.decode(after, 2)
    try:
        return int(year), UUID(line_id)
    except ValueError as error:
        raise Refusal("page.cursor", pointer="/after") from error
