"""The values of a file are read by its own zone and its own names."""

from datetime import UTC, date, datetime

import pytest

from services.voucher.scheme.domain.deadlines import last_day
from services.voucher.scheme.domain.words import local_minute

ZONE = "Asia/Shanghai"


def test_twenty_four_hours_is_the_end_of_the_day() -> None:
    assert local_minute("2026-12-31 24:00", ZONE) == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert local_minute("2026-12-31 24:00", ZONE) == local_minute("2027-01-01 00:00", ZONE)


@pytest.mark.parametrize("text", ["2026-12-31 24:01", "2026-12-31 25:00", "2026-11-31 24:00", "2026-12-31", ""])
def test_no_later_hour_is_known(text: str) -> None:
    with pytest.raises(ValueError, match=r"time data|out of range|day is"):
        local_minute(text, ZONE)


def test_a_window_that_closes_at_midnight_has_that_day_as_its_last() -> None:
    assert last_day(local_minute("2026-12-31 24:00", ZONE), ZONE) == date(2026, 12, 31)
    assert last_day(local_minute("2026-12-31 18:00", ZONE), ZONE) == date(2026, 12, 31)
