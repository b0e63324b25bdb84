"""Keeps scheme files as versions and publishes them; what is published never changes."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import Reason, Refusal, refuse_all
from services.chassis.tasks import Task
from services.standards.calendar import WorkingDays, local_date
from services.voucher.scheme.domain import doubts, regimes
from services.voucher.scheme.domain import versions as steps
from services.voucher.scheme.domain.checking.fault import Fault
from services.voucher.scheme.domain.deadlines import calendar_faults
from services.voucher.scheme.domain.doubts import WARNINGS, Doubt
from services.voucher.scheme.domain.lineage import follows_of
from services.voucher.scheme.domain.scheme import AwardScheme
from services.voucher.scheme.domain.versions import VersionState
from services.voucher.scheme.operations import following, reading
from services.voucher.scheme.operations.following import Line
from services.voucher.scheme.operations.reading import Document, Reading
from services.voucher.scheme.store import versions
from services.voucher.scheme.store.versions import SchemeVersion

PUBLISH_TASK = "scheme.publish"
"""What the second person finds on his desk when there are doubts."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the wings beside and above know, handed in since this one may not ask them.

    calendar: the working days as last heard; policies: what the register says of papers, by id; named: those of the
    names of providers and offerings that it knows; standing: how many rounds of a scheme are neither settled nor
    cancelled; funded: how many fundings of its awards are proposed or approved.
    """

    calendar: Callable[[AsyncConnection], Awaitable[WorkingDays]]
    policies: Callable[[AsyncConnection, Collection[str]], Awaitable[Mapping[str, str]]]
    named: Callable[[AsyncConnection, Collection[str]], Awaitable[Collection[str]]]
    standing: Callable[[AsyncConnection, str], Awaitable[int]]
    funded: Callable[[AsyncConnection, str], Awaitable[int]]


async def keep(database: Database, keyed: Keyed, *, permit: Permit, file: str) -> Answer:
    """Keep a file as the next version of its scheme, a draft.

    Refusals: every fault of the file at once (codes of `reading`, `domain.checks` and `domain.lineage`),
    ``scheme.foreign_bureau``.
    """
    read = await asyncio.to_thread(reading.read, file)
    read.refuse()
    scheme_id, bureau = read.document["scheme"], read.document["bureau"]
    if not permit.covers(bureau=bureau):
        raise Refusal("scheme.foreign_bureau", pointer="/bureau", numbers={"bureau": bureau})
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        line = await following.lock(connection, scheme_id, follows=follows_of(read.document))
        if line.own and line.own[0].bureau != bureau:
            raise Refusal("scheme.foreign_bureau", pointer="/bureau", numbers={"bureau": bureau})
        line.refuse(read)
        version = SchemeVersion(
            id=new_id(),
            scheme_id=scheme_id,
            version=len(line.own) + 1,
            bureau=bureau,
            state=VersionState.DRAFT,
            file=file,
            document=read.document,
            sha256=hashlib.sha256(file.encode()).hexdigest(),
            created_by=permit.caller.person,
            created_at=await clock.business_now(connection),
            root=line.root,
        )
        await versions.add(connection, version)
        await _tell(connection, keyed, version, kind="drafted")
        return await idempotency.record(connection, keyed, version, version.id)


@dataclass(frozen=True, slots=True)
class Publication:
    """Which version is to be published, and which warnings the caller has read, by their codes."""

    version_id: UUID
    accepted: frozenset[str]


async def publish(database: Database, keyed: Keyed, *, permit: Permit, asked: Publication, beside: Beside) -> Answer:
    """Publish a draft; the version published before it is superseded.

    Where there are doubts, the first person only asks for it and a second publishes. NotFound ``scheme.unknown``;
    refusals of `domain.versions` and every doubt that was not accepted, every fault of the file that today's rules
    find, ``scheme.calendar_not_loaded`` for every deadline in a year whose working days are not known.
    """
    found, read = await _read(database, permit, asked.version_id)
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        line = await following.lock(connection, found.scheme_id, follows=follows_of(found.document))
        now = await clock.business_now(connection)
        version = next(one for one in line.own if one.id == found.id)
        _refuse(version, read, line, await beside.calendar(connection))
        refuse_all(read.reasons(list(regimes.faults(read.document, await versions.currencies_of_regimes(connection)))))
        papers = await beside.policies(connection, doubts.policies(read.document))
        heard_of = await beside.named(connection, doubts.names(read.document).values())
        today = local_date(now, version.said.zone)
        told = read.reasons(
            [*_doubts(version, read.document, line, papers, today=today), *doubts.on_names(read.document, heard_of)]
        )
        step = _published if _complete(version, asked, permit.caller.person, told) else _asked
        warned = replace(version, accepted=sorted({one.code for one in told}))
        done = await step(connection, keyed, warned, line, by=permit.caller.person, at=now)
        return await idempotency.record(connection, keyed, done, found.id)


async def _read(database: Database, permit: Permit, version_id: UUID) -> tuple[SchemeVersion, Reading]:
    """A version and what its file says by today's rules; it never changes, so it is read before anything is locked."""
    async with database.read() as connection:
        found = await versions.get(connection, version_id)
    permit.require("scheme.unknown", bureau=found.bureau)
    return found, await asyncio.to_thread(reading.read, found.file)


