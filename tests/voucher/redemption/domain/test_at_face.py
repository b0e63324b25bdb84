"""Where a scheme pays vouchers at their face, the shop gets the face even for less, and the excess is told."""

from dataclasses import replace
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.standards.money import format_amount, parse_amount
from services.voucher.redemption.domain.quote import quote
from services.voucher.redemption.domain.redeem import Outcome, redeem
from services.voucher.redemption.domain.redemption import State
from services.voucher.scheme.domain.caps import Cap
from services.voucher.scheme.domain.quote import quote as quote_file
from services.voucher.scheme.domain.rate import Band, Rates
from services.voucher.scheme.domain.replay import replay
from services.voucher.scheme.domain.scheme import Scheme
from tests.voucher.redemption.counter import (
    a_code,
    a_sale,
    a_scheme,
    a_wallet,
    at_the_counter,
    parts,
    refused,
)
from tests.voucher.redemption.samples import VERSION, YUAN, a_contract, a_proposal, a_voucher, holder, with_counters
from tests.voucher.scheme.samples import a_document


def singapore(leftover: str = "paid", **changes: Any) -> dict[UUID, Scheme]:
    """Vouchers that pay all of a price, at their face."""
    scheme = a_scheme(leftover=leftover, **changes)
    whole = replace(scheme.rate, bands=(Band(Fraction(1)),))
    return {VERSION: replace(scheme, rates=Rates(whole))}


def bought(price: int, *faces: int, leftover: str = "paid") -> Outcome:
    wallet = a_wallet(*faces)
    named = tuple(one.id for one in wallet)
    sale = a_sale(holder, price=price, voucher_ids=named)
    return redeem(sale, at_the_counter(*wallet, schemes=singapore(leftover)))


def test_a_voucher_of_ten_pays_ten_for_goods_of_eight() -> None:
    one = bought(8 * YUAN, 10 * YUAN).redemption
    assert (one.captured, one.settled, one.over_price, one.state) == (10 * YUAN, 8 * YUAN, 2 * YUAN, State.CAPTURED)


def test_the_excess_is_decided_by_the_rule_on_what_is_left() -> None:
    rulings = bought(8 * YUAN, 10 * YUAN).steps[0].rulings
    told = next(one for one in rulings if one.kind == "redeem.over_price")
    assert (told.rule, told.clause, told.numbers) == ("leftover", "row 8", {"over_price": "2.00"})


def test_under_every_other_rule_no_more_is_paid_than_the_goods_cost() -> None:
    one = bought(8 * YUAN, 10 * YUAN, leftover="stays").redemption
    assert (one.captured, one.over_price) == (8 * YUAN, 0)


def test_only_as_many_vouchers_pay_as_the_price_needs() -> None:
    outcome = bought(12 * YUAN, 10 * YUAN, 10 * YUAN, 10 * YUAN)
    assert parts(outcome) == {"V-00": 10 * YUAN, "V-01": 10 * YUAN}
    assert sum(one.over_price for one in outcome.redemptions) == 8 * YUAN
    assert sum(one.settled for one in outcome.redemptions) == 12 * YUAN


def test_a_price_above_the_face_is_not_exceeded() -> None:
    one = bought(25 * YUAN, 10 * YUAN).redemption
    assert (one.captured, one.over_price, one.settled) == (10 * YUAN, 0, 25 * YUAN)


def test_consent_must_go_as_far_as_the_face() -> None:
    sale = a_sale(price=8 * YUAN, consent=a_code(ceiling=9 * YUAN))
    world = at_the_counter(a_voucher(available=10 * YUAN), schemes=singapore())
    assert refused(sale, world) == ["consent.ceiling"]


def test_a_cap_limits_the_face_too() -> None:
    schemes = singapore(caps=(Cap("little", "authorised", "holder", "year", "contract", 9 * YUAN, "row 9"),))
    sale = a_sale(price=8 * YUAN)
    one = redeem(sale, at_the_counter(a_voucher(available=10 * YUAN), schemes=schemes)).redemption
    assert (one.captured, one.over_price) == (9 * YUAN, 1 * YUAN)


def test_a_quote_at_the_counter_tells_the_excess() -> None:
    world = at_the_counter(a_voucher(available=10 * YUAN), schemes=singapore())
    order = a_proposal(holder, contract=a_contract(8 * YUAN))
    told = quote(order, with_counters(world, order), instant=True)
    assert (told.reasons, told.amount, told.over_price) == ([], 10 * YUAN, 2 * YUAN)


def test_under_a_contract_nothing_is_paid_beyond_the_price() -> None:
    world = at_the_counter(a_voucher(available=10 * YUAN), schemes=singapore())
    order = a_proposal(holder, contract=a_contract(8 * YUAN))
    told = quote(order, with_counters(world, order))
    assert (told.amount, told.over_price) == (8 * YUAN, 0)


def test_nothing_is_stored_that_exceeds_what_was_delivered_and_is_not_told() -> None:
    one = bought(8 * YUAN, 10 * YUAN).redemption
    with pytest.raises(ValueError, match="captured of work for"):
        replace(one, over_price=1 * YUAN)


@given(price=some.integers(1, 40 * YUAN), leftover=some.sampled_from(["paid", "stays"]))
def test_what_a_file_quotes_is_what_the_counter_pays_and_its_decision_replays(price: int, leftover: str) -> None:
    outcome = bought(price, 10 * YUAN, 10 * YUAN, leftover=leftover)
    paid = sum(one.captured for one in outcome.redemptions)
    rate = {"share": "1.00", "base": "contract", "tax": "included", "until_invoice": "stated_at_delivery"}
    file = a_document({"rate": {**rate, "as_of": "contract", "source": "row 8"}, "leftover/value": leftover})
    answer = quote_file(file, {"price": format_amount(price), "vouchers": ["10.00", "10.00"]})
    assert answer["subsidy"] == format_amount(paid)
    assert parse_amount(answer.get("over_price", "0")) == sum(one.over_price for one in outcome.redemptions)
    told = next(one for one in outcome.steps[0].rulings if one.kind == "redeem.price")
    assert replay([{"rule": told.rule, "clause": told.clause, "numbers": told.numbers}], "CNY") == paid
