"""Takes a space from its filing to recognition and upgrade, and out of it again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages, tasks
from services.chassis.clock import business_now
from services.chassis.refusals import Reason
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.evidence import document_faults
from services.registry.spaces.domain import recognition
from services.registry.spaces.domain.dossier import step_document
from services.registry.spaces.domain.recognition import Level, Recognition, Standing, Track
from services.registry.spaces.domain.revocation import running_faults
from services.registry.spaces.operations.acting import Ground, act_of
from services.registry.spaces.store import history, recognitions, revocations
from services.registry.spaces.store.holding import hold_space, see_space
from services.registry.spaces.store.settling import settle
from services.standards.calendar import end_of_day

REVIEW = "review_filing"


async def file_space(asked: Asked, space_id: UUID, *, document_id: UUID) -> Document:
    """File a space with the bureau 备案; a reviewer of its region gets a task.

    NotFound ``space.unknown``; Refusal ``space.state`` unless recorded or revoked, with the faults of the evidence.
    """
    async with asked.database.begin() as connection:
        before, now, faults = await _hold(connection, asked, space_id, document_id)
        filed = recognition.file(before, also=faults)
        await tasks.open_tasks(connection, [_review(asked, before, now)])
        return await settle(connection, before, filed, act_of(asked, "file", now, document_id=document_id))


async def decline_space(asked: Asked, space_id: UUID, *, ground: Ground) -> Document:
    """Decline a filing with its reason: the space is what it was before.

    NotFound ``space.unknown``; Refusal with all faults, ``space.state`` unless filed.
    """
    async with asked.database.begin() as connection:
        before, now, faults = await _hold(connection, asked, space_id, ground.document_id)
        declined = recognition.decline(before, reason=ground.reason, also=faults)
        await tasks.close_tasks(connection, [space_id], at=now, kind=REVIEW)
        return await settle(connection, before, declined, act_of(asked, "decline", now, **vars(ground)))


async def recognise_space(asked: Asked, wanted: Recognition) -> Document:
    """Recognise a space 认定, or upgrade it: the former recognition of the track ends on the day of the new decision.

    NotFound ``space.unknown``; Refusal with all faults of the recognition, ``recognition.stage`` (a level above that of
    the reviewer's region), ``revocation.running`` (whether the space is to be struck off is decided first).
    """
    async with asked.database.begin() as connection:
        before, now, faults = await _hold(connection, asked, wanted.space_id, wanted.document_id)
        also = [
            *recognition.stage_faults(wanted.level, Level.of_region(asked.permit.caller.region or "")),
            *faults,
            *running_faults(await revocations.running(connection, wanted.space_id)),
        ]
        written = replace(wanted, document_number=clean(wanted.document_number), clause=clean(wanted.clause))
        recognised = recognition.recognise(before, written, today=asked.day_of(now), also=also)
        await tasks.close_tasks(connection, [wanted.space_id], at=now, kind=REVIEW)
        verb = "recognise" if before.of(wanted.track) is None else "upgrade"
        act = act_of(asked, verb, now, clause=written.clause, document_id=wanted.document_id)
        return await settle(connection, before, recognised, act)


async def give_up_recognition(asked: Asked, space_id: UUID, track: Track, *, ground: Ground) -> Document:
    """Give up the recognition of one track, from today on.

    NotFound ``space.unknown``; Refusal with all faults, ``recognition.none`` where there is none, and
    ``revocation.running``: nobody leaves a case against him.
    """
    async with asked.database.begin() as connection:
        before, now, faults = await _hold(connection, asked, space_id, ground.document_id)
        also = [*faults, *running_faults(await revocations.running(connection, space_id))]
        given_up = recognition.give_up(before, track, reason=ground.reason, on=asked.day_of(now), also=also)
        return await settle(connection, before, given_up, act_of(asked, "give_up", now, **vars(ground)))


async def become_incubator(asked: Asked, space_id: UUID, *, on: date, ground: Ground) -> Document:
    """Note that a recognised space was upgraded to an incubator 科技企业孵化器 on a day.

    NotFound ``space.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        before, now, faults = await _hold(connection, asked, space_id, ground.document_id)
        upgraded = recognition.become_incubator(before, on=on, today=asked.day_of(now), also=faults)
        return await settle(connection, before, upgraded, act_of(asked, "become_incubator", now, **vars(ground)))


async def list_history(
    asked: Asked, space_id: UUID, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of what was done to a space, the oldest first, and its next cursor; NotFound ``space.unknown``."""
    async with asked.database.read() as connection:
        await see_space(connection, asked, space_id)
        found = await history.of_space(connection, space_id, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [step_document(one) for one in page], cursor


async def _hold(
    connection: AsyncConnection, asked: Asked, space_id: UUID, document_id: UUID
) -> tuple[Standing, datetime, Sequence[Reason]]:
    """A held space with its recognitions, the instant of the act, and what is wrong with its evidence."""
    space, _ = await hold_space(connection, asked, space_id)
    now = await business_now(connection)
    return await recognitions.standing(connection, space), now, await document_faults(connection, document_id)


def _review(asked: Asked, standing: Standing, now: datetime) -> Task:
    last_day = asked.day_of(now) + timedelta(days=asked.settings.review_days)
    return Task(
        kind=REVIEW,
        subject_kind="space",
        subject_id=standing.space.id,
        role="reviewer",
        opened_at=now,
        due_at=end_of_day(last_day, asked.settings.zone),
        region=standing.space.facts.region,
    )
