"""Gives a test one captured voucher, and everybody who has a part in its claim."""

import httpx2
import pytest

from services.chassis.database import Database
from tests.conftest import Begin, SetClock
from tests.voucher.oversight.played import Play
from tests.voucher.settlement.claimed import a_capture_to_claim


@pytest.fixture
async def play(begin: Begin, voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock) -> Play:
    """Nothing is claimed yet."""
    return Play(voucher_api, voucher_db, set_clock, await begin(a_capture_to_claim))