def _refuse(version: SchemeVersion, read: Reading, line: Line, days: WorkingDays) -> None:
    """Refusal of what forbids a file to be published, whoever does it."""
    steps.may_publish(version.state)
    read.refuse()
    line.refuse(read)
    steps.in_order(version.said.effective, counting=[one.said.effective for one in line.counting])
    refuse_all(read.reasons(calendar_faults(version.said, days)))


def _doubts(
    version: SchemeVersion,
    document: Document,
    line: Line,
    papers: Mapping[str, str],
    *,
    today: date,
) -> list[Fault]:
    """What two persons are warned of."""
    before = line.latest.said if line.latest is not None else None
    return [
        *doubts.on_basis(document, papers),
        *doubts.on_day(version.said.effective, today),
        *doubts.on_limits(version.said, before),
    ]


def _complete(version: SchemeVersion, asked: Publication, person: str, told: Sequence[Reason]) -> bool:
    before = [Doubt.DRAFT_BASIS] if version.accepted is None else version.accepted  # of an older release
    by = steps.Asked(version.publish_asked_by, frozenset(before))
    return steps.second_person(person, doubts=told, accepted=asked.accepted, asked=by)


async def _asked(
    connection: AsyncConnection,
    keyed: Keyed,
    version: SchemeVersion,
    _: Line,
    *,
    by: str,
    at: datetime,
) -> SchemeVersion:
    """One person has read what there is to doubt; another must, before it is published."""
    asked = replace(version, publish_asked_by=by, publish_asked_at=at)
    await versions.set_state(connection, asked)
    wanted = Task(PUBLISH_TASK, "scheme_version", version.id, "operator", at, bureau=version.bureau)
    await tasks.open_tasks(connection, [wanted])
    await _tell(connection, keyed, asked, kind="publish_asked")
    return asked


