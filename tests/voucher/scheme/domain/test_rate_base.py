"""Which amount counts: contract, invoice or the least of all, and never its tax where tax does not belong to it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.chassis.refusals import Refusal
from services.voucher.scheme.domain.rate import Rate
from services.voucher.scheme.domain.rate_base import base_of
from tests.voucher.scheme.samples import a_scheme

INVOICE = a_scheme().rate
CONTRACT, ACTUAL = replace(INVOICE, base="contract"), replace(INVOICE, base="actual")
FEN = some.integers(min_value=0, max_value=10**12)


@pytest.mark.parametrize(("rate", "base"), [(CONTRACT, 300), (INVOICE, 200), (ACTUAL, 100)])
def test_the_file_says_which_amount_counts(rate: Rate, base: int) -> None:
    assert base_of(rate, contract=300, invoice=200, actual=100) == base


def test_what_was_stated_at_delivery_stands_in_for_an_invoice_and_the_contract_for_both() -> None:
    assert base_of(INVOICE, contract=300, actual=100) == 100
    assert base_of(INVOICE, contract=300) == base_of(ACTUAL, contract=300) == 300


@pytest.mark.parametrize("rate", [CONTRACT, INVOICE, ACTUAL])
def test_without_an_amount_that_counts_nothing_is_assumed(rate: Rate) -> None:
    with pytest.raises(Refusal, match=r"rate\.base_unknown"):
        base_of(rate, **({"invoice": 1} if rate is CONTRACT else {}))


@given(amount=FEN, tax=FEN)
def test_tax_is_taken_off_only_where_the_file_says_so(amount: int, tax: int) -> None:
    assert base_of(INVOICE, invoice=amount, tax=tax) == amount
    assert base_of(replace(INVOICE, taxed=False), invoice=amount, tax=tax) == max(0, amount - tax)


@pytest.mark.parametrize("amounts", [{"invoice": -1}, {"invoice": 1, "tax": -1}])
def test_an_amount_below_zero_is_a_fault_of_ours(amounts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least zero"):
        base_of(INVOICE, **amounts)
