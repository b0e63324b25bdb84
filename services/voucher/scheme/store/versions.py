"""Remembers scheme versions: read whole, added as drafts, and only ever changed in state."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.chassis.refusals import NotFound
from services.voucher.scheme.domain import document as documents
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.domain.versions import VersionState
from services.voucher.scheme.store.tables import SchemeVersions

VERSIONS = SchemeVersions.__table__


@dataclass(frozen=True, kw_only=True)
class SchemeVersion:
    """A version: the file handed in, what it says, and where it stands. Instants are business time, UTC."""

    id: UUID
    scheme_id: str
    version: int
    bureau: str
    state: VersionState
    file: str
    document: dict[str, Any]
    sha256: str
    created_by: str
    created_at: datetime
    published_by: str | None = None
    published_at: datetime | None = None
    ended_at: datetime | None = None

    @cached_property
    def rules(self) -> Scheme:
        """What it says, as values."""
        return documents.read(self.document)


async def get(connection: AsyncConnection, version_id: UUID) -> SchemeVersion:
    """One version; NotFound ``scheme.unknown``."""
    found = await _all(connection, select(VERSIONS).where(VERSIONS.c.id == version_id))
    if not found:
        raise NotFound("scheme.unknown")
    return found[0]


_RULES: dict[UUID, Scheme] = {}
RULES_KEPT = 1000


async def rules(connection: AsyncConnection, version_ids: Collection[UUID]) -> dict[UUID, Scheme]:
    """What versions say, remembered in this process since a version's rules never change."""
    known = {version_id: _RULES[version_id] for version_id in version_ids if version_id in _RULES}
    missing = set(version_ids) - known.keys()
    if missing:
        found = await _all(connection, select(VERSIONS).where(VERSIONS.c.id.in_(missing)))
        if len(_RULES) > RULES_KEPT:
            _RULES.clear()
        _RULES.update({version.id: version.rules for version in found})
        known |= {version.id: _RULES[version.id] for version in found}
    return known


async def lock_scheme(connection: AsyncConnection, scheme_id: str) -> list[SchemeVersion]:
    """All versions of a scheme, oldest first; the scheme is locked against other writers until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"scheme:{scheme_id}", 0))))
    return await _all(
        connection, select(VERSIONS).where(VERSIONS.c.scheme_id == scheme_id).order_by(VERSIONS.c.version)
    )


async def add(connection: AsyncConnection, version: SchemeVersion) -> None:
    """Append a version."""
    fields = {name: getattr(version, name) for name in SchemeVersion.__dataclass_fields__}
    await connection.execute(insert(VERSIONS).values(**fields))


async def set_state(connection: AsyncConnection, version: SchemeVersion) -> None:
    """Write back state and instants; nothing else of a version may change."""
    changing = ("state", "published_by", "published_at", "ended_at")
    values = {name: getattr(version, name) for name in changing}
    await connection.execute(update(VERSIONS).where(VERSIONS.c.id == version.id).values(values))


async def find(
    connection: AsyncConnection,
    *,
    scheme_id: str | None,
    drafts_of: frozenset[str] | None,
    after: str | None,
    limit: int,
) -> tuple[list[SchemeVersion], str | None]:
    """A page of versions, newest first, and its next cursor; drafts only of these bureaus, None means of any."""
    statement = select(VERSIONS).order_by(VERSIONS.c.created_at.desc(), VERSIONS.c.id.desc()).limit(limit + 1)
    if scheme_id is not None:
        statement = statement.where(VERSIONS.c.scheme_id == scheme_id)
    if drafts_of is not None:
        statement = statement.where(VERSIONS.c.bureau.in_(drafts_of) | (VERSIONS.c.state != "draft"))
    if after is not None:
        statement = statement.where(tuple_(VERSIONS.c.created_at, VERSIONS.c.id) < pages.instant_and_id(after))
    found = await _all(connection, statement)
    return pages.cut(found, limit, lambda version: (version.created_at.isoformat(), str(version.id)))


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[SchemeVersion]:
    rows = (await connection.execute(statement)).mappings()
    return [SchemeVersion(**(dict(row) | {"state": VersionState(row["state"])})) for row in rows]
