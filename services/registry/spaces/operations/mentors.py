"""Records who mentors in a space, and until when."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.chassis import pages
from services.chassis.clock import business_now
from services.chassis.refusals import NotFound, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.catalogue.domain.period import Period
from services.registry.evidence import missing
from services.registry.spaces import data
from services.registry.spaces.domain.dossier import mentor_document
from services.registry.spaces.domain.mentor import Mentor, mentor_faults
from services.registry.spaces.domain.recognition import NOT_CLOSED, state_faults
from services.registry.spaces.domain.residency import end_faults
from services.registry.spaces.store import mentors
from services.registry.spaces.store.holding import hold_place, hold_space


async def record_mentor(asked: Asked, mentor: Mentor) -> Document:
    """Record that a person, who is on record, mentors in a space.

    NotFound ``space.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        space, _ = await hold_space(connection, asked, mentor.space_id)
        now = await business_now(connection)
        refuse_all(
            [
                *missing("person", [("/person", await mentors.person_known(connection, mentor.person_id))]),
                *mentor_faults(mentor, await mentors.of_space(connection, space.id), fields=data.fields()),
                *state_faults(space, NOT_CLOSED, "record_mentor"),
            ]
        )
        written = replace(mentor, title=clean(mentor.title))
        await mentors.add(connection, written, at=now, by=asked.actor)
        return mentor_document(written)


async def end_mentor(asked: Asked, mentor_id: UUID, *, on: date) -> Document:
    """Say on which day a mentor is the last time there.

    NotFound ``mentor.unknown``; Refusal ``period.end`` unless that is one of his days.
    """
    async with asked.database.begin() as connection:
        seen = await mentors.read(connection, mentor_id)
        if seen is None:
            raise NotFound("mentor.unknown")
        await hold_place(connection, asked, seen.space_id, unknown="mentor.unknown")
        (mentor,) = [one for one in await mentors.of_space(connection, seen.space_id) if one.id == mentor_id]
        refuse_all(end_faults(mentor.period, on))
        await mentors.end(connection, mentor_id, on)
        return mentor_document(replace(mentor, period=Period(mentor.period.start, on)))


async def list_mentors(
    asked: Asked, *, space_id: UUID | None, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the mentors of spaces in sight, and its next cursor."""
    async with asked.database.read() as connection:
        key = pages.only_id(after)
        found = await mentors.find(connection, asked.sight, space_id=space_id, after=key, limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [mentor_document(one) for one in page], cursor
