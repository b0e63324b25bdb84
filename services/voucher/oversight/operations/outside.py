"""Takes lists of what other cities and programmes supported, tells them, and withdraws one that was a slip."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, documents, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.voucher.oversight.domain.outside import STANDING, OutsideList, of_file
from services.voucher.oversight.store import outside
from services.voucher.oversight.store.outside import Kept


async def take(
    database: Database, keyed: Keyed, *, permit: Permit, programme: str, file: UUID, currency: str
) -> Answer:
    """Keep a list whole, or nothing of it, with every fault of every row; committed when this returns.

    NotFound ``document.unknown``; refusals of `of_file`, ``outside.there``, ``auth.forbidden`` to who has no bureau.
    """
    if permit.caller.bureau is None:
        raise Refusal("auth.forbidden")
    async with database.read() as connection:
        found = await documents.read(connection, file)
        if found.sent_by != permit.caller.subject:
            raise NotFound("document.unknown", pointer="/file")
        content = await documents.content(connection, file)
    supports = await asyncio.to_thread(of_file, content, found.media_type, currency=currency)  # before a lock is held
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        taken = OutsideList(
            id=new_id(),
            programme=programme,
            bureau=permit.caller.bureau,
            document_id=file,
            rows=len(supports),
            state=STANDING,
            taken_by=permit.caller.person,
            taken_at=await clock.business_now(connection),
        )
        await outside.add(connection, taken, supports, currency=currency)
        await _decide(connection, keyed, taken, "taken")
        return await idempotency.record(connection, keyed, taken, taken.id)


async def withdraw(database: Database, keyed: Keyed, *, permit: Permit, list_id: UUID, reason: str) -> Answer:
    """Let a list count for nothing any more; its rows stay readable.

    NotFound ``outside.unknown``, also for another bureau's; Refusal ``outside.withdrawn``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        standing = await outside.lock(connection, list_id)
        permit.require("outside.unknown", bureau=standing.bureau)
        now = await clock.business_now(connection)
        withdrawn = standing.withdrawn(by=permit.caller.person, at=now, reason=reason)
        await outside.withdraw(connection, withdrawn)
        await _decide(connection, keyed, withdrawn, "withdrawn")
        return await idempotency.record(connection, keyed, withdrawn, list_id)


async def list_all(database: Database, *, before: UUID | None, limit: int) -> Sequence[OutsideList]:
    """Up to `limit` lists, newest first, of every bureau: what is supported twice is mostly supported by two."""
    async with database.read() as connection:
        return await outside.find(connection, before=before, limit=limit)


async def rows(database: Database, *, list_id: UUID, after: int, limit: int) -> Sequence[Kept]:
    """Up to `limit` rows of a list behind a number; NotFound ``outside.unknown``."""
    async with database.read() as connection:
        await outside.read(connection, list_id)
        return await outside.rows_of(connection, list_id, after=after, limit=limit)


async def _decide(connection: AsyncConnection, keyed: Keyed, one: OutsideList, outcome: str) -> None:
    decision = Decision(
        subject_kind="outside_list",
        subject_id=one.id,
        kind="outside_list",
        outcome=outcome,
        actor=one.withdrawn_by or one.taken_by,
        at=one.withdrawn_at or one.taken_at,
        rule="outside.lists",
        clause=one.programme,
        numbers={"rows": one.rows, "reason": one.reason},
        request_id=keyed.attempt.request_id,
    )
    await decisions.record(connection, [decision])
