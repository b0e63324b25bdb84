"""Who used too little is suspended; exactly enough is enough, and what a provider lost does not count."""

from fractions import Fraction

import pytest

from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.under_use import suspended

RULE: Rule[Fraction | None] = Rule(Fraction(7, 10), "clause 1")


@pytest.mark.parametrize(("used", "lost", "outcome"), [(1399900, 0, True), (1400000, 0, False), (1399900, 200, False)])
def test_less_than_the_share_of_what_counts_suspends(used: int, lost: int, outcome: bool) -> None:
    assert suspended(RULE, used, 2000000, lost) is outcome


def test_who_was_given_nothing_used_all_of_it() -> None:
    assert suspended(RULE, 0, 0) is suspended(RULE, 0, 5, 5) is False


def test_a_scheme_that_knows_no_such_rule_suspends_nobody() -> None:
    assert suspended(Rule(None, "clause 1"), 0, 2000000) is False


@pytest.mark.parametrize(("used", "issued", "lost"), [(2, 1, 0), (-1, 1, 0), (0, 1, -1), (1, 1, 1)])
def test_more_used_than_issued_is_a_fault_of_ours(used: int, issued: int, lost: int) -> None:
    with pytest.raises(ValueError, match="no more than what was issued"):
        suspended(RULE, used, issued, lost)
