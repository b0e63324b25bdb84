"""Finds what else was supported across schemes, years and holders, and remembers the pairs that were looked at."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.ids import show
from services.voucher.oversight.domain.support import Channel, Cleared, Match, pair
from services.voucher.oversight.store.support_tables import ClearedMatches

CLEARED = ClearedMatches.__table__

_APPLICATIONS = """
    SELECT alike.channel, 'app' AS kind, other.id, versions.scheme_id AS scheme, other.holder_id,
        NULL AS beneficiary, other.state, other.created_at AS at
    FROM (
        SELECT 'project' AS channel, theirs.id
        FROM applications AS ours JOIN applications AS theirs ON theirs.project = ours.project
        WHERE ours.id = :own
        UNION ALL
        SELECT 'people', theirs.id
        FROM applications AS ours
        CROSS JOIN LATERAL (
            SELECT id, project FROM applications WHERE quota_root_id = ours.quota_root_id
            UNION
            SELECT id, project FROM applications WHERE people && ours.people
        ) AS theirs
        WHERE ours.id = :own AND (theirs.project = ours.project) IS NOT TRUE
    ) AS alike
    JOIN applications AS other ON other.id = alike.id
    JOIN rounds ON rounds.id = other.round_id
    JOIN scheme_versions AS versions ON versions.id = rounds.scheme_version_id
    WHERE other.id <> :own AND other.state NOT IN ('draft', 'withdrawn', 'rejected', 'unserved')
"""
# what a line stands on: papers and contract where it pays a service, documents, event and payee where it pays an award
_LINES = """
    SELECT alike.channel, 'cln' AS kind, other.id, versions.scheme_id AS scheme, other.holder_id,
        NULL AS beneficiary, other.state, other.submitted_at AS at
    FROM (
        SELECT 'invoice' AS channel, theirs.claim_line_id
        FROM invoice_allocations AS ours JOIN invoice_allocations AS theirs ON theirs.invoice_id = ours.invoice_id
        WHERE ours.claim_line_id = :own AND ours.released_at IS NULL AND theirs.released_at IS NULL
        UNION
        SELECT 'bank_slip', theirs.claim_line_id
        FROM slip_allocations AS ours JOIN slip_allocations AS theirs ON theirs.slip_id = ours.slip_id
        WHERE ours.claim_line_id = :own AND ours.released_at IS NULL AND theirs.released_at IS NULL
        UNION
        SELECT 'contract', lines.id
        FROM claim_lines AS own
        JOIN redemptions AS ours ON ours.id = own.redemption_id
        JOIN redemptions AS theirs ON theirs.payee_id = ours.payee_id AND theirs.contract_key = ours.contract_key
            AND theirs.order_id IS DISTINCT FROM ours.order_id
        JOIN claim_lines AS lines ON lines.redemption_id = theirs.id
        WHERE own.id = :own
        UNION
        SELECT 'document', claims.claim_line_id
        FROM award_claims AS ours
        JOIN award_claim_documents AS proven ON proven.award_claim_id = ours.id
        JOIN award_claim_documents AS proving ON proving.document_id = proven.document_id
        JOIN award_claims AS claims ON claims.id = proving.award_claim_id
        WHERE ours.claim_line_id = :own
        UNION
        SELECT 'project', theirs.claim_line_id
        FROM award_claims AS ours JOIN award_claims AS theirs ON theirs.alike && ours.alike
        WHERE ours.claim_line_id = :own
        UNION
        SELECT 'people', theirs.claim_line_id
        FROM award_claims AS ours JOIN award_claims AS theirs ON theirs.payee_id = ours.payee_id
        WHERE ours.claim_line_id = :own
    ) AS alike
    JOIN claim_lines AS own ON own.id = :own
    JOIN claim_lines AS other ON other.id = alike.claim_line_id AND other.claim_id <> own.claim_id
    JOIN scheme_versions AS versions ON versions.id = other.scheme_version_id
    WHERE other.state NOT IN ('rejected', 'withdrawn')
"""
_OUTSIDE = """
    SELECT alike.channel, 'osp' AS kind, other.id, lists.programme AS scheme, NULL::uuid AS holder_id,
        other.name AS beneficiary, lists.state, lists.taken_at AS at
    FROM ({alike}) AS alike
    JOIN outside_supports AS other ON other.id = alike.id
    JOIN outside_lists AS lists ON lists.id = other.list_id
    WHERE lists.state = 'standing'
