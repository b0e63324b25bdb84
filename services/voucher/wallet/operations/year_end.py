"""Voids what of a budget line nobody spent in its year: its rounds' pools come back to it, and what is free lapses.

It follows every voucher: what is still held or captured goes on, and what comes free of it later lapses then.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import new_id, show
from services.standards.calendar import day_of_due, local_date
from services.standards.money import format_amount
from services.voucher.ledger.domain.journal import HOUSE_ZONE, Journal
from services.voucher.ledger.domain.lapsing import Lapsed, lapse, year_ends
from services.voucher.ledger.store import journals, lines
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import over_issue
from services.voucher.wallet.domain.round import POOL_CLASS, Round
from services.voucher.wallet.store import over_issues, rounds, year_end
from services.voucher.wallet.store.over_issues import Booking
from services.voucher.wallet.store.rounds import Pool

ACTOR = "timer:wallet.year_end"
NEVER = 9999
Pools = dict[tuple[UUID, str], Pool]
"""Locked pools, by round and class."""


class YearEndTimer:
    """The end of each fiscal year, line by line, once all its rounds are finished and their schemes void the year."""

    name = "wallet.year_end"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next line's year is over."""
        found = await year_end.first_over(connection, year=NEVER)
        return None if found is None else year_ends(found.fiscal_year)

    async def run(self, database: Database, upto: datetime) -> int:
        """One line whose year was over at an instant. The line is locked before the pools of its rounds.

        Who was waited for may have left nothing of it: it is asked again under the locks.
        """
        year = local_date(upto, HOUSE_ZONE).year - 1
        async with database.begin() as connection:
            found = await year_end.first_over(connection, year=year)
            if found is None:
                return 0
            line = await lines.lock(connection, found.line_id)
            funded = await year_end.rounds_of(connection, line.id)
            locked = [await rounds.lock(connection, one.round_id) for one in funded]
            pools = await rounds.lock_pools(connection, [(one.round_id, POOL_CLASS) for one in funded])
            if await year_end.first_over(connection, year=year, line_id=line.id) is None:
                return 0
            now = await clock.business_now(connection)
            changed = [await year_end.last_decided(connection, line.id), *(pool.came_at for pool in pools.values())]
            at = max(year_ends(found.fiscal_year), *(one for one in changed if one is not None))
            pools = await _void_over_issue(connection, locked, pools, booked_at=now, at=at)
            lapsed = lapse(line, {key: pool.balance for key, pool in pools.items()})
            for pool in pools.values():
                await rounds.save_pool(connection, replace(pool, balance=0))
            await lines.save(connection, lapsed.line)
            await journals.append(connection, _journals(lapsed, booked_at=now, at=at))
            await _tell(connection, lapsed, funded[0].scheme_version_id, at=at)
        return len(lapsed.postings)


async def _void_over_issue(
    connection: AsyncConnection, locked: list[Round], pools: Pools, *, booked_at: datetime, at: datetime
) -> Pools:
    """What was never backed goes first, and nobody gets it; the pools without it."""
    after = dict(pools)
    for of in locked:
        key = (of.id, POOL_CLASS)
        beyond = over_issue.voided(of, pools[key].balance)
        if beyond.posting is None:
            continue
        scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
        booking = Booking(
            by=ACTOR,
            at=booked_at,
            value_on=day_of_due(at, HOUSE_ZONE),
            request_id=ACTOR,
            clause=scheme.backing.source,
        )
        await over_issues.book(connection, beyond.round, beyond.posting, booking)
        await rounds.save(connection, beyond.round)
        after[key] = pools[key].after([beyond.posting], at=at)
    return after


def _journals(lapsed: Lapsed, *, booked_at: datetime, at: datetime) -> list[Journal]:
    return [
        Journal(
            id=new_id(),
            posting=posting,
            booked_at=booked_at,
            value_on=day_of_due(at, HOUSE_ZONE),
            actor=ACTOR,
            request_id=ACTOR,
            subject_kind="budget_line",
            subject_id=lapsed.line.id,
        )
        for posting in lapsed.postings
    ]


async def _tell(connection: AsyncConnection, lapsed: Lapsed, version_id: UUID, *, at: datetime) -> None:
    """Why and to whom: the rule is that of the line's rounds, finance and audit read the event."""
    named = lapsed.line.classification
    amounts = {"returned": lapsed.returned, "lapsed": lapsed.lapsed, "appropriation": lapsed.line.appropriation}
    figures = {name: format_amount(fen, named.currency) for name, fen in amounts.items()}
    rule = (await versions.rules(connection, [version_id]))[version_id].validity.year_end_void
    decision = Decision(
        subject_kind="budget_line",
        subject_id=lapsed.line.id,
        kind="lapse",
        outcome="lapsed",
        actor=ACTOR,
        at=at,
        rule="validity.year_end_void",
        clause=rule.source,
        numbers={"fiscal_year": named.fiscal_year, **figures},
        scheme_version=version_id,
    )
    await decisions.record(connection, [decision])
    told = {"fiscal_year": named.fiscal_year, "currency": named.currency, **figures}
    await events.append(
        connection, [Event("budget_line.lapsed", "budget_line", show("bln", lapsed.line.id), (), told, at)]
    )
