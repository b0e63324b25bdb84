"""A pair is one, whichever of the two is asked about."""

import pytest

from services.chassis.refusals import Refusal
from services.voucher.oversight.domain.support import pair


def test_a_pair_is_kept_in_one_order() -> None:
    assert pair("app_2", "app_1") == pair("app_1", "app_2") == ("app_1", "app_2")


def test_a_thing_is_no_pair_with_itself() -> None:
    with pytest.raises(Refusal, match=r"support\.same"):
        pair("app_1", "app_1")
