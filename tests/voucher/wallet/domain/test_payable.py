"""No voucher is given out that its provider could not be paid for."""

from dataclasses import replace

import pytest

from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.settlement import Part, Split
from services.voucher.wallet.domain import payable
from tests.voucher.redemption.samples import jiangmen

SPLIT = Split((Part("city", 3), Part("district", 7)), "row 6")


@pytest.mark.parametrize(
    ("model", "split", "rules"),
    [
        ("provider_paid", None, []),
        ("holder_reimbursed", None, []),
        ("escrow", None, ["settlement.model"]),
        ("escrow", SPLIT, ["settlement.model", "settlement.split"]),
    ],
)
def test_a_scheme_that_pays_through_escrow_or_by_two_treasuries_has_no_round(
    model: str, split: Split | None, rules: list[str]
) -> None:
    settlement = replace(jiangmen().settlement, model=Rule(model, "row 5"), split=split)
    found = list(payable.reasons(settlement))
    assert [one.rule for one in found] == rules
    assert {one.code for one in found} <= {"round.way_not_built"}
