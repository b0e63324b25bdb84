"""Remembers the notices on rounds: what was proposed, what was published, and which one pauses a round now."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import violated
from services.chassis.refusals import NotFound, Reason, Refusal
from services.voucher.wallet.domain.notice import Notice, NoticeKind, NoticeState
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import RoundState
from services.voucher.wallet.store.round_tables import RoundNotices

NOTICES = RoundNotices.__table__


async def add(connection: AsyncConnection, notice: Notice) -> None:
    """Write a proposed notice. Refusal ``notice.open``: another one on the round is not decided yet."""
    try:
        await connection.execute(insert(NOTICES).values(asdict(notice)))
    except IntegrityError as error:
        if violated(error, "uq_round_notices_proposed"):
            raise Refusal("notice.open", rule="notice.one_at_a_time") from error
        raise


async def read(connection: AsyncConnection, round_id: UUID, notice_id: UUID) -> Notice:
    """One notice on a round; NotFound ``notice.unknown``."""
    return await _one(connection, _wanted(round_id, notice_id))


async def lock(connection: AsyncConnection, round_id: UUID, notice_id: UUID) -> Notice:
    """One notice on a round, locked after it; NotFound ``notice.unknown``."""
    return await _one(connection, _wanted(round_id, notice_id).with_for_update(key_share=True))


def _wanted(round_id: UUID, notice_id: UUID) -> Select[Any]:
    return select(NOTICES).where(NOTICES.c.id == notice_id, NOTICES.c.round_id == round_id)


async def _one(connection: AsyncConnection, statement: Select[Any]) -> Notice:
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound("notice.unknown")
    return _notice(row)


async def decide(connection: AsyncConnection, notice: Notice) -> None:
    """Write the decision on a locked notice."""
    values = {name: getattr(notice, name) for name in ("state", "decided_by", "decided_at")}
    await connection.execute(update(NOTICES).where(NOTICES.c.id == notice.id).values(values))


async def of_round(connection: AsyncConnection, round_id: UUID, *, published: bool) -> list[Notice]:
    """The notices on a round, oldest first: all, or those that were published."""
    statement = select(NOTICES).where(NOTICES.c.round_id == round_id).order_by(NOTICES.c.id)
    if published:
        statement = statement.where(NOTICES.c.state == NoticeState.PUBLISHED)
    return [_notice(row) for row in (await connection.execute(statement)).mappings()]


async def window_reasons(connection: AsyncConnection, of: Round, at: datetime, *, drafting: bool) -> list[Reason]:
    """What speaks against an application at an instant: `Round.window_reasons`, or the notice that pauses the round."""
    if of.state_at(at) is not RoundState.PAUSED:
        return of.window_reasons(at, drafting=drafting)
    pauses = (one for one in await of_round(connection, of.id, published=True) if one.kind is NoticeKind.PAUSE)
    return [max(pauses, key=lambda one: one.decided_at or one.proposed_at).reason()]


def _notice(row: Mapping[Any, Any]) -> Notice:
    return Notice(**{**row, "kind": NoticeKind(row["kind"]), "state": NoticeState(row["state"])})
