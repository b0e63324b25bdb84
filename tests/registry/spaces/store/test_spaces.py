"""What the release before leaves of a space that it closes or opens: by its status alone."""

from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.registry.sight import Sight
from services.registry.spaces.operations.spaces import read_space
from services.registry.statistics.domain.subject import Subject
from services.registry.statistics.store.counting import Asof, count
from services.registry.transfer.domain.exporting import Bounds, ExportKind
from services.registry.transfer.store import listed
from tests.registry.samples import TODAY, asked, organization, space

EVERYTHING = Sight(everything=True)


async def left_as(registry: Database, columns: str) -> UUID:
    made = await space(registry, await organization(registry))
    async with registry.begin() as connection:
        await connection.execute(text(f"UPDATE spaces SET {columns}"))
    return made


@pytest.mark.parametrize(
    ("columns", "state", "there"),
    [
        ("status = 'closed'", "closed", 0),
        ("state = 'closed'", "recorded", 1),
        ("state = 'closed', revoked_on = '2020-09-01'", "revoked", 1),
    ],
    ids=["closed", "opened", "opened after it was revoked"],
)
async def test_a_space_is_told_counted_and_listed_in_one_state(
    registry: Database, columns: str, state: str, there: int
) -> None:
    made = await left_as(registry, columns)
    assert (await read_space(asked(registry, "get_space"), made))["state"] == state
    async with registry.read() as connection:
        at = Asof.of(TODAY, "Asia/Shanghai")
        cells = await count(connection, Subject.SPACES, ["kind"], at, sight=EVERYTHING)
        rows = await listed.rows(connection, ExportKind.SPACES, Bounds(state=state), EVERYTHING, after=None, limit=9)
    assert (cells.total, [one for one, _ in rows]) == (there, [made])
    assert state in rows[0][1]
