"""Login tells nothing to who does not know the password, and rests after failures."""

import asyncio

import pytest
from sqlalchemy import select, text

from services.chassis.refusals import Refusal
from services.gateway.operations.people import disable_person
from services.gateway.store.people import FAILURES
from tests.gateway.cast import PASSWORD, Cast


async def failure_of(cast: Cast, login: str, password: str) -> str:
    with pytest.raises(Refusal) as refused:
        await cast.login(login, password=password)
    return refused.value.code


async def test_a_member_gets_tokens_for_his_only_organisation(cast: Cast) -> None:
    case = await cast.member()
    issued = await cast.login("Chen.Hua ")
    assert (issued.standing.organization_id, issued.standing.roles) == (case.organization_id, ("holder",))


async def test_wrong_password_unknown_login_and_disabled_person_are_refused_alike(cast: Cast) -> None:
    case = await cast.registered()
    codes = [await failure_of(cast, "chen.hua", "wrong password"), await failure_of(cast, "nobody.here", PASSWORD)]
    await disable_person(cast.database, case.person_id, by=(await cast.admins())[0])
    codes.append(await failure_of(cast, "chen.hua", PASSWORD))
    assert codes == ["login.failed"] * 3


@pytest.mark.parametrize("login", ["chen.hua", "nobody.here"])
async def test_failures_in_a_row_make_a_login_rest_whether_it_exists_or_not(cast: Cast, login: str) -> None:
    await cast.registered()
    for _ in range(5):
        await failure_of(cast, login, "wrong password")
    assert await failure_of(cast, login, PASSWORD) == "login.resting"


async def test_a_rest_ends_and_success_forgets_the_failures(cast: Cast) -> None:
    await cast.registered()
    for _ in range(5):
        await failure_of(cast, "chen.hua", "wrong password")
    async with cast.database.begin() as connection:
        await connection.execute(text("UPDATE login_failures SET last_failed_at = last_failed_at - interval '1 hour'"))
    await cast.login("chen.hua")
    async with cast.database.read() as connection:
        assert (await connection.execute(select(FAILURES))).all() == []


async def test_a_person_disabled_while_his_password_was_checked_stays_outside(cast: Cast) -> None:
    """The login waits for the person's row, which the disabling transaction holds."""
    case = await cast.registered()
    async with cast.database.begin() as connection:
        await connection.execute(text("UPDATE persons SET state = 'disabled' WHERE id = :id"), {"id": case.person_id})
        waiting = asyncio.create_task(cast.login("chen.hua"))
        await asyncio.sleep(0.5)
        assert not waiting.done()
    with pytest.raises(Refusal, match=r"login\.failed"):
        await waiting


async def test_a_foreign_organisation_is_not_acted_for(cast: Cast) -> None:
    await cast.member()
    other = await cast.member("other.person", "11331021002687352Y")
    with pytest.raises(Refusal, match="organization_unknown"):
        await cast.login("chen.hua", organization=other.organization_id)


async def test_ten_thousand_logins_are_refused_rather_than_queued(cast: Cast) -> None:
    flood = [asyncio.create_task(cast.keeper.passwords.matches("some password", None)) for _ in range(300)]
    results = await asyncio.gather(*flood, return_exceptions=True)
    busy = [result for result in results if isinstance(result, Refusal) and result.code == "login.busy"]
    assert len(busy) == 300 - 2 * 32
