"""What the database itself refuses, whoever writes: the invariants of the domain a second time."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.registry.spaces.store.activities import ACTIVITIES
from services.registry.spaces.store.recognitions import add, of_spaces
from services.registry.spaces.store.revocations import REVOCATIONS
from services.registry.spaces.store.spaces import SPACES
from services.registry.spaces.store.teams import TEAMS
from tests.registry.samples import TODAY, document, organization, space
from tests.registry.spaces.samples import activity, filed, held, proposed, recognised, recognition, team


@pytest.fixture
async def place(registry: Database) -> UUID:
    made = await space(registry, await organization(registry))
    await filed(registry, made)
    await recognised(registry, made)
    return made


async def refused(registry: Database, statement: Any) -> str:
    with pytest.raises(IntegrityError) as error:
        async with registry.begin() as connection:
            await connection.execute(statement)
    return str(error.value.orig)


async def test_one_recognition_is_open_a_track(registry: Database, place: UUID) -> None:
    second = recognition(place, document_id=await document(registry))
    with pytest.raises(IntegrityError, match="ex_recognitions_open"):
        async with registry.begin() as connection:
            await add(connection, second, at=await business_now(connection), by="per_1")
    async with registry.read() as connection:
        assert len((await of_spaces(connection, [place]))[place]) == 1


async def test_a_recognised_space_is_not_barred_and_a_revoked_one_is(registry: Database, place: UUID) -> None:
    of = SPACES.c.id == place
    assert "ck_spaces_revoked" in await refused(registry, update(SPACES).where(of).values(revoked_on=TODAY))
    assert "ck_spaces_revoked" in await refused(registry, update(SPACES).where(of).values(state="revoked"))
    assert "ck_spaces_parent" in await refused(registry, update(SPACES).where(of).values(parent_id=place))


async def test_nobody_decides_on_his_own_proposal(registry: Database, place: UUID) -> None:
    case = await proposed(registry, place)
    async with registry.read() as connection:
        now = await business_now(connection)
    decided = {"state": "revoked", "decided_by": "per_1", "decided_at": now, "decision": "违规"}
    statement = update(REVOCATIONS).where(REVOCATIONS.c.id == case)
    assert "ck_revocations_two_persons" in await refused(registry, statement.values(decided))
    assert "ck_revocations_decision" in await refused(registry, statement.values(state="revoked"))


async def test_an_incorporated_team_names_its_firm_and_day(registry: Database, place: UUID) -> None:
    made = await team(registry, place)
    statement = update(TEAMS).where(TEAMS.c.id == made)
    assert "ck_teams_incorporated" in await refused(registry, statement.values(status="incorporated"))
    assert "ck_teams_root" in await refused(registry, statement.values(root_id=made))


async def test_an_activity_is_replaced_once_and_within_its_space(registry: Database, place: UUID) -> None:
    made = await activity(registry, place)
    other = await space(registry, await organization(registry, 2))
    async with registry.read() as connection:
        now = await business_now(connection)
    row = {**vars(held()), "kind": "training", "recorded_at": now, "recorded_by": "per_1", "correction_reason": "有误"}
    elsewhere = insert(ACTIVITIES).values({**row, "id": new_id(), "space_id": other, "corrects_id": made})
    assert "fk_activities_corrects_id_activities" in await refused(registry, elsewhere)
    first = {**row, "id": new_id(), "space_id": place, "corrects_id": made}
    async with registry.begin() as connection:
        await connection.execute(insert(ACTIVITIES).values(first))
    assert "uq_activities_corrects_id" in await refused(registry, insert(ACTIVITIES).values({**first, "id": new_id()}))


@pytest.mark.parametrize("table", ["space_history", "activities"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
async def test_what_was_done_stays_as_it_was_told(registry: Database, table: str, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with registry.begin() as connection:
            await connection.execute(text(statement.format(table)))
