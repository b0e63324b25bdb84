"""Records what policy papers want to have been reached, and tells how far it is."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.store import catalogue
from services.registry.settings import Settings
from services.registry.statistics.data import shipped_targets
from services.registry.statistics.domain.target import (
    NOT_COUNTED,
    UNNAMED,
    Measure,
    Progress,
    Target,
    TargetFacts,
    counting_day,
    target_faults,
)
from services.registry.statistics.operations.openly import Openly
from services.registry.statistics.operations.statistics import covered
from services.registry.statistics.store import counting, targets
from services.registry.statistics.store.counting import Asof


async def load_targets(database: Database) -> int:
    """Record those targets of the shipped papers that are new; gives how many. Safe to repeat."""
    shipped = [Target(new_id(), facts) for facts in shipped_targets()]
    async with database.begin() as connection:
        now = await business_now(connection)
        return len(await targets.add_new(connection, shipped, at=now, by="shipped"))


async def record_target(asked: Asked, facts: TargetFacts) -> Progress:
    """Record a target of a clause; Refusal with all faults, or ``target.duplicate`` with the id of the one there."""
    async with asked.database.begin() as connection:
        now = await business_now(connection)
        today = asked.day_of(now)
        refuse_all(target_faults(facts, regions=await catalogue.regions(connection)))
        target = Target(new_id(), facts)
        if not await targets.add_new(connection, [target], at=now, by=asked.actor):
            known = await targets.same(connection, facts)
            raise Refusal("target.duplicate", pointer="/clause", numbers={"id": show("tgt", known)})
        decision = Decision(
            subject_kind="target",
            subject_id=target.id,
            kind="set",
            outcome="set",
            actor=asked.actor,
            at=now,
            clause=f"{facts.policy} {facts.clause}",
            numbers={"measure": facts.measure.value, "region": facts.region, "value": facts.value},
            request_id=asked.request_id,
        )
        await decisions.record(connection, [decision])
        return await _progress(connection, target, today, asked.settings)


async def list_targets(
    asked: Openly, region: str | None, *, after: str | None, limit: int
) -> tuple[list[Progress], str | None]:
    """Show a page of the targets of a region and of what lies in it, each with what there is; and its next cursor."""
    async with asked.database.read() as connection:
        today = asked.day_of(await business_now(connection))
        found = await targets.find(connection, region, after=pages.only_id(after), limit=limit + 1)
        page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
        return [await _progress(connection, one, today, asked.settings) for one in page], cursor


async def _progress(connection: AsyncConnection, target: Target, today: date, settings: Settings) -> Progress:
    """A target against what there is, as everybody is told: of few who are not named, nothing."""
    facts = target.facts
    day = counting_day(facts, today=today)
    at = Asof.of(day, settings.zone)
    if facts.measure in NOT_COUNTED:
        return Progress(target, day, None)
    if facts.measure is Measure.COVERED_COUNTIES:
        return Progress(target, day, (await covered(connection, facts.region, at)).covered)
    actual = await counting.measured(connection, facts.measure, facts.region, at)
    if facts.measure not in UNNAMED:
        return Progress(target, day, actual)
    who = Measure.MENTORS if facts.measure is Measure.MENTORS else Measure.INVESTORS
    few = 0 < await counting.measured(connection, who, facts.region, at) < settings.statistics_least
    return Progress(target, day, None if few else actual, withheld=few)
