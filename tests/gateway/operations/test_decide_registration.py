"""An operator confirms a claim, and the claimant becomes a member; or turns it down."""

from uuid import UUID

import pytest

from services.chassis import decisions, tasks
from services.chassis.database import Mode
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.gateway.domain.person import take_up
from services.gateway.domain.registration import OrganizationClaim
from services.gateway.domain.roles import Duty
from services.gateway.domain.standing import Membership
from services.gateway.operations.decide_registration import By, confirm_registration, reject_registration
from services.gateway.operations.registrations import read_registration
from services.gateway.store import memberships, people
from tests.gateway.cast import Book, Cast, code

BY = By("per_operator", "req_test")


class Silent:
    """A registry that does not answer."""

    async def organization(self, claim: OrganizationClaim, *, mode: Mode) -> UUID:
        raise Refusal("registration.registry_silent")


async def confirm(cast: Cast, case_id: UUID, reason: str | None = None) -> None:
    await confirm_registration(cast.database, Book(), case_id, by=BY, reason=reason, mode="test")


async def test_a_confirmed_claimant_acts_for_the_organisation(cast: Cast) -> None:
    case = await cast.member(roles=("holder", "provider"))
    async with cast.database.read() as connection:
        held = await memberships.active_of(connection, case.person_id)
        person = await people.read(connection, case.person_id)
    assert [(one.organization_id, one.roles) for one in held] == [(case.organization_id, ("holder", "provider"))]
    assert person is not None
    assert person.duty == "member"


async def test_the_decision_is_kept_and_the_task_closed(cast: Cast) -> None:
    case = await cast.member()
    async with cast.database.read() as connection:
        kept = await decisions.of_subject(connection, case.id)
        waiting, _ = await tasks.find(connection, tasks.Wanted(), after=None, limit=10)
    assert [(one.outcome, one.actor) for one in kept] == [("confirmed", "per_operator")]
    assert waiting == []


async def test_a_silent_registry_leaves_the_case_open_and_it_can_be_confirmed_again(cast: Cast) -> None:
    case = await cast.registered()
    with pytest.raises(Refusal, match="registry_silent"):
        await confirm_registration(cast.database, Silent(), case.id, by=BY, reason=None, mode="test")
    await confirm(cast, case.id)
    assert (await read_registration(cast.database, case.id)).state == "confirmed"


async def test_a_contested_claim_needs_a_reason(cast: Cast) -> None:
    await cast.registered("one.person")
    second = await cast.registered("other.person")
    with pytest.raises(Refusal, match="reason_needed"):
        await confirm(cast, second.id)
    await confirm(cast, second.id, "licence and letter of authority seen")


async def test_both_contested_claimants_confirmed_act_for_the_same_organisation(cast: Cast) -> None:
    first = await cast.member("one.person")
    second = await cast.member("other.person")
    assert first.organization_id == second.organization_id


async def test_a_case_is_decided_once(cast: Cast) -> None:
    case = await cast.member()
    with pytest.raises(Refusal, match=r"registration\.state"):
        await confirm(cast, case.id)
    with pytest.raises(Refusal, match=r"registration\.state"):
        await reject_registration(cast.database, case.id, by=BY, reason="late")


async def test_a_rejected_claimant_is_told_why_and_the_code_is_free_again(cast: Cast) -> None:
    case = await cast.registered("one.person")
    rejected = await reject_registration(cast.database, case.id, by=BY, reason="no letter of authority")
    again = await cast.registered("other.person")
    assert (rejected.reason, again.state) == ("no letter of authority", "submitted")


async def test_an_unknown_case_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        await confirm(cast, new_id())
    with pytest.raises(NotFound):
        await reject_registration(cast.database, new_id(), by=BY, reason="why")


async def test_an_account_of_the_state_does_not_become_a_member(cast: Cast) -> None:
    case = await cast.registered(code=code(7))
    async with cast.database.begin() as connection:
        person = await people.lock(connection, case.person_id)
        await people.save(connection, take_up(person, Duty.STAFF))
    with pytest.raises(Refusal, match=r"person\.duty_conflict"):
        await confirm(cast, case.id)


async def test_who_acts_for_the_organisation_already_gets_the_further_roles(cast: Cast) -> None:
    case = await cast.registered(roles=("provider",))
    organization_id = await Book().organization(case.claim, mode="test")
    async with cast.database.begin() as connection:
        person = await people.lock(connection, case.person_id)
        await people.save(connection, take_up(person, Duty.MEMBER))
        held = Membership(new_id(), person.id, organization_id, ("holder",), "active", case.submitted_at)
        await memberships.add(connection, held)
    await confirm(cast, case.id)
    assert (await cast.login("chen.hua")).standing.roles == ("holder", "provider")
