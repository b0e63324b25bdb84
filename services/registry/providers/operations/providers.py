"""Takes a provider from its application to admission, suspension and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages, tasks
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import refuse_all
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.store import catalogue
from services.registry.evidence import document_faults
from services.registry.parties.domain.organization import Organization, standing_faults
from services.registry.parties.store.holding import hold_organization
from services.registry.parties.store.publishing import tell_organizations
from services.registry.providers.domain.dossier import provider_document
from services.registry.providers.domain.provider import (
    Admission,
    Provider,
    admit,
    application_faults,
    apply_again,
    expire,
    resume,
    suspend,
    withdraw,
)
from services.registry.providers.store import providers
from services.registry.providers.store.holding import hold_provider, see_provider
from services.registry.providers.store.providers import ProviderFilter
from services.standards.calendar import end_of_day


@dataclass(frozen=True)
class Act:
    """What is done to a provider, when, and on what ground, as the decision log keeps it."""

    verb: str
    at: datetime
    reason: str | None = None
    category: str | None = None
    document_id: UUID | None = None


async def record_provider(asked: Asked, organization_id: UUID, wanted: Sequence[str]) -> Document:
    """Apply to be a provider for some categories; a reviewer of the region gets a task.

    NotFound ``organization.unknown``; Refusal with all faults, ``provider.duplicate`` with the id of the live provider.
    """
    async with asked.database.begin() as connection:
        organization = await hold_organization(connection, asked, organization_id)
        now = await business_now(connection)
        categories = await catalogue.categories(connection)
        refuse_all([*standing_faults(organization), *application_faults(wanted, categories=categories)])
        former = (await providers.of_organizations(connection, [organization_id])).get(organization_id)
        if former is None:
            provider = Provider(new_id(), organization_id, tuple(dict.fromkeys(wanted)))
            await providers.add(connection, provider, at=now, by=asked.actor)
        else:
            provider = apply_again(former, wanted)
        await _open(connection, asked, "review_provider", provider, organization, now)
        return await _settle(connection, asked, former or provider, provider, Act("apply", now))


async def admit_provider(asked: Asked, provider_id: UUID, admission: Admission) -> Document:
    """Admit a provider for one category and period, with the decision's document.

    NotFound ``provider.unknown``; Refusal with all faults of the admission.
    """
    async with asked.database.begin() as connection:
        provider, organization = await hold_provider(connection, asked, provider_id)
        now = await business_now(connection)
        categories = await catalogue.categories(connection)
        faults = [*await document_faults(connection, admission.document_id), *standing_faults(organization)]
        admitted = admit(provider, admission, categories=categories, today=asked.day_of(now), also=faults)
        await providers.add_admission(connection, provider_id, admission, at=now, by=asked.actor)
        await tasks.close_tasks(connection, [provider_id], at=now, kind="review_provider")
        act = Act("admit", now, category=admission.category, document_id=admission.document_id)
        return await _settle(connection, asked, provider, admitted, act)


async def suspend_provider(asked: Asked, provider_id: UUID, *, reason: str, document_id: UUID) -> Document:
    """Stop new orders at a provider; ending it is a task of the region's reviewer.

    NotFound ``provider.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        provider, organization = await hold_provider(connection, asked, provider_id)
        now = await business_now(connection)
        faults = await document_faults(connection, document_id)
        suspended = suspend(expire(provider, today=asked.day_of(now)), reason=reason, also=faults)
        await _open(connection, asked, "end_suspension", provider, organization, now)
        return await _settle(connection, asked, provider, suspended, Act("suspend", now, reason, None, document_id))


async def resume_provider(asked: Asked, provider_id: UUID, *, reason: str, document_id: UUID) -> Document:
    """End a suspension.

    NotFound ``provider.unknown``; Refusal with all faults.
    """
    async with asked.database.begin() as connection:
        provider, _ = await hold_provider(connection, asked, provider_id)
        now = await business_now(connection)
        faults = await document_faults(connection, document_id)
        resumed = resume(provider, reason=reason, today=asked.day_of(now), also=faults)
        await tasks.close_tasks(connection, [provider_id], at=now, kind="end_suspension")
        return await _settle(connection, asked, provider, resumed, Act("resume", now, reason, None, document_id))


async def withdraw_provider(asked: Asked, provider_id: UUID) -> Document:
    """Take back an application or give up being a provider.

    NotFound ``provider.unknown``; Refusal ``provider.state``.
    """
    async with asked.database.begin() as connection:
        provider, _ = await hold_provider(connection, asked, provider_id)
        now = await business_now(connection)
        withdrawn = withdraw(provider)
        await tasks.close_tasks(connection, [provider_id], at=now)
        return await _settle(connection, asked, provider, withdrawn, Act("withdraw", now))


async def read_provider(asked: Asked, provider_id: UUID) -> Document:
    """Show a provider as it stands today; NotFound ``provider.unknown``."""
    async with asked.database.read() as connection:
        provider = await see_provider(connection, asked, provider_id)
        return provider_document(expire(provider, today=asked.day_of(await business_now(connection))))


async def list_providers(
    asked: Asked, wanted: ProviderFilter, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the providers in sight, and its next cursor."""
    async with asked.database.read() as connection:
        found = await providers.find(connection, wanted, asked.sight, after=pages.only_id(after), limit=limit + 1)
        today = asked.day_of(await business_now(connection))
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [provider_document(expire(one, today=today)) for one in page], cursor


async def _open(
    connection: AsyncConnection, asked: Asked, kind: str, provider: Provider, organization: Organization, now: datetime
) -> None:
    last_day = asked.day_of(now) + timedelta(days=asked.settings.review_days)
    task = Task(
        kind=kind,
        subject_kind="provider",
        subject_id=provider.id,
        role="reviewer",
        opened_at=now,
        due_at=end_of_day(last_day, asked.settings.zone),
        region=organization.facts.region,
    )
    await tasks.open_tasks(connection, [task])


async def _settle(connection: AsyncConnection, asked: Asked, before: Provider, after: Provider, act: Act) -> Document:
    """Write down what an act made of a provider, why it was done, and the organisation's document for the feed."""
    await providers.save(connection, after)
    numbers = {"from": before.state.value, "to": after.state.value, "reason": act.reason, "category": act.category}
    decision = Decision(
        subject_kind="provider",
        subject_id=after.id,
        kind=act.verb,
        outcome=after.state.value,
        actor=asked.actor,
        at=act.at,
        numbers={**numbers, "document": None if act.document_id is None else show("doc", act.document_id)},
        request_id=asked.request_id,
    )
    await decisions.record(connection, [decision])
    await tell_organizations(connection, [after.organization_id], at=act.at, today=asked.day_of(act.at))
    return provider_document(after)
