"""Staff roles take two admins, in the domain and again in the database."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.gateway.domain.role_grant import RoleGrant
from services.gateway.operations import role_grants as operations
from services.gateway.operations.role_grants import Admin, Proposal
from services.gateway.store import people
from tests.gateway.cast import BOUNDS, Cast


async def proposed(cast: Cast, by: Admin, role: str = "operator", person: UUID | None = None) -> RoleGrant:
    proposal = Proposal(person, None if person else "某人", role, BOUNDS[role])
    return await operations.propose_role_grant(cast.database, cast.keeper.vault, proposal, by=by)


async def seconded(cast: Cast, grant: RoleGrant, by: Admin) -> RoleGrant:
    return (await operations.second_role_grant(cast.database, grant.id, by=by, mode="test"))[0]


async def test_a_role_proposed_by_one_admin_and_seconded_by_another_is_in_force(cast: Cast) -> None:
    admins = await cast.admins()
    await cast.staff("reviewer", admins)
    standing = (await cast.login("reviewer")).standing
    assert (standing.roles, standing.region, standing.stage) == (("reviewer",), "440703", "district")


async def test_a_proposal_gives_nothing_yet(cast: Cast) -> None:
    first, _ = await cast.admins()
    grant = await proposed(cast, first)
    listed, _ = await operations.list_role_grants(cast.database, state="proposed", after=None, limit=10)
    assert [one.id for one in listed] == [grant.id]


async def test_who_proposed_cannot_second(cast: Cast) -> None:
    first, _ = await cast.admins()
    with pytest.raises(Refusal, match="second_person"):
        await seconded(cast, await proposed(cast, first), first)


async def test_the_database_refuses_a_self_second_too(cast: Cast) -> None:
    first, _ = await cast.admins()
    grant = await proposed(cast, first)
    sql = "UPDATE role_grants SET state = 'active', duty = 'staff', seconded_by = proposed_by WHERE id = :id"
    with pytest.raises(IntegrityError, match=r"four_eyes|duty_persons"):
        await _execute(cast, sql, grant.id)


async def test_the_database_refuses_a_role_in_force_without_a_second_person(cast: Cast) -> None:
    first, _ = await cast.admins()
    grant = await proposed(cast, first)
    await _execute(cast, "UPDATE persons SET duty = 'staff' WHERE id = :id", grant.person_id)
    with pytest.raises(IntegrityError, match="two_persons"):
        await _execute(cast, "UPDATE role_grants SET state = 'active', duty = 'staff' WHERE id = :id", grant.id)


async def test_an_admin_is_given_no_deciding_role(cast: Cast) -> None:
    first, second = await cast.admins()
    third = await cast.staff("admin", (first, second), "admin3")
    with pytest.raises(Refusal, match="duty_conflict"):
        await seconded(cast, await proposed(cast, first, "finance_maker", third), second)


async def test_the_database_refuses_an_admin_a_deciding_role(cast: Cast) -> None:
    first, second = await cast.admins()
    third = await cast.staff("admin", (first, second), "admin3")
    grant = await proposed(cast, first, "finance_maker", third)
    sql = f"""UPDATE role_grants SET state = 'active', duty = 'staff', seconded_by = '{second.person_id}',
              seconded_at = proposed_at WHERE id = :id"""
    with pytest.raises(IntegrityError, match="fk_role_grants_duty_persons"):
        await _execute(cast, sql, grant.id)


async def test_nobody_is_maker_and_checker(cast: Cast) -> None:
    first, second = await cast.admins()
    person = await cast.staff("finance_maker", (first, second))
    with pytest.raises(Refusal, match="office_held"):
        await seconded(cast, await proposed(cast, first, "finance_checker", person), second)


async def test_a_second_role_for_a_known_person_outdates_his_tokens(cast: Cast) -> None:
    first, second = await cast.admins()
    person = await cast.staff("operator", (first, second))
    await seconded(cast, await proposed(cast, first, "auditor", person), second)
    assert (await cast.login("operator")).standing.roles == ("auditor", "operator")


async def test_a_declined_proposal_is_not_seconded(cast: Cast) -> None:
    first, second = await cast.admins()
    grant = await proposed(cast, first)
    await operations.decline_role_grant(cast.database, grant.id, by=second)
    with pytest.raises(Refusal, match="not_proposed"):
        await seconded(cast, grant, second)


async def test_an_ended_role_frees_the_person_for_another_kind_of_work(cast: Cast) -> None:
    first, second = await cast.admins()
    person = await cast.staff("operator", (first, second))
    held, _ = await operations.list_role_grants(cast.database, state="active", after=None, limit=1)
    await operations.end_role_grant(cast.database, held[0].id, by=first)
    async with cast.database.read() as connection:
        now = await people.read(connection, person)
    assert now is not None
    assert now.duty == "none"
    assert (await cast.login("operator")).standing.roles == ()


async def test_one_of_two_ended_roles_leaves_the_other(cast: Cast) -> None:
    first, second = await cast.admins()
    person = await cast.staff("operator", (first, second))
    grant = await seconded(cast, await proposed(cast, first, "auditor", person), second)
    await operations.end_role_grant(cast.database, grant.id, by=first)
    assert (await cast.login("operator")).standing.roles == ("operator",)


async def test_unknown_grants_and_persons_are_not_found(cast: Cast) -> None:
    first, _ = await cast.admins()
    with pytest.raises(NotFound, match=r"role_grant\.unknown"):
        await operations.end_role_grant(cast.database, new_id(), by=first)
    with pytest.raises(NotFound, match=r"person\.unknown"):
        await proposed(cast, first, "operator", new_id())


async def test_a_new_person_needs_a_name(cast: Cast) -> None:
    first, _ = await cast.admins()
    nameless = Proposal(None, "", "auditor", {})
    with pytest.raises(Refusal, match=r"registration\.name"):
        await operations.propose_role_grant(cast.database, cast.keeper.vault, nameless, by=first)


async def _execute(cast: Cast, sql: str, identifier: UUID) -> None:
    async with cast.database.begin() as connection:
        await connection.execute(text(sql), {"id": identifier})
