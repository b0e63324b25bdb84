"""Remembers organisations, categories and working days as the registry told of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.ids import parse, show
from services.standards.calendar import WorkingDays
from services.standards.money import parse_amount
from services.voucher.directory.domain.groups import MEMBERS_MAX, too_large
from services.voucher.directory.domain.party import (
    Admission,
    Called,
    Figures,
    Party,
    PriorityListing,
    ProviderFacts,
    Recognised,
    Relation,
    Residency,
    Sanction,
    Span,
)
from services.voucher.directory.store import outline
from services.voucher.directory.store.feed import FACTS, FEED, STANDS_AT, age
from services.voucher.directory.store.outline import Outline

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
Document = Mapping[str, Any]
OWNERS_MAX = 500
"""How many owners above the parties of one call are looked through."""
KEPT = 5_000
"""How many parties are kept in this process at most."""
_STAY, _SPACE = FACTS.alias("stay"), FACTS.alias("space")
_STAYS = (
    select(func.jsonb_agg(func.jsonb_build_object("stay", _STAY.c.document, "space", _SPACE.c.document)))
    .select_from(_STAY.join(_SPACE, and_(_SPACE.c.kind == "space", _SPACE.c.key == _STAY.c.document["space"].astext)))
    .where(_STAY.c.kind == "residency", _STAY.c.document["organization"].astext == FACTS.c.key)
    .correlate(FACTS)
    .scalar_subquery()
    .label("stays")
)
"""Where an organisation resides or did, each stay with its space."""
_HEARD = select(STANDS_AT.label("cursor"), FACTS.c.document, _STAYS).outerjoin_from(
    FEED, FACTS, and_(FACTS.c.kind == "organization", bulk.among(FACTS.c.key))
)
"""Cursor and documents in one statement, so that they belong together."""
_BEHIND = bulk.Statement(
    select(FACTS.c.provider, FACTS.c.key).where(FACTS.c.kind == "organization", bulk.among(FACTS.c.provider))
)


async def read(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Party]:
    """Those of these organisations that were heard of."""
    keys = [show("org", one) for one in ids]
    return await _parties(connection, _organizations().where(FACTS.c.key.in_(keys)))


async def heard(connection: AsyncConnection, ids: Collection[UUID], outlined: Outline) -> dict[UUID, Party]:
    """The same as of an outline that was read just now, which remembers those that were asked for before."""
    found = {one: outlined.parties[one] for one in ids if one in outlined.parties}
    missing = [show("org", one) for one in ids if one not in found]
    if not missing:
        return found
    rows = (await connection.execute(_HEARD, {"ids": missing})).all()
    read = [party_of(row.document, row.stays) for row in rows if row.document is not None]
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
    found = await _parties(connection, _organizations().where(FACTS.c.provider.in_(names)))
    return {party.provider.id: party for party in found.values() if party.provider is not None}


async def behind(connection: AsyncConnection, provider_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The organisation behind each of these providers that there is."""
    rows = await _BEHIND.rows(connection, {"ids": [show("prv", one) for one in provider_ids]})
    return {parse("prv", provider): parse("org", key) for provider, key in rows}


async def by_uscc(connection: AsyncConnection, codes: Collection[str]) -> dict[str, Party]:
    """The organisations with these credit codes, each in its normal form, by code."""
    found = await _parties(connection, _organizations().where(FACTS.c.document["uscc"].astext.in_(codes)))
    return {party.uscc: party for party in found.values() if party.uscc is not None}


async def working_days(connection: AsyncConnection) -> WorkingDays:
    """The working-day calendars of all years heard of."""
    found, _ = await outline.read(connection)
    return found.calendar


def _organizations() -> Select[Any]:
    return select(FACTS.c.document, _STAYS).where(FACTS.c.kind == "organization")


async def _parties(connection: AsyncConnection, statement: Select[Any]) -> dict[UUID, Party]:
    found = [party_of(row.document, row.stays) for row in await connection.execute(statement)]
    return {party.id: party for party in found}


def party_of(document: Document, stays: Sequence[Document] | None = None) -> Party:
    """The party that an organisation's document describes, with its stays where they were read as well."""
    registered_on = document["registered_on"]
    return Party(
        id=parse("org", document["id"]),
        uscc=document["uscc"],
        name=document["name"],
        region=document["region"],
        size_class=document["size_class"],
        legal_form=document["legal_form"],
        registered_on=date.fromisoformat(registered_on) if registered_on is not None else None,
        status=document["status"],
        priority=tuple(PriorityListing(one["list"], one["class"], _span(one)) for one in document["priority_lists"]),
        sanctions=tuple(Sanction(one["id"], one["kind"], _span(one)) for one in document["sanctions"]),
        related=tuple(_relation(one) for one in document["related_parties"]),
        provider=_provider(document["provider"]),
        names=tuple(Called(one["name"], _span(one)) for one in document.get("names", ())),
        quota_roots=tuple(parse("tea", one) for one in document.get("quota_roots", ())),
        figures=tuple(_figures(one) for one in document.get("sizes", ())),
        residencies=tuple(sorted((_residency(one["stay"], one["space"]) for one in stays or ()), key=_oldest_first)),
    )


def _figures(document: Document) -> Figures:
    revenue, assets = (
        None if document[name] is None else parse_amount(document[name]["amount"]) for name in ("revenue", "assets")
    )
    return Figures(document["year"], document["staff"], revenue, assets)


def _residency(stay: Document, space: Document) -> Residency:
    since = space["incubator_since"]
    return Residency(
        space=space["id"],
        kind=space["kind"],
        span=_span(stay),
        recognitions=tuple(_recognised(one) for one in space["recognitions"]),
        incubator_since=None if since is None else date.fromisoformat(since),
    )


def _recognised(document: Document) -> Recognised:
    """A recognition; ``ended_on`` is the first day on which it is no longer in force."""
    ended = document["ended_on"]
    until = None if ended is None else date.fromisoformat(ended) - timedelta(days=1)
    return Recognised(document["level"], Span(date.fromisoformat(document["decided_on"]), until))


def _oldest_first(residency: Residency) -> tuple[date, str]:
    return residency.span.since, residency.space


def _relation(document: Document) -> Relation:
    """A link; one of an older registry has neither id nor share."""
    owner = document.get("owner")
    return Relation(
        organization=parse("org", document["organization"]),
        kind=document["kind"],
        span=_span(document),
        id=document.get("id"),
        share=document.get("share_basis_points"),
        owner=None if owner is None else parse("org", owner),
    )


def _provider(document: Document | None) -> ProviderFacts | None:
    if document is None:
        return None
    admissions = tuple(
        Admission(one["category"], _span(one), tuple(one.get("schemes", ()))) for one in document["admissions"]
    )
    return ProviderFacts(parse("prv", document["id"]), document["state"], admissions)


def _span(document: Document) -> Span:
    until = document["until"]
    return Span(date.fromisoformat(document["from"]), date.fromisoformat(until) if until is not None else None)
