"""Remembers organisations, teams and persons, and the working days, as the registry told of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, ScalarSelect, Select, and_, cast, func, select, text
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.ids import parse, show
from services.standards.calendar import WorkingDays
from services.standards.holding import PREFIXES, Kind
from services.voucher.directory.domain.groups import MEMBERS_MAX, too_large
from services.voucher.directory.domain.party import Party
from services.voucher.directory.store import outline
from services.voucher.directory.store.feed import FACTS, FEED, STANDS_AT, age
from services.voucher.directory.store.outline import Outline
from services.voucher.directory.store.reading import party_of

__all__ = [
    "age",
    "behind",
    "by_provider",
    "by_uscc",
    "heard",
    "news",
    "owned",
    "read",
    "related",
    "with_owners",
    "working_days",
]

# dates are written as in ISO 8601, so that they compare as text; the outer limit ends the recursion, too
_RELATED = text("""
    WITH RECURSIVE linked (key) AS (
        SELECT unnest(CAST(:keys AS text[]))
        UNION
        SELECT link ->> 'organization'
        FROM linked
        JOIN directory_facts AS one ON one.kind = 'organization' AND one.key = linked.key,
            jsonb_array_elements(one.document -> 'related_parties') AS link
        WHERE link ->> 'from' <= :last AND (link ->> 'until' IS NULL OR link ->> 'until' >= :first)
    )
    SELECT document FROM directory_facts
    WHERE kind = 'organization' AND key IN (SELECT key FROM linked LIMIT :limit)
""")
_OWNED = text("""
    WITH RECURSIVE owned (key) AS (
        SELECT unnest(CAST(:keys AS text[]))
        UNION
        SELECT link ->> 'organization'
        FROM owned
        JOIN directory_facts AS one ON one.kind = 'organization' AND one.key = owned.key,
            jsonb_array_elements(one.document -> 'related_parties') AS link
        WHERE link ->> 'owner' = owned.key
    )
    SELECT key FROM owned
""")
OWNERS_MAX = 500
"""How many owners above the parties of one call are looked through."""
KEPT = 5_000
"""How many parties are kept in this process at most."""
KINDS = tuple(kind.value for kind in Kind)
_STAY, _SPACE, _PERSON = FACTS.alias("stay"), FACTS.alias("space"), FACTS.alias("person")
_STAYS = (
    select(func.jsonb_agg(func.jsonb_build_object("stay", _STAY.c.document, "space", _SPACE.c.document)))
    .select_from(_STAY.join(_SPACE, and_(_SPACE.c.kind == "space", _SPACE.c.key == _STAY.c.document["space"].astext)))
    .where(_STAY.c.kind == "residency", _STAY.c.document["organization"].astext == FACTS.c.key)
    .correlate(FACTS)
    .scalar_subquery()
)
"""Where an organisation resides or did, each stay with its space."""


def _named(told: FromClause, kind: str, one: str, other: str) -> ScalarSelect[Any]:
    """The documents of a kind that a party's own document names under either path (SQL/JSON), each found by its key."""
    named = [func.jsonb_path_query_array(FACTS.c.document, cast(path, JSONPATH)) for path in (one, other)]
    keys = select(func.jsonb_array_elements_text(named[0].op("||")(named[1])))
    return (
        select(func.jsonb_agg(told.c.document))
        .where(told.c.kind == kind, told.c.key.in_(keys.correlate(FACTS)))
        .correlate(FACTS)
        .scalar_subquery()
    )


_BESIDE = func.jsonb_build_object(
    "stays",
    _STAYS,
    "spaces",
    _named(_SPACE, "space", "$.spaces[*]", "$.residencies[*].space"),
    "people",
    _named(_PERSON, "person", "$.founders[*].person", "$.core_members[*]"),
).label("beside")
"""What is read together with a party: where it lives, the spaces that it runs or lives in, its founders or members."""
_HEARD = select(STANDS_AT.label("cursor"), FACTS.c.document, _BESIDE).outerjoin_from(
    FEED, FACTS, and_(FACTS.c.kind.in_(KINDS), bulk.among(FACTS.c.key))
)
"""Cursor and documents in one statement, so that they belong together."""
_BEHIND = bulk.Statement(
    select(FACTS.c.provider, FACTS.c.key).where(FACTS.c.kind == "organization", bulk.among(FACTS.c.provider))
)


async def read(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Party]:
    """Those of these organisations, teams and persons that were heard of."""
    keys = [name for one in ids for name in _names(one)]
    return await _parties(connection, _of_kinds(*KINDS).where(FACTS.c.key.in_(keys)))


