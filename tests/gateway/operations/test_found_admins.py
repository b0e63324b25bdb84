"""The first two admins are made once, two at a time, each with a link that works once."""

import pytest

from services.chassis.refusals import Refusal
from services.gateway.operations.found_admins import found_admins
from services.gateway.operations.links import activate
from tests.gateway.cast import PASSWORD, Cast


async def founded(cast: Cast, *names: str) -> list[str]:
    return await found_admins(cast.database, cast.keeper.vault, names, mode="test")


async def test_two_admins_set_their_passwords_and_log_in(cast: Cast) -> None:
    await cast.admins()
    assert (await cast.login("admin1")).standing.roles == ("admin",)
    assert (await cast.login("admin2")).standing.roles == ("admin",)


async def test_it_is_done_once(cast: Cast) -> None:
    await founded(cast, "甲", "乙")
    with pytest.raises(Refusal, match=r"admins\.founded"):
        await founded(cast, "丙", "丁")


@pytest.mark.parametrize("names", [(), ("甲",), ("甲", "乙", "丙")])
async def test_it_takes_two(cast: Cast, names: tuple[str, ...]) -> None:
    with pytest.raises(Refusal, match=r"admins\.two"):
        await founded(cast, *names)


async def test_a_name_must_be_one(cast: Cast) -> None:
    with pytest.raises(Refusal, match=r"registration\.name"):
        await founded(cast, "甲", " ")


async def test_a_link_works_once(cast: Cast) -> None:
    token, _ = await founded(cast, "甲", "乙")
    await cast.activated(token, "admin1")
    with pytest.raises(Refusal, match=r"activation\.unknown"):
        await cast.activated(token, "admin9")


async def test_a_refused_attempt_does_not_use_the_link_up(cast: Cast) -> None:
    first, second = await founded(cast, "甲", "乙")
    await cast.activated(first, "admin1")
    with pytest.raises(Refusal, match=r"login\.taken"):
        await cast.activated(second, "admin1")
    with pytest.raises(Refusal) as refused:
        await activate(cast.database, cast.keeper, second, login="?", password="?")
    assert [reason.code for reason in refused.value.reasons] == ["login.length", "password.length"]
    await activate(cast.database, cast.keeper, second, login="admin2", password=PASSWORD)
