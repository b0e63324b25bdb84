"""Decides that a year is over, and opens the work summaries of it that are owed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.ids import new_id
from services.chassis.tasks import Task
from services.registry.catalogue.store import catalogue
from services.registry.statistics.domain.summary import SUMMARY_DAYS, WorkSummary, open_summary, year_end
from services.registry.statistics.store import summaries
from services.standards.calendar import day_of_due, end_of_day

BATCH = 100


@dataclass(frozen=True)
class YearEnd:
    """Falls due when a year is over in the zone of which somebody owes a summary.

    It stands still, and says so, where the calendar of the next year is not loaded: no deadline is guessed.
    """

    zone: str
    name: str = "work_summary.year_end"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """The end of the earliest year whose summaries are not all open (UTC); None when nobody owes any."""
        year = await summaries.earliest_missing(connection)
        return None if year is None else end_of_day(year_end(year), self.zone)

    async def run(self, database: Database, upto: datetime) -> int:
        """Open one batch of the summaries of a year that is over; gives how many. Raises CalendarNotLoaded."""
        year = day_of_due(upto, self.zone).year
        async with database.begin() as connection:
            duties = await summaries.missing(connection, year, limit=BATCH)
            calendar = await catalogue.working_days(connection)
            opened = [open_summary(new_id(), duty, year, calendar) for duty in duties]
            if opened:
                await summaries.add(connection, opened, at=upto)
                await tasks.open_tasks(connection, [to_submit(one, upto, self.zone) for one in opened])
                clauses = {duty.id: f"{duty.policy} {duty.clause}" for duty in duties}
                decided = [self._decision(one, clauses[one.duty_id], upto) for one in opened]
                await decisions.record(connection, decided)
        return len(opened)

    def _decision(self, summary: WorkSummary, clause: str, at: datetime) -> Decision:
        return Decision(
            subject_kind="work_summary",
            subject_id=summary.id,
            kind="open",
            outcome=summary.state.value,
            actor=self.name,
            at=at,
            clause=clause,
            numbers={
                "year": summary.year,
                "working_days": SUMMARY_DAYS,
                "due_on": summary.due_on.isoformat(),
                "region": summary.region,
                "bureau": summary.bureau,
            },
        )


def to_submit(summary: WorkSummary, at: datetime, zone: str) -> Task:
    """The task of whoever owes a summary: a county's is its reviewer's, a bureau's its operators'."""
    return Task(
        kind="submit_work_summary",
        subject_kind="work_summary",
        subject_id=summary.id,
        role="reviewer" if summary.bureau is None else "operator",
        opened_at=at,
        due_at=end_of_day(summary.owed_by or summary.due_on, zone),
        region=summary.region if summary.bureau is None else None,
        bureau=summary.bureau,
    )
