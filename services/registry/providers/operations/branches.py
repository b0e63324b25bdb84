"""Keeps where a provider serves its customers."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.clock import business_now
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.catalogue.store import catalogue
from services.registry.providers.domain.branch import Branch, BranchFacts, branch_faults
from services.registry.providers.domain.dossier import branch_document
from services.registry.providers.store import branches
from services.registry.providers.store.holding import hold_provider, see_provider


async def record_branch(asked: Asked, provider_id: UUID, facts: BranchFacts) -> Document:
    """Record a branch.

    NotFound ``provider.unknown``; Refusal with all faults, ``branch.duplicate`` with the id of one of the same name.
    """
    async with asked.database.begin() as connection:
        await hold_provider(connection, asked, provider_id)
        now = await business_now(connection)
        told = await _checked(connection, facts)
        branch = Branch(new_id(), provider_id, told)
        _refuse_twin(branch, await branches.of_provider(connection, provider_id))
        await branches.add(connection, branch, at=now, by=asked.actor)
        return branch_document(branch)


async def amend_branch(
    asked: Asked, provider_id: UUID, branch_id: UUID, *, version: int, facts: BranchFacts
) -> Document:
    """Change a branch, or close it, from the version that was read.

    NotFound ``provider.unknown``, ``branch.unknown``; Refusal ``edit.precondition``, ``branch.duplicate``, all faults.
    """
    async with asked.database.begin() as connection:
        await hold_provider(connection, asked, provider_id)
        known = await branches.of_provider(connection, provider_id)
        branch = next((one for one in known if one.id == branch_id), None)
        if branch is None:
            raise NotFound("branch.unknown")
        if branch.version != version:
            raise Refusal("edit.precondition")
        revised = branch.revised(await _checked(connection, facts))
        _refuse_twin(revised, known)
        await branches.save(connection, revised)
        return branch_document(revised)


async def list_branches(asked: Asked, provider_id: UUID) -> list[Document]:
    """Show all branches of a provider, oldest first; NotFound ``provider.unknown``."""
    async with asked.database.read() as connection:
        await see_provider(connection, asked, provider_id)
        return [branch_document(one) for one in await branches.of_provider(connection, provider_id)]


async def _checked(connection: AsyncConnection, facts: BranchFacts) -> BranchFacts:
    refuse_all(branch_faults(facts, regions=await catalogue.regions(connection)))
    return replace(facts, name=clean(facts.name), address=clean(facts.address))


def _refuse_twin(branch: Branch, known: list[Branch]) -> None:
    for other in known:
        if other.id != branch.id and other.facts.name == branch.facts.name:
            raise Refusal("branch.duplicate", pointer="/name", numbers={"id": show("brn", other.id)})
