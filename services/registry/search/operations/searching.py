"""Looks for things by name, pinyin or what they are: the best fit first, then in the order of names, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.refusals import Refusal, refuse_all
from services.registry.providers.domain.rating import shown_ratings
from services.registry.providers.store import ratings
from services.registry.search.domain.question import Fit, Narrowed, Question, question_faults
from services.registry.search.store import entries, finding
from services.registry.search.store.finding import Found, Scope
from services.registry.sight import Sight
from services.standards.calendar import local_date


@dataclass(frozen=True)
class Reader:
    """Who searches where; sight: what he may see beside what everybody does, None for the public."""

    database: Database
    zone: str
    sight: Sight | None = None


@dataclass(frozen=True)
class Place:
    """Where a page ended: in which step, and its last entry's place among those found in it."""

    step: int
    key: tuple[str, UUID]


Step = tuple[Scope, Fit | None]
"""A part of a list: where is looked, and how well what is found there fits; None: without a text everything does."""
Listed = tuple[int, Found]


async def search(
    reader: Reader, typed: str | None, narrowed: Narrowed, *, after: str | None, limit: int
) -> tuple[list[Found], str | None]:
    """A page of what is found, and its next cursor; without a text, of all that is in sight.

    Who turns pages while things are recorded sees none twice, unless it is renamed meanwhile.
    Refusal ``search.nothing_to_find``, ``page.cursor``.
    """
    refuse_all(question_faults(typed))
    place = _place(after)
    question = None if typed is None else Question(typed)
    async with reader.database.read() as connection:
        await finding.be_brief(connection)
        today = local_date(await business_now(connection), reader.zone)
        scopes = await _scopes(connection, Scope(narrowed, reader.sight, today))
        listed = await _listed(connection, question, _steps(question, scopes), place, limit + 1)
        page, cursor = pages.cut(listed, limit, lambda one: (str(one[0]), one[1].sort_key, one[1].id.hex))
        return await _rated(connection, [one for _, one in page]), cursor


async def _scopes(connection: AsyncConnection, scope: Scope) -> list[Scope]:
    """Where is looked, the nearest first; one place where nobody asks what is near."""
    wanted = scope.narrowed
    if wanted.region is None and wanted.near is None:
        return [scope]
    trees = await entries.trees(connection)
    bound = None if wanted.region is None else trees.within(wanted.region)
    if wanted.near is None:
        return [replace(scope, places=bound)]
    rings = trees.around(wanted.near)
    inner = [[one for one in ring if bound is None or one in bound] for ring in rings]
    outer = replace(scope, places=bound, beyond=[one for ring in rings for one in ring])
    return [*(replace(scope, places=ring) for ring in inner), outer]


def _steps(question: Question | None, scopes: Sequence[Scope]) -> list[Step]:
    """In which order is looked: near before far, there what fits well before what fits worse, what nearly fits last."""
    fits: Sequence[Fit | None] = [None] if question is None else question.fits
    usual: list[Step] = [(scope, fit) for scope in scopes for fit in fits if fit is not Fit.NEARLY]
    return usual + [(scope, Fit.NEARLY) for scope in scopes if Fit.NEARLY in fits]


async def _listed(
    connection: AsyncConnection, question: Question | None, steps: Sequence[Step], place: Place | None, limit: int
) -> list[Listed]:
    """From a place on; what nearly fits only where nothing else does. Refusal ``page.cursor``."""
    if place is not None and place.step >= len(steps):
        raise Refusal("page.cursor", pointer="/after")
    listed: list[Listed] = []
    for number, (scope, fit) in enumerate(steps):
        first = place.step if place is not None else listed[0][0] if listed else number
        needless = fit is Fit.NEARLY and steps[first][1] is not fit
        if number < first or needless or len(listed) == limit:
            continue
        after = place.key if place is not None and place.step == number else None
        wanted = None if question is None or fit is None else (question, fit)
        found = await finding.find(connection, scope, wanted, after=after, limit=limit - len(listed))
        listed += [(number, one) for one in found]
    return listed


async def _rated(connection: AsyncConnection, found: list[Found]) -> list[Found]:
    """With how their providers were rated; ratings that are too few to be told are not."""
    known = await ratings.tallies(connection, {one.rated_id for one in found if one.rated_id is not None})
    rated = {provider: shown_ratings(by_category).overall for provider, by_category in known.items()}
    return [replace(one, rating=rated.get(one.rated_id)) if one.rated_id in rated else one for one in found]


def _place(cursor: str | None) -> Place | None:
    """The place inside a cursor; Refusal ``page.cursor`` when it is not one of ours."""
    if cursor is None:
        return None
    step, sort_key, identifier = pages.decode(cursor, 3)
    try:
        key = sort_key, UUID(identifier)
    except ValueError as error:
        raise Refusal("page.cursor", pointer="/after") from error
    if not (step.isascii() and step.isdecimal() and len(step) < 4 and sort_key.isascii() and sort_key.isprintable()):
        raise Refusal("page.cursor", pointer="/after")
    return Place(int(step), key)
