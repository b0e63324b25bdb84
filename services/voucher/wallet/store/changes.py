"""Remembers what was done to vouchers besides redeeming them: the row, the books, the reasons and the event of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, decisions, events
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import new_id, show
from services.standards.money import format_amount
from services.voucher.ledger.domain.journal import Journal
from services.voucher.ledger.store import counters, journals
from services.voucher.wallet.domain.lives import Life, LifeKind, Moved
from services.voucher.wallet.store import reclaims, rounds, vouchers
from services.voucher.wallet.store.life_tables import VoucherChanges

CHANGES = VoucherChanges.__table__


@dataclass(frozen=True, slots=True)
class Kept:
    """A change as kept: amount in fen; ends_before and ends_after are instants (UTC); dates: local, from and to."""

    id: UUID
    kind: LifeKind
    from_state: str
    to_state: str
    reason: str
    document: str | None
    made_by: str
    at: datetime
    amount: int
    ends_before: datetime
    ends_after: datetime
    dates: Mapping[str, tuple[str, str]] | None
    change_request_id: UUID | None


_KEPT = tuple(CHANGES.c[name] for name in Kept.__dataclass_fields__)


async def write(connection: AsyncConnection, lives: Sequence[Life]) -> None:
    """Everything that was done to locked vouchers. ValueError when more than one moves value."""
    moving = [life for life in lives if life.postings]
    if len(moving) > 1:
        raise ValueError(f"{len(moving)} changes move value at once")
    await vouchers.save_lives(connection, [life.after for life in lives])
    for life in moving:
        pool = await rounds.lock_pool(connection, life.before.round_id, life.before.pool_class)
        if life.swept is not None:
            pool = pool.after([life.swept.posting], at=life.swept.due)
            await reclaims.write(connection, [life.swept], at=life.said.at)
        if life.moved is not None:
            pool = pool.after([life.moved.posting], at=life.said.at)
        await counters.save(connection, life.counters.values())
        await rounds.save_pool(connection, pool)
    booked = {life.before.id: _journal(life, life.moved) for life in moving if life.moved is not None}
    await journals.append(connection, list(booked.values()))
    await bulk.insert_all(connection, CHANGES, [_row(life, booked.get(life.before.id)) for life in lives])
    await decisions.record(connection, [_decision(life) for life in lives])
    await events.append(connection, [_event(life) for life in lives])


async def of_voucher(connection: AsyncConnection, voucher_id: UUID) -> list[Kept]:
    """What was done to one voucher, oldest first."""
    statement = select(*_KEPT).where(CHANGES.c.voucher_id == voucher_id).order_by(CHANGES.c.at, CHANGES.c.id)
    rows = (await connection.execute(statement)).mappings()
    return [Kept(**{**row, "kind": LifeKind(row["kind"])}) for row in rows]


def _journal(life: Life, moved: Moved) -> Journal:
    return Journal(
        id=new_id(),
        posting=moved.posting,
        booked_at=life.said.at,
        value_on=moved.value_on,
        actor=life.said.by,
        request_id=life.said.request_id,
        subject_kind="voucher",
        subject_id=life.before.id,
    )


def _row(life: Life, booked: Journal | None) -> dict[str, Any]:
    said = life.said
    return {
        "id": new_id(),
        "voucher_id": life.before.id,
        "kind": life.kind.value,
        "from_state": life.before.state_at(said.at).value,
        "to_state": life.after.state.value,
        "reason": said.reason,
        "document": said.document,
        "made_by": said.by,
        "at": said.at,
        "request_id": said.request_id,
        "amount": life.amount,
        "ends_before": life.before.ends_at,
        "ends_after": life.after.ends_at,
        "dates": _dates(life) or None,
        "journal_id": None if booked is None else booked.id,
        "change_request_id": said.change_request_id,
    }


def _dates(life: Life) -> dict[str, list[str]]:
    return {name: [before.isoformat(), after.isoformat()] for name, (before, after) in life.dates.items()}


def _decision(life: Life) -> Decision:
    said, voucher = life.said, life.before
    numbers = {
        "from": voucher.state_at(said.at).value,
        "reason": said.reason,
        "document": said.document,
        "amount": format_amount(life.amount, voucher.currency),
        "ends_before": voucher.ends_at.isoformat(),
        "ends_after": life.after.ends_at.isoformat(),
        **_dates(life),
    }
    return Decision(
        subject_kind="voucher",
        subject_id=voucher.id,
        kind=life.kind.value,
        outcome=life.after.state.value,
        actor=said.by,
        at=said.at,
        rule=life.rule,
        clause=life.clause,
        numbers=numbers,
        scheme_version=voucher.scheme_version_id,
        request_id=said.request_id,
    )


def _event(life: Life) -> Event:
    voucher = life.after
    amount = {"amount": format_amount(life.amount, voucher.currency), "currency": voucher.currency}
    told = {
        "round_id": show("rnd", voucher.round_id),
        "state": voucher.state.value,
        "reason": life.said.reason,
        "amount": None if life.moved is None else amount,
        "ends_at": voucher.ends_at.isoformat(),
    }
    return Event(f"voucher.{life.kind}", "voucher", show("vch", voucher.id), (voucher.holder_id,), told, life.said.at)
