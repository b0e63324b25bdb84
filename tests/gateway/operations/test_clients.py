"""A machine client has some of its maker's roles, and its secret is worth nothing once rotated or disabled."""

import asyncio
from uuid import UUID

import pytest

from services.chassis.database import Databases
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal
from services.gateway.domain import client as domain
from services.gateway.domain.client import Client
from services.gateway.domain.registration import Registration
from services.gateway.operations import clients as operations
from services.gateway.operations.memberships import end_membership, list_memberships
from services.gateway.operations.people import disable_person
from services.gateway.operations.revocations import list_revocations
from services.gateway.operations.tokens import Issued
from tests.gateway.cast import Cast


async def made(cast: Cast, case: Registration, *roles: str) -> tuple[Client, str]:
    assert case.organization_id is not None
    return await operations.make_client(
        cast.database,
        person_id=case.person_id,
        organization_id=case.organization_id,
        name="ERP",
        roles=roles or ("holder",),
        mode="test",
    )


async def issued(cast: Cast, client_id: UUID | None, secret: str) -> Issued:
    return await operations.issue_to_client(
        cast.database, cast.keeper.signer, client_id=client_id, secret=secret, mode="test"
    )


async def revoked(cast: Cast) -> set[str]:
    found, _ = await list_revocations(Databases(test=cast.database), after=None)
    return {one.subject for one in found}


async def test_a_client_gets_tokens_for_its_organisation(cast: Cast) -> None:
    case = await cast.member(roles=("holder", "provider"))
    client, secret = await made(cast, case, "provider")
    standing = (await issued(cast, client.id, secret)).standing
    assert (standing.organization_id, standing.roles) == (case.organization_id, ("provider",))


async def test_a_client_cannot_have_more_than_its_maker(cast: Cast) -> None:
    case = await cast.member()
    with pytest.raises(Refusal, match=r"client\.roles"):
        await made(cast, case, "holder", "provider")


async def test_who_is_no_member_makes_no_client(cast: Cast) -> None:
    case, other = await cast.member(), await cast.member("other.person", "11331021002687352Y")
    stranger = Registration(**{**vars(case), "person_id": other.person_id})
    with pytest.raises(Refusal, match="not_member"):
        await made(cast, stranger)


async def test_wrong_secret_unknown_client_and_no_client_are_refused_alike(cast: Cast) -> None:
    client, _ = await made(cast, await cast.member())
    for client_id in (client.id, new_id(), None):
        with pytest.raises(Refusal, match=r"client\.failed"):
            await issued(cast, client_id, "sec_test_guess")


async def test_a_rotated_secret_replaces_the_old_at_once(cast: Cast) -> None:
    client, old = await made(cast, await cast.member())
    _, new = await operations.rotate_client(cast.database, client.id, mode="test")
    assert (await issued(cast, client.id, new)).access_token
    with pytest.raises(Refusal, match=r"client\.failed"):
        await issued(cast, client.id, old)
    assert show("cli", client.id) in await revoked(cast)


async def test_a_disabled_client_gets_no_tokens_and_no_new_secret(cast: Cast) -> None:
    client, secret = await made(cast, await cast.member())
    await operations.disable_client(cast.database, client.id)
    with pytest.raises(Refusal, match=r"client\.failed"):
        await issued(cast, client.id, secret)
    with pytest.raises(Refusal, match=r"client\.disabled"):
        await operations.rotate_client(cast.database, client.id, mode="test")


async def test_disabling_its_maker_disables_the_client(cast: Cast) -> None:
    case = await cast.member()
    client, secret = await made(cast, case)
    await disable_person(cast.database, case.person_id, by=(await cast.admins())[0])
    with pytest.raises(Refusal, match=r"client\.failed"):
        await issued(cast, client.id, secret)
    assert {show("cli", client.id), show("per", case.person_id)} <= await revoked(cast)


async def test_ending_its_makers_membership_disables_the_client(cast: Cast) -> None:
    case = await cast.member()
    client, _ = await made(cast, case)
    held, _ = await list_memberships(cast.database, organization_id=case.organization_id, after=None, limit=10)
    await end_membership(cast.database, held[0].id, actor="per_operator")
    assert (await operations.read_client(cast.database, client.id)).state == "disabled"


async def test_an_organisation_has_a_bounded_number_of_clients(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await cast.member()
    monkeypatch.setattr(domain, "CLIENTS_PER_ORGANIZATION", 2)
    results = await asyncio.gather(*(made(cast, case) for _ in range(4)), return_exceptions=True)
    assert sorted(isinstance(result, Refusal) for result in results) == [False, False, True, True]


async def test_a_service_client_is_provided_again_with_another_secret(cast: Cast) -> None:
    first = await operations.provide_service_client(cast.database, name="voucher", secret="one")
    again = await operations.provide_service_client(cast.database, name="voucher", secret="two")
    assert first.id == again.id
    assert (await issued(cast, first.id, "two")).standing.roles == ("service",)
    with pytest.raises(Refusal, match=r"client\.failed"):
        await issued(cast, first.id, "one")


async def test_clients_are_listed_by_organisation(cast: Cast) -> None:
    case, other = await cast.member(), await cast.member("other.person", "11331021002687352Y")
    client, _ = await made(cast, case)
    mine, _ = await operations.list_clients(cast.database, organization_id=case.organization_id, after=None, limit=10)
    theirs, _ = await operations.list_clients(
        cast.database, organization_id=other.organization_id, after=None, limit=10
    )
    assert ([one.id for one in mine], theirs) == ([client.id], [])


async def test_a_client_of_another_organisation_is_not_found_and_stays_as_it_is(cast: Cast) -> None:
    case, other = await cast.member(), await cast.member("other.person", "11331021002687352Y")
    client, secret = await made(cast, case)
    for touched in (
        operations.read_client(cast.database, client.id, within=other.organization_id),
        operations.rotate_client(cast.database, client.id, mode="test", within=other.organization_id),
        operations.disable_client(cast.database, client.id, within=other.organization_id),
    ):
        with pytest.raises(NotFound, match=r"client\.unknown"):
            await touched
    assert await operations.read_client(cast.database, client.id, within=case.organization_id) == client
    assert (await issued(cast, client.id, secret)).access_token


async def test_an_unknown_client_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        await operations.read_client(cast.database, new_id())
    with pytest.raises(NotFound):
        await operations.disable_client(cast.database, new_id())
