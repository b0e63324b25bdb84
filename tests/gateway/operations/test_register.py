"""A claim to act for an organisation is refused with all faults, contested when it is not the first, or waits."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from services.chassis import tasks
from services.chassis.refusals import NotFound, Refusal
from services.gateway.domain.credentials import FREE_FAILURES
from services.gateway.domain.registration import OrganizationClaim
from services.gateway.operations.register import Claimant, register
from services.gateway.operations.registrations import list_registrations, read_registration
from services.gateway.store.people import PERSONS
from tests.gateway.cast import Cast, claim, claimant

WRONG_CODE = "91110108MA0ABC1234"


async def test_a_claim_waits_for_an_operator(cast: Cast) -> None:
    case = await cast.registered()
    assert (case.state, case.contested) == ("submitted", False)
    async with cast.database.read() as connection:
        found, _ = await tasks.find(connection, tasks.Wanted(frozenset({"operator"})), after=None, limit=10)
    assert [task.subject_id for _, task in found] == [case.id]


async def test_a_wrong_check_digit_is_refused_with_all_other_faults_and_changes_nothing(cast: Cast) -> None:
    wrong = claim(WRONG_CODE, region="!", size_class="huge", registered_on=date(2031, 1, 1), legal_form="")
    somebody = claimant("x", name="", password="short")
    with pytest.raises(Refusal) as refused:
        await register(cast.database, cast.keeper, somebody, wrong, ())
    assert [(reason.pointer, reason.code) for reason in refused.value.reasons] == [
        ("/organization/uscc", "registration.uscc.organisation_check"),
        ("/organization/region", "registration.region_form"),
        ("/organization/legal_form", "registration.legal_form"),
        ("/organization/size_class", "registration.size_class"),
        ("/organization/registered_on", "registration.registered_in_future"),
        ("/person/name", "registration.name"),
        ("/person/login", "login.length"),
        ("/person/password", "password.length"),
        ("/roles", "registration.roles"),
    ]
    assert await _persons(cast) == 0


async def test_a_second_claim_contests_the_first_while_it_waits(cast: Cast) -> None:
    first = await cast.registered("one.person")
    second = await cast.registered("other.person")
    assert (second.state, second.contested) == ("contested", True)
    assert (await read_registration(cast.database, first.id)).state == "contested"


async def test_a_claim_to_a_confirmed_code_is_contested_and_the_first_stays_confirmed(cast: Cast) -> None:
    first = await cast.member("one.person")
    second = await cast.registered("other.person")
    again = await read_registration(cast.database, first.id)
    assert (second.state, again.state, again.contested) == ("contested", "confirmed", True)


async def test_a_case_is_found_by_its_own_person_only(cast: Cast) -> None:
    case, other = await cast.registered("one.person"), await cast.registered("other.person", "11331021002687352Y")
    assert await read_registration(cast.database, case.id, person_id=case.person_id) == case
    with pytest.raises(NotFound, match=r"registration\.unknown"):
        await read_registration(cast.database, case.id, person_id=other.person_id)


async def test_the_code_is_kept_in_its_normal_form(cast: Cast) -> None:
    case = await cast.registered(code=" 91350100m000100y43")
    assert case.claim.uscc == "91350100M000100Y43"


async def test_a_login_in_use_is_refused_whatever_its_case(cast: Cast) -> None:
    await cast.registered("chen.hua")
    with pytest.raises(Refusal, match=r"login\.taken"):
        await cast.registered("CHEN.HUA", code="11331021002687352Y")
    assert await _persons(cast) == 1


async def test_a_claim_sent_again_is_the_same_case_as_it_is_by_now(cast: Cast) -> None:
    made = await cast.member()
    again, is_new = await register(cast.database, cast.keeper, claimant(" CHEN.HUA"), claim(), ("holder",))
    assert (again, is_new, await _persons(cast)) == (made, False, 1)


async def test_the_same_claim_twice_at_once_is_one_case(cast: Cast, at_once: Callable[..., Any]) -> None:
    first, second = await at_once(cast.registered(), cast.registered())
    assert (first.id, await _persons(cast)) == (second.id, 1)


@pytest.mark.parametrize(
    ("somebody", "something", "roles"),
    [
        (claimant(password="another river in delta"), claim(), ("holder",)),
        (claimant(), claim(name="另一名称"), ("holder",)),
        (claimant(), claim(), ("provider",)),
    ],
    ids=["password", "claim", "roles"],
)
async def test_what_differs_from_the_claim_that_was_made_is_refused(
    cast: Cast, somebody: Claimant, something: OrganizationClaim, roles: tuple[str, ...]
) -> None:
    await cast.registered()
    with pytest.raises(Refusal, match=r"login\.taken"):
        await register(cast.database, cast.keeper, somebody, something, roles)


async def test_passwords_are_not_guessed_by_sending_again(cast: Cast) -> None:
    await cast.registered()
    wrong = claimant(password="another river in delta")
    for _ in range(FREE_FAILURES + 1):
        with pytest.raises(Refusal, match=r"login\.(taken|resting)"):
            await register(cast.database, cast.keeper, wrong, claim(), ("holder",))
    with pytest.raises(Refusal, match=r"login\.resting"):
        await cast.login("chen.hua")


async def test_two_claims_at_once_with_one_login_make_one_person(cast: Cast, at_once: Callable[..., Any]) -> None:
    results = await at_once(cast.registered("chen.hua"), cast.registered("chen.hua", code="11331021002687352Y"))
    assert sorted(type(result).__name__ for result in results) == ["Refusal", "Registration"]
    assert await _persons(cast) == 1


async def test_two_claims_at_once_to_one_code_contest_each_other(cast: Cast, at_once: Callable[..., Any]) -> None:
    await at_once(cast.registered("one.person"), cast.registered("other.person"))
    found, _ = await list_registrations(cast.database, person_id=None, state=None, after=None, limit=10)
    assert [case.state for case in found] == ["contested", "contested"]


async def test_what_is_personal_is_nowhere_readable(cast: Cast) -> None:
    case = await cast.registered()
    async with cast.database.read() as connection:
        row = (await connection.execute(select(PERSONS).where(PERSONS.c.id == case.person_id))).one()
    assert "陈华".encode() not in row.personal
    assert b"chen.hua" not in row.personal


async def _persons(cast: Cast) -> int:
    async with cast.database.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(PERSONS))).scalar_one())
