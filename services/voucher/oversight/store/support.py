"""Finds what else was supported across schemes, years and holders, and remembers the pairs that were looked at."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.ids import show
from services.voucher.oversight.domain.support import Channel, Cleared, Match, pair
from services.voucher.oversight.store.support_tables import ClearedMatches

CLEARED = ClearedMatches.__table__
MATCHES_MAX = 200
"""How many others are told of one thing; whoever has more is looked at by hand."""

# a project is the same whatever the width, case and separators of its title
_PROJECT = "regexp_replace(lower(normalize({}.answers ->> 'project', NFKC)), '[^[:alnum:]]', '', 'g')"
_OTHER_APPLICATIONS = f"""
    SELECT CASE WHEN {_PROJECT.format("other")} = {_PROJECT.format("own")} THEN 'project' ELSE 'people' END AS channel,
        'app' AS kind, other.id, versions.scheme_id, other.holder_id, other.state, other.created_at AS at
    FROM applications AS own
    JOIN applications AS other ON other.id <> own.id AND other.round_id <> own.round_id
        AND (other.quota_root_id = own.quota_root_id OR {_PROJECT.format("other")} = {_PROJECT.format("own")})
    JOIN rounds ON rounds.id = other.round_id
    JOIN scheme_versions AS versions ON versions.id = rounds.scheme_version_id
    WHERE other.state NOT IN ('draft', 'withdrawn', 'rejected', 'unserved') AND own.id = :application
"""
_OTHER_LINES = """
    SELECT alike.channel, 'cln' AS kind, other.id, versions.scheme_id, other.holder_id, other.state,
        other.submitted_at AS at
    FROM (
        SELECT 'invoice' AS channel, theirs.claim_line_id
        FROM invoice_allocations AS ours JOIN invoice_allocations AS theirs ON theirs.invoice_id = ours.invoice_id
        WHERE ours.claim_line_id = :line AND ours.released_at IS NULL AND theirs.released_at IS NULL
        UNION
        SELECT 'bank_slip', theirs.claim_line_id
        FROM slip_allocations AS ours JOIN slip_allocations AS theirs ON theirs.slip_id = ours.slip_id
        WHERE ours.claim_line_id = :line AND ours.released_at IS NULL AND theirs.released_at IS NULL
        UNION
        SELECT 'contract', lines.id
        FROM claim_lines AS own
        JOIN redemptions AS ours ON ours.id = own.redemption_id
        JOIN redemptions AS theirs ON theirs.payee_id = ours.payee_id AND theirs.contract_key = ours.contract_key
            AND theirs.order_id IS DISTINCT FROM ours.order_id
        JOIN claim_lines AS lines ON lines.redemption_id = theirs.id
        WHERE own.id = :line
    ) AS alike
    JOIN claim_lines AS own ON own.id = :line
    JOIN claim_lines AS other ON other.id = alike.claim_line_id AND other.claim_id <> own.claim_id
    JOIN scheme_versions AS versions ON versions.id = other.scheme_version_id
    WHERE other.state NOT IN ('rejected', 'withdrawn')
"""
_ORDERED = "SELECT * FROM ({}) AS found ORDER BY at DESC, id, channel LIMIT :limit"
_OF_APPLICATION, _OF_LINE = text(_ORDERED.format(_OTHER_APPLICATIONS)), text(_ORDERED.format(_OTHER_LINES))


async def of_application(connection: AsyncConnection, application_id: UUID) -> list[Match]:
    """Other rounds' applications of the same holder or people, or of the same project, newest first."""
    return await _matches(connection, _OF_APPLICATION, show("app", application_id), {"application": application_id})


async def of_line(connection: AsyncConnection, line_id: UUID) -> list[Match]:
    """Other claims' lines on the same invoice, bank slip or contract, newest first."""
    return await _matches(connection, _OF_LINE, show("cln", line_id), {"line": line_id})


async def clear(connection: AsyncConnection, of: tuple[str, str], cleared: Cleared, *, request_id: str | None) -> bool:
    """Keep that a pair is not the same; False when somebody did before."""
    values = {"one": of[0], "other": of[1], "reason": cleared.reason, "cleared_by": cleared.by}
    statement = insert(CLEARED).values(**values, cleared_at=cleared.at, request_id=request_id)
    kept = await connection.execute(statement.on_conflict_do_nothing().returning(CLEARED.c.one))
    return kept.one_or_none() is not None


async def _matches(connection: AsyncConnection, statement: TextClause, own: str, named: dict[str, UUID]) -> list[Match]:
    rows = await connection.execute(statement, {**named, "limit": MATCHES_MAX})
    found = [_match(row) for row in rows]
    looked_at = await _cleared(connection, [pair(own, one.other) for one in found])
    return [replace(one, cleared=looked_at.get(pair(own, one.other))) for one in found]


def _match(row: Any) -> Match:
    return Match(Channel(row.channel), show(row.kind, row.id), row.scheme_id, row.holder_id, row.state, row.at)


async def _cleared(connection: AsyncConnection, pairs: list[tuple[str, str]]) -> dict[tuple[str, str], Cleared]:
    rows = await connection.execute(select(CLEARED).where(tuple_(CLEARED.c.one, CLEARED.c.other).in_(pairs)))
    return {(row.one, row.other): Cleared(row.reason, row.cleared_by, row.cleared_at) for row in rows}
