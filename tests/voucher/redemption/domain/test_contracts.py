"""A contract is paid for once, whatever voucher and spelling it comes under; each test comes from a bug."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.chassis.refusals import Refusal
from tests.voucher.redemption.samples import (
    HOLDER,
    PAYEE,
    YUAN,
    Play,
    a_contract,
    a_facts,
    a_proposal,
    a_world,
    authorised,
    captured,
    holder,
    proposed,
    provider,
    with_counters,
)

SAME = ["JC-2020-117", "jc2020117", "ＪＣ—２０２０—１１７", " J.C/2020 (117)", "JC\u200b-2020\u2011117", "ⅉc_2020_①17"]
CONTRACT = a_contract(2_000 * YUAN, number="JC-2020-117")


def again(first: Play, number: str = "JC-2020-117") -> Play:
    order = a_proposal(provider, contract=replace(CONTRACT, number=number))
    second = Play(with_counters(first.world, order), order.redemption_id)
    second.play(order)
    return second


@pytest.mark.parametrize("number", SAME)
def test_a_contract_is_redeemed_once_however_its_number_is_written(number: str) -> None:
    first = authorised(contract=CONTRACT)
    with pytest.raises(Refusal, match=r"contract\.already_redeemed") as refused:
        again(first, number)
    (reason,) = refused.value.reasons
    assert reason.numbers == {"number": number, "redemption": f"red_{first.redemption_id.hex}"}
    assert (reason.rule, reason.clause) == ("rate.base", "row jiangmen-service-2020")


@pytest.mark.parametrize("number", ["JC-2020-118", "JC-2020-1170", "ЈС-2020-117"])
def test_another_number_is_another_contract_even_one_that_only_looks_alike(number: str) -> None:
    assert again(authorised(contract=CONTRACT), number).confirm().redemption.authorised > 0


def test_what_was_proposed_twice_is_confirmed_once() -> None:
    first = proposed(provider, contract=CONTRACT)
    second = again(first)
    second.confirm()
    first.world = second.world
    with pytest.raises(Refusal, match=r"contract\.already_redeemed"):
        first.confirm(holder)


def test_a_contract_whose_redemption_was_voided_has_its_turn_again() -> None:
    first = authorised(contract=CONTRACT)
    first.void(provider)
    assert again(first).confirm().redemption.authorised == 1_000 * YUAN


def test_captured_value_must_be_refunded_whole_before_the_contract_has_its_turn_again() -> None:
    first = captured(2_000 * YUAN, contract=CONTRACT)
    first.refund(1_000 * YUAN - 1)
    with pytest.raises(Refusal, match=r"contract\.already_redeemed"):
        again(first)
    first.refund(1)
    assert again(first).confirm().redemption.authorised == 1_000 * YUAN


def test_what_is_stored_under_another_voucher_counts_for_the_same_two_parties_only() -> None:
    elsewhere = UUID(int=50)
    kept = a_facts(redeemed={elsewhere: (HOLDER, PAYEE, CONTRACT.key)})
    with pytest.raises(Refusal, match=r"contract\.already_redeemed") as refused:
        proposed(provider, world=a_world(facts=kept), contract=CONTRACT)
    assert refused.value.reasons[0].numbers["redemption"] == f"red_{elsewhere.hex}"
    others = a_facts(redeemed={elsewhere: (HOLDER, HOLDER, CONTRACT.key)})
    assert proposed(provider, world=a_world(facts=others), contract=CONTRACT).redemption.steps == 1
