"""A quote says what a voucher would pay and all that speaks against it; a provider hears nothing of the balance."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.chassis.refusals import NotFound
from services.voucher.directory.domain.age import Age
from services.voucher.redemption.domain.quote import quote
from tests.voucher.redemption.counter import a_scheme
from tests.voucher.redemption.samples import (
    FACE,
    VERSION,
    YUAN,
    a_contract,
    a_facts,
    a_proposal,
    a_voucher,
    a_world,
    authorised,
    holder,
    provider,
    stranger,
)


def test_the_holder_is_told_amount_balance_and_headroom() -> None:
    answer = quote(a_proposal(holder), a_world())
    assert (answer.price.subsidy, answer.amount, answer.available) == (15_000 * YUAN, 15_000 * YUAN, FACE)
    assert answer.rooms is not None
    assert [room.left for room in answer.rooms] == [FACE]
    assert answer.reasons == []


def test_the_holder_is_told_what_is_left_for_him_to_pay_once_a_limit_bites() -> None:
    price = a_contract().amount
    answer = quote(a_proposal(holder, asked=10_000 * YUAN), a_world())
    assert (answer.price.subsidy, answer.amount, answer.self_paid) == (
        15_000 * YUAN,
        10_000 * YUAN,
        price - 10_000 * YUAN,
    )
    nothing = quote(a_proposal(holder), a_world(voucher=a_voucher(available=1, face=1)))
    assert (nothing.amount, nothing.self_paid) == (1, price - 1)


def test_a_provider_is_told_the_rate_and_the_rules_only() -> None:
    empty = a_world(voucher=a_voucher(available=1, face=1))
    answer = quote(a_proposal(provider, asked=200), empty)
    assert (answer.amount, answer.available, answer.rooms) == (None, None, None)
    assert answer.price.subsidy == 15_000 * YUAN
    assert answer.reasons == []


def test_all_reasons_come_at_once_and_nothing_would_be_paid() -> None:
    world = a_world(voucher=a_voucher(available=1, face=1))
    world = replace(world, facts=a_facts(age=Age(timedelta(days=2))), now=a_voucher().use_by_ends)
    answer = quote(a_proposal(holder, category="catering", asked=FACE + 1), world)
    assert [reason.code for reason in answer.reasons] == [
        "directory.too_old",
        "voucher.expired",
        "category.excluded",
        "provider.category",
        "price.exceeded",
        "voucher.insufficient",
        "cap.reached",
    ]
    assert answer.amount == 0


def test_a_quote_tells_that_the_contract_is_redeemed_already() -> None:
    """From a bug: a contract was paid for twice, and no quote had warned of it."""
    contract = a_contract()
    played = authorised(contract=contract, asked=100)
    answer = quote(a_proposal(provider, contract=contract), played.world)
    assert [reason.code for reason in answer.reasons] == ["contract.already_redeemed"]


def test_a_stranger_is_told_that_there_is_no_such_voucher() -> None:
    with pytest.raises(NotFound, match=r"voucher\.unknown"):
        quote(a_proposal(stranger), a_world())


def test_at_the_counter_a_quote_says_what_holds_there_too() -> None:
    much = quote(a_proposal(holder), a_world(), instant=True)
    assert ([reason.code for reason in much.reasons], much.amount) == (["instant.too_much"], 0)
    assert quote(a_proposal(holder, asked=2_000 * YUAN), a_world(), instant=True).amount == 2_000 * YUAN
    contracts_only = a_facts(schemes={VERSION: a_scheme(instant=None)})
    answer = quote(a_proposal(provider), a_world(facts=contracts_only), instant=True)
    assert [reason.code for reason in answer.reasons] == ["instant.not_offered"]
