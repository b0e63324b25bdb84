"""Remembers what moves between a round's over-issue and its pool: the books, and why."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions
from services.chassis.decisions import Decision
from services.chassis.ids import new_id
from services.standards.money import format_amount
from services.voucher.ledger.domain.journal import Journal
from services.voucher.ledger.domain.posting import Posting
from services.voucher.ledger.store import journals
from services.voucher.wallet.domain.round import Round


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """Who (a person or a timer) books it at which instant (UTC), for which local day, upon which request."""

    by: str
    at: datetime
    value_on: date
    request_id: str | None
    clause: str


async def book(connection: AsyncConnection, of: Round, posting: Posting, booking: Booking) -> None:
    """Book row 3 for a round as it stands afterwards, or back."""
    journal = Journal(
        id=new_id(),
        posting=posting,
        booked_at=booking.at,
        value_on=booking.value_on,
        actor=booking.by,
        request_id=booking.request_id,
        subject_kind="round",
        subject_id=of.id,
    )
    await journals.append(connection, [journal])
    decision = Decision(
        subject_kind="round",
        subject_id=of.id,
        kind="over_issue",
        outcome=posting.event,
        actor=booking.by,
        at=booking.at,
        rule="backing",
        clause=booking.clause,
        numbers={"over_issued": format_amount(of.over_issued, of.currency)},
        scheme_version=of.scheme_version_id,
        request_id=booking.request_id,
    )
    await decisions.record(connection, [decision])
