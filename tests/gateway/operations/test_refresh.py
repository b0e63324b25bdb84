"""A refresh token works once; its honest repetition gives the same answer, its replay ends the session (attack 27)."""

import asyncio

import jwt
import pytest
from sqlalchemy import text

from services.chassis.database import Databases
from services.chassis.refusals import Refusal
from services.gateway.operations.people import disable_person
from services.gateway.operations.refresh import refresh
from services.gateway.operations.revocations import list_revocations
from services.gateway.operations.sessions import list_sessions
from services.gateway.operations.tokens import Issued
from tests.gateway.cast import Cast


async def renewed(cast: Cast, token: str | None) -> Issued:
    assert token is not None
    return await refresh(cast.database, cast.keeper, token, mode="test")


async def test_each_refresh_gives_the_next_token(cast: Cast) -> None:
    await cast.member()
    first = await cast.login("chen.hua")
    second = await renewed(cast, first.refresh_token)
    third = await renewed(cast, second.refresh_token)
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert third.standing == first.standing


async def test_an_honest_lost_reply_gets_the_same_successor(cast: Cast) -> None:
    await cast.member()
    first = await cast.login("chen.hua")
    lost, again = await renewed(cast, first.refresh_token), await renewed(cast, first.refresh_token)
    assert lost.refresh_token == again.refresh_token
    assert (await renewed(cast, again.refresh_token)).refresh_token


async def test_five_concurrent_repetitions_get_one_successor(cast: Cast) -> None:
    await cast.member()
    token = (await cast.login("chen.hua")).refresh_token
    answers = await asyncio.gather(*(renewed(cast, token) for _ in range(5)))
    assert len({answer.refresh_token for answer in answers}) == 1


async def test_a_replayed_token_ends_the_whole_family(cast: Cast) -> None:
    case = await cast.member()
    first = await cast.login("chen.hua")
    second = await renewed(cast, first.refresh_token)
    third = await renewed(cast, second.refresh_token)
    for token in (first.refresh_token, third.refresh_token):
        with pytest.raises(Refusal, match=r"refresh\.failed"):
            await renewed(cast, token)
    assert await list_sessions(cast.database, case.person_id) == []
    revoked, _ = await list_revocations(Databases(test=cast.database), after=None)
    session = jwt.decode(first.access_token, options={"verify_signature": False})["sid"]
    assert [(one.kind, one.subject) for one in revoked] == [("session", session)]


async def test_a_repetition_after_the_grace_is_a_replay(cast: Cast) -> None:
    await cast.member()
    first = await cast.login("chen.hua")
    second = await renewed(cast, first.refresh_token)
    async with cast.database.begin() as connection:
        await connection.execute(text("UPDATE refresh_tokens SET used_at = used_at - interval '31 seconds'"))
    with pytest.raises(Refusal, match=r"refresh\.failed"):
        await renewed(cast, first.refresh_token)
    with pytest.raises(Refusal, match=r"refresh\.failed"):
        await renewed(cast, second.refresh_token)


async def test_another_persons_session_is_untouched_by_a_replay(cast: Cast) -> None:
    await cast.member()
    first, other = await cast.login("chen.hua"), await cast.login("chen.hua")
    second = await renewed(cast, first.refresh_token)
    await renewed(cast, second.refresh_token)
    with pytest.raises(Refusal):
        await renewed(cast, first.refresh_token)
    assert (await renewed(cast, other.refresh_token)).refresh_token


@pytest.mark.parametrize("token", ["rt_test_" + "0" * 64, "", "rt_test_\ud800"])
async def test_an_unknown_token_is_refused(cast: Cast, token: str) -> None:
    with pytest.raises(Refusal, match=r"refresh\.failed"):
        await renewed(cast, token)


async def test_an_expired_token_is_refused(cast: Cast) -> None:
    await cast.member()
    first = await cast.login("chen.hua")
    async with cast.database.begin() as connection:
        await connection.execute(text("UPDATE sessions SET expires_at = created_at"))
    with pytest.raises(Refusal, match=r"refresh\.failed"):
        await renewed(cast, first.refresh_token)


async def test_a_disabled_person_gets_nothing_more(cast: Cast) -> None:
    case = await cast.member()
    first = await cast.login("chen.hua")
    await disable_person(cast.database, case.person_id, by=(await cast.admins())[0])
    with pytest.raises(Refusal, match=r"refresh\.failed"):
        await renewed(cast, first.refresh_token)
