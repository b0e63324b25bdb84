"""Takes a work summary from those who owe it to the operator who accepts it or sends it back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages, tasks
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.refusals import NotFound
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.catalogue.domain.deadline import last_day
from services.registry.catalogue.store import catalogue
from services.registry.evidence import document_faults
from services.registry.sight import Sight
from services.registry.statistics.domain.subject import Subject
from services.registry.statistics.domain.summary import (
    OWED,
    Figure,
    Submission,
    WorkSummary,
    accept,
    send_back,
    stated_faults,
    submit,
    year_end,
)
from services.registry.statistics.domain.target import Measure
from services.registry.statistics.operations.year_end import to_submit
from services.registry.statistics.store import counting, summaries
from services.registry.statistics.store.counting import Asof
from services.registry.statistics.store.summaries import SummaryFilter
from services.standards.calendar import end_of_day

COUNTED = (Subject.ORGANIZATIONS, Subject.SPACES, Subject.PROVIDERS, Subject.TEAMS, Subject.RESIDENCIES)
"""What of a region is told in a summary, as it stood on the last day of the year."""


@dataclass(frozen=True)
class HandedIn:
    """What is handed in: the document, and those figures that are stated otherwise than they were counted here."""

    document_id: UUID
    stated: Mapping[str, int]


async def submit_summary(asked: Asked, summary_id: UUID, handed_in: HandedIn) -> WorkSummary:
    """Hand in a summary that is owed, with the figures of the last day of its year.

    NotFound ``work_summary.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        summary = await _hold(connection, asked, summary_id)
        now = await business_now(connection)
        figures = await _figures(connection, summary, asked.settings.zone)
        faults = [
            *await document_faults(connection, handed_in.document_id),
            *stated_faults(handed_in.stated, list(figures)),
        ]
        told = {name: replace(one, stated=handed_in.stated.get(name)) for name, one in figures.items()}
        submission = Submission(asked.day_of(now), asked.actor, handed_in.document_id, told, days_late=0)
        submitted = submit(summary, submission, also=faults)
        await tasks.close_tasks(connection, [summary_id], at=now, kind="submit_work_summary")
        due = end_of_day(asked.day_of(now) + timedelta(days=asked.settings.review_days), asked.settings.zone)
        decide = Task("decide_work_summary", "work_summary", summary_id, "operator", now, due)
        await tasks.open_tasks(connection, [decide])
        return await _settle(connection, asked, submitted, "submit", now)


async def return_summary(asked: Asked, summary_id: UUID, *, reason: str) -> WorkSummary:
    """Send a summary back with a reason, to be handed in again within the working days of the settings.

    NotFound ``work_summary.unknown``; Refusal with all faults, ``calendar.not_loaded`` where those days are not known.
    """
    async with asked.database.begin() as connection:
        summary = await _hold(connection, asked, summary_id)
        now = await business_now(connection)
        calendar = await catalogue.working_days(connection)
        owed_by = last_day(asked.day_of(now), asked.settings.summary_return_days, calendar)
        returned = send_back(summary, by=asked.actor, reason=reason, owed_by=max(owed_by, summary.due_on))
        await tasks.close_tasks(connection, [summary_id], at=now)
        await tasks.open_tasks(connection, [to_submit(returned, now, asked.settings.zone)])
        return await _settle(connection, asked, returned, "return", now)


async def accept_summary(asked: Asked, summary_id: UUID) -> WorkSummary:
    """Accept a summary; NotFound ``work_summary.unknown``, Refusal ``summary.state``, ``summary.own``."""
    async with asked.database.begin() as connection:
        summary = await _hold(connection, asked, summary_id)
        now = await business_now(connection)
        accepted = accept(summary, by=asked.actor)
        await tasks.close_tasks(connection, [summary_id], at=now)
        return await _settle(connection, asked, accepted, "accept", now)


async def read_summary(asked: Asked, summary_id: UUID) -> tuple[WorkSummary, Mapping[str, Figure], int]:
    """Show a summary with its figures, those counted so far where none was handed in, and how overdue it is.

    NotFound ``work_summary.unknown``.
    """
    async with asked.database.read() as connection:
        summary = _see(asked, await summaries.read(connection, summary_id))
        today = asked.day_of(await business_now(connection))
        if summary.submission is not None and summary.state not in OWED:
            return summary, summary.submission.figures, summary.overdue(today)
        return summary, await _figures(connection, summary, asked.settings.zone), summary.overdue(today)


async def list_summaries(
    asked: Asked, wanted: SummaryFilter, *, overdue: bool, after: str | None, limit: int
) -> tuple[list[tuple[WorkSummary, int]], str | None]:
    """Show a page of the summaries in sight, each with how many days it is overdue today; and its next cursor."""
    async with asked.database.read() as connection:
        today = asked.day_of(await business_now(connection))
        bounded = replace(wanted, overdue_on=today if overdue else None)
        found = await summaries.find(connection, bounded, asked.sight, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [(one, one.overdue(today)) for one in page], cursor


async def _hold(connection: AsyncConnection, asked: Asked, summary_id: UUID) -> WorkSummary:
    return _see(asked, await summaries.lock(connection, summary_id))


def _see(asked: Asked, summary: WorkSummary | None) -> WorkSummary:
    if summary is None:
        raise NotFound("work_summary.unknown")
    region = summary.region if summary.bureau is None else None
    asked.permit.require("work_summary.unknown", region=region, bureau=summary.bureau)
    return summary


async def _figures(connection: AsyncConnection, summary: WorkSummary, zone: str) -> dict[str, Figure]:
    """What is counted of a summary's region on the last day of its year, and the activities of that year."""
    at = Asof.of(year_end(summary.year), zone)
    sight = Sight(region=summary.region)
    figures = {}
    for subject in COUNTED:
        figures[subject.value] = Figure((await counting.count(connection, subject, (), at, sight=sight)).total)
    recognised = await counting.measured(connection, Measure.RECOGNISED_SPACES, summary.region, at)
    held = await counting.count(connection, Subject.ACTIVITIES, ("year",), at, sight=sight)
    activities = Figure(held.cells.get((str(summary.year),), 0))
    return {**figures, "recognised_spaces": Figure(recognised), "activities": activities}


async def _settle(
    connection: AsyncConnection, asked: Asked, summary: WorkSummary, verb: str, at: datetime
) -> WorkSummary:
    await summaries.save(connection, summary)
    late = None if summary.submission is None else summary.submission.days_late
    decision = Decision(
        subject_kind="work_summary",
        subject_id=summary.id,
        kind=verb,
        outcome=summary.state.value,
        actor=asked.actor,
        at=at,
        rule="20 working days after the end of the year",
        numbers={
            "year": summary.year,
            "due_on": summary.due_on.isoformat(),
            "days_late": late,
            "reason": summary.reason,
        },
        request_id=asked.request_id,
    )
    await decisions.record(connection, [decision])
    return summary
