"""A person is disabled, enabled and erased; erasing leaves everything else whole."""

import pytest
from sqlalchemy import text

from services.chassis import decisions
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.gateway.operations.people import disable_person, enable_person, erase_person, read_profile
from services.gateway.operations.registrations import read_registration
from services.gateway.operations.sessions import end_by_refresh_token, end_session, list_sessions
from tests.gateway.cast import PASSWORD, Cast


async def test_a_profile_holds_what_the_person_said(cast: Cast) -> None:
    case = await cast.member()
    profile = await read_profile(cast.database, cast.keeper.vault, case.person_id)
    assert profile.personal == {"name": "陈华", "login": "chen.hua", "phone": ""}
    assert [one.organization_id for one in profile.memberships] == [case.organization_id]


async def test_an_enabled_person_logs_in_again(cast: Cast) -> None:
    case = await cast.member()
    admin, _ = await cast.admins()
    await disable_person(cast.database, case.person_id, by=admin)
    await enable_person(cast.database, case.person_id, by=admin)
    assert (await cast.login("chen.hua")).refresh_token


async def test_erasure_forgets_the_person_and_keeps_the_rest(cast: Cast) -> None:
    case = await cast.member()
    await cast.login("chen.hua")
    admin, _ = await cast.admins()
    await disable_person(cast.database, case.person_id, by=admin)
    await erase_person(cast.database, case.person_id, by=admin)
    with pytest.raises(NotFound, match=r"person\.unknown"):
        await read_profile(cast.database, cast.keeper.vault, case.person_id)
    assert (await read_registration(cast.database, case.id)).state == "confirmed"
    async with cast.database.read() as connection:
        kept = await decisions.of_subject(connection, case.person_id)
        rows = (await connection.execute(text("SELECT login_index, password_hash FROM accounts"))).all()
        devices = (await connection.execute(text("SELECT device FROM sessions"))).scalars().all()
    assert [one.outcome for one in kept] == ["disabled", "erased"]
    assert (None, None) in [tuple(row) for row in rows]
    assert list(devices) == [""]


async def test_the_login_of_an_erased_person_is_free(cast: Cast) -> None:
    case = await cast.registered()
    admin, _ = await cast.admins()
    await disable_person(cast.database, case.person_id, by=admin)
    await erase_person(cast.database, case.person_id, by=admin)
    assert (await cast.registered("chen.hua", "11331021002687352Y")).person_id != case.person_id


async def test_an_active_person_is_not_erased_and_an_erased_one_stays_so(cast: Cast) -> None:
    case = await cast.registered()
    admin, _ = await cast.admins()
    with pytest.raises(Refusal, match="still_active"):
        await erase_person(cast.database, case.person_id, by=admin)
    await disable_person(cast.database, case.person_id, by=admin)
    await erase_person(cast.database, case.person_id, by=admin)
    with pytest.raises(Refusal, match=r"person\.erased"):
        await enable_person(cast.database, case.person_id, by=admin)


async def test_nobody_disables_himself(cast: Cast) -> None:
    admin, _ = await cast.admins()
    with pytest.raises(Refusal, match=r"person\.own"):
        await disable_person(cast.database, admin.person_id, by=admin)


async def test_an_unknown_person_is_not_found(cast: Cast) -> None:
    admin, _ = await cast.admins()
    with pytest.raises(NotFound):
        await disable_person(cast.database, new_id(), by=admin)


async def test_a_lost_phone_costs_its_session_only(cast: Cast) -> None:
    case = await cast.member()
    await cast.login("chen.hua")
    await cast.login("chen.hua")
    newest, oldest = await list_sessions(cast.database, case.person_id)
    await end_session(cast.database, case.person_id, newest.id)
    assert [one.id for one in await list_sessions(cast.database, case.person_id)] == [oldest.id]
    with pytest.raises(NotFound):
        await end_session(cast.database, case.person_id, newest.id)


async def test_anothers_session_is_unknown(cast: Cast) -> None:
    case, other = await cast.member(), await cast.member("other.person", "11331021002687352Y")
    await cast.login("chen.hua")
    (session,) = await list_sessions(cast.database, case.person_id)
    with pytest.raises(NotFound):
        await end_session(cast.database, other.person_id, session.id)


async def test_a_refresh_token_ends_its_session_and_an_unknown_one_nothing(cast: Cast) -> None:
    case = await cast.member()
    issued = await cast.login("chen.hua", password=PASSWORD)
    await end_by_refresh_token(cast.database, "rt_test_unknown")
    assert len(await list_sessions(cast.database, case.person_id)) == 1
    await end_by_refresh_token(cast.database, issued.refresh_token or "")
    assert await list_sessions(cast.database, case.person_id) == []
