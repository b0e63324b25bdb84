"""Remembers how entries are found: in the order of their names, a page at a time, by whoever may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    any_,
    column,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.registry.providers.domain.rating import Tally
from services.registry.search.domain.entry import PROVIDER
from services.registry.search.domain.question import Fit, Narrowed, Question
from services.registry.search.store.matching import fitting
from services.registry.search.store.tables import SearchEntries
from services.registry.sight import Sight, region_in_sight

ENTRIES = SearchEntries.__table__
ENTRY = ENTRIES.c
SEARCH_MILLISECONDS = 3_000
"""A search that takes longer, over all that it asks, is given up: it keeps others from theirs."""
_LOCAL = text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
_SHOWN = (
    ENTRY.id,
    ENTRY.kind,
    ENTRY.name,
    ENTRY.former_names,
    ENTRY.code,
    ENTRY.owner_id,
    ENTRY.provider_id,
    ENTRY.region,
    ENTRY.categories,
    ENTRY.levels,
    ENTRY.state,
    ENTRY.terms,
    ENTRY.shown,
    ENTRY.sort_key,
)
_TERM = (
    func.jsonb_to_recordset(ENTRY.terms)
    .table_valued(
        column("within", ARRAY(Text())),
        column("from_on", Date()),
        column("until_on", Date()),
        column("schemes", ARRAY(Text())),
        name="term",
    )
    .render_derived(with_types=True)
)


@dataclass(frozen=True)
class Scope:
    """Among what is looked for: what narrows it, and who may see what on which day.

    places: the regions that count, None where all do; beyond: those that do not; sight: None is the public's.
    """

    narrowed: Narrowed
    sight: Sight | None
    today: date
    places: Sequence[str] | None = None
    beyond: Sequence[str] = ()


@dataclass(frozen=True)
class Found:
    """An entry as it was found, with its place in the list; rating: of its provider, where there are enough to tell."""

    id: UUID
    kind: str
    name: str
    former_names: Sequence[str]
    code: str
    owner_id: UUID | None
    provider_id: UUID | None
    region: str | None
    categories: Sequence[str]
    levels: Sequence[str]
    state: str
    terms: Sequence[dict[str, Any]] | None
    shown: dict[str, Any]
    sort_key: str
    rating: Tally | None = None

    @property
    def rated_id(self) -> UUID | None:
        """The provider whose ratings are shown beside it: itself, or the one that lists it."""
        return self.id if self.kind == PROVIDER else self.provider_id


async def be_brief(connection: AsyncConnection) -> None:
    """What this transaction asks from now on may take what is left of its time, and is planned for what is typed.

    A plan for any text at all would walk along the names for those that few have, at a hundred times the cost.
    """
    await connection.execute(_LOCAL)
    await clock.allow(connection, SEARCH_MILLISECONDS)


async def find(
    connection: AsyncConnection,
    scope: Scope,
    wanted: tuple[Question, Fit] | None,
    *,
    after: tuple[str, UUID] | None,
    limit: int,
) -> list[Found]:
    """What is in scope and fits in this way and in no better one, in the order of names, at most ``limit``.

    wanted: None for all that is in scope. It ends when the time of the whole search does.
    """
    await clock.allow(connection, SEARCH_MILLISECONDS)
    page = _page(scope, after, limit)
    rows = await connection.execute(page if wanted is None else page.where(fitting(*wanted)))
    return [Found(**row._asdict()) for row in rows]


def _page(scope: Scope, after: tuple[str, UUID] | None, limit: int) -> Select[Any]:
    statement = select(*_SHOWN).where(*_narrowed(scope), _seen(scope)).order_by(ENTRY.sort_key, ENTRY.id).limit(limit)
    if after is not None:
        statement = statement.where(tuple_(ENTRY.sort_key, ENTRY.id) > tuple_(*map(literal, after)))
    return statement


def _narrowed(scope: Scope) -> list[ColumnElement[bool]]:
    wanted = scope.narrowed
    conditions = [
        column == value
        for column, value in ((ENTRY.kind, wanted.kind), (ENTRY.state, wanted.state))
        if value is not None
    ]
    for among, value in (
        (ENTRY.categories, wanted.category),
        (ENTRY.levels, wanted.level),
    ):
        if value is not None:
            conditions.append(among.contains(literal([value], ARRAY(Text()))))
    if scope.places is not None:
        conditions.append(_placed(scope.places))
    if scope.beyond:
        conditions.append(or_(ENTRY.region.is_(None), ENTRY.region.not_in(scope.beyond)))
    if wanted.category is not None or wanted.scheme is not None:
        conditions.append(_in_force(scope))
    return conditions


def _placed(places: Sequence[str]) -> ColumnElement[bool]:
    """Whether it is in one of these regions; a single one is found in the order of names."""
    return ENTRY.region == places[0] if len(places) == 1 else ENTRY.region.in_(places)


def _seen(scope: Scope) -> ColumnElement[bool]:
    """What the public sees: what is open, of providers what they are admitted for today, and nobody who is banned."""
    barred = and_(ENTRY.barred_until.is_not(None), ENTRY.barred_until >= scope.today)
    public = ENTRY.is_public & not_(barred) & or_(ENTRY.terms.is_(None), _in_force(scope))
    if scope.sight is None or scope.sight.everything:
        return public if scope.sight is None else literal(True)
    own = ENTRY.owner_id == scope.sight.organization
    return or_(public, own, region_in_sight(ENTRY.region, scope.sight.region))


def _in_force(scope: Scope) -> ColumnElement[bool]:
    """Whether one of its admissions holds today, for the category and the scheme that are asked for."""
    term, wanted = _TERM.c, scope.narrowed
    held = select(literal(1)).select_from(_TERM).where(term.from_on <= scope.today)
    held = held.where(or_(term.until_on.is_(None), term.until_on >= scope.today))
    if wanted.category is not None:
        held = held.where(literal(wanted.category) == any_(term.within))
    if wanted.scheme is not None:
        held = held.where(or_(term.schemes.is_(None), literal(wanted.scheme) == any_(term.schemes)))
    return held.correlate(ENTRIES).exists()
