"""Keeps the certificates on which admissions rest: sent by providers, confirmed, rejected and ended by reviewers."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import tasks
from services.chassis.clock import business_now
from services.chassis.refusals import NotFound, refuse_all
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.evidence import document_faults
from services.registry.providers.data import papers
from services.registry.providers.domain.dossier import qualification_document
from services.registry.providers.domain.paper import lacking, relieved, reminder
from services.registry.providers.domain.provider import Provider
from services.registry.providers.domain.qualification import (
    Qualification,
    confirm,
    end,
    qualification_faults,
    reject,
)
from services.registry.providers.store import providers, qualifications
from services.registry.providers.store.holding import hold_provider, see_provider
from services.registry.providers.store.publishing import RENEW, Act, open_review, record_act, settle_provider

PAPERS = papers()
PAPER_KINDS = frozenset(paper.kind for paper in PAPERS)


async def send_qualification(asked: Asked, sent: Qualification) -> Document:
    """Send a certificate; a reviewer of the region gets a task.

    NotFound ``provider.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        provider, organization = await hold_provider(connection, asked, sent.provider_id)
        now = await business_now(connection)
        cleaned = replace(sent, kind=clean(sent.kind), number=clean(sent.number), issuer=clean(sent.issuer))
        known = await qualifications.of_provider(connection, provider.id)
        faults = qualification_faults(cleaned, known, today=asked.day_of(now))
        refuse_all([*faults, *await document_faults(connection, sent.document_id)])
        await qualifications.add(connection, cleaned, at=now)
        region = organization.facts.region
        await open_review(
            connection,
            asked,
            Task("review_qualification", "qualification", cleaned.id, "reviewer", now, region=region),
        )
        return qualification_document(cleaned)


async def confirm_qualification(asked: Asked, provider_id: UUID, qualification_id: UUID) -> Document:
    """Take a certificate as true; a paper that proves who the provider is relieves those that end before it.

    NotFound ``provider.unknown``, ``qualification.unknown``; Refusal ``qualification.state``,
    ``qualification.same_person``.
    """
    async with asked.database.begin() as connection:
        _, one = await _hold(connection, asked, provider_id, qualification_id)
        now = await business_now(connection)
        confirmed = confirm(one, by=asked.actor, at=now)
        if one.kind in PAPER_KINDS:
            confirmed = await _followed(connection, asked, confirmed, now)
        return await _settle(connection, asked, confirmed, Act("confirm", now, document_id=one.document_id))


async def reject_qualification(asked: Asked, provider_id: UUID, qualification_id: UUID, reason: str) -> Document:
    """Reject a certificate with a reason. NotFound and Refusal as in `confirm_qualification`."""
    async with asked.database.begin() as connection:
        _, one = await _hold(connection, asked, provider_id, qualification_id)
        now = await business_now(connection)
        rejected = reject(one, by=asked.actor, at=now, reason=reason)
        return await _settle(connection, asked, rejected, Act("reject", now, reason, document_id=one.document_id))


async def end_qualification(
    asked: Asked, provider_id: UUID, qualification_id: UUID, *, reason: str, document_id: UUID
) -> Document:
    """End a certificate before its time, such as one that was struck off; what rests on it ends today, too.

    NotFound ``provider.unknown``, ``qualification.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        provider, one = await _hold(connection, asked, provider_id, qualification_id)
        now = await business_now(connection)
        refuse_all(await document_faults(connection, document_id))
        ended = end(one, today=asked.day_of(now), reason=reason)
        act = Act("end_qualification", now, reason, document_id=document_id)
        told = await _settle(connection, asked, ended, act)
        current = replace(provider, admissions=await providers.admissions_of(connection, provider_id))
        await settle_provider(connection, asked, provider, current, act)
        return told


async def list_qualifications(asked: Asked, provider_id: UUID) -> Document:
    """Show all certificates of a provider, oldest first, and the papers without which it is not admitted today.

    NotFound ``provider.unknown``.
    """
    async with asked.database.read() as connection:
        await see_provider(connection, asked, provider_id)
        today = asked.day_of(await business_now(connection))
        own = await qualifications.of_provider(connection, provider_id)
    missing = lacking(PAPERS, own, on=today) if asked.settings.papers_required else []
    return {
        "items": [qualification_document(one) for one in own],
        "papers_missing": [{"kind": paper.kind, "name": paper.name} for paper in missing],
    }


async def _hold(
    connection: AsyncConnection, asked: Asked, provider_id: UUID, qualification_id: UUID
) -> tuple[Provider, Qualification]:
    provider, _ = await hold_provider(connection, asked, provider_id)
    for one in await qualifications.of_provider(connection, provider_id):
        if one.id == qualification_id:
            return provider, one
    raise NotFound("qualification.unknown")


async def _followed(connection: AsyncConnection, asked: Asked, paper: Qualification, now: datetime) -> Qualification:
    """Note when the paper after this one is asked for; those that it follows are asked for no more."""
    known = await qualifications.of_provider(connection, paper.provider_id)
    follows = relieved(paper, known)
    await qualifications.relieve(connection, follows)
    await tasks.close_tasks(connection, [one.id for one in follows], at=now, kind=RENEW)
    at = reminder(paper, known, days=asked.settings.paper_days, zone=asked.settings.zone, at=now)
    return replace(paper, reminds_at=at)


async def _settle(connection: AsyncConnection, asked: Asked, one: Qualification, act: Act) -> Document:
    await qualifications.save(connection, one)
    await tasks.close_tasks(connection, [one.id], at=act.at)
    await record_act(connection, asked, ("qualification", one.id), act, outcome=one.state.value)
    return qualification_document(one)
