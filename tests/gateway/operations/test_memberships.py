"""Members invite colleagues into some of their own roles; a membership that ends takes its tokens with it."""

from uuid import UUID

import pytest

from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal
from services.gateway.domain.registration import Registration
from services.gateway.domain.standing import Membership
from services.gateway.operations.memberships import Invitation, end_membership, invite, list_memberships
from services.gateway.store import memberships as store
from services.gateway.store import people
from services.standards.holding import Holder, Kind
from tests.gateway.cast import Cast


async def invited(cast: Cast, case: Registration, *roles: str, name: str = "王芳") -> tuple[Membership, str]:
    assert case.organization_id is not None
    asked = Invitation(Holder(Kind.ORGANIZATION, case.organization_id), case.person_id, name, roles)
    return await invite(cast.database, cast.keeper.vault, asked, mode="test")


async def test_a_colleague_sets_his_login_and_acts_for_the_organisation(cast: Cast) -> None:
    case = await cast.member(roles=("holder", "provider"))
    _, token = await invited(cast, case, "holder")
    await cast.activated(token, "wang.fang")
    standing = (await cast.login("wang.fang")).standing
    assert (standing.organization_id, standing.roles) == (case.organization_id, ("holder",))


@pytest.mark.parametrize("roles", [(), ("provider",), ("holder", "provider")])
async def test_nobody_invites_beyond_his_own_roles(cast: Cast, roles: tuple[str, ...]) -> None:
    case = await cast.member()
    with pytest.raises(Refusal) as refused:
        await invited(cast, case, *roles, name="")
    assert [reason.code for reason in refused.value.reasons] == ["registration.name", "invitation.roles"]


async def test_an_ended_membership_leaves_an_account_without_a_role(cast: Cast) -> None:
    case = await cast.member()
    await end_membership(cast.database, await _only(cast, case.organization_id), actor="per_operator")
    assert (await cast.login("chen.hua")).standing.roles == ()
    async with cast.database.read() as connection:
        person = await people.read(connection, case.person_id)
    assert person is not None
    assert person.duty == "none"


async def test_a_membership_elsewhere_goes_on(cast: Cast) -> None:
    case, other = await cast.member(), await cast.member("other.person", "11331021002687352Y")
    assert other.organization_id is not None
    async with cast.database.begin() as connection:
        second = Membership(new_id(), case.person_id, other.organization_id, ("holder",), "active", case.submitted_at)
        await store.add(connection, second)
    with pytest.raises(Refusal, match="organization_needed"):
        await cast.login("chen.hua")
    await end_membership(cast.database, second.id, actor="per_operator")
    assert (await cast.login("chen.hua")).standing.organization_id == case.organization_id


async def test_a_membership_ends_once(cast: Cast) -> None:
    case = await cast.member()
    membership_id = await _only(cast, case.organization_id)
    await end_membership(cast.database, membership_id, actor="per_operator")
    with pytest.raises(Refusal, match=r"membership\.ended"):
        await end_membership(cast.database, membership_id, actor="per_operator")


async def test_nobody_ends_his_own(cast: Cast) -> None:
    case = await cast.member()
    with pytest.raises(Refusal, match=r"membership\.own"):
        await end_membership(cast.database, await _only(cast, case.organization_id), actor=show("per", case.person_id))


async def test_another_organisations_membership_is_unknown(cast: Cast) -> None:
    case = await cast.member()
    with pytest.raises(NotFound):
        await end_membership(cast.database, await _only(cast, case.organization_id), actor="per_x", within=new_id())
    with pytest.raises(NotFound):
        await end_membership(cast.database, new_id(), actor="per_x")


async def _only(cast: Cast, organization_id: UUID | None) -> UUID:
    found, _ = await list_memberships(cast.database, organization_id=organization_id, after=None, limit=10)
    return found[0].id
