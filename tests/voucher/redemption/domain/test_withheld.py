"""A holder is told every reason why he gets no code, and gets one where there is none."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.voucher.redemption.domain.withheld import CodeAsked, withheld
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.voucher import Voucher
from tests.voucher.redemption.samples import NOW, VOUCHER, YUAN, a_voucher, jiangmen

ASKED = CodeAsked(VOUCHER, 500 * YUAN, "CNY")


def found(asked: CodeAsked = ASKED, voucher: Voucher | None = None, scheme: Scheme | None = None) -> list[str]:
    reasons = withheld(asked, voucher or a_voucher(), scheme or jiangmen(), at=NOW)
    return [reason.code for reason in reasons]


def test_a_usable_voucher_gives_a_code() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"activated_at": None}, "voucher.draft"),
        ({"suspended_at": NOW - timedelta(days=1)}, "voucher.suspended"),
        ({"ends_at": NOW}, "voucher.expired"),
        ({"ends_at": NOW, "ends_by": "cancelled"}, "voucher.cancelled"),
    ],
)
def test_a_voucher_that_cannot_be_used_gives_none(changes: dict[str, Any], code: str) -> None:
    assert found(voucher=a_voucher(**changes)) == [code]


def test_a_spent_voucher_gives_none() -> None:
    assert found(voucher=replace(a_voucher(), available=0, captured=a_voucher().face)) == ["voucher.exhausted"]


def test_above_the_limit_the_pin_is_needed() -> None:
    above = replace(ASKED, ceiling=500 * YUAN + 1)
    assert found(above) == ["pin.required"]
    assert withheld(above, a_voucher(), jiangmen(), at=NOW)[0].numbers == {"pin_above": "500.00"}
    assert found(replace(above, pin="482913")) == []


def test_a_scheme_of_contracts_only_and_another_currency_are_told_together() -> None:
    scheme = jiangmen()
    contracts = replace(scheme, evidence=replace(scheme.evidence, instant=Rule(None, "clause 3")))
    asked = replace(ASKED, currency="HKD", ceiling=10**9)
    (reason, other) = withheld(asked, a_voucher(), contracts, at=NOW)
    assert (reason.code, reason.clause, other.code) == ("instant.not_offered", "clause 3", "voucher.currency")


def test_what_is_asked_does_not_show_the_pin() -> None:
    assert "482913" not in repr(replace(ASKED, pin="482913"))
