"""Reads what was granted under regimes of state aid, and which published schemes count under one."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.redemption.store.tables import UNDER_REGIME
from services.voucher.scheme.domain.scheme import AID, Rulebook
from services.voucher.scheme.store import rulebooks
from services.voucher.scheme.store.tables import SchemeVersions

VERSIONS = SchemeVersions.__table__
_UNDER_REGIMES = select(VERSIONS.c.id).where(
    VERSIONS.c.state == "published",
    text("(jsonb_path_exists(document, '$.caps[*].regime') OR jsonb_path_exists(document, '$.awards[*].regime'))"),
)
# in the order of ids, which is that of time: each page goes on where the last one stopped, and nothing is read twice
_BY_VOUCHER = f"""
    SELECT redemptions.id, false AS by_award, redemptions.holder_id, redemptions.authorised_at AS granted_at,
        redemptions.currency, redemptions.held + redemptions.captured - redemptions.refunded AS amount,
        take ->> 'cap' AS cap, redemptions.scheme_version_id
    FROM redemptions
    CROSS JOIN LATERAL (
        SELECT DISTINCT element AS take FROM jsonb_array_elements(redemptions.takes) AS element
        WHERE starts_with(element ->> 'cap', '{AID}')
    ) AS takes
    WHERE {UNDER_REGIME.replace("takes", "redemptions.takes")}
        AND redemptions.held + redemptions.captured > redemptions.refunded
        AND (CAST(:after AS uuid) IS NULL OR redemptions.id >= CAST(:after AS uuid))
"""
_BY_AWARD = f"""
    SELECT award_claims.id, true AS by_award, award_claims.payee_id AS holder_id, steps.at AS granted_at,
        award_claims.currency, claim_lines.approved AS amount, claim_line_takes.cap, award_claims.scheme_version_id
    FROM claim_line_takes
    JOIN claim_lines ON claim_lines.id = claim_line_takes.claim_line_id
    JOIN award_claims ON award_claims.claim_line_id = claim_lines.id
    CROSS JOIN LATERAL (
        SELECT min(at) AS at FROM claim_line_transitions AS made
        WHERE made.claim_line_id = claim_lines.id AND made.to_state = 'approved'
    ) AS steps
    WHERE starts_with(claim_line_takes.cap, '{AID}') AND claim_line_takes.released_at IS NULL
        AND claim_lines.approved > 0 AND steps.at IS NOT NULL
        AND (CAST(:after AS uuid) IS NULL OR award_claims.id >= CAST(:after AS uuid))
"""
_GRANTS = text(f"""
    SELECT found.id, by_award, holder_id, granted_at, currency, amount, substr(cap, {len(AID) + 1}) AS regime,
        scheme_versions.scheme_id, scheme_versions.bureau,
        (granted_at AT TIME ZONE (scheme_versions.document ->> 'zone'))::date AS granted_on
    FROM ({_BY_VOUCHER} UNION ALL {_BY_AWARD}) AS found
    JOIN scheme_versions ON scheme_versions.id = found.scheme_version_id
    WHERE (CAST(:regime AS text) IS NULL OR cap = '{AID}' || :regime)
        AND (granted_at AT TIME ZONE (scheme_versions.document ->> 'zone'))::date BETWEEN :first AND :last
        AND (CAST(:bureau AS text) IS NULL OR scheme_versions.bureau = :bureau)
        AND (CAST(:after AS uuid) IS NULL OR (found.id, cap) > (CAST(:after AS uuid), CAST(:after_cap AS text)))
    ORDER BY found.id, cap
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
    """One grant as booked; amount: what of it still stands, in fen; granted_at UTC, granted_on its local date.

    id: of the redemption or, where it was given by an award, of the claim to it.
    """

    id: UUID
    by_award: bool
    holder_id: UUID
    granted_at: datetime
    currency: str
    amount: int
    regime: str
    scheme_id: str
    bureau: str
    granted_on: date


async def under_regimes(connection: AsyncConnection) -> list[Rulebook]:
    """The published schemes that count state aid."""
    found = (await connection.scalars(_UNDER_REGIMES)).all()
    return list((await rulebooks.read(connection, found)).values())


async def grants(
    connection: AsyncConnection, wanted: Wanted, *, after: tuple[UUID, str] | None, limit: int
) -> list[Granted]:
    """Grants that still stand, oldest first, at most ``limit``; after: an id and a regime."""
    named = {"regime": wanted.regime, "bureau": wanted.bureau, "first": wanted.first, "last": wanted.last}
    place = {"after": None, "after_cap": None} if after is None else {"after": after[0], "after_cap": AID + after[1]}
    rows = await connection.execute(_GRANTS, {**named, **place, "limit": limit})
    return [Granted(**row._mapping) for row in rows]
