"""A wallet's totals are of all its vouchers, however many of them are listed."""

from datetime import UTC, datetime

import pytest

from services.chassis.database import Database
from services.voucher.wallet.operations import vouchers
from tests.conftest import SetClock
from tests.voucher.redemption.samples import FACE, YUAN
from tests.voucher.redemption.stored import a_stored_voucher, permitted

NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
SOONER = datetime(2020, 10, 1, 16, 0, tzinfo=UTC)


async def test_totals_and_what_ends_next_reach_beyond_the_list(
    voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_clock(NOW)
    monkeypatch.setattr(vouchers, "WALLET_AT_MOST", 2)
    sooner = await a_stored_voucher(voucher_db, available=300 * YUAN, ends_at=SOONER)
    last = await a_stored_voucher(voucher_db)
    await last.authorised(asked=100 * YUAN)
    suspended = await a_stored_voucher(voucher_db, suspended_at=NOW)
    wallet = await vouchers.read_wallet(voucher_db, permit=permitted("holder"))
    assert {seen.voucher.id for seen in wallet.vouchers} == {last.voucher.id, suspended.voucher.id}
    (total,) = wallet.totals
    assert (total.spendable, total.held) == (300 * YUAN + FACE - 100 * YUAN, 100 * YUAN)
    assert wallet.ends_next is not None
    assert (wallet.ends_next.voucher.id, wallet.ends_next.spendable) == (sooner.voucher.id, 300 * YUAN)
