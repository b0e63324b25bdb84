"""A sanction ends before its last day when two persons say so."""

from uuid import UUID, uuid4

import pytest

from services.chassis import tasks
from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.registry.parties.operations.organizations import read_organization
from services.registry.parties.operations.sanction_liftings import (
    approve_lifting,
    list_liftings,
    propose_lifting,
    reject_lifting,
)
from services.registry.parties.operations.standing import read_sanction
from tests.registry.parties.operations.test_standing import sanction
from tests.registry.parties.samples import of_person
from tests.registry.samples import asked, document, organization


@pytest.fixture
async def banned(registry: Database) -> UUID:
    """A sanction in force for this year."""
    return await sanction(registry, await organization(registry))


async def lift(registry: Database, banned: UUID, by: str = "per_1") -> None:
    request = of_person(registry, "lift_sanction", by)
    await propose_lifting(request, banned, reason="复议撤销", document_id=await document(registry))


async def test_it_held_for_the_last_time_the_day_before_and_its_document_says_so(
    registry: Database, banned: UUID
) -> None:
    await lift(registry, banned)
    await approve_lifting(of_person(registry, "approve_sanction_lifting", "per_2"), banned)
    told = await read_sanction(asked(registry, "get_sanction"), banned)
    assert (told["until"], told["lifted_on"]) == ("2020-09-13", "2020-09-14")
    firm = UUID(told["organization"].removeprefix("org_"))
    (stands,) = (await read_organization(asked(registry, "get_organization"), firm))["sanctions"]
    assert stands["until"] == "2020-09-13"


async def test_whoever_proposed_it_does_not_approve_it(registry: Database, banned: UUID) -> None:
    await lift(registry, banned)
    with pytest.raises(Refusal, match=r"sanction_lifting\.same_person"):
        await approve_lifting(of_person(registry, "approve_sanction_lifting"), banned)


async def test_it_is_proposed_once_at_a_time_and_again_after_a_rejection(registry: Database, banned: UUID) -> None:
    await lift(registry, banned)
    with pytest.raises(Refusal, match=r"sanction_lifting\.open"):
        await lift(registry, banned, by="per_2")
    await reject_lifting(of_person(registry, "reject_sanction_lifting", "per_2"), banned, reason="复议中")
    await lift(registry, banned)
    liftings = await list_liftings(asked(registry, "list_sanction_liftings"), banned)
    assert [(one["state"], one["refusal"]) for one in liftings] == [("rejected", "复议中"), ("proposed", None)]


async def test_a_proposal_is_a_task_until_it_is_decided(registry: Database, banned: UUID) -> None:
    await lift(registry, banned)
    async with registry.read() as connection:
        ((_, task),), _ = await tasks.find(connection, tasks.Wanted(), after=None, limit=5)
    assert (task.kind, task.role) == ("decide_sanction_lifting", "operator")
    await approve_lifting(of_person(registry, "approve_sanction_lifting", "per_2"), banned)
    async with registry.read() as connection:
        assert await tasks.find(connection, tasks.Wanted(), after=None, limit=5) == ([], None)


async def test_what_does_not_hold_is_not_lifted(registry: Database, banned: UUID) -> None:
    await lift(registry, banned)
    await approve_lifting(of_person(registry, "approve_sanction_lifting", "per_2"), banned)
    with pytest.raises(Refusal, match=r"sanction\.not_in_force"):
        await lift(registry, banned)


async def test_after_a_lifting_the_same_organisation_may_be_banned_anew(registry: Database, banned: UUID) -> None:
    await lift(registry, banned)
    await approve_lifting(of_person(registry, "approve_sanction_lifting", "per_2"), banned)
    told = await read_sanction(asked(registry, "get_sanction"), banned)
    firm = UUID(told["organization"].removeprefix("org_"))
    whole = await read_organization(asked(registry, "get_organization"), firm)
    assert [one["until"] for one in whole["sanctions"]] == ["2020-09-13"]


async def test_nothing_is_lifted_that_nobody_knows_of(registry: Database, banned: UUID) -> None:
    with pytest.raises(NotFound, match=r"sanction\.unknown"):
        await lift(registry, uuid4())
    with pytest.raises(NotFound, match=r"sanction\.unknown"):
        await list_liftings(asked(registry, "list_sanction_liftings"), uuid4())
    with pytest.raises(NotFound, match=r"sanction_lifting\.unknown"):
        await approve_lifting(of_person(registry, "approve_sanction_lifting", "per_2"), banned)
