"""Begins a test of payouts with a leg that may be paid."""

import pytest

from tests.conftest import Begin
from tests.voucher.payout.steps import a_released_line
from tests.voucher.settlement.approved import Case


@pytest.fixture
async def case(begin: Begin) -> Case:
    """A line that was released yesterday."""
    return await begin(a_released_line)
