"""Remembers nothing of its own: reads how much was used of what a scheme issued in a year."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.standards.holding import Kind
from services.voucher.wallet.domain.take_up import TakeUp

# By the books: what was cut to the budget, and what a provider left unclaimed, was used by its holder all the same.
_TAKE_UP = text("""
    SELECT vouchers.quota_root_id, sum(vouchers.face)::bigint AS issued,
        sum(least(vouchers.face, vouchers.captured + taken_back.amount))::bigint AS used,
        sum(vouchers.lost_by_provider)::bigint AS lost,
        coalesce(max(vouchers.holder_kind) FILTER (WHERE vouchers.holder_id = vouchers.quota_root_id), 'team')
            AS root_kind
    FROM vouchers
    JOIN scheme_versions ON scheme_versions.id = vouchers.scheme_version_id
    CROSS JOIN LATERAL (
        SELECT coalesce(-sum(entries.amount), 0) AS amount
        FROM entries JOIN journals ON journals.id = entries.journal_id
        WHERE entries.owner = vouchers.id AND entries.place = 'captured'
            AND (journals.event = 'pro_rata_cut'
                 OR journals.event = 'claim_expired' AND document #>> '{settlement,payee,value}' <> 'holder')
    ) AS taken_back
    WHERE coalesce(scheme_versions.root, scheme_versions.scheme_id) = :lineage AND vouchers.ends_by <> 'cancelled'
        AND extract(year FROM vouchers.issued_at AT TIME ZONE :zone) = :year AND vouchers.use_by_ends <= :at
        AND (CAST(:roots AS uuid[]) IS NULL OR vouchers.quota_root_id = ANY(CAST(:roots AS uuid[])))
        AND (CAST(:after AS uuid) IS NULL OR vouchers.quota_root_id > CAST(:after AS uuid))
    GROUP BY vouchers.quota_root_id
    ORDER BY vouchers.quota_root_id
    LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class YearOf:
    """Of which lineage of schemes, issued in which local year; at: the instant (UTC) by which a voucher's time is over.

    lineage: the name of its first scheme.
    """

    lineage: str
    zone: str
    year: int
    at: datetime


async def of_roots(connection: AsyncConnection, roots: Collection[UUID], of: YearOf) -> dict[UUID, TakeUp]:
    """The use of a year by quota root; those whose vouchers may still be used, or who had none, are left out."""
    named = {**asdict(of), "roots": list(roots), "after": None, "limit": None}
    return {row.quota_root_id: _take_up(row) for row in await connection.execute(_TAKE_UP, named)}


async def page(connection: AsyncConnection, of: YearOf, *, after: UUID | None, limit: int) -> list[TakeUp]:
    """The use of a year of everybody, by quota root, at most ``limit``."""
    named = {**asdict(of), "roots": None, "after": after, "limit": limit}
    return [_take_up(row) for row in await connection.execute(_TAKE_UP, named)]


def _take_up(row: Any) -> TakeUp:
    """A root that holds nothing itself is the team that a firm was."""
    return TakeUp(**{**row._mapping, "root_kind": Kind(row.root_kind)})
