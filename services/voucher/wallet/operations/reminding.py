"""Tells holders that their vouchers end soon: at the scheme's reminders, while there is something they would lose."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import events
from services.chassis.database import Database
from services.chassis.events import Event
from services.chassis.ids import show
from services.standards.money import format_amount
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import reminders
from services.voucher.wallet.domain.voucher import Voucher
from services.voucher.wallet.store import vouchers
from services.voucher.wallet.store.vouchers import Reminded

BATCH = 1_000


class ReminderTimer:
    """The reminders of every voucher, each told once."""

    name = "wallet.remind"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next holder is told."""
        return await vouchers.next_reminder(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """One batch of the reminders due at an instant, each as of its own; who would lose nothing is not told.

        Vouchers that somebody else holds are left for the next time.
        """
        async with database.begin() as connection:
            due = await vouchers.lock_to_remind(connection, upto, limit=BATCH)
            schemes = await versions.rules(connection, {one.voucher.scheme_version_id for one in due})
            after = [_next(one, schemes[one.voucher.scheme_version_id]) for one in due]
            await vouchers.save_reminders(connection, after)
            told = [one for one in due if reminders.would_lose(one.voucher, at=one.at)]
            await events.append(connection, [_event(one, schemes[one.voucher.scheme_version_id]) for one in told])
        return len(due)


def _next(one: Reminded, scheme: Scheme) -> Voucher:
    ahead = reminders.next_reminder(scheme, ends_at=one.voucher.ends_at, after=one.at)
    return replace(one.voucher, remind_at=ahead)


def _event(one: Reminded, scheme: Scheme) -> Event:
    voucher = one.voucher
    amounts = {"available": voucher.available, "held": voucher.held}
    told = {
        "round_id": show("rnd", voucher.round_id),
        "ends_on": reminders.last_day(scheme, voucher.ends_at).isoformat(),
        "ends_by": voucher.ends_by,
        "days": reminders.days_left(scheme, ends_at=voucher.ends_at, at=one.at),
        **{
            name: {"amount": format_amount(fen, voucher.currency), "currency": voucher.currency}
            for name, fen in amounts.items()
        },
    }
    return Event("voucher.expires_soon", "voucher", show("vch", voucher.id), (voucher.holder_id,), told, one.at)
