"""Which lines reviewers have before others: by stage and by the region they decide for, in order of submission."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.oversight.store import progress
from services.voucher.settlement.domain.claim import ClaimLine, LineState
from services.voucher.settlement.store import claim_lines
from tests.conftest import SetClock
from tests.voucher.oversight.tampering import tamper
from tests.voucher.settlement.claimed import NOW, a_capture, a_claim

EARLIER = NOW - timedelta(days=1)


@pytest.fixture
async def line(voucher_db: Database, set_clock: SetClock, superuser_url: str) -> ClaimLine:
    """A line in review; beside it there may be others of the same capture here."""
    await set_clock(NOW)
    captured = await a_capture(voucher_db)
    _, (line,) = await a_claim(voucher_db, captured.asked)
    await tamper(superuser_url, "DROP INDEX uq_claim_lines_capture")
    return line


async def ahead(database: Database, line: ClaimLine, **changes: Any) -> dict[UUID, int]:
    """The places of a line and of one submitted a day before it with these changes, which comes first."""
    other = replace(line, **{"id": new_id(), "number": 2, "submitted_at": EARLIER, **changes})
    async with database.begin() as connection:
        await claim_lines.add(connection, [other])
        return await progress.ahead(connection, [line.id, other.id])


async def test_who_was_submitted_earlier_comes_first(voucher_db: Database, line: ClaimLine) -> None:
    found = await ahead(voucher_db, line)
    assert (found.pop(line.id), list(found.values())) == (1, [0])


async def test_of_two_submitted_at_once_one_comes_first(voucher_db: Database, line: ClaimLine) -> None:
    assert sorted((await ahead(voucher_db, line, submitted_at=line.submitted_at)).values()) == [0, 1]


@pytest.mark.parametrize("other", [{"stage": "city"}, {"region": "440704"}])
async def test_another_stage_or_district_is_another_queue(
    voucher_db: Database, line: ClaimLine, other: dict[str, str]
) -> None:
    assert (await ahead(voucher_db, line, **other))[line.id] == 0


async def test_the_city_has_one_queue_for_all_its_districts(voucher_db: Database, line: ClaimLine) -> None:
    first = replace(line, id=new_id(), number=3, stage="city", region="440705")
    async with voucher_db.begin() as connection:
        await claim_lines.add(connection, [first])
    await ahead(voucher_db, line, stage="city", region="440704")
    async with voucher_db.read() as connection:
        assert await progress.ahead(connection, [first.id]) == {first.id: 1}


async def test_a_region_that_names_no_city_is_its_own(voucher_db: Database, line: ClaimLine) -> None:
    first = replace(line, id=new_id(), number=3, stage="city", region="park-1")
    async with voucher_db.begin() as connection:
        await claim_lines.add(connection, [first])
    await ahead(voucher_db, line, stage="city", region="park-2")
    async with voucher_db.read() as connection:
        assert await progress.ahead(connection, [first.id]) == {first.id: 0}


async def test_what_is_not_in_review_has_no_place_and_takes_none(voucher_db: Database, line: ClaimLine) -> None:
    assert await ahead(voucher_db, line, state=LineState.RETURNED) == {line.id: 0}
