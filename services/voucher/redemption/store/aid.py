"""Reads what was granted under regimes of state aid, and which published schemes count under one."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.redemption.store.tables import UNDER_REGIME
from services.voucher.scheme.domain.scheme import AID, Scheme
from services.voucher.scheme.store import versions
from services.voucher.scheme.store.tables import SchemeVersions

VERSIONS = SchemeVersions.__table__
_UNDER_REGIMES = select(VERSIONS.c.id).where(
    VERSIONS.c.state == "published", text("jsonb_path_exists(document, '$.caps[*].regime')")
)
# in the order of ids, which is that of time: each page goes on where the last one stopped, and nothing is read twice
_GRANTS = text(f"""
    SELECT redemptions.id, redemptions.holder_id, redemptions.authorised_at, redemptions.currency,
        redemptions.held + redemptions.captured - redemptions.refunded AS amount,
        substr(take ->> 'cap', {len(AID) + 1}) AS regime, scheme_versions.scheme_id, scheme_versions.bureau,
        (redemptions.authorised_at AT TIME ZONE (scheme_versions.document ->> 'zone'))::date AS granted_on
    FROM redemptions
    JOIN scheme_versions ON scheme_versions.id = redemptions.scheme_version_id
    CROSS JOIN LATERAL (
        SELECT DISTINCT element AS take FROM jsonb_array_elements(redemptions.takes) AS element
        WHERE starts_with(element ->> 'cap', '{AID}')
    ) AS takes
    WHERE {UNDER_REGIME.replace("takes", "redemptions.takes")}
        AND redemptions.held + redemptions.captured > redemptions.refunded
        AND (CAST(:regime AS text) IS NULL OR take ->> 'cap' = '{AID}' || :regime)
        AND (redemptions.authorised_at AT TIME ZONE (scheme_versions.document ->> 'zone'))::date
            BETWEEN :first AND :last
        AND (CAST(:bureau AS text) IS NULL OR scheme_versions.bureau = :bureau)
        AND (CAST(:after AS uuid) IS NULL
            OR (redemptions.id, take ->> 'cap') > (CAST(:after AS uuid), CAST(:after_cap AS text)))
        AND (CAST(:after AS uuid) IS NULL OR redemptions.id >= CAST(:after AS uuid))
    ORDER BY redemptions.id, take ->> 'cap'
    LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which grants to list: of a regime and a bureau, None of any, granted between two local dates, both included."""

    first: date
    last: date
    regime: str | None = None
    bureau: str | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """One grant as booked; amount: what of it still stands, in fen; authorised_at UTC, granted_on its local date."""

    id: UUID
    holder_id: UUID
    authorised_at: datetime
    currency: str
    amount: int
    regime: str
    scheme_id: str
    bureau: str
    granted_on: date


async def under_regimes(connection: AsyncConnection) -> list[Scheme]:
    """The published schemes that count state aid."""
    found = (await connection.scalars(_UNDER_REGIMES)).all()
    return list((await versions.rules(connection, found)).values())


async def grants(
    connection: AsyncConnection, wanted: Wanted, *, after: tuple[UUID, str] | None, limit: int
) -> list[Granted]:
    """Grants that still stand, oldest first, at most ``limit``; after: a redemption and a regime."""
    named = {"regime": wanted.regime, "bureau": wanted.bureau, "first": wanted.first, "last": wanted.last}
    place = {"after": None, "after_cap": None} if after is None else {"after": after[0], "after_cap": AID + after[1]}
    rows = await connection.execute(_GRANTS, {**named, **place, "limit": limit})
    return [Granted(**row._mapping) for row in rows]
