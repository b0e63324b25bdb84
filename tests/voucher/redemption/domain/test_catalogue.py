"""The catalogue says what an offering is and costs; what an order says beside it must agree."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Refusal
from services.voucher.directory.domain.offering import ListPrice, Offering
from services.voucher.redemption.domain.agreeing import terms_of
from services.voucher.redemption.domain.catalogue import Chosen, Ordered, line
from services.voucher.redemption.domain.redemption import Unpriced
from tests.voucher.redemption.samples import (
    NOW,
    PROVIDER,
    YUAN,
    a_facts,
    a_proposal,
    a_world,
)

TEST = UUID(int=50)
LISTED = Offering(TEST, PROVIDER, "testing", "published", ListPrice(1_200 * YUAN, "CNY"))
UNPRICED = replace(LISTED, price=None)
CHOSEN = Chosen(PROVIDER, None, None, None, TEST)


def codes(chosen: Chosen, offering: Offering = LISTED) -> list[tuple[str, str | None]]:
    with pytest.raises(Refusal) as refused:
        line(chosen, {offering.id: offering})
    return [(reason.code, reason.pointer) for reason in refused.value.reasons]


@given(price=st.integers(1, 10**9), quantity=st.integers(1, 10_000))
def test_the_price_is_that_of_one_unit_times_how_many(price: int, quantity: int) -> None:
    offering = replace(LISTED, price=ListPrice(price, "CNY"))
    assert line(replace(CHOSEN, quantity=quantity), {TEST: offering}) == Ordered("testing", price * quantity, "CNY")


def test_what_the_order_says_too_must_agree() -> None:
    same = replace(CHOSEN, category="testing", amount=2_400 * YUAN, currency="CNY", quantity=2)
    assert line(same, {TEST: LISTED}).amount == 2_400 * YUAN
    wrong = replace(same, category="design", quantity=3)
    assert codes(wrong) == [
        ("offering.category_differs", "/category"),
        ("offering.amount_differs", "/contract/amount"),
    ]
    assert codes(replace(same, currency="USD")) == [("offering.amount_differs", "/contract/amount")]


def test_without_a_listed_price_the_parties_name_theirs() -> None:
    agreed = replace(CHOSEN, amount=700 * YUAN, currency="CNY")
    assert line(agreed, {TEST: UNPRICED}) == Ordered("testing", 700 * YUAN, "CNY")
    assert codes(replace(CHOSEN, pointer="/price"), UNPRICED) == [("offering.without_price", "/price")]


@pytest.mark.parametrize(
    "offering",
    [
        replace(LISTED, state="withdrawn"),
        replace(LISTED, state="draft"),
        replace(LISTED, provider_id=UUID(int=51)),
        replace(LISTED, id=UUID(int=52)),
    ],
)
def test_what_is_not_on_this_providers_list_is_unknown(offering: Offering) -> None:
    assert codes(CHOSEN, offering) == [("offering.not_listed", "/offering_id")]


def test_an_order_outside_the_catalogue_says_all_itself() -> None:
    said = Chosen(PROVIDER, "design", 5, "CNY")
    assert line(said, {}) == Ordered("design", 5, "CNY")
    with pytest.raises(ValueError, match="names its category and amount"):
        line(replace(said, amount=None), {})


def test_a_proposal_freezes_the_offering_with_its_category_and_price() -> None:
    order = a_proposal(
        category=None, currency=None, contract=Unpriced("JC-9", NOW.date()), offering_id=TEST, quantity=3
    )
    terms = terms_of(order, a_world(facts=a_facts(offerings={TEST: LISTED})))
    assert (terms.offering_id, terms.category, terms.contract.amount) == (TEST, "testing", 3_600 * YUAN)
