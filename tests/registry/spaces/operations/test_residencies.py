"""Moving in, leaving and graduating."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import NotFound, Refusal
from services.registry.spaces.domain.residency import Ending
from services.registry.spaces.operations.residencies import end_of_residency, record_residency
from services.registry.spaces.operations.teams import amend_team, read_team
from services.registry.spaces.store import residencies
from tests.registry.samples import TODAY, asked, codes, organization, places, space
from tests.registry.spaces.operations.test_spaces import stay
from tests.registry.spaces.samples import team

LAST = date(2020, 8, 31)


@pytest.fixture
async def place(registry: Database) -> UUID:
    return await space(registry, await organization(registry))


@pytest.fixture
async def lived(registry: Database, place: UUID) -> UUID:
    firm = await organization(registry, 2)
    return parse("rsd", (await record_residency(asked(registry, "create_residency"), stay(place, firm=firm)))["id"])


async def test_who_leaves_leaves_with_his_last_day(registry: Database, lived: UUID) -> None:
    told = await end_of_residency(asked(registry, "end_residency"), lived, on=LAST, how=Ending.LEFT)
    assert (told["until"], told["ended_how"]) == ("2020-08-31", "left")
    async with registry.read() as connection:
        (decision,) = await decisions.of_subject(connection, lived)
    assert (decision.outcome, decision.numbers) == ("left", {"on": "2020-08-31"})


async def test_a_team_that_graduates_is_told_in_the_feed(registry: Database, place: UUID) -> None:
    made, request = await team(registry, place), asked(registry, "end_residency")
    async with registry.read() as connection:
        (home,) = await residencies.of_residents(connection, [made])
    await end_of_residency(request, home.id, on=LAST, how=Ending.GRADUATED)
    told = await read_team(asked(registry, "get_team"), made)
    assert (told["residencies"][0]["until"], told["version"]) == ("2020-08-31", 2)


@pytest.mark.parametrize(("on", "code"), [(date(2019, 12, 31), "period.end"), (date(2020, 9, 15), "date.future")])
async def test_a_residency_ends_on_one_of_its_days(registry: Database, lived: UUID, on: date, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        await end_of_residency(asked(registry, "end_residency"), lived, on=on, how=Ending.LEFT)
    assert places(refused.value) == {"/on": code}


async def test_a_stranger_is_told_of_no_residency(registry: Database, lived: UUID) -> None:
    stranger = asked(registry, "end_residency", "space", organization=uuid4())
    for request, one in ((stranger, lived), (asked(registry, "end_residency"), uuid4())):
        with pytest.raises(NotFound) as refused:
            await end_of_residency(request, one, on=LAST, how=Ending.LEFT)
        assert codes(refused.value) == {"residency.unknown"}


async def test_who_ends_and_graduates_at_once_does_one_of_both(registry: Database, lived: UUID) -> None:
    request = asked(registry, "end_residency")
    made = await asyncio.gather(
        *(end_of_residency(request, lived, on=TODAY, how=how) for how in (Ending.LEFT, Ending.GRADUATED)),
        return_exceptions=True,
    )
    (refused,) = [one for one in made if isinstance(one, Refusal)]
    assert codes(refused) == {"residency.ended"}


async def test_a_team_that_breaks_up_moves_out_and_moves_in_nowhere(registry: Database, place: UUID) -> None:
    made = await team(registry, place)
    told = await amend_team(asked(registry, "update_team"), made, version=1, changes={"status": "dissolved"})
    assert told["residencies"][0]["until"] == TODAY.isoformat()
    second = await space(registry, await organization(registry, 2))
    with pytest.raises(Refusal) as refused:
        await record_residency(asked(registry, "create_residency"), stay(second, team=made))
    assert codes(refused.value) == {"team.state"}


async def test_moving_in_and_moving_out_are_told_in_the_feed(registry: Database, lived: UUID) -> None:
    await end_of_residency(asked(registry, "end_residency"), lived, on=LAST, how=Ending.LEFT)
    async with registry.read() as connection:
        told = await connection.execute(text("SELECT data FROM events WHERE subject_kind = 'residency' ORDER BY id"))
    assert [one.data["until"] for one in told] == [None, "2020-08-31"]
