"""Remembers how far the registry was told of ratings, and finds those that come next."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import events
from services.chassis.ids import parse
from services.voucher.redemption.domain.rated import Rated
from services.voucher.redemption.store.tables import RatingFeed, Redemptions

FEED = RatingFeed.__table__
REDEMPTIONS = Redemptions.__table__
ACCEPTED = "redemption.accepted"


@dataclass(frozen=True, slots=True)
class Page:
    """Ratings that were not told yet, where they were read from and where to read on; complete: none is behind them."""

    rated: tuple[Rated, ...]
    after: str | None
    cursor: str
    complete: bool


async def next_page(connection: AsyncConnection, *, limit: int) -> Page:
    """What comes after the cursor, of at most so many acceptances; one without a word of the holder's is left out.

    Behind the last of them the cursor goes on to the end of all events, so that the next reading begins there.
    """
    after: str | None = (await connection.execute(select(FEED.c.cursor))).scalar_one()
    found = await events.read(connection, after=after, limit=limit, types=[ACCEPTED])
    complete = len(found) < limit
    cursor = await events.end(connection) if complete else found[-1].cursor
    at = {parse("red", entry.event.subject_id): entry.event.at for entry in reversed(found)}
    columns = REDEMPTIONS.c
    statement = select(columns.id, columns.provider_id, columns.category, columns.offering_id, columns.rating)
    rows = await connection.execute(
        statement.where(columns.id.in_(at), columns.rating.is_not(None)).order_by(columns.id)
    )
    rated = [Rated(row.id, row.provider_id, row.category, row.offering_id, row.rating, at[row.id]) for row in rows]
    return Page(tuple(rated), after, cursor, complete)


async def keep(connection: AsyncConnection, page: Page) -> None:
    """Note that a page was told; where another teller was faster the cursor stays as he left it."""
    same = FEED.c.cursor.is_not_distinct_from(page.after)
    await connection.execute(update(FEED).where(same).values(cursor=page.cursor))
