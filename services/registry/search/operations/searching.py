"""Looks for things by name, pinyin or what they are: the best fit first, then in the order of names, page by page."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.refusals import Refusal, refuse_all
from services.registry.providers.domain.rating import shown_ratings
from services.registry.search.domain.question import Fit, Narrowed, Question, question_faults
from services.registry.search.store import entries, finding, ratings
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
    """Where a page ended: how well its last entry fits, and its place among those that fit as well."""

    fit: Fit
    key: tuple[str, UUID]


Listed = tuple[Fit, Found]


async def search(
    reader: Reader, typed: str | None, narrowed: Narrowed, *, after: str | None, limit: int
) -> tuple[list[Found], str | None]:
    """A page of what is found, and its next cursor; without a text, of all that is in sight.

    Who turns pages while things are recorded sees none twice, unless it is renamed meanwhile.
    Refusal ``search.nothing_to_find``, ``page.cursor``.
    """
    refuse_all(question_faults(typed))
    place = _place(after)
    async with reader.database.read() as connection:
        await finding.be_brief(connection)
        today = local_date(await business_now(connection), reader.zone)
        scope = Scope(narrowed, reader.sight, today, await _places(connection, narrowed.region))
        if typed is None:
            found = await finding.browse(connection, scope, after=None if place is None else place.key, limit=limit + 1)
            listed = [(Fit.EXACT, one) for one in found]
        else:
            listed = await _fitting(connection, scope, Question(typed), place, limit + 1)
        page, cursor = pages.cut(listed, limit, _cursor)
        return await _rated(connection, [one for _, one in page]), cursor


async def _rated(connection: AsyncConnection, found: list[Found]) -> list[Found]:
    """With how their providers were rated; ratings that are too few to be told are not."""
    known = await ratings.of_providers(connection, {one.rated_id for one in found if one.rated_id is not None})
    rated = {provider: shown_ratings(by_category).overall for provider, by_category in known.items()}
    return [replace(one, rating=rated.get(one.rated_id)) if one.rated_id in rated else one for one in found]


async def _places(connection: AsyncConnection, region: str | None) -> list[str] | None:
    return None if region is None else (await entries.trees(connection)).within(region)


async def _fitting(
    connection: AsyncConnection, scope: Scope, question: Question, place: Place | None, limit: int
) -> list[Listed]:
    """From a place on; what nearly fits only where nothing else does."""
    listed: list[Listed] = []
    for fit in question.fits:
        before = place is not None and fit < place.fit
        needless = fit is Fit.NEARLY and (bool(listed) if place is None else place.fit is not fit)
        if before or needless or len(listed) == limit:
            continue
        after = place.key if place is not None and place.fit is fit else None
        found = await finding.find(connection, scope, (question, fit), after=after, limit=limit - len(listed))
        listed += [(fit, one) for one in found]
    return listed


def _cursor(listed: Listed) -> tuple[str, str, str]:
    fit, one = listed
    return str(fit.value), one.sort_key, one.id.hex


def _place(cursor: str | None) -> Place | None:
    """The place inside a cursor; Refusal ``page.cursor`` when it is not one of ours."""
    if cursor is None:
        return None
    fit, sort_key, identifier = pages.decode(cursor, 3)
    try:
        place = Place(Fit(int(fit)), (sort_key, UUID(identifier)))
    except ValueError as error:
        raise Refusal("page.cursor", pointer="/after") from error
    if not (sort_key.isascii() and sort_key.isprintable()):
        raise Refusal("page.cursor", pointer="/after")
    return place
