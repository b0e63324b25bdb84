"""How old what waits is, on a claim that is played from its capture to the bank; and how old the directory is."""

from datetime import datetime, timedelta
from math import inf

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.directory.store import feed
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.oversight.operations.watching import DIRECTORY, DISTRUSTED, at_directory, at_settlement
from services.voucher.oversight.store.waiting import SQL
from tests.conftest import SetClock
from tests.databases import Urls
from tests.voucher.oversight.played import BOOKED_ON, CLOSES, DECIDED, SENT, Play
from tests.voucher.oversight.tampering import tamper
from tests.voucher.redemption.stored import age_directory, hear

A_WEEK = timedelta(days=7)
NOTHING = dict.fromkeys(("review", "disclosure", "payment", "bank", "exception"), (0.0, 0.0))


async def waiting(database: Database) -> dict[str, tuple[float, ...]]:
    """By what is waited for: how many, and the seconds of the oldest."""
    async with database.read() as connection:
        readings = await at_settlement(connection)
    return {what: tuple(one.value for one in readings if one.labels == (what,)) for what in NOTHING}


async def the_one_that_waits(database: Database) -> tuple[str, float]:
    """What is waited for, where it is one thing, and for how many days."""
    ((what, (number, seconds)),) = [one for one in (await waiting(database)).items() if one[1] != (0, 0)]
    assert number == 1
    return what, round(seconds / 86_400, 2)


async def test_where_nothing_waits_all_is_nothing(voucher_db: Database) -> None:
    assert await waiting(voucher_db) == NOTHING


async def test_a_claim_waits_for_its_review_from_its_submission_on(play: Play, set_clock: SetClock) -> None:
    await set_clock(DECIDED - A_WEEK)
    await play.submit()
    await set_clock(DECIDED)
    assert await the_one_that_waits(play.database) == ("review", 7)


async def test_approved_it_waits_to_be_disclosed(play: Play, set_clock: SetClock) -> None:
    await play.submit()
    await play.approve()
    await set_clock(DECIDED + A_WEEK)
    assert await the_one_that_waits(play.database) == ("disclosure", 7)


async def test_released_it_waits_to_be_paid(play: Play, set_clock: SetClock) -> None:
    await play.released()
    await set_clock(CLOSES + A_WEEK)
    assert await the_one_that_waits(play.database) == ("payment", 7)


async def test_sent_it_waits_for_the_bank(play: Play, set_clock: SetClock) -> None:
    await play.released()
    await play.send()
    await set_clock(SENT + A_WEEK)
    assert await the_one_that_waits(play.database) == ("bank", 7)


async def test_what_nobody_can_explain_waits_for_a_person(play: Play, set_clock: SetClock) -> None:
    await play.released()
    await play.send()
    await play.book(1, BOOKED_ON)
    await set_clock(datetime(2020, 10, 27, 10, tzinfo=SENT.tzinfo))
    number, seconds = (await waiting(play.database))["exception"]
    assert (number, round(seconds / 86_400, 2)) == (1, 7)


async def test_paid_it_waits_for_nothing(play: Play) -> None:
    await play.paid()
    assert await waiting(play.database) == NOTHING


async def directory(database: Database) -> dict[str, float]:
    """What is told of the directory, by the name of the gauge."""
    async with database.read() as connection:
        return {one.kind.name: one.value for one in await at_directory(connection)}


async def age(database: Database) -> float:
    return (await directory(database))[DIRECTORY.name]


async def test_a_directory_that_was_never_complete_is_endlessly_old(voucher_db: Database) -> None:
    assert await age(voucher_db) == inf


async def test_a_directory_ages_by_real_time(voucher_db: Database, database_urls: Urls) -> None:
    await hear(voucher_db)
    superuser = Database(database_urls.superuser, "voucher")
    await age_directory(superuser, 3)
    await superuser.dispose()
    assert await age(voucher_db) == pytest.approx(3 * 3_600, abs=600)


async def test_a_registry_that_is_not_believed_is_told(voucher_db: Database) -> None:
    assert (await directory(voucher_db))[DISTRUSTED.name] == 0
    async with voucher_db.begin() as connection:
        await feed.distrust(connection, "it went back")
    assert (await directory(voucher_db))[DISTRUSTED.name] == 1


async def test_what_the_last_audit_found_is_told(play: Play, superuser_url: str) -> None:
    place = {"database": str(play.database.engine.url.database)}
    for broken in (False, True):
        findings = (await run_audit(play.database)).findings
        assert bool(findings) is broken
        assert REGISTRY.get_sample_value("innovoucher_audit_findings", place) == len(findings)
        await tamper(superuser_url, "UPDATE budget_lines SET free = free + 1")


async def test_what_waits_is_found_by_an_index_of_what_is_open(voucher_db: Database) -> None:
    async with voucher_db.read() as connection:
        await connection.execute(text("SET LOCAL enable_seqscan TO off"))
        plan = "\n".join((await connection.execute(text(f"EXPLAIN {SQL.text}"))).scalars())
    assert "ix_payouts_open" in plan
    assert "Seq Scan" not in plan
