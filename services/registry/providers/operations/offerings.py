"""Takes an offering from its draft to the list that everybody sees, and off it again."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages, tasks
from services.chassis.clock import business_now
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal, refuse_all
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.catalogue.store import catalogue
from services.registry.parties.domain.organization import Organization
from services.registry.providers.domain.dossier import offering_document
from services.registry.providers.domain.offering import (
    Offering,
    OfferingFacts,
    approve,
    offering_faults,
    publish,
    revise,
    send_back,
    withdraw_offering,
)
from services.registry.providers.domain.provider import Provider, expire
from services.registry.providers.store import offerings
from services.registry.providers.store.holding import hold_provider, see_provider
from services.registry.providers.store.offerings import OfferingFilter
from services.registry.providers.store.publishing import Act, open_review, record_act, tell_offering


async def record_offering(asked: Asked, provider_id: UUID, facts: OfferingFacts) -> Document:
    """Draft an offering.

    NotFound ``provider.unknown``; Refusal with all faults, ``offering.duplicate`` with the id of one of the same name.
    """
    async with asked.database.begin() as connection:
        await hold_provider(connection, asked, provider_id)
        refuse_all(offering_faults(facts, categories=await catalogue.categories(connection)))
        offering = Offering(new_id(), provider_id, replace(facts, name=clean(facts.name)))
        await _refuse_twin(connection, offering)
        now = await business_now(connection)
        await offerings.add(connection, offering, at=now, by=asked.actor)
        return await tell_offering(connection, offering, at=now)


async def amend_offering(asked: Asked, offering_id: UUID, *, version: int, facts: OfferingFacts) -> Document:
    """Change an offering from the version that was read; new terms of a published one wait for a reviewer.

    NotFound ``offering.unknown``; Refusal ``edit.precondition``, ``offering.duplicate``, or all faults of the change.
    """
    async with asked.database.begin() as connection:
        offering, _, organization = await _hold(connection, asked, offering_id)
        if offering.version != version:
            raise Refusal("edit.precondition")
        changed = revise(
            offering,
            replace(facts, name=clean(facts.name)),
            categories=await catalogue.categories(connection),
            by=asked.actor,
            approved=asked.settings.offerings_approved,
        )
        await _refuse_twin(connection, changed)
        now = await business_now(connection)
        await _ask(connection, asked, changed, organization, now)
        return await tell_offering(connection, changed, at=now)


async def publish_offering(asked: Asked, offering_id: UUID) -> Document:
    """Hand a draft in for approval, or publish it where this installation asks for none.

    NotFound ``offering.unknown``, Refusal ``offering.state``, ``provider.not_yet_admitted``.
    """
    async with asked.database.begin() as connection:
        offering, provider, organization = await _hold(connection, asked, offering_id)
        now = await business_now(connection)
        today = asked.day_of(now)
        approved = asked.settings.offerings_approved
        shown = publish(offering, expire(provider, today=today), today=today, by=asked.actor, approved=approved)
        await _ask(connection, asked, shown, organization, now)
        return await tell_offering(connection, shown, at=now)


async def approve_offering(asked: Asked, offering_id: UUID) -> Document:
    """Publish what waits, the whole offering or its new terms, by another person than who handed it in.

    NotFound ``offering.unknown``, Refusal ``offering.nothing_waits``, ``offering.same_person``,
    ``provider.not_yet_admitted``.
    """
    async with asked.database.begin() as connection:
        offering, provider, _ = await _hold(connection, asked, offering_id)
        now = await business_now(connection)
        today = asked.day_of(now)
        approved = approve(offering, expire(provider, today=today), today=today, by=asked.actor)
        return await _decided(connection, asked, approved, Act("approve", now, category=approved.facts.category))


async def return_offering(asked: Asked, offering_id: UUID, reason: str) -> Document:
    """Return what waits to its provider with a reason.

    NotFound ``offering.unknown``, Refusal ``offering.nothing_waits``, ``offering.same_person``, the reason's faults.
    """
    async with asked.database.begin() as connection:
        offering, _, _ = await _hold(connection, asked, offering_id)
        now = await business_now(connection)
        returned = send_back(offering, by=asked.actor, reason=reason)
        return await _decided(connection, asked, returned, Act("return", now, reason))


async def retire_offering(asked: Asked, offering_id: UUID) -> Document:
    """Withdraw an offering; NotFound ``offering.unknown``, Refusal ``offering.state``."""
    async with asked.database.begin() as connection:
        offering, _, _ = await _hold(connection, asked, offering_id)
        now = await business_now(connection)
        await tasks.close_tasks(connection, [offering_id], at=now)
        return await tell_offering(connection, withdraw_offering(offering), at=now)


async def read_offering(asked: Asked, offering_id: UUID) -> Document:
    """Show an offering; NotFound ``offering.unknown``."""
    async with asked.database.read() as connection:
        return offering_document(await _see(connection, asked, offering_id))


async def list_offerings(
    asked: Asked, wanted: OfferingFilter, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the offerings in sight, and its next cursor."""
    async with asked.database.read() as connection:
        found = await offerings.find(connection, wanted, asked.sight, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [offering_document(one) for one in page], cursor


async def _see(connection: AsyncConnection, asked: Asked, offering_id: UUID) -> Offering:
    offering = await offerings.read(connection, offering_id)
    if offering is None:
        raise NotFound("offering.unknown")
    try:
        await see_provider(connection, asked, offering.provider_id)
    except NotFound as error:
        raise NotFound("offering.unknown") from error
    return offering


async def _hold(
    connection: AsyncConnection, asked: Asked, offering_id: UUID
) -> tuple[Offering, Provider, Organization]:
    """Lock the provider's organisation, which stands for all it offers, and read again what may have changed."""
    seen = await _see(connection, asked, offering_id)
    provider, organization = await hold_provider(connection, asked, seen.provider_id)
    return await offerings.current(connection, offering_id), provider, organization


async def _ask(
    connection: AsyncConnection, asked: Asked, offering: Offering, organization: Organization, now: datetime
) -> None:
    """What waits is a task of the region's reviewer; a change that was taken back no longer is."""
    if offering.waits:
        region = organization.facts.region
        task = Task("approve_offering", "offering", offering.id, "reviewer", now, region=region)
        await open_review(connection, asked, task)
    else:
        await tasks.close_tasks(connection, [offering.id], at=now, kind="approve_offering")


async def _decided(connection: AsyncConnection, asked: Asked, offering: Offering, act: Act) -> Document:
    await tasks.close_tasks(connection, [offering.id], at=act.at, kind="approve_offering")
    document = await tell_offering(connection, offering, at=act.at)
    numbers = {"price": document["price"], "version": document["version"]}
    subject = ("offering", offering.id)
    await record_act(connection, asked, subject, act, outcome=offering.state.value, numbers=numbers)
    return document


async def _refuse_twin(connection: AsyncConnection, offering: Offering) -> None:
    twin = await offerings.named(connection, offering.provider_id, offering.facts.name)
    if twin is not None and twin != offering.id:
        raise Refusal("offering.duplicate", pointer="/name", numbers={"id": show("off", twin)})
