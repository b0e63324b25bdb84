"""Where a provider serves its customers."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.asked import Asked
from services.registry.providers.domain.branch import BranchFacts
from services.registry.providers.operations.branches import amend_branch, list_branches, record_branch
from tests.registry.samples import PENGJIANG, TAISHAN, asked, codes, organization, places, provider

FACTS = BranchFacts("高新区窗口", "高新西路1号", PENGJIANG)


@pytest.fixture
async def firm(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def seller(registry: Database, firm: UUID) -> UUID:
    return await provider(registry, firm)


@pytest.fixture
def own(registry: Database, firm: UUID) -> Asked:
    return asked(registry, "create_branch", "provider", organization=firm)


async def test_a_branch_is_recorded_moved_and_closed(registry: Database, own: Asked, seller: UUID) -> None:
    made = parse("brn", (await record_branch(own, seller, FACTS))["id"])
    told = await amend_branch(own, seller, made, version=1, facts=replace(FACTS, region=TAISHAN, active=False))
    assert (told["region"], told["active"], told["version"]) == (TAISHAN, False, 2)
    assert await list_branches(asked(registry, "list_branches"), seller) == [told]


async def test_it_is_changed_from_the_version_that_was_read(own: Asked, seller: UUID) -> None:
    made = parse("brn", (await record_branch(own, seller, FACTS))["id"])
    with pytest.raises(Refusal) as refused:
        await amend_branch(own, seller, made, version=2, facts=FACTS)
    assert codes(refused.value) == {"edit.precondition"}


async def test_it_has_a_name_of_its_own_an_address_and_a_region(own: Asked, seller: UUID) -> None:
    with pytest.raises(Refusal) as refused:
        await record_branch(own, seller, BranchFacts("", "", "nowhere"))
    assert places(refused.value) == {
        "/name": "name.empty",
        "/address": "name.empty",
        "/region": "region.unlisted",
    }
    first = await record_branch(own, seller, FACTS)
    with pytest.raises(Refusal) as refused:
        await record_branch(own, seller, FACTS)
    assert refused.value.reasons[0].numbers == {"id": first["id"]}


async def test_it_is_unknown_elsewhere(registry: Database, own: Asked, seller: UUID) -> None:
    with pytest.raises(NotFound) as refused:
        await amend_branch(own, seller, uuid4(), version=1, facts=FACTS)
    assert codes(refused.value) == {"branch.unknown"}
    stranger = asked(registry, "create_branch", "provider", organization=uuid4())
    with pytest.raises(NotFound) as refused:
        await record_branch(stranger, seller, FACTS)
    assert codes(refused.value) == {"provider.unknown"}