async def _published(
    connection: AsyncConnection,
    keyed: Keyed,
    version: SchemeVersion,
    line: Line,
    *,
    by: str,
    at: datetime,
) -> SchemeVersion:
    for earlier in line.counting:
        if earlier.state is VersionState.PUBLISHED:
            await versions.set_state(connection, replace(earlier, state=VersionState.SUPERSEDED, ended_at=at))
    if version.publish_asked_by == by:  # he asked while there were doubts, and there are none any more
        version = replace(version, publish_asked_by=None, publish_asked_at=None)
    published = replace(version, state=VersionState.PUBLISHED, published_by=by, published_at=at)
    await versions.set_state(connection, published)
    await following.settle(connection, line, published, at=at)
    await tasks.close_tasks(connection, [version.id], at=at, kind=PUBLISH_TASK)
    await _tell(connection, keyed, published, kind="published")
    return published


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Which version is to be withdrawn, and why."""

    version_id: UUID
    reason: str


async def withdraw(database: Database, keyed: Keyed, *, permit: Permit, asked: Withdrawal, beside: Beside) -> Answer:
    """Withdraw a draft, or what was published while nothing rests on it; nobody publishes it or makes a round of it.

    NotFound ``scheme.unknown``; refusals ``scheme.not_draft``, ``scheme.in_use``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        found = await versions.get(connection, asked.version_id)
        permit.require("scheme.unknown", bureau=found.bureau)
        every = await versions.lock_scheme(connection, found.scheme_id)
        version = next(one for one in every if one.id == found.id)
        of_rounds = not isinstance(version.said, AwardScheme)
        rounds = await beside.standing(connection, found.scheme_id) if of_rounds else None
        steps.may_withdraw(version.state, standing=rounds, awards=await beside.funded(connection, found.scheme_id))
        now = await clock.business_now(connection)
        withdrawn = replace(version, state=VersionState.WITHDRAWN, ended_at=now)
        await versions.set_state(connection, withdrawn)
        await tasks.close_tasks(connection, [found.id], at=now, kind=PUBLISH_TASK)
        await _tell(connection, keyed, withdrawn, kind="withdrawn", by=permit.caller.person, reason=asked.reason)
        return await idempotency.record(connection, keyed, withdrawn, found.id)


async def _tell(
    connection: AsyncConnection,
    keyed: Keyed,
    version: SchemeVersion,
    *,
    kind: str,
    by: str | None = None,
    reason: str | None = None,
) -> None:
    """Write a step of a version into the decision log and the feed; no organisation is its audience.

    A step past warnings says so, in their words.
    """
    at = version.ended_at or version.published_at or version.publish_asked_at or version.created_at
    actor = by or version.published_by or version.publish_asked_by or version.created_by
    numbers = {"version": version.version, "sha256": version.sha256, "lineage": version.said.lineage}
    words = "; ".join(WARNINGS[Doubt(one)] for one in version.accepted or ())
    warned = {"warning": words, "asked_by": version.publish_asked_by} if words else {}
    decision = Decision(
        subject_kind="scheme_version",
        subject_id=version.id,
        kind=kind,
        outcome=version.state.value,
        actor=actor,
        at=at,
        rule="basis",
        clause=version.draft_basis or version.said.basis[0],
        numbers={**numbers, **warned, **({"reason": reason} if reason else {})},
        scheme_version=version.id,
        request_id=keyed.attempt.request_id,
    )
    await decisions.record(connection, [decision])
    told = {"scheme": version.scheme_id, "state": version.state.value, **numbers}
    await events.append(connection, [Event(f"scheme.{kind}", "scheme_version", show("scv", version.id), (), told, at)])


async def read_version(database: Database, *, permit: Permit, version_id: UUID) -> SchemeVersion:
    """One version: those ever published for everybody, others for their bureau; NotFound ``scheme.unknown``."""
    async with database.read() as connection:
        version = await versions.get(connection, version_id)
    if version.published_at is None:
        permit.require("scheme.unknown", bureau=version.bureau)
    return version


async def list_versions(
    database: Database, *, permit: Permit, scheme_id: str | None, after: str | None, limit: int
) -> tuple[list[SchemeVersion], str | None]:
    """A page of the versions that the caller may see, newest first."""
    bureau = permit.bound("bureau")
    drafts_of = None if permit.everything else frozenset({bureau}) if isinstance(bureau, str) else frozenset()
    async with database.read() as connection:
        return await versions.find(connection, scheme_id=scheme_id, drafts_of=drafts_of, after=after, limit=limit)
