"""Lays on a city's counties and bureaus that they owe a work summary each year, and lifts it again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Reason, Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.region import region_faults
from services.registry.catalogue.store import catalogue, policies
from services.registry.statistics.domain.coverage import counties_of
from services.registry.statistics.domain.summary import Duty, clause_faults, duty_faults, elsewhere_faults
from services.registry.statistics.store import summaries


@dataclass(frozen=True)
class Laid:
    """A clause by which all counties of a city and some of its bureaus, by code, owe a summary from a year on."""

    city: str
    bureaus: tuple[str, ...]
    from_year: int
    policy: str
    clause: str


async def lay_duties(asked: Asked, laid: Laid) -> list[Duty]:
    """Lay a duty on each county of a city and on each bureau named; gives those that are new.

    Refusal with all faults; ``summary.nobody`` when each of them owes one for some of these years already.
    """
    async with asked.database.begin() as connection:
        now = await business_now(connection)
        regions = await catalogue.regions(connection)
        refuse_all(region_faults(laid.city, regions=regions, pointer="/city"))
        owing: list[tuple[str, str | None]] = [(code, None) for code in counties_of(laid.city, regions.values())]
        owing += [(laid.city, bureau) for bureau in dict.fromkeys(laid.bureaus)]
        duties = [Duty(new_id(), *who, laid.from_year, laid.policy, laid.clause) for who in owing]
        today = asked.day_of(now)
        faults = await _clause_faults(connection, laid)
        faults += elsewhere_faults(laid.city, laid.bureaus, await summaries.cities_of(connection, laid.bureaus))
        faults += [fault for duty in duties for fault in duty_faults(duty, today=today)]
        refuse_all(list({(fault.code, str(fault.numbers)): fault for fault in faults}.values()))
        new = await summaries.add_duties(connection, duties, at=now, by=asked.actor)
        laid_on = [duty for duty in duties if duty.id in new]
        if not laid_on:
            raise Refusal("summary.nobody", rule="one owes once", numbers={"city": laid.city})
        await decisions.record(connection, [_decision(asked, duty, "lay", now) for duty in laid_on])
        return laid_on


async def end_duty(asked: Asked, duty_id: UUID, *, until_year: int) -> Duty:
    """End a duty with a year.

    NotFound ``summary_duty.unknown``; Refusal ``summary.ended`` when it has ended, ``summary.owed`` when the summary of
    a later year is open or done already, or the year lies before the first one.
    """
    async with asked.database.begin() as connection:
        duty = await summaries.lock_duty(connection, duty_id)
        if duty is None:
            raise NotFound("summary_duty.unknown")
        now = await business_now(connection)
        if duty.until_year is not None:
            raise Refusal("summary.ended", numbers={"year": duty.until_year})
        earliest = max(duty.from_year, await summaries.last_opened(connection, duty_id) or duty.from_year)
        if until_year < earliest:
            numbers = {"year": until_year, "earliest": earliest}
            raise Refusal("summary.owed", rule="what is owed stays owed", pointer="/until_year", numbers=numbers)
        ended = replace(duty, until_year=until_year)
        await summaries.end_duty(connection, ended)
        await decisions.record(connection, [_decision(asked, ended, "end", now)])
        return ended


async def list_duties(asked: Asked, *, after: str | None, limit: int) -> tuple[Sequence[Duty], str | None]:
    """Show a page of the duties, and its next cursor."""
    async with asked.database.read() as connection:
        found = await summaries.find_duties(connection, after=pages.only_id(after), limit=limit + 1)
    return pages.cut(found, limit, lambda one: (one.id.hex,))


async def _clause_faults(connection: AsyncConnection, laid: Laid) -> list[Reason]:
    paper = await policies.read(connection, laid.policy)
    known = await policies.clauses(connection, [laid.policy])
    return clause_faults(laid.policy, laid.clause, paper, known.get(laid.policy, ()))


def _decision(asked: Asked, duty: Duty, verb: str, at: datetime) -> Decision:
    numbers = {"region": duty.region, "bureau": duty.bureau, "from": duty.from_year, "until": duty.until_year}
    return Decision(
        subject_kind="summary_duty",
        subject_id=duty.id,
        kind=verb,
        outcome="ended" if verb == "end" else "owed",
        actor=asked.actor,
        at=at,
        clause=f"{duty.policy} {duty.clause}",
        numbers=numbers,
        request_id=asked.request_id,
    )
