"""Gives a test one captured voucher, and everybody who has a part in its claim."""

import httpx2
import pytest

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.oversight.played import Play
from tests.voucher.settlement.claimed import NOW, a_capture


@pytest.fixture
async def play(voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock) -> Play:
    """Nothing is claimed yet."""
    await set_clock(NOW)
    return Play(voucher_api, voucher_db, set_clock, await a_capture(voucher_db))
