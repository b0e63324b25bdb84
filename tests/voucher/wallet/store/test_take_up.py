"""What a holder used of what was issued to it in a year, and what no fault of its own kept it from using."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from migrations import runner
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.timers import Timetable
from services.standards.holding import Kind
from services.voucher.redemption.domain import orders
from services.voucher.redemption.operations.timers import TIMERS
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.take_up import TakeUp
from services.voucher.wallet.store import take_up
from services.voucher.wallet.store.take_up import YearOf
from tests.conftest import SetClock
from tests.voucher.redemption.samples import FACE, YUAN, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, carry_out


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return await a_stored_voucher(voucher_db)


async def used(of: Stored, year: int = 2020, at: datetime | None = None) -> TakeUp | None:
    root = of.voucher.quota_root_id
    async with of.database.read() as connection:
        version = await versions.get(connection, of.voucher.scheme_version_id)
        over = of.voucher.use_by_ends if at is None else at
        found = await take_up.of_roots(connection, [root], YearOf(version.scheme_id, "Asia/Shanghai", year, over))
    return found.get(root)


async def test_what_was_captured_is_used(stored: Stored) -> None:
    one = await stored.accepted(settlement=30_000 * YUAN)
    await carry_out(stored.database, orders.Capture(redemption_id=one, by=provider, capture_id=new_id()))
    assert await used(stored) == TakeUp(stored.voucher.quota_root_id, FACE, 15_000 * YUAN, 0)


@pytest.mark.parametrize(("payee", "counted"), [("provider", 15_000 * YUAN), ("holder", 0)])
async def test_what_a_provider_did_not_claim_in_time_was_used_and_what_the_holder_did_not_was_not(
    stored: Stored, set_clock: SetClock, owner_url: str, payee: str, counted: int
) -> None:
    one = await stored.accepted(settlement=30_000 * YUAN)
    await carry_out(stored.database, orders.Capture(redemption_id=one, by=provider, capture_id=new_id()))
    async with runner.connected(owner_url) as connection, connection.begin():
        await connection.execute(text("SET search_path TO voucher, business"))
        paid_to = "jsonb_set(document, '{settlement,payee,value}', to_jsonb(CAST(:payee AS text)))"
        await connection.execute(text(f"UPDATE scheme_versions SET document = {paid_to}"), {"payee": payee})
    await set_clock(stored.voucher.claim_by_ends)
    await Timetable(TIMERS).run_due(stored.database)
    assert (await stored.now()).captured == 0
    assert await used(stored) == TakeUp(stored.voucher.quota_root_id, FACE, counted, 0)


async def test_what_is_only_held_is_not_used(stored: Stored) -> None:
    await stored.authorised()
    assert await used(stored) == TakeUp(stored.voucher.quota_root_id, FACE, 0, 0)


async def test_what_the_provider_gave_up_is_lost_by_it(stored: Stored) -> None:
    one = await stored.authorised()
    await carry_out(stored.database, orders.Void(redemption_id=one, by=provider, note="the bench is broken"))
    found = await used(stored)
    assert found is not None
    assert (found.used, found.lost) == (0, 15_000 * YUAN)


async def test_what_both_gave_up_is_lost_by_nobody(stored: Stored) -> None:
    one = await stored.authorised()
    await carry_out(stored.database, stored.delivery(one))
    for by in (holder, provider):
        await carry_out(stored.database, orders.Void(redemption_id=one, by=by, note="not needed"))
    assert await used(stored) == TakeUp(stored.voucher.quota_root_id, FACE, 0, 0)


async def test_another_year_counts_for_itself(stored: Stored) -> None:
    assert await used(stored, 2019) is None


async def test_what_may_still_be_used_is_not_counted(stored: Stored) -> None:
    assert await used(stored, at=stored.voucher.use_by_ends - timedelta(microseconds=1)) is None


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_root_is_of_the_kind_of_whoever_holds_by_it(voucher_db: Database, kind: Kind) -> None:
    found = await used(await a_stored_voucher(voucher_db, holder_kind=kind))
    assert found is not None
    assert found.root_kind is kind


async def test_the_root_of_a_firm_that_was_a_team_is_the_team(voucher_db: Database) -> None:
    found = await used(await a_stored_voucher(voucher_db, quota_root_id=UUID(int=70)))
    assert found is not None
    assert found.root_kind is Kind.TEAM
