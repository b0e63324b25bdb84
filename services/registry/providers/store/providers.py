"""Remembers providers and the categories they are admitted for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, Select, bindparam, exists, func, insert, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.registry.catalogue.domain.period import Period
from services.registry.parties.store.organizations import ORGANIZATIONS
from services.registry.parties.store.roles import CARRIES, GROUND_ENDS
from services.registry.providers.domain.ground import Ground, GroundKind
from services.registry.providers.domain.provider import Admission, Provider, ProviderState
from services.registry.providers.store.tables import Admissions, Providers
from services.registry.sight import Sight, region_in_sight
from services.registry.spaces.store.tables import Recognitions

PROVIDERS = Providers.__table__
RECOGNITIONS = Recognitions.__table__
ADMISSIONS = Admissions.__table__
_GROUND_ENDS = literal_column(f"least(admissions.ended_on, {GROUND_ENDS})", Date()).label("ground_ends")
_LOST_A_CARRIER = select(PROVIDERS).where(
    PROVIDERS.c.state == ProviderState.ADMITTED.value,
    PROVIDERS.c.id.in_(
        select(ADMISSIONS.c.provider_id).where(
            ADMISSIONS.c.ground == GroundKind.CARRIER.value,
            ~exists().where(
                RECOGNITIONS.c.space_id == ADMISSIONS.c.ground_id,
                RECOGNITIONS.c.ended_on.is_(None),
                literal_column(CARRIES, Boolean()),
            ),
        )
    ),
)


@dataclass(frozen=True)
class ProviderFilter:
    """Which providers a list shows: each bound that is given narrows it."""

    organization: UUID | None = None
    state: str | None = None
    category: str | None = None


async def add(connection: AsyncConnection, provider: Provider, *, at: datetime, by: str) -> None:
    """Record a provider."""
    values = {**_values(provider), "id": provider.id, "organization_id": provider.organization_id}
    await connection.execute(insert(PROVIDERS).values({**values, "recorded_at": at, "recorded_by": by}))


async def save(connection: AsyncConnection, provider: Provider) -> None:
    """Write down a locked provider's state; its admissions are added one by one."""
    await connection.execute(update(PROVIDERS).where(PROVIDERS.c.id == provider.id).values(_values(provider)))


async def save_all(connection: AsyncConnection, changed: Sequence[Provider]) -> None:
    """Write down the states of locked providers in one statement."""
    statement = update(PROVIDERS).where(PROVIDERS.c.id == bindparam("of"))
    await connection.execute(statement, [{"of": one.id, **_values(one)} for one in changed])


async def add_admission(
    connection: AsyncConnection, provider_id: UUID, admission: Admission, *, at: datetime, by: str
) -> None:
    """Record an admission for one category."""
    ground = admission.ground
    values = {
        "id": admission.id,
        "provider_id": provider_id,
        "category": admission.category,
        "from_on": admission.period.start,
        "until_on": admission.period.until,
        "document_id": admission.document_id,
        "ground": ground.kind.value,
        "ground_id": ground.id,
        "least_level": ground.least_level,
        "list_name": ground.list_name,
        "list_region": ground.list_region,
        "schemes": list(admission.schemes),
        "recorded_at": at,
        "recorded_by": by,
    }
    await connection.execute(insert(ADMISSIONS).values(values))


async def end_admissions(connection: AsyncConnection, over: Sequence[Admission]) -> None:
    """Note the last days of admissions whose grounds ended before they did, so that others may take their place."""
    rows = [{"id": one.id, "ended_on": one.in_effect.until} for one in over]
    await bulk.update_all(connection, ADMISSIONS, rows)


async def of_organizations(connection: AsyncConnection, organizations: Sequence[UUID]) -> dict[UUID, Provider]:
    """The providers of organisations, by organisation."""
    found = await _read(connection, select(PROVIDERS).where(PROVIDERS.c.organization_id.in_(organizations)))
    return {provider.organization_id: provider for provider in found}


async def of_ids(connection: AsyncConnection, ids: Sequence[UUID]) -> list[Provider]:
    """These providers, by id."""
    return await _read(connection, select(PROVIDERS).where(PROVIDERS.c.id.in_(ids)).order_by(PROVIDERS.c.id))


async def read(connection: AsyncConnection, provider_id: UUID) -> Provider | None:
    """One provider. Whoever changes it holds the lock of its organisation, so that no lock of its own is needed."""
    found = await _read(connection, select(PROVIDERS).where(PROVIDERS.c.id == provider_id))
    return found[0] if found else None


