"""Records what happened in a space, and replaces what was typed wrong."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Reason, Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.evidence import document_faults
from services.registry.spaces.domain.activity import (
    Activity,
    ActivityFacts,
    Correction,
    activity_faults,
    correction_faults,
    refuse_corrected,
)
from services.registry.spaces.domain.dossier import activity_document
from services.registry.spaces.domain.mentor import Mentor
from services.registry.spaces.domain.recognition import NOT_CLOSED, state_faults
from services.registry.spaces.store import activities, mentors
from services.registry.spaces.store.activities import ActivityFilter
from services.registry.spaces.store.holding import hold_space, see_place


async def record_activity(asked: Asked, space_id: UUID, facts: ActivityFacts) -> Document:
    """Record an activity of a space.

    NotFound ``space.unknown``; Refusal with all faults, ``activity.duplicate`` with the id of the same one.
    """
    async with asked.database.begin() as connection:
        space, _ = await hold_space(connection, asked, space_id)
        now = await business_now(connection)
        mentor = await _mentor(connection, space_id, facts)
        refuse_all(
            [
                *activity_faults(facts, mentor, today=asked.day_of(now)),
                *await _evidence_faults(connection, facts),
                *state_faults(space, NOT_CLOSED, "record_activity"),
            ]
        )
        activity = Activity(new_id(), space_id, replace(facts, title=clean(facts.title)))
        await _refuse_twin(connection, activity)
        await activities.add(connection, activity, at=now, by=asked.actor)
        return activity_document(activity)


async def correct_activity(asked: Asked, activity_id: UUID, facts: ActivityFacts, *, reason: str) -> Document:
    """Replace an activity by what it should have said, with the reason; both stay, and what is counted is the new one.

    NotFound ``activity.unknown``; Refusal ``activity.corrected`` when it was replaced before, or all faults.
    """
    async with asked.database.begin() as connection:
        seen = await _see(connection, asked, activity_id)
        await hold_space(connection, asked, seen.space_id)
        former = await activities.held(connection, activity_id)
        now = await business_now(connection)
        refuse_corrected(former)
        mentor = await _mentor(connection, former.space_id, facts)
        faults = correction_faults(facts, reason, mentor, today=asked.day_of(now))
        refuse_all([*faults, *await _evidence_faults(connection, facts)])
        written = replace(facts, title=clean(facts.title))
        corrected = Activity(new_id(), former.space_id, written, Correction(activity_id, clean(reason)))
        await _refuse_twin(connection, corrected)
        await activities.add(connection, corrected, at=now, by=asked.actor)
        numbers = {
            "reason": clean(reason),
            "by": show("atv", corrected.id),
            **{f"{name}_before": getattr(former.facts, name) for name in ("sessions", "heads")},
            **{f"{name}_after": getattr(written, name) for name in ("sessions", "heads")},
        }
        decision = Decision(
            subject_kind="activity",
            subject_id=activity_id,
            kind="correct",
            outcome="corrected",
            actor=asked.actor,
            at=now,
            rule="an activity is replaced once",
            numbers=numbers,
            request_id=asked.request_id,
        )
        await decisions.record(connection, [decision])
        return activity_document(corrected)


async def read_activity(asked: Asked, activity_id: UUID) -> Document:
    """Show an activity; NotFound ``activity.unknown``."""
    async with asked.database.read() as connection:
        return activity_document(await _see(connection, asked, activity_id))


async def list_activities(
    asked: Asked, wanted: ActivityFilter, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the activities of spaces in sight, and its next cursor."""
    async with asked.database.read() as connection:
        found = await activities.find(connection, wanted, asked.sight, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [activity_document(one) for one in page], cursor


async def _see(connection: AsyncConnection, asked: Asked, activity_id: UUID) -> Activity:
    activity = await activities.read(connection, activity_id)
    if activity is None:
        raise NotFound("activity.unknown")
    await see_place(connection, asked, activity.space_id, unknown="activity.unknown")
    return activity


async def _mentor(connection: AsyncConnection, space_id: UUID, facts: ActivityFacts) -> Mentor | None:
    """The mentor who led it, None when there is none of that id in the space."""
    mentor = None if facts.mentor_id is None else await mentors.read(connection, facts.mentor_id)
    return None if mentor is None or mentor.space_id != space_id else mentor


async def _evidence_faults(connection: AsyncConnection, facts: ActivityFacts) -> list[Reason]:
    return [] if facts.document_id is None else await document_faults(connection, facts.document_id)


async def _refuse_twin(connection: AsyncConnection, activity: Activity) -> None:
    twin = await activities.same(connection, activity.space_id, activity.facts)
    replaced = None if activity.correction is None else activity.correction.corrects_id
    if twin is not None and twin != replaced:
        raise Refusal("activity.duplicate", pointer="/title", numbers={"id": show("atv", twin)})
