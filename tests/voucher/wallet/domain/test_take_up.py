"""Whoever used too little is suspended, unless a provider kept it from using."""

from uuid import UUID

import pytest

from services.voucher.scheme.domain.rule import Rule
from services.voucher.wallet.domain.take_up import TakeUp
from tests.voucher.scheme.samples import a_scheme

SCHEME = a_scheme({"under_use/value": "0.70"})


@pytest.mark.parametrize(
    ("used", "lost", "suspended"),
    [
        (13_999_00, 0, True),
        (14_000_00, 0, False),
        (7_000_00, 9_999_00, True),
        (7_000_00, 10_000_00, False),
        (0, 20_000_00, False),
        (19_000_00, 18_000_00, False),
    ],
)
def test_seven_tenths_of_what_could_be_used_is_enough(used: int, lost: int, suspended: bool) -> None:
    assert TakeUp(UUID(int=1), 20_000_00, used, lost).suspends(SCHEME) is suspended


def test_a_scheme_without_the_rule_suspends_nobody() -> None:
    assert a_scheme().under_use == Rule(None, "our default, not in the notice")
    assert not TakeUp(UUID(int=1), 20_000_00, 0, 0).suspends(a_scheme())


def test_whoever_is_suspended_is_told_by_which_figures() -> None:
    (reason,) = TakeUp(UUID(int=1), 20_000_00, 13_999_00, 0).reasons(SCHEME)
    assert (reason.code, reason.rule, reason.clause) == (
        "application.suspended_for_under_use",
        "under_use",
        "our default, not in the notice",
    )
    assert reason.numbers == {"issued": "20000.00", "used": "13999.00", "lost_by_provider": "0.00"}
    assert not list(TakeUp(UUID(int=1), 20_000_00, 14_000_00, 0).reasons(SCHEME))
