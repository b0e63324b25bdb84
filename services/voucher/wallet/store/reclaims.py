"""Remembers what went back from ended vouchers to their pools: the books, the reasons and the event of each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import new_id, show
from services.standards.money import format_amount
from services.voucher.ledger.domain.journal import Journal
from services.voucher.ledger.store import journals
from services.voucher.wallet.domain.reclaiming import ACTOR, Reclaim


async def write(connection: AsyncConnection, taken: Sequence[Reclaim], *, at: datetime) -> None:
    """Book what went back at an instant (UTC), each as of when it was due; pools and vouchers are written elsewhere."""
    await journals.append(connection, [_journal(one, at) for one in taken])
    await decisions.record(connection, [_decision(one) for one in taken])
    await events.append(connection, [_event(one) for one in taken])


def _journal(one: Reclaim, at: datetime) -> Journal:
    return Journal(
        id=new_id(),
        posting=one.posting,
        booked_at=at,
        value_on=one.value_on,
        actor=ACTOR,
        request_id=ACTOR,
        subject_kind="voucher",
        subject_id=one.before.id,
    )


def _decision(one: Reclaim) -> Decision:
    return Decision(
        subject_kind="voucher",
        subject_id=one.before.id,
        kind="expire",
        outcome=one.after.state.value,
        actor=ACTOR,
        at=one.due,
        rule=one.right.rule,
        clause=one.clause,
        numbers={
            "ended_by": one.before.ends_by,
            "ended_at": one.before.ends_at.isoformat(),
            "use_by": one.before.use_by.isoformat(),
            "reclaimed": format_amount(one.before.available, one.before.currency),
        },
        scheme_version=one.before.scheme_version_id,
    )


def _event(one: Reclaim) -> Event:
    voucher = one.before
    told = {
        "round_id": show("rnd", voucher.round_id),
        "use_by": voucher.use_by.isoformat(),
        "ended_by": voucher.ends_by,
        "reclaimed": {"amount": format_amount(voucher.available, voucher.currency), "currency": voucher.currency},
    }
    return Event(one.right.told, "voucher", show("vch", voucher.id), (voucher.holder_id,), told, one.due)