"""
_OF_PEOPLE = "SELECT 'people' AS channel, id FROM outside_supports WHERE uscc = CAST(:uscc AS text)"
_APPLIED_OUTSIDE = _OUTSIDE.format(
    alike=f"""
        {_OF_PEOPLE}
        UNION ALL
        SELECT 'project', theirs.id
        FROM applications AS ours JOIN outside_supports AS theirs ON theirs.project_key = ours.project
        WHERE ours.id = :own
    """
)
_CLAIMED_OUTSIDE = _OUTSIDE.format(
    alike=f"""
        {_OF_PEOPLE}
        UNION
        SELECT 'invoice', theirs.id
        FROM invoice_allocations AS ours
        JOIN invoices ON invoices.id = ours.invoice_id
        JOIN outside_supports AS theirs ON theirs.invoice_key = invoices.fapiao_key
        WHERE ours.claim_line_id = :own AND ours.released_at IS NULL
        UNION
        SELECT 'contract', theirs.id
        FROM claim_lines AS ours
        JOIN redemptions ON redemptions.id = ours.redemption_id
        JOIN outside_supports AS theirs ON theirs.contract_key = redemptions.contract_key
        WHERE ours.id = :own
        UNION
        SELECT 'project', theirs.id
        FROM award_claims AS ours JOIN outside_supports AS theirs ON theirs.project_key = ANY (ours.alike)
        WHERE ours.claim_line_id = :own
    """
)
_PAGE = """
    SELECT * FROM ({ours} UNION ALL {theirs}) AS found
    WHERE (CAST(:only AS uuid) IS NULL OR id = :only)
        AND (CAST(:at AS timestamptz) IS NULL OR (at, id, channel) < (CAST(:at AS timestamptz), :id, :channel))
    ORDER BY at DESC, id DESC, channel DESC
    LIMIT :limit
"""
_OF_APPLICATION = text(_PAGE.format(ours=_APPLICATIONS, theirs=_APPLIED_OUTSIDE))
_OF_LINE = text(_PAGE.format(ours=_LINES, theirs=_CLAIMED_OUTSIDE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Of what matches are wanted, and how many. uscc: the credit code of whose it is, where it is known.

    only: this other one alone; after: behind which match a page begins, by instant (UTC), id and channel.
    """

    own: UUID
    uscc: str | None
    limit: int
    only: UUID | None = None
    after: tuple[datetime, UUID, str] | None = None


async def of_application(connection: AsyncConnection, wanted: Wanted) -> list[Match]:
    """Applications of the same project, quota or people, of whatever round, and what others supported; newest first."""
    return await _matches(connection, _OF_APPLICATION, show("app", wanted.own), wanted)


async def of_line(connection: AsyncConnection, wanted: Wanted) -> list[Match]:
    """Other claims' lines on the same papers, contract or event, and what others supported; newest first."""
    return await _matches(connection, _OF_LINE, show("cln", wanted.own), wanted)


async def clear(connection: AsyncConnection, of: tuple[str, str], cleared: Cleared, *, request_id: str | None) -> bool:
    """Keep that a pair is not the same; False when somebody did before."""
    values = {"one": of[0], "other": of[1], "reason": cleared.reason, "cleared_by": cleared.by}
    statement = insert(CLEARED).values(**values, cleared_at=cleared.at, request_id=request_id)
    kept = await connection.execute(statement.on_conflict_do_nothing().returning(CLEARED.c.one))
    return kept.one_or_none() is not None


async def _matches(connection: AsyncConnection, statement: TextClause, own: str, wanted: Wanted) -> list[Match]:
    at, behind, channel = wanted.after or (None, None, None)
    place = {"at": at, "id": behind, "channel": channel, "only": wanted.only, "limit": wanted.limit}
    rows = await connection.execute(statement, {"own": wanted.own, "uscc": wanted.uscc, **place})
    found = [_match(row) for row in rows]
    looked_at = await _cleared(connection, [pair(own, one.other) for one in found])
    return [replace(one, cleared=looked_at.get(pair(own, one.other))) for one in found]


def _match(row: Any) -> Match:
    return Match(
        channel=Channel(row.channel),
        other=show(row.kind, row.id),
        scheme=row.scheme,
        holder_id=row.holder_id,
        beneficiary=row.beneficiary,
        state=row.state,
        at=row.at,
    )


async def _cleared(connection: AsyncConnection, pairs: list[tuple[str, str]]) -> dict[tuple[str, str], Cleared]:
    rows = await connection.execute(select(CLEARED).where(tuple_(CLEARED.c.one, CLEARED.c.other).in_(pairs)))
    return {(row.one, row.other): Cleared(row.reason, row.cleared_by, row.cleared_at) for row in rows}
