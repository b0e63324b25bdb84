"""Past use_by what is available goes back to its pool once, as of its due instant; what is held stays."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.journal import Journal
from services.voucher.ledger.domain.posting import Posting
from services.voucher.ledger.store import journals
from services.voucher.wallet.domain.reclaiming import ACTOR
from services.voucher.wallet.operations import expiry
from services.voucher.wallet.operations.expiry import ExpiryTimer
from services.voucher.wallet.store import vouchers
from tests.conftest import SetClock
from tests.voucher.wallet.samples import CLOSED, USE_BY_ENDS
from tests.voucher.wallet.steps import a_ranked_round, all_is_well, done, holder, issue, move_to, seen

Api = httpx2.AsyncClient
DAY_AFTER = USE_BY_ENDS + timedelta(days=1)


async def book(database: Database, voucher_id: UUID, make: str, amount: int, at: datetime) -> None:
    """One posting on a voucher, as the wing of redemptions books it."""
    async with database.begin() as connection:
        voucher = (await vouchers.lock(connection, [voucher_id]))[voucher_id]
        more = {"event": "voided"} if make == "release" else {}
        posting: Posting = getattr(postings, make)(
            voucher_id=voucher_id, amount=amount, funding=voucher.funding, **more
        )
        await vouchers.save(connection, [voucher.after(posting, at=at)])
        booked = Journal(new_id(), posting, at, at.date(), "per_1", "req_1", "voucher", voucher_id)
        await journals.append(connection, [booked])


async def an_issued_voucher(api: Api, database: Database, set_clock: SetClock) -> tuple[str, UUID, UUID]:
    round_id, (firm,) = await a_ranked_round(api, database, set_clock, firms=1, amount="20000.00")
    await issue(api, database, round_id)
    (voucher,) = done(await api.get("/v1/wallet", headers=holder(firm)))["vouchers"]
    return round_id, firm, parse("vch", voucher["id"])


async def shown(api: Api, firm: UUID) -> tuple[str, str, str, str]:
    (voucher,) = done(await api.get("/v1/wallet", headers=holder(firm)))["vouchers"]
    return (
        voucher["state"],
        voucher["available"]["amount"],
        voucher["reclaimed"]["amount"],
        voucher["spendable"]["amount"],
    )


async def test_a_voucher_shows_as_expired_at_once_and_its_quota_returns_with_the_sweep(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm, _ = await an_issued_voucher(voucher_api, voucher_db, set_clock)
    await set_clock(USE_BY_ENDS - timedelta(seconds=30))
    assert await shown(voucher_api, firm) == ("active", "20000.00", "0.00", "20000.00")
    await set_clock(USE_BY_ENDS)
    assert await shown(voucher_api, firm) == ("expired", "20000.00", "0.00", "0.00")
    await move_to(set_clock, voucher_db, USE_BY_ENDS)
    assert await shown(voucher_api, firm) == ("expired", "0.00", "20000.00", "0.00")
    assert (await seen(voucher_api, round_id))["pool"]["amount"] == "20000.00"
    await all_is_well(voucher_db)


async def test_before_use_by_nothing_is_due(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    await an_issued_voucher(voucher_api, voucher_db, set_clock)
    assert await expiry.sweep(voucher_db, USE_BY_ENDS - timedelta(microseconds=1)) == 0
    async with voucher_db.read() as connection:
        assert await ExpiryTimer().next_due(connection) == USE_BY_ENDS


async def test_a_late_sweep_counts_as_of_the_due_instant(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, firm, voucher_id = await an_issued_voucher(voucher_api, voucher_db, set_clock)
    await move_to(set_clock, voucher_db, USE_BY_ENDS + timedelta(days=7))
    async with voucher_db.read() as connection:
        row = (await connection.execute(text('SELECT value_on::text FROM journals WHERE "row" = 10'))).scalar_one()
        voucher = await vouchers.read(connection, voucher_id)
    assert row == "2020-10-15"
    assert voucher.moved_at == USE_BY_ENDS
    told = done(await voucher_api.get("/v1/events", headers=holder(firm)))["items"][-1]
    assert (told["type"], told["at"]) == ("voucher.expired", "2020-10-15T16:00:00Z")


async def test_a_voucher_with_held_value_stays_and_what_comes_free_later_is_swept_again(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, firm, voucher_id = await an_issued_voucher(voucher_api, voucher_db, set_clock)
    await book(voucher_db, voucher_id, "authorise", 500_000, CLOSED)
    await move_to(set_clock, voucher_db, USE_BY_ENDS)
    assert await shown(voucher_api, firm) == ("expired", "0.00", "15000.00", "0.00")
    assert await move_to(set_clock, voucher_db, DAY_AFTER) == 0
    await book(voucher_db, voucher_id, "release", 500_000, DAY_AFTER)
    assert await move_to(set_clock, voucher_db, DAY_AFTER) == 1
    assert await shown(voucher_api, firm) == ("expired", "0.00", "20000.00", "0.00")
    assert (await seen(voucher_api, round_id))["pool"]["amount"] == "20000.00"
    async with voucher_db.read() as connection:
        days = await connection.execute(text('SELECT value_on::text FROM journals WHERE "row" = 10 ORDER BY sequence'))
        assert [day for (day,) in days] == ["2020-10-15", "2020-10-16"]
    await all_is_well(voucher_db)


async def test_what_was_captured_is_kept(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id, firm, voucher_id = await an_issued_voucher(voucher_api, voucher_db, set_clock)
    for name in ("authorise", "capture_held"):
        await book(voucher_db, voucher_id, name, 2_000_000, CLOSED)
    assert await move_to(set_clock, voucher_db, USE_BY_ENDS) == 0
    assert await shown(voucher_api, firm) == ("exhausted", "0.00", "0.00", "0.00")
    figures = await seen(voucher_api, round_id)
    assert (figures["captured"]["amount"], figures["pool"]["amount"]) == ("20000.00", "0.00")


async def test_what_another_transaction_holds_is_left_for_the_next_sweep(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    _, _, voucher_id = await an_issued_voucher(voucher_api, voucher_db, set_clock)
    async with voucher_db.begin() as connection:
        await vouchers.lock(connection, [voucher_id])
        assert await expiry.sweep(voucher_db, USE_BY_ENDS) == 0
    assert await expiry.sweep(voucher_db, USE_BY_ENDS) == 1
    await all_is_well(voucher_db)


async def test_the_sweep_of_one_round_leaves_others_alone(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await an_issued_voucher(voucher_api, voucher_db, set_clock)
    await set_clock(USE_BY_ENDS)
    await expiry.sweep_round(voucher_db, new_id())
    assert await expiry.sweep(voucher_db, USE_BY_ENDS) == 1


class Ended(NamedTuple):
    """By what a voucher has ended, and what that leads to."""

    by: str
    event: str
    row: int
    told: str
    rule: str


@pytest.mark.parametrize(
    "ended",
    [
        Ended("use_by", "expired", 10, "voucher.expired", "validity.use_by"),
        Ended("year_end", "year_end_voided", 45, "voucher.year_end_voided", "validity.year_end_void"),
        Ended("leftover", "leftover_reclaimed", 10, "voucher.leftover_reclaimed", "leftover"),
        Ended("cancelled", "cancelled", 10, "voucher.reclaimed", "voucher.cancelled"),
    ],
)
async def test_whatever_ended_it_is_what_is_booked_told_and_decided(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, ended: Ended
) -> None:
    _, firm, voucher_id = await an_issued_voucher(voucher_api, voucher_db, set_clock)
    at = CLOSED + timedelta(hours=1)
    async with voucher_db.begin() as connection:
        sql = "UPDATE vouchers SET ends_at = :at, ends_by = :ends_by, remind_at = NULL"
        await connection.execute(text(sql), {"at": at, "ends_by": ended.by})
    assert await move_to(set_clock, voucher_db, at) == 1
    async with voucher_db.read() as connection:
        booked = 'SELECT "row", event FROM journals WHERE actor = :actor'
        assert (await connection.execute(text(booked), {"actor": ACTOR})).one() == (ended.row, ended.event)
        (decided,) = await decisions.of_subject(connection, voucher_id)
    assert (decided.rule, decided.at, decided.clause is None) == (ended.rule, at, ended.by == "cancelled")
    last = done(await voucher_api.get("/v1/events", headers=holder(firm)))["items"][-1]
    assert (last["type"], last["data"]["reclaimed"]["amount"]) == (ended.told, "20000.00")
