"""Takes a provider from its application to admission, and to its own withdrawal."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages, tasks
from services.chassis.clock import business_now
from services.chassis.ids import new_id
from services.chassis.refusals import Reason, refuse_all
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.store import catalogue
from services.registry.evidence import document_faults
from services.registry.parties.domain.organization import Organization, standing_faults
from services.registry.parties.store.holding import hold_organization
from services.registry.providers.data import papers, requirements
from services.registry.providers.domain.dossier import provider_document
from services.registry.providers.domain.ground import (
    Found,
    Ground,
    clause_of,
    ground_faults,
    lineage,
    open_ways,
    resting,
)
from services.registry.providers.domain.paper import paper_faults
from services.registry.providers.domain.provider import (
    APPLIES_AGAIN,
    Admission,
    Provider,
    admit,
    application_faults,
    applied_faults,
    apply_again,
    expire,
    scheme_faults,
    start_faults,
    withdraw,
)
from services.registry.providers.domain.suspension import withdraw_faults
from services.registry.providers.store import carriers, providers, qualifications, suspensions
from services.registry.providers.store.holding import hold_provider, see_provider
from services.registry.providers.store.providers import ProviderFilter
from services.registry.providers.store.publishing import Act, open_review, settle_provider

REQUIREMENTS = requirements()
PAPERS = papers()


async def record_provider(asked: Asked, organization_id: UUID, wanted: Sequence[str]) -> Document:
    """Apply to be a provider for some categories, or for further ones; a reviewer of the region gets a task.

    NotFound ``organization.unknown``; Refusal with all faults, ``provider.duplicate`` with the id of the live provider
    where nothing new is applied for.
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
            provider = apply_again(former, wanted, today=asked.day_of(now))
            await providers.end_admissions(connection, provider.ended_since(former))
        task = Task("review_provider", "provider", provider.id, "reviewer", now, region=organization.facts.region)
        await open_review(connection, asked, task)
        came = former is None or former.state in APPLIES_AGAIN
        act = Act("apply" if came else "apply_further", now)
        return await settle_provider(connection, asked, former or provider, provider, act)


async def admit_provider(asked: Asked, provider_id: UUID, admission: Admission) -> Document:
    """Admit a provider for one category and period, with the decision's document and the ground it rests on.

    An earlier admission whose ground ended gives way. NotFound ``provider.unknown``; Refusal with all faults, among
    them ``provider.papers_missing`` where papers are required.
    """
    async with asked.database.begin() as connection:
        provider, organization = await hold_provider(connection, asked, provider_id)
        now = await business_now(connection)
        tree = await catalogue.categories(connection)
        ways = open_ways(admission.category, admission.ground.kind, REQUIREMENTS, tree)
        found = await _found(connection, provider, organization, admission.ground)
        faults = [
            *await document_faults(connection, admission.document_id),
            *standing_faults(organization),
            *(ground_faults(admission.ground, admission.period, found, ways) if admission.category in tree else []),
            *scheme_faults(admission.schemes),
            *applied_faults(provider, admission.category, lineage(admission.category, tree)),
            *start_faults(
                admission,
                registered_on=organization.facts.registered_on,
                applied_on=await _applied_on(connection, asked, provider_id),
            ),
            *await _paper_faults(connection, asked, provider_id, now),
        ]
        admitted = admit(provider, admission, categories=tree, today=asked.day_of(now), also=faults)
        rests = replace(admission, ground=resting(admission.ground, found, ways))
        await providers.end_admissions(connection, [one for one in provider.admissions if one.gives_way_to(admission)])
        await providers.add_admission(connection, provider_id, rests, at=now, by=asked.actor)
        await tasks.close_tasks(connection, [provider_id], at=now, kind="review_provider")
        current = replace(admitted, admissions=await providers.admissions_of(connection, provider_id))
        act = Act(
            "admit",
            now,
            category=admission.category,
            document_id=admission.document_id,
            rule=f"ground.{admission.ground.kind.value}",
            clause=clause_of(ways),
        )
        return await settle_provider(connection, asked, provider, current, act)


async def withdraw_provider(asked: Asked, provider_id: UUID) -> Document:
    """Take back an application or give up being a provider.

    NotFound ``provider.unknown``; Refusal ``provider.state``, ``suspension.running``.
    """
    async with asked.database.begin() as connection:
        provider, _ = await hold_provider(connection, asked, provider_id)
        now = await business_now(connection)
        faults = withdraw_faults(await suspensions.running(connection, provider_id))
        withdrawn = withdraw(provider, today=asked.day_of(now), also=faults)
        await providers.end_admissions(connection, withdrawn.ended_since(provider))
        await tasks.close_tasks(connection, [provider_id], at=now)
        return await settle_provider(connection, asked, provider, withdrawn, Act("withdraw", now))


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


async def _paper_faults(connection: AsyncConnection, asked: Asked, provider_id: UUID, now: datetime) -> list[Reason]:
    """What a provider lacks of the papers that prove who it is, where they are required."""
    if not asked.settings.papers_required:
        return []
    return paper_faults(PAPERS, await qualifications.of_provider(connection, provider_id), on=asked.day_of(now))


async def _applied_on(connection: AsyncConnection, asked: Asked, provider_id: UUID) -> date | None:
    """The day on which a provider applied, first or after it came back; None of one that another release recorded."""
    logged = await decisions.of_subject(connection, provider_id)
    applied = [one.at for one in logged if one.kind == "apply"]
    return asked.day_of(applied[-1]) if applied else None


async def _found(connection: AsyncConnection, provider: Provider, organization: Organization, ground: Ground) -> Found:
    """What is known of the ground that a decision names."""
    own = await qualifications.of_provider(connection, provider.id)
    carrier = None if ground.id is None else await carriers.read(connection, ground.id)
    qualification = next((one for one in own if one.id == ground.id), None)
    return Found(organization.id, organization.facts.region, qualification, carrier)
