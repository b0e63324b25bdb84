"""What a superuser alters in reviews and samples the audit names; the database refuses what reviewers may not do."""

import httpx2
import pytest
from sqlalchemy import text

from migrations import runner
from services.chassis.database import Database
from services.voucher.oversight.operations.audit import run_audit
from tests.conftest import SetClock
from tests.voucher.wallet.reviewing import a_reviewing_file, a_reviewing_round, answer, draw_sample, one_more
from tests.voucher.wallet.samples import CLOSED
from tests.voucher.wallet.steps import all_is_well, done

Api = httpx2.AsyncClient
TAMPERED = [
    ("UPDATE round_draws SET secret = 'another'", "sample.promised"),
    ("UPDATE sample_draws SET drawn_amount = 0", "sample.promised"),
    ("DELETE FROM application_reviews WHERE stage = 'city'", "application.reviewed"),
    ("DELETE FROM application_reviews WHERE stage = 'inspection'", "application.inspected"),
    ("UPDATE sample_places SET place = 3 - place", "sample.drawn"),
    ("UPDATE sample_places SET picked = NULL", "sample.drawn"),
    ("UPDATE sample_draws SET seed = 'another', drawn = 2", "sample.drawn"),
    (
        "INSERT INTO appeals (id, application_id, refused_at, grounds, client, filed_by, filed_at, state, decided_by,"
        " decided_at, words) SELECT id, application_id, at, 'x', 'x', 'per_firm', at, 'upheld', person, at, 'x'"
        " FROM application_reviews LIMIT 1",
        "application.ruled",
    ),
]
REFUSED = [
    ("UPDATE applications SET state = 'in_review'", "ck_applications_stage"),
    ("UPDATE applications SET stage = 'city'", "ck_applications_stage"),
    ("UPDATE applications SET state = 'returned', stage = 'city'", "ck_applications_correction_ends"),
    ("UPDATE applications SET turn = 0", "ck_applications_turn"),
]


async def an_inspected_round(api: Api, database: Database, set_clock: SetClock) -> None:
    """Two applications that passed their reviewer, one of which was drawn and inspected."""
    file = a_reviewing_file(review=["city"], audit_sample="0.5")
    round_id, _, first = await a_reviewing_round(api, database, set_clock, file=file)
    _, second = await one_more(api, database, round_id)
    for one in (first, second):
        done(await answer(api, one["id"], "city", answer="approve"))
    await set_clock(CLOSED)
    drawn = done(await draw_sample(api, round_id, "audit"), 201)
    (number,) = [place["number"] for place in drawn["places"] if place["picked"]]
    (sampled,) = [one for one in (first, second) if one["number"] == number]
    done(await answer(api, sampled["id"], "city", answer="approve"))


@pytest.mark.parametrize(("statement", "check"), TAMPERED)
async def test_an_altered_review_or_sample_is_named(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, superuser_url: str, statement: str, check: str
) -> None:
    await an_inspected_round(voucher_api, voucher_db, set_clock)
    await all_is_well(voucher_db)
    async with runner.connected(superuser_url) as connection, connection.begin():
        await connection.execute(text("SET search_path TO voucher, business"))
        await connection.execute(text("SET session_replication_role = replica"))
        await connection.execute(text("ALTER TABLE sample_places DROP CONSTRAINT uq_sample_places_place"))
        await connection.execute(text(statement))
    assert check in {finding.check for finding in (await run_audit(voucher_db)).findings}


@pytest.mark.parametrize(("statement", "why"), REFUSED)
async def test_the_database_refuses_what_a_review_would(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, statement: str, why: str
) -> None:
    await an_inspected_round(voucher_api, voucher_db, set_clock)
    with pytest.raises(Exception, match=why):
        async with voucher_db.begin() as connection:
            await connection.execute(text(statement))