async def heard(connection: AsyncConnection, ids: Collection[UUID], outlined: Outline) -> dict[UUID, Party]:
    """The same as of an outline that was read just now, which remembers those that were asked for before."""
    found = {one: outlined.parties[one] for one in ids if one in outlined.parties}
    missing = [name for one in ids if one not in found for name in _names(one)]
    if not missing:
        return found
    rows = (await connection.execute(_HEARD, {"ids": missing})).all()
    read = [party_of(row.document, row.beside) for row in rows if row.document is not None]
    if rows[0].cursor == outlined.cursor:
        _keep(outlined.parties, read)
    return found | {party.id: party for party in read}


async def with_owners(connection: AsyncConnection, found: Mapping[UUID, Party], outlined: Outline) -> dict[UUID, Party]:
    """These organisations and all who own any of them, directly or through others, as of the outline.

    Refusal ``group.too_large`` where they are more than `OWNERS_MAX`.
    """
    whole, new = dict(found), list(found.values())
    asked = set(found)
    while missing := {link.owner for one in new for link in one.related if link.owner is not None} - asked:
        asked |= missing
        if len(asked) - len(found) > OWNERS_MAX:
            raise too_large()
        new = list((await heard(connection, missing, outlined)).values())
        whole |= {one.id: one for one in new}
    return whole


async def owned(connection: AsyncConnection, ids: Collection[UUID]) -> set[UUID]:
    """These organisations and all of which they hold a share, directly or through others, whenever that was."""
    rows = await connection.execute(_OWNED, {"keys": [show("org", one) for one in ids]})
    return {parse("org", key) for (key,) in rows}


def _keep(kept: dict[UUID, Party], read: Sequence[Party]) -> None:
    """Keep what was read; for each one too many the one goes that was read longest ago."""
    for party in read:
        kept[party.id] = party
        if len(kept) > KEPT:
            del kept[next(iter(kept))]


async def related(connection: AsyncConnection, ids: Collection[UUID], *, days: Collection[date]) -> dict[UUID, Party]:
    """These organisations and all that are linked to them between these local dates, directly or through others.

    Refusal ``group.too_large`` where they are so many that one of them has more than `MEMBERS_MAX`.
    """
    limit = MEMBERS_MAX * len(ids)
    given = {"keys": [show("org", one) for one in ids], "limit": limit + 1}
    span = {"first": min(days).isoformat(), "last": max(days).isoformat()}
    documents = [document for (document,) in await connection.execute(_RELATED, {**given, **span})]
    if len(documents) > limit:
        raise too_large()
    return {party.id: party for party in map(party_of, documents)}


async def news(connection: AsyncConnection, heard: int, *, limit: int) -> list[tuple[int, UUID]]:
    """The organisations that were told of since so many documents were heard: the number of each, and which one."""
    statement = select(FACTS.c.heard, FACTS.c.key).where(FACTS.c.kind == "organization", FACTS.c.heard > heard)
    rows = await connection.execute(statement.order_by(FACTS.c.heard).limit(limit))
    return [(number, parse("org", key)) for number, key in rows]


async def by_provider(connection: AsyncConnection, provider_ids: Collection[UUID]) -> dict[UUID, Party]:
    """The organisations behind these providers, by provider id."""
    names = [show("prv", one) for one in provider_ids]
    found = await _parties(connection, _of_kinds(Kind.ORGANIZATION).where(FACTS.c.provider.in_(names)))
    return {party.provider.id: party for party in found.values() if party.provider is not None}


async def behind(connection: AsyncConnection, provider_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The organisation behind each of these providers that there is."""
    rows = await _BEHIND.rows(connection, {"ids": [show("prv", one) for one in provider_ids]})
    return {parse("prv", provider): parse("org", key) for provider, key in rows}


async def by_uscc(connection: AsyncConnection, codes: Collection[str]) -> dict[str, Party]:
    """The organisations with these credit codes, each in its normal form, by code."""
    found = await _parties(connection, _of_kinds(Kind.ORGANIZATION).where(FACTS.c.document["uscc"].astext.in_(codes)))
    return {party.uscc: party for party in found.values() if party.uscc is not None}


async def working_days(connection: AsyncConnection) -> WorkingDays:
    """The working-day calendars of all years heard of."""
    found, _ = await outline.read(connection)
    return found.calendar


def _names(identifier: UUID) -> list[str]:
    """What a party may be called outside while nobody knows of which kind it is."""
    return [show(prefix, identifier) for prefix in PREFIXES.values()]


def _of_kinds(*kinds: str) -> Select[Any]:
    return select(FACTS.c.document, _BESIDE).where(FACTS.c.kind.in_(kinds))


async def _parties(connection: AsyncConnection, statement: Select[Any]) -> dict[UUID, Party]:
    found = [party_of(row.document, row.beside) for row in await connection.execute(statement)]
    return {party.id: party for party in found}
