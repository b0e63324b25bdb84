"""Reads from the entries alone what moved in the rounds of budget lines, and what of the lines has lapsed."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.sums import Total
from services.voucher.ledger.domain.chart import Book, PlaceKind
from services.voucher.ledger.domain.unspent import RoundUnspent
from services.voucher.ledger.store.tables import Entries, Journals

_SUM = func.sum(Entries.c.amount).cast(Total())


async def rounds_of(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, tuple[RoundUnspent, ...]]:
    """Each line's rounds, by id, with all that moved in them."""
    columns = Entries.c
    statement = (
        select(columns.budget_line_id, columns.round_id)
        .where(columns.budget_line_id.in_(line_ids), columns.place == PlaceKind.ROUND_POOL)
        .distinct()
        .order_by(columns.budget_line_id, columns.round_id)
    )
    given = [(row.budget_line_id, row.round_id) for row in await connection.execute(statement)]
    moved = await _moved(connection, {round_id for _, round_id in given})
    found: dict[UUID, tuple[RoundUnspent, ...]] = dict.fromkeys(line_ids, ())
    for line_id, round_id in given:
        found[line_id] += (RoundUnspent(round_id, moved[round_id]),)
    return found


async def _moved(
    connection: AsyncConnection, round_ids: Collection[UUID]
) -> dict[UUID, dict[tuple[str, PlaceKind], int]]:
    key = (Entries.c.round_id, Journals.c.event, Entries.c.place)
    statement = (
        select(*key, _SUM)
        .join(Journals, Journals.c.id == Entries.c.journal_id)
        .where(Entries.c.round_id.in_(round_ids), Entries.c.book == Book.QUOTA)
        .group_by(*key)
    )
    found: dict[UUID, dict[tuple[str, PlaceKind], int]] = {round_id: {} for round_id in round_ids}
    for round_id, event, place, fen in await connection.execute(statement):
        found[round_id][event, PlaceKind(place)] = fen
    return found


async def lapsed(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, int]:
    """What of each line's appropriation lapsed, in fen; lines of which nothing did are left out."""
    statement = (
        select(Entries.c.owner, _SUM)
        .join(Journals, Journals.c.id == Entries.c.journal_id)
        .where(Entries.c.owner.in_(line_ids), Entries.c.place == PlaceKind.APPROPRIATION)
        .where(Journals.c.event == "budget_lapsed")
        .group_by(Entries.c.owner)
    )
    return {row[0]: row[1] for row in await connection.execute(statement)}
