"""Discloses approved lines: a list is prepared with its digest, published by whoever sends that back, and read by all.

Claim lines are locked before the disclosure that names them, several by id.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, refuse_all
from services.chassis.tasks import Task
from services.voucher.directory.store import parties
from services.voucher.redemption.domain.orders import Actor
from services.voucher.scheme.domain.scheme import Rulebook
from services.voucher.scheme.store import rulebooks
from services.voucher.settlement.domain import disclosure as domain
from services.voucher.settlement.domain.claim import ClaimLine, LineState
from services.voucher.settlement.domain.disclosure import LINES_MAX, Basis, Disclosure, DisclosureState
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.operations.acting import acting
from services.voucher.settlement.store import claim_lines, disclosures, line_steps, proratas
from services.voucher.settlement.store.disclosures import Wanted

SUBJECT = "disclosure"
PUBLISH = "disclosure.publish"
"""The task of whoever reads a prepared list and sends its digest back."""


async def prepare_disclosure(database: Database, keyed: Keyed, *, permit: Permit, line_ids: Sequence[UUID]) -> Answer:
    """List approved lines of the caller's treasury: those named, or the longest waiting ones; nothing else changes.

    Refusals of `domain.disclosure.faults`, ``disclosure.nothing``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        treasury = str(permit.bound("treasury") or "")
        chosen = await _chosen(connection, treasury, line_ids)
        basis = Basis(treasury, await _names(connection, chosen), await _schemes(connection, chosen))
        now = await clock.business_now(connection)
        prepared = domain.prepare(new_id(), chosen, basis=basis, by=permit.caller.person, at=now)
        await disclosures.add(connection, prepared)
        task = Task(PUBLISH, SUBJECT, prepared.id, "finance_maker", now, treasury=treasury)
        await tasks.open_tasks(connection, [task])
        await _tell(connection, "disclosure.prepared", prepared, at=now)
        return await idempotency.record(connection, keyed, prepared, prepared.id)


async def _chosen(connection: AsyncConnection, treasury: str, line_ids: Sequence[UUID]) -> list[ClaimLine]:
    """The lines of a new list, locked: whoever publishes one of them first is seen, and sees this list."""
    if not line_ids:
        waiting = await claim_lines.lock(connection, await disclosures.approved(connection, treasury, limit=LINES_MAX))
        return [line for line in waiting.values() if line.state is LineState.APPROVED]
    lines = await claim_lines.lock(connection, line_ids)
    awaiting = await proratas.awaiting(connection, line_ids)
    refuse_all(domain.faults(line_ids, lines, treasury=treasury, awaiting=awaiting))
    return [lines[line_id] for line_id in line_ids]


