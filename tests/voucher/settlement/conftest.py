"""Begins a test of settlement with a capture, or with a line that was approved."""

import pytest

from tests.conftest import Begin
from tests.voucher.settlement.approved import Case, a_line_to_disclose
from tests.voucher.settlement.claimed import Captured, a_capture_to_claim


@pytest.fixture
async def captured(begin: Begin) -> Captured:
    """A capture that nobody has claimed."""
    return await begin(a_capture_to_claim)


@pytest.fixture
async def case(begin: Begin) -> Case:
    """A line that was approved, and so a leg that is owed, on the day on which it is disclosed."""
    return await begin(a_line_to_disclose)
