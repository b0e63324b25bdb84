"""Puts one round into an empty database: closed after many have applied, or open to them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from bench import world
from bench.machine import Urls
from bench.world import CALENDAR, YUAN, id_of, sql_id
from services.chassis import clock
from services.chassis.ids import new_id
from services.voucher.directory.store import feed
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.scheme.store import versions
from services.voucher.scheme.store.versions import SchemeVersion
from services.voucher.wallet.domain.application import Application
from services.voucher.wallet.domain.queue import GENERAL
from services.voucher.wallet.domain.round import Round
from services.voucher.wallet.domain.states import ApplicationState, RoundState
from services.voucher.wallet.store import applications

FACE = 20_000 * YUAN
"""What everybody asks for, and what there is for everybody."""


@dataclass(frozen=True)
class Put:
    """A round: its id, its bureau, and when its window closes (UTC)."""

    id: UUID
    bureau: str
    closes_at: datetime


async def closed(urls: Urls, firms: int) -> Put:
    """One in which so many firms have applied, and nobody is ranked."""
    async with world.filling(urls) as connection:
        version = await _firms(connection, firms)
        made = await _round(connection, version, firms)
        await applications.add(connection, _application(version))
        another = {name: sql_id("holder", "n") for name in ("holder_id", "quota_root_id")}
        numbers = f"generate_series(1, {firms - 1})"
        applied = {"id": sql_id("application", "n"), "number": "n + 1", **another}
        await world.multiply(connection, applications.APPLICATIONS, "true", applied, numbers)
    return Put(made.id, made.bureau, made.closes_at)


async def opened(urls: Urls, firms: int, *, window: timedelta) -> Put:
    """One that takes applications of so many firms from now on, for so long."""
    async with world.filling(urls) as connection:
        version = await _firms(connection, firms)
        now = await clock.business_now(connection)
        made = await _round(connection, version, firms, (now, now + window))
    return Put(made.id, made.bureau, made.closes_at)


async def _firms(connection: AsyncConnection, firms: int) -> SchemeVersion:
    version = world.a_version()
    await versions.add(connection, version)
    await feed.keep(connection, [CALENDAR, world.an_organization(id_of("holder", 0))], cursor=None, complete=True)
    name = f"'org_' || replace({sql_id('holder', 'n')}::text, '-', '')"
    others = {"key": name, "document": f"first.document || jsonb_build_object('id', {name})"}
    numbers = f"generate_series(1, {firms - 1})"
    await world.multiply(connection, feed.FACTS, "kind = 'organization'", others, numbers)
    return version


async def _round(
    connection: AsyncConnection, version: SchemeVersion, firms: int, window: tuple[datetime, datetime] | None = None
) -> Round:
    line = BudgetLine(new_id(), world.a_classification(), appropriation=firms * FACE)
    made = replace(world.a_round(version, line), state=RoundState.PUBLISHED)
    if window is not None:
        made = replace(made, opens_at=window[0], closes_at=window[1])
    await world.fund(connection, made, line, given=firms * FACE, left=firms * FACE)
    return made


def _application(version: SchemeVersion) -> Application:
    """As one that was given its voucher was before it was ranked."""
    return replace(
        world.an_application(FACE),
        state=ApplicationState.SUBMITTED,
        rank=None,
        decided_at=None,
        queue_class=GENERAL,
        queue_order=version.rules.allocation.priority.value.order(None),
    )