async def publish_disclosure(
    database: Database, keyed: Keyed, *, permit: Permit, disclosure_id: UUID, digest: str
) -> Answer:
    """Publish a prepared list by its digest: all its lines are disclosed, until its last day is over.

    NotFound ``disclosure.unknown``, also for another treasury's; refusals of `domain.disclosure.publish` and
    ``calendar.not_loaded``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        seen = await disclosures.read(connection, disclosure_id)
        permit.require("disclosure.unknown", treasury=seen.treasury)
        lines = await claim_lines.lock(connection, seen.line_ids)
        standing = await disclosures.lock(connection, disclosure_id)
        schemes = await _schemes(connection, lines.values())
        calendar = await parties.working_days(connection)
        now = await clock.business_now(connection)
        closing = domain.closing_of(schemes.values(), at=now, calendar=calendar)
        published = domain.publish(
            standing, digest=digest, lines=lines, closing=closing, by=permit.caller.person, at=now
        )
        by = acting(permit, keyed)
        steps = [
            domain.disclosed(
                LineCase(
                    line=line,
                    scheme=schemes[line.scheme_version_id],
                    calendar=calendar,
                    by=by,
                    at=now,
                    takes_part=False,
                ),
                closing,
            )
            for line in (lines[line_id] for line_id in published.line_ids)
        ]
        await disclosures.save(connection, published)
        await line_steps.write(connection, steps, now=now)
        await tasks.close_tasks(connection, [published.id], at=now)
        await _overtake(connection, published.line_ids, now)
        await decisions.record(connection, [_published(published, by, now)])
        await _tell(connection, "disclosure.published", published, at=now, lines=lines)
        return await idempotency.record(connection, keyed, published, published.id)


async def _overtake(connection: AsyncConnection, line_ids: Sequence[UUID], now: datetime) -> None:
    """Another list that names a line shown now can never be published any more: nobody has to look at it."""
    others = await disclosures.lock_prepared(connection, line_ids)
    overtaken = [replace(one, state=DisclosureState.OVERTAKEN) for one in others]
    await disclosures.save(connection, *overtaken)
    await tasks.close_tasks(connection, [one.id for one in overtaken], at=now)
    for one in overtaken:
        await _tell(connection, "disclosure.overtaken", one, at=now)


def _published(disclosure: Disclosure, by: Actor, at: datetime) -> Decision:
    closes_on = disclosure.closes_on
    numbers = {
        "digest": disclosure.digest,
        "lines": len(disclosure.lines),
        "prepared_by": disclosure.prepared_by,
        "closes_on": closes_on.isoformat() if closes_on is not None else None,
    }
    return Decision(
        subject_kind=SUBJECT,
        subject_id=disclosure.id,
        kind="disclosure.publish",
        outcome="published",
        actor=by.person,
        at=at,
        rule="digest_shown",
        numbers=numbers,
        request_id=by.request_id,
    )


async def read_disclosure(database: Database, *, disclosure_id: UUID) -> Disclosure:
    """One disclosure as the public sees it now; NotFound ``disclosure.unknown``, also while it is only prepared."""
    async with database.read() as connection:
        found = await disclosures.read(connection, disclosure_id)
        now = await clock.business_now(connection)
    if not found.public:
        raise NotFound("disclosure.unknown")
    return found.as_of(now)


async def list_disclosures(
    database: Database, *, wanted: Wanted, after: str | None, limit: int
) -> tuple[list[Disclosure], str | None]:
    """A page of disclosures as of now, newest first."""
    async with database.read() as connection:
        now = await clock.business_now(connection)
        found, cursor = await disclosures.find(connection, wanted, at=now, after=after, limit=limit)
    return [one.as_of(now) for one in found], cursor


async def list_prepared(
    database: Database, *, permit: Permit, after: str | None, limit: int
) -> tuple[list[Disclosure], str | None]:
    """A page of what the caller's treasury has prepared and not published, newest first."""
    treasury = permit.only_treasury
    wanted = Wanted(DisclosureState.PREPARED, treasury)
    return await list_disclosures(database, wanted=wanted, after=after, limit=limit)


async def _names(connection: AsyncConnection, lines: Sequence[ClaimLine]) -> Mapping[UUID, str]:
    found = await parties.read(connection, {one for line in lines for one in (line.payee_id, line.holder_id)})
    return {one: party.public_name for one, party in found.items()}


async def _schemes(connection: AsyncConnection, lines: Iterable[ClaimLine]) -> Mapping[UUID, Rulebook]:
    return await rulebooks.read(connection, {line.scheme_version_id for line in lines})


async def _tell(
    connection: AsyncConnection,
    event: str,
    disclosure: Disclosure,
    *,
    at: datetime,
    lines: Mapping[UUID, ClaimLine] | None = None,
) -> None:
    """Tell the organisations whose lines it names; a list that is only prepared concerns nobody yet."""
    concerned = (one for line in (lines or {}).values() for one in (line.payee_id, line.holder_id))
    data = {
        "treasury": disclosure.treasury,
        "state": disclosure.state.value,
        "lines": len(disclosure.lines),
        "closes_on": disclosure.closes_on.isoformat() if disclosure.closes_on is not None else None,
    }
    told = Event(event, SUBJECT, show("dsc", disclosure.id), tuple(dict.fromkeys(concerned)), data, at)
    await events.append(connection, [told])
