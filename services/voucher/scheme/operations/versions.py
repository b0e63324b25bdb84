"""Keeps scheme files as versions and publishes them; what is published never changes."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal, refuse_all
from services.standards.calendar import WorkingDays
from services.voucher.scheme.domain import versions as steps
from services.voucher.scheme.domain.deadlines import calendar_faults
from services.voucher.scheme.domain.versions import VersionState
from services.voucher.scheme.operations import reading
from services.voucher.scheme.store import versions
from services.voucher.scheme.store.versions import SchemeVersion

Calendar = Callable[[AsyncConnection], Awaitable[WorkingDays]]
"""Reads the working days as last heard; handed in, since the directory is a wing beside this one."""


async def keep(database: Database, keyed: Keyed, *, permit: Permit, file: str) -> Answer:
    """Keep a file as the next version of its scheme, a draft.

    Refusals: every fault of the file at once (codes of `reading` and `domain.checks`), ``scheme.foreign_bureau``.
    """
    read = reading.read(file)
    read.refuse()
    scheme_id, bureau = read.document["scheme"], read.document["bureau"]
    if not permit.covers(bureau=bureau):
        raise Refusal("scheme.foreign_bureau", pointer="/bureau", numbers={"bureau": bureau})
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        earlier = await versions.lock_scheme(connection, scheme_id)
        if earlier and earlier[0].bureau != bureau:
            raise Refusal("scheme.foreign_bureau", pointer="/bureau", numbers={"bureau": bureau})
        version = SchemeVersion(
            id=new_id(),
            scheme_id=scheme_id,
            version=len(earlier) + 1,
            bureau=bureau,
            state=VersionState.DRAFT,
            file=file,
            document=read.document,
            sha256=hashlib.sha256(file.encode()).hexdigest(),
            created_by=permit.caller.person,
            created_at=await clock.business_now(connection),
        )
        await versions.add(connection, version)
        await _tell(connection, keyed, version, kind="drafted")
        return await idempotency.record(connection, keyed, version, version.id)


async def publish(database: Database, keyed: Keyed, *, permit: Permit, version_id: UUID, calendar: Calendar) -> Answer:
    """Publish a draft; the version published before it is superseded.

    NotFound ``scheme.unknown``; refusals ``scheme.not_draft``, ``scheme.calendar_not_loaded`` for every deadline in a
    year whose working days are not known.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        found = await versions.get(connection, version_id)
        permit.require("scheme.unknown", bureau=found.bureau)
        every = await versions.lock_scheme(connection, found.scheme_id)
        version = next(one for one in every if one.id == version_id)
        steps.may_publish(version.state)
        read = reading.read(version.file)
        refuse_all(read.reasons(calendar_faults(version.rules, await calendar(connection))))
        now = await clock.business_now(connection)
        for earlier in every:
            if earlier.state is VersionState.PUBLISHED:
                superseded = replace(earlier, state=VersionState.SUPERSEDED, ended_at=now)
                await versions.set_state(connection, superseded)
        published = replace(version, state=VersionState.PUBLISHED, published_by=permit.caller.person, published_at=now)
        await versions.set_state(connection, published)
        await _tell(connection, keyed, published, kind="published")
        return await idempotency.record(connection, keyed, published, version_id)


async def _tell(connection: AsyncConnection, keyed: Keyed, version: SchemeVersion, *, kind: str) -> None:
    """Write a step of a version into the decision log and the feed; no organisation is its audience."""
    at, numbers = version.published_at or version.created_at, {"version": version.version, "sha256": version.sha256}
    decision = Decision(
        subject_kind="scheme_version",
        subject_id=version.id,
        kind=kind,
        outcome=version.state.value,
        actor=version.published_by or version.created_by,
        at=at,
        rule="basis",
        clause=version.rules.basis[0],
        numbers=numbers,
        scheme_version=version.id,
        request_id=keyed.attempt.request_id,
    )
    await decisions.record(connection, [decision])
    told = {"scheme": version.scheme_id, "state": version.state.value, **numbers}
    await events.append(connection, [Event(f"scheme.{kind}", "scheme_version", show("scv", version.id), (), told, at)])


async def read_version(database: Database, *, permit: Permit, version_id: UUID) -> SchemeVersion:
    """One version: published ones for everybody, drafts for their bureau; NotFound ``scheme.unknown``."""
    async with database.read() as connection:
        version = await versions.get(connection, version_id)
    if version.state is VersionState.DRAFT:
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
