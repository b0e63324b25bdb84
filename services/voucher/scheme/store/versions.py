"""Remembers scheme versions: read whole, added as drafts, and only ever changed in state."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, insert, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.chassis.refusals import NotFound
from services.voucher.scheme.domain import document as documents
from services.voucher.scheme.domain import versions as steps
from services.voucher.scheme.domain.earlier import as_of_today
from services.voucher.scheme.domain.scheme import Rulebook, Scheme
from services.voucher.scheme.domain.versions import Dated, VersionState
from services.voucher.scheme.domain.words import AWARD, source_of
from services.voucher.scheme.store.tables import SchemeVersions

VERSIONS = SchemeVersions.__table__
_REGIMES = text("""
    SELECT regime #>> '{}', document ->> 'currency'
    FROM scheme_versions, LATERAL (
        SELECT jsonb_path_query(document, '$.caps[*].regime')
        UNION SELECT jsonb_path_query(document, '$.awards[*].regime.value.name')
    ) AS said (regime)
    WHERE state IN ('published', 'superseded')
""")


@dataclass(frozen=True, kw_only=True)
class SchemeVersion:
    """A version: the file handed in, what it says, and where it stands. Instants are business time, UTC.

    accepted: the codes of what those who publish it were warned of; None of one that an older release kept.
    root: the first scheme of its lineage; None where that is itself.
    """

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
    publish_asked_by: str | None = None
    publish_asked_at: datetime | None = None
    published_by: str | None = None
    published_at: datetime | None = None
    ended_at: datetime | None = None
    accepted: list[str] | None = None
    root: str | None = None

    @property
    def was_published(self) -> bool:
        """Whether it ever counted, also one that was withdrawn since."""
        return self.published_at is not None

    @cached_property
    def rules(self) -> Scheme:
        """What it says, as values. Refusal ``scheme.no_vouchers``."""
        return replace(documents.read(as_of_today(self.document)), root=self.root)

    @cached_property
    def said(self) -> Rulebook:
        """The same of a version of any family."""
        if self.document["family"] != AWARD:
            return self.rules
        return replace(documents.read_awards(self.document), root=self.root)

    @property
    def draft_basis(self) -> str | None:
        """The first basis that was a draft, as rules cite it; None where every one was in force."""
        return next((source_of(one) for one in self.document["basis"] if one.get("draft", False)), None)


async def get(connection: AsyncConnection, version_id: UUID) -> SchemeVersion:
    """One version; NotFound ``scheme.unknown``."""
    found = await _all(connection, select(VERSIONS).where(VERSIONS.c.id == version_id))
    if not found:
        raise NotFound("scheme.unknown")
    return found[0]


async def get_all(connection: AsyncConnection, version_ids: Collection[UUID]) -> list[SchemeVersion]:
    """Those of these versions that exist."""
    return await _all(connection, select(VERSIONS).where(VERSIONS.c.id.in_(version_ids))) if version_ids else []


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


async def published(connection: AsyncConnection, scheme_ids: Collection[str]) -> dict[str, list[Dated]]:
    """By scheme, every version that is or was published: what `domain.versions.in_force` decides upon."""
    columns = VERSIONS.c
    counting = columns.state.in_([VersionState.PUBLISHED, VersionState.SUPERSEDED])
    wanted = columns.id, columns.version, columns.effective, columns.scheme_id
    rows = await connection.execute(select(*wanted).where(columns.scheme_id.in_(scheme_ids), counting))
    found: dict[str, list[Dated]] = {}
    for version_id, version, effective, scheme_id in rows:
        found.setdefault(scheme_id, []).append(Dated(version_id, version, effective))
    return found


async def currencies_of_regimes(connection: AsyncConnection) -> dict[str, set[str]]:
    """By regime of state aid, the currencies in which schemes that are or were published count it."""
    found: dict[str, set[str]] = {}
    for regime, currency in await connection.execute(_REGIMES):
        found.setdefault(regime, set()).add(currency)
    return found


async def in_force(connection: AsyncConnection, scheme_id: str, days: Collection[date]) -> dict[date, UUID]:
    """Which version of a scheme counts on each of these local dates, as `domain.versions.in_force` says.

    NotFound ``scheme.unknown`` when none was ever published.
    """
    columns = (VERSIONS.c.id, VERSIONS.c.version, VERSIONS.c.effective)
    counting = VERSIONS.c.state.in_([VersionState.PUBLISHED, VersionState.SUPERSEDED])
    rows = await connection.execute(select(*columns).where(VERSIONS.c.scheme_id == scheme_id, counting))
    known = [Dated(**row._mapping) for row in rows]
    found = {day: version for day in days if (version := steps.in_force(known, day)) is not None}
    if len(found) < len(set(days)):
        raise NotFound("scheme.unknown")
    return found


async def lock_scheme(connection: AsyncConnection, scheme_id: str) -> list[SchemeVersion]:
    """All versions of a scheme, oldest first; the scheme is locked against other writers until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"scheme:{scheme_id}", 0))))
    return await _all(
        connection, select(VERSIONS).where(VERSIONS.c.scheme_id == scheme_id).order_by(VERSIONS.c.version)
    )


async def add(connection: AsyncConnection, version: SchemeVersion) -> None:
    """Append a version."""
    fields = {name: getattr(version, name) for name in SchemeVersion.__dataclass_fields__}
    await connection.execute(insert(VERSIONS).values(**fields, effective=version.said.effective))


async def set_state(connection: AsyncConnection, version: SchemeVersion) -> None:
    """Write back state and instants; nothing else of a version may change."""
    changing = ("state", "publish_asked_by", "publish_asked_at", "published_by", "published_at", "ended_at", "accepted")
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
        statement = statement.where(VERSIONS.c.bureau.in_(drafts_of) | VERSIONS.c.published_at.is_not(None))
    if after is not None:
        statement = statement.where(tuple_(VERSIONS.c.created_at, VERSIONS.c.id) < pages.instant_and_id(after))
    found = await _all(connection, statement)
    return pages.cut(found, limit, lambda version: (version.created_at.isoformat(), str(version.id)))


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[SchemeVersion]:
    rows = (await connection.execute(statement)).mappings()
    return [_version(dict(row)) for row in rows]


def _version(row: dict[str, Any]) -> SchemeVersion:
    del row["effective"]
    return SchemeVersion(**(row | {"state": VersionState(row["state"])}))
