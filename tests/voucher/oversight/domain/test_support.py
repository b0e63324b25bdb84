"""A pair is one, whichever of the two is asked about."""

from dataclasses import replace

import pytest

from services.chassis.refusals import Refusal
from services.voucher.oversight.domain.support import pair, rule_against
from services.voucher.scheme.domain.rule import Rule
from tests.voucher.redemption.samples import jiangmen


def test_a_pair_is_kept_in_one_order() -> None:
    assert pair("app_2", "app_1") == pair("app_1", "app_2") == ("app_1", "app_2")


def test_a_thing_is_no_pair_with_itself() -> None:
    with pytest.raises(Refusal, match=r"support\.same"):
        pair("app_1", "app_1")


def test_what_speaks_against_support_twice_is_the_rule_on_other_money_else_that_on_the_review() -> None:
    scheme = jiangmen()
    asks, silent = Rule(True, "第九条"), replace(scheme.exclusions, funded=None)
    assert rule_against(replace(scheme, exclusions=replace(silent, funded=asks))) == ("exclusions.funded", "第九条")
    review = scheme.settlement.review.source
    assert rule_against(replace(scheme, exclusions=silent)) == ("settlement.review", review)
