"""Remembers every change of providers and of what they list, with its decision and in the feed, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, tasks
from services.chassis.decisions import Decision
from services.chassis.ids import show
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.feed.store.publishing import tell
from services.registry.parties.store.publishing import tell_organizations
from services.registry.providers.domain.dossier import instrument_document, offering_document, provider_document
from services.registry.providers.domain.instrument import Instrument
from services.registry.providers.domain.offering import Offering
from services.registry.providers.domain.provider import APPLIES_AGAIN, Provider
from services.registry.providers.store import instruments, offerings, providers, qualifications
from services.standards.calendar import end_of_day


@dataclass(frozen=True)
class Act:
    """What is done to a provider, when, and on what ground, as the decision log keeps it."""

    verb: str
    at: datetime
    reason: str | None = None
    category: str | None = None
    document_id: UUID | None = None
    rule: str | None = None
    clause: str | None = None


RENEW = "renew_paper"
"""What a provider is asked for before a paper of its own ends."""
NOTHING: Mapping[str, Any] = MappingProxyType({})

Subject = tuple[str, UUID]
"""A kind of thing, and which one of it."""


async def settle_provider(
    connection: AsyncConnection, asked: Asked, before: Provider, after: Provider, act: Act
) -> Document:
    """Write down what an act made of a provider, why it was done, and the organisation's document for the feed.

    Whoever is no provider any more is asked for no paper.
    """
    await providers.save(connection, after)
    if after.state in APPLIES_AGAIN:
        own = await qualifications.of_provider(connection, after.id)
        await tasks.close_tasks(connection, [one.id for one in own], at=act.at, kind=RENEW)
    moved = {"from": before.state.value, "to": after.state.value}
    await record_act(connection, asked, ("provider", after.id), act, outcome=after.state.value, numbers=moved)
    await tell_organizations(connection, [after.organization_id], at=act.at, today=asked.day_of(act.at))
    return provider_document(after)


async def record_act(
    connection: AsyncConnection,
    asked: Asked,
    subject: Subject,
    act: Act,
    *,
    outcome: str,
    numbers: Mapping[str, Any] = NOTHING,
) -> None:
    """Keep who did what to a provider or to something of its own, why, by which clause and document."""
    document = None if act.document_id is None else show("doc", act.document_id)
    decision = Decision(
        subject_kind=subject[0],
        subject_id=subject[1],
        kind=act.verb,
        outcome=outcome,
        actor=asked.actor,
        at=act.at,
        rule=act.rule,
        clause=act.clause,
        numbers={**numbers, "reason": act.reason, "category": act.category, "document": document},
        request_id=asked.request_id,
    )
    await decisions.record(connection, [decision])


async def open_review(connection: AsyncConnection, asked: Asked, task: Task) -> None:
    """Give the reviewers of a region something to do, within the days that they have for it."""
    last_day = asked.day_of(task.opened_at) + timedelta(days=asked.settings.review_days)
    await tasks.open_tasks(connection, [replace(task, due_at=end_of_day(last_day, asked.settings.zone))])


async def tell_offering(connection: AsyncConnection, offering: Offering, *, at: datetime) -> Document:
    """Write down an offering as changed, and put its document into the feed."""
    changed = offering.changed()
    await offerings.save(connection, changed)
    document = offering_document(changed)
    await tell(connection, "offering", [document], at=at)
    return document


async def tell_instrument(connection: AsyncConnection, instrument: Instrument, *, at: datetime) -> Document:
    """Write down an instrument as changed, and put its document into the feed."""
    changed = instrument.changed()
    await instruments.save(connection, changed)
    document = instrument_document(changed)
    await tell(connection, "instrument", [document], at=at)
    return document
