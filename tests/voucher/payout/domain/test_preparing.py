"""What may be paid goes into a batch as it stands; everything that speaks against it is told at once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.voucher.payout.domain import preparing
from services.voucher.payout.domain.bank_account import AccountState, BankAccount, activated, paid_to
from services.voucher.payout.domain.batch import digest_of
from services.voucher.settlement.domain.claim import Leg, LegState, LineState
from services.voucher.settlement.domain.stop import StopKind
from tests.voucher.payout.samples import ACCOUNT, PAYER, a_leg, a_scene, a_stop, prepared
from tests.voucher.payout.steps import MAKER, an_account


def held(leg: Leg, maker: str = MAKER, **around: Any) -> list[str]:
    """The reasons for which one leg stays out."""
    found = preparing.sort([leg.id], {leg.id: leg}, a_scene(leg, **around), account=PAYER, maker=maker)
    return [reason.code for one in found.held for reason in one.reasons]


def test_a_released_leg_of_a_payee_with_an_account_is_paid() -> None:
    assert held(a_leg()) == []


@pytest.mark.parametrize("state", [state for state in LegState if state is not LegState.PAYABLE])
def test_only_what_is_payable_is_paid(state: LegState) -> None:
    assert held(a_leg(state=state)) == ["leg.not_payable"]


@pytest.mark.parametrize("state", [state for state in LineState if state is not LineState.RELEASED])
def test_only_what_is_released_is_paid(state: LineState) -> None:
    assert held(a_leg(), state=state) == ["leg.not_released"]


def test_an_account_pays_in_its_own_currency() -> None:
    assert held(a_leg(currency="EUR")) == ["leg.currency"]


def test_who_took_part_in_the_case_does_not_pay_it() -> None:
    assert held(a_leg(), maker="per_city", acted=("per_city",)) == ["leg.took_part"]


def test_a_stop_of_any_kind_holds_a_leg_and_is_named() -> None:
    leg = a_leg()
    scene = a_scene(leg, stops=[a_stop(leg, kind) for kind in (StopKind.OBJECTION, StopKind.MANUAL, StopKind.MANUAL)])
    (one,) = preparing.sort([leg.id], {leg.id: leg}, scene, account=PAYER, maker=MAKER).held
    assert one.reasons[0].numbers == {"leg": f"leg_{leg.id.hex}", "kinds": "objection, manual"}


@pytest.mark.parametrize(
    ("accounts", "why"),
    [
        ([], "bank_account.missing"),
        ([an_account(state=AccountState.REJECTED)], "bank_account.missing"),
        ([ACCOUNT, an_account(state=AccountState.REJECTED)], None),
        ([ACCOUNT, an_account(state=AccountState.COOLING)], "bank_account.changing"),
        ([ACCOUNT, an_account(state=AccountState.CONFIRMED)], "bank_account.changing"),
        ([ACCOUNT, an_account(state=AccountState.RETIRED)], None),
    ],
)
def test_a_payee_is_paid_to_its_one_settled_account(accounts: list[BankAccount], why: str | None) -> None:
    assert held(a_leg(), accounts=accounts) == ([why] if why else [])


def test_a_payee_that_was_renamed_is_not_paid_to_its_former_name() -> None:
    assert held(a_leg(), named="江门市检测集团") == ["bank_account.renamed"]


def test_what_is_not_owed_by_the_treasury_is_unknown() -> None:
    leg = a_leg(treasury="tianshui")
    found = preparing.sort([leg.id, new_id()], {leg.id: leg}, a_scene(leg), account=PAYER, maker=MAKER)
    assert [one.reasons[0].code for one in found.held] == ["payout_batch.leg_unknown"] * 2


def test_no_batch_is_longer_than_a_bank_takes() -> None:
    legs = {leg.id: leg for leg in (a_leg() for _ in range(preparing.PAYOUTS_MAX + 1))}
    found = preparing.sort(legs, legs, a_scene(*legs.values()), account=PAYER, maker=MAKER)
    assert [leg.id for leg in found.payable] == list(legs)[: preparing.PAYOUTS_MAX]
    assert (found.held, found.more) == ((), 1)


def test_of_many_held_legs_the_first_are_told_and_the_others_counted() -> None:
    asked = [new_id() for _ in range(preparing.HELD_TOLD + 2)]
    found = preparing.sort(asked, {}, a_scene(), account=PAYER, maker=MAKER)
    assert ([one.leg_id for one in found.held], found.more) == (asked[: preparing.HELD_TOLD], 2)


def test_an_account_that_has_cooled_is_paid_to_whether_or_not_the_timer_has_run() -> None:
    leg, new = a_leg(), an_account(state=AccountState.CONFIRMED)
    scene = a_scene(leg, accounts=[ACCOUNT, new])
    assert preparing.blocked((), {}, scene) == []
    assert paid_to(scene.at(new.cooling_ends).accounts[leg.payee_id]) == activated(new, at=new.cooling_ends)
    assert paid_to(scene.at(new.cooling_ends - timedelta(seconds=1)).accounts[leg.payee_id]) is None


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=8))
def test_a_batch_is_the_sum_of_its_payouts_and_pays_each_leg_once(amounts: list[int]) -> None:
    legs = [a_leg(amount=amount) for amount in amounts]
    made = prepared(*legs)
    assert (made.batch.payouts, made.batch.total) == (len(amounts), sum(amounts))
    assert [(one.leg_id, one.amount, one.position) for one in made.payouts] == [
        (leg.id, leg.amount, place) for place, leg in enumerate(legs, start=1)
    ]
    assert len({one.reference for one in made.payouts}) == len(legs)
    assert made.batch.digest == digest_of(made.batch.number, PAYER.id, made.payouts)


def test_a_payout_keeps_the_account_as_it_stood() -> None:
    (payout,) = prepared(a_leg()).payouts
    frozen = (payout.bank_account_id, payout.payee_name, payout.account_number, payout.bank_code, payout.bank_name)
    assert frozen == (ACCOUNT.id, ACCOUNT.name, ACCOUNT.number, ACCOUNT.bank_code, ACCOUNT.bank_name)


@pytest.mark.parametrize(
    ("around", "why"),
    [
        ({}, []),
        ({"accounts": [ACCOUNT, an_account(state=AccountState.COOLING)]}, ["bank_account.changing"]),
        ({"accounts": [an_account(number="6222000000000001")]}, ["bank_account.changed"]),
        ({"accounts": []}, ["bank_account.missing"]),
    ],
)
def test_an_account_that_changed_since_keeps_the_payment_in(around: dict[str, Any], why: list[str]) -> None:
    leg = a_leg()
    made, now = prepared(leg), a_scene(leg, **around)
    assert [reason.code for reason in preparing.blocked(made.payouts, {leg.id: leg}, now)] == why


def test_every_payment_that_is_blocked_is_told() -> None:
    legs = [a_leg(), a_leg(), a_leg()]
    made, now = prepared(*legs), a_scene(*legs, stops=[a_stop(legs[0]), a_stop(legs[2])])
    reasons = preparing.blocked(made.payouts, {leg.id: leg for leg in legs}, now)
    assert [reason.numbers["leg"] for reason in reasons] == [f"leg_{legs[place].id.hex}" for place in (0, 2)]


def test_whoever_took_part_in_any_case_is_known() -> None:
    legs = [a_leg(), a_leg()]
    scene = a_scene(*legs)
    mixed = replace(scene, lines={one: replace(line, acted=(f"per_{one.hex}",)) for one, line in scene.lines.items()})
    assert mixed.acted == {f"per_{leg.claim_line_id.hex}" for leg in legs}