async def admissions_of(connection: AsyncConnection, provider_id: UUID) -> tuple[Admission, ...]:
    """All admissions of a provider, oldest first, each with the end of its ground as it stands now."""
    return tuple((await _admissions(connection, [provider_id])).get(provider_id, ()))


async def find(
    connection: AsyncConnection, wanted: ProviderFilter, sight: Sight, *, after: UUID | None, limit: int
) -> list[Provider]:
    """Providers in sight, by id, at most ``limit``; ``category`` is one they are or were admitted for."""
    organization = ORGANIZATIONS.c
    statement = (
        select(PROVIDERS)
        .join(ORGANIZATIONS, organization.id == PROVIDERS.c.organization_id)
        .order_by(PROVIDERS.c.id)
        .limit(limit)
    )
    if wanted.organization is not None:
        statement = statement.where(organization.id == wanted.organization)
    if wanted.state is not None:
        statement = statement.where(PROVIDERS.c.state == wanted.state)
    if wanted.category is not None:
        admitted = select(ADMISSIONS.c.provider_id).where(ADMISSIONS.c.category == wanted.category)
        statement = statement.where(PROVIDERS.c.id.in_(admitted))
    if after is not None:
        statement = statement.where(PROVIDERS.c.id > after)
    if not sight.everything:
        own = organization.id == sight.organization
        statement = statement.where(or_(own, region_in_sight(organization.region, sight.region)))
    return await _read(connection, statement)


async def earliest_end(connection: AsyncConnection) -> date | None:
    """The earliest last day among admitted providers whose admissions all end."""
    statement = select(func.min(PROVIDERS.c.ends_on)).where(PROVIDERS.c.state == ProviderState.ADMITTED.value)
    earliest: date | None = (await connection.execute(statement)).scalar_one()
    days = [earliest, *(one.last_day for one in await _without_carrier(connection))]
    return min((day for day in days if day is not None), default=None)


async def ending(connection: AsyncConnection, last_day: date, *, limit: int) -> list[tuple[Provider, date]]:
    """Admitted providers with their last day, not after a day, in that order; they and their organisations are locked.

    An organisation that somebody else holds is skipped.
    """
    lost = [
        one.id for one in await _without_carrier(connection) if one.last_day is not None and one.last_day <= last_day
    ]
    statement = (
        select(PROVIDERS)
        .join(ORGANIZATIONS, ORGANIZATIONS.c.id == PROVIDERS.c.organization_id)
        .where(
            PROVIDERS.c.state == ProviderState.ADMITTED.value,
            or_(PROVIDERS.c.ends_on <= last_day, PROVIDERS.c.id.in_(lost)),
        )
        .order_by(PROVIDERS.c.ends_on, PROVIDERS.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=(ORGANIZATIONS, PROVIDERS))
    )
    found = await _read(connection, statement)
    return sorted(((one, one.last_day) for one in found if one.last_day is not None), key=lambda one: one[1])


async def _without_carrier(connection: AsyncConnection) -> list[Provider]:
    """Admitted providers with an admission by a space that is recognised no more, the last day written down or not.

    The wing of the spaces ends recognitions and does not know who rests on them.
    """
    return await _read(connection, _LOST_A_CARRIER)


async def _read(connection: AsyncConnection, statement: Select[Any]) -> list[Provider]:
    rows = list(await connection.execute(statement))
    admissions = await _admissions(connection, [row.id for row in rows])
    return [
        Provider(
            row.id,
            row.organization_id,
            tuple(row.applied_for),
            ProviderState(row.state),
            tuple(admissions.get(row.id, ())),
        )
        for row in rows
    ]


async def _admissions(connection: AsyncConnection, providers: Sequence[UUID]) -> dict[UUID, list[Admission]]:
    statement = select(ADMISSIONS, _GROUND_ENDS).where(ADMISSIONS.c.provider_id.in_(providers))
    found: dict[UUID, list[Admission]] = {}
    for row in await connection.execute(statement.order_by(ADMISSIONS.c.from_on, ADMISSIONS.c.id)):
        found.setdefault(row.provider_id, []).append(_admission(row))
    return found


def _admission(row: Any) -> Admission:
    named = (row.ground_id, row.list_name, row.list_region)
    ground = Ground(GroundKind(row.ground), *named, ends_on=row.ground_ends, least_level=row.least_level)
    period = Period(row.from_on, row.until_on)
    return Admission(row.id, row.category, period, row.document_id, ground, tuple(row.schemes))


def _values(provider: Provider) -> dict[str, Any]:
    return {"applied_for": list(provider.applied_for), "state": provider.state.value, "ends_on": provider.last_day}
