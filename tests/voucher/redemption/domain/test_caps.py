"""Caps count fen or times, for a holder, a provider or one contract, and give back what comes back."""

from dataclasses import replace
from datetime import date

import pytest

from services.chassis.refusals import Refusal
from services.voucher.redemption.domain import caps
from services.voucher.redemption.domain.agreeing import terms_of
from services.voucher.redemption.domain.caps import rooms
from services.voucher.redemption.domain.world import NotLocked
from services.voucher.scheme.domain.scheme import Cap
from tests.voucher.redemption.samples import (
    PROVIDER,
    VERSION,
    YUAN,
    Play,
    a_contract,
    a_proposal,
    a_voucher,
    a_world,
    authorised,
    holder,
    jiangmen,
    proposed,
    provider,
    with_cap,
    with_counters,
)

ONCE = Cap("once-per-contract", "authorised_times", "contract", "once", None, 1, "our default, not in the notice")


def a_second(first: Play, **changes: object) -> Play:
    order = a_proposal(provider, **changes)
    second = Play(with_counters(first.world, order), order.redemption_id)
    second.play(order)
    return second


def test_the_years_cap_leaves_what_the_first_contract_did_not_take() -> None:
    first = authorised(world=a_world(voucher=a_voucher(available=30_000 * YUAN)))
    second = a_second(first)
    assert second.confirm().redemption.authorised == 5_000 * YUAN


def test_a_cap_that_is_used_up_says_so_with_period_limit_and_clause() -> None:
    world = a_world(voucher=a_voucher(available=40_000 * YUAN))
    full = authorised(world=world, contract=a_contract(40_000 * YUAN))
    second = a_second(full)
    with pytest.raises(Refusal, match=r"cap\.reached") as refused:
        second.confirm()
    (reason,) = refused.value.reasons
    assert reason.numbers == {
        "cap": "jiangmen-service-2020/authorised-per-year",
        "period": "2020",
        "limit": "20000.00",
        "left": "0.00",
    }
    assert reason.clause == "row jiangmen-service-2020"


def test_once_per_contract_however_the_number_is_written() -> None:
    world = a_world(facts=with_cap(ONCE))
    first = authorised(world=world, asked=100, contract=a_contract(number="JC-2020-117"))
    again = a_proposal(holder, contract=a_contract(number="ｊｃ-2020 -117"))
    once = rooms(first.world, terms_of(again, first.world))[-1]
    assert (once.cap.id, once.left) == ("once-per-contract", 0)
    another = a_second(first, contract=a_contract(number="JC-2020-118"))
    assert another.confirm().redemption.authorised > 0


def test_a_cap_on_times_that_is_used_up_tells_how_many_times() -> None:
    first = authorised(world=a_world(facts=with_cap(replace(ONCE, subject="provider"))), asked=100)
    with pytest.raises(Refusal, match=r"cap\.reached") as refused:
        a_second(first).confirm()
    numbers = refused.value.reasons[0].numbers
    assert (numbers["limit"], numbers["left"], numbers["period"]) == (1, 0, "once")


def test_a_void_gives_the_contract_its_turn_back() -> None:
    contract = a_contract()
    first = authorised(world=a_world(facts=with_cap(ONCE)), asked=100, contract=contract)
    first.void(provider)
    assert a_second(first, asked=100, contract=contract).confirm().redemption.authorised == 100


@pytest.mark.parametrize(
    ("year_of", "period"), [("issue", "2020"), ("authorise", "2021"), ("contract", "2019"), ("completion", "2018")]
)
def test_a_yearly_cap_counts_in_the_year_of_the_date_it_names(year_of: str, period: str) -> None:
    cap = Cap("per-provider", "authorised", "provider", "year", year_of, 1, "row")
    scheme = replace(jiangmen(), caps=(cap,))
    contract = a_contract(signed_on=date(2019, 1, 1), completed_on=date(2018, 1, 1))
    terms = terms_of(a_proposal(contract=contract), a_world())
    (key,) = caps.keys(scheme, terms, voucher=a_voucher(), today=date(2021, 1, 1))
    assert (key.subject, key.period) == (f"org_{terms.payee_id.hex}", period)
    assert terms.provider_id == PROVIDER
    assert terms.scheme_version_id == VERSION


def test_a_counter_that_was_not_locked_is_never_guessed() -> None:
    played = proposed(holder)
    played.world = replace(played.world, counters={})
    with pytest.raises(NotLocked):
        played.confirm(provider)
