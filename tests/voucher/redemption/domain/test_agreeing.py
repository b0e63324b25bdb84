"""Proposals freeze nothing; only the other side's confirmation does, and every reason against it comes at once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.chassis.problems import message
from services.chassis.refusals import NotFound, Refusal
from services.voucher.directory.domain.age import Age
from services.voucher.directory.domain.party import Admission, ProviderFacts, Relation, Sanction, Span
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.agreeing import propose
from services.voucher.redemption.domain.redemption import Side, State
from services.voucher.redemption.problems import PROBLEMS
from tests.voucher.redemption.samples import (
    FACE,
    HOLDER,
    PAYEE,
    PROVIDER,
    YUAN,
    a_contract,
    a_facts,
    a_holder,
    a_payee,
    a_proposal,
    a_voucher,
    a_world,
    authorised,
    holder,
    proposed,
    provider,
    stranger,
)

EARLY = a_contract(completed_on=date(2019, 10, 1), signed_on=date(2019, 9, 1))


def codes(refused: pytest.ExceptionInfo[Refusal]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


@pytest.mark.parametrize(("by", "side"), [(holder, Side.HOLDER), (provider, Side.PROVIDER)])
def test_either_side_proposes_and_nothing_is_frozen(by: orders.Actor, side: Side) -> None:
    played = proposed(by)
    assert played.redemption.state is State.PROPOSED
    assert played.redemption.proposed_by is side
    assert played.voucher == a_world(voucher=played.voucher).voucher(played.voucher.id)
    assert (played.voucher.available, played.voucher.held) == (FACE, 0)


@pytest.mark.parametrize(("by", "other"), [(holder, provider), (provider, holder)])
def test_the_other_side_confirms_and_the_value_is_frozen_and_counted(by: orders.Actor, other: orders.Actor) -> None:
    played = proposed(by)
    played.confirm(other)
    assert played.redemption.state is State.AUTHORISED
    assert (played.voucher.available, played.voucher.held) == (5_000 * YUAN, 15_000 * YUAN)
    assert [counter.used for counter in played.world.counters.values()] == [15_000 * YUAN]
    assert played.redemption.due_at == played.voucher.deliver_by_ends


def test_one_side_cannot_confirm_or_decline_its_own_offer() -> None:
    played = proposed(provider)
    with pytest.raises(Refusal, match=r"redemption\.own_proposal"):
        played.confirm(provider)
    with pytest.raises(Refusal, match=r"redemption\.own_proposal"):
        played.play(orders.Decline(redemption_id=played.redemption_id, by=provider))


def test_a_person_who_proposed_cannot_confirm_for_the_other_side() -> None:
    played = proposed(provider)
    with pytest.raises(Refusal, match=r"redemption\.same_person"):
        played.confirm(replace(holder, person=provider.person))


def test_the_other_side_declines() -> None:
    played = proposed(provider)
    played.play(orders.Decline(redemption_id=played.redemption_id, by=holder, note="too dear"))
    assert played.redemption.state is State.DECLINED
    assert played.redemption.due_at is None


def test_only_the_proposer_withdraws() -> None:
    played = proposed(provider)
    with pytest.raises(Refusal, match=r"redemption\.not_proposer"):
        played.play(orders.Withdraw(redemption_id=played.redemption_id, by=holder))
    played.play(orders.Withdraw(redemption_id=played.redemption_id, by=provider))
    assert played.redemption.state is State.WITHDRAWN


def test_a_stranger_learns_neither_of_the_voucher_nor_of_the_redemption() -> None:
    with pytest.raises(NotFound, match=r"voucher\.unknown"):
        proposed(stranger)
    with pytest.raises(NotFound, match=r"redemption\.unknown"):
        proposed(provider).confirm(stranger)


def test_an_unknown_voucher_provider_or_holder_is_named() -> None:
    world, order = a_world(), a_proposal()
    with pytest.raises(NotFound, match=r"voucher\.unknown"):
        propose(order, replace(world, vouchers={}))
    with pytest.raises(Refusal, match=r"provider\.unknown"):
        propose(order, replace(world, facts=a_facts(payees={})))
    with pytest.raises(Refusal, match=r"directory\.party_unknown"):
        propose(order, replace(world, facts=a_facts(parties={PAYEE: a_payee()})))


def test_a_proposal_lapses_after_three_working_days_at_local_midnight() -> None:
    played = proposed()
    assert played.redemption.due_on == date(2020, 9, 24)
    assert played.redemption.due_at == datetime(2020, 9, 24, 16, 0, tzinfo=UTC)


def test_a_proposal_lapses_at_the_latest_when_the_voucher_can_no_longer_be_used() -> None:
    played = proposed(world=a_world(now=datetime(2020, 10, 14, 2, 0, tzinfo=UTC)))
    assert played.redemption.due_on == date(2020, 10, 15)


def test_an_answer_after_the_lapse_finds_it_lapsed_although_no_timer_ran() -> None:
    played = proposed()
    played.at(datetime(2020, 9, 24, 16, 0, tzinfo=UTC))
    with pytest.raises(Refusal, match=r"redemption\.state") as refused:
        played.confirm()
    assert refused.value.reasons[0].numbers["state"] == "lapsed"


def test_an_answer_in_the_last_moment_is_in_time() -> None:
    played = proposed()
    played.at(datetime(2020, 9, 24, 16, 0, tzinfo=UTC) - timedelta(microseconds=1))
    assert played.confirm().redemption.state is State.AUTHORISED


def test_without_an_amount_the_hold_is_the_rate_or_whatever_is_left() -> None:
    assert authorised(contract=a_contract(12_345_67)).redemption.authorised == 6_172_83
    assert authorised(contract=a_contract(50_000 * YUAN)).redemption.authorised == FACE


def test_an_amount_that_was_asked_is_frozen_or_refused_never_cut() -> None:
    assert authorised(asked=3_000 * YUAN).redemption.authorised == 3_000 * YUAN
    with pytest.raises(Refusal, match=r"price\.exceeded"):
        proposed(holder, asked=15_000 * YUAN + 1)
    with pytest.raises(Refusal) as refused:
        proposed(holder, asked=FACE + 1, contract=a_contract(90_000 * YUAN))
    assert codes(refused) == {"voucher.insufficient", "cap.reached"}


def test_a_provider_hears_rules_before_consent_but_nothing_of_the_balance() -> None:
    empty = a_world(voucher=a_voucher(available=100, face=100))
    played = proposed(provider, world=empty, asked=200)
    assert played.redemption.state is State.PROPOSED
    with pytest.raises(Refusal) as refused:
        played.confirm(holder)
    assert refused.value.reasons[0].numbers == {"asked": "2.00", "available": "1.00"}


def test_with_consent_a_provider_hears_that_a_limit_is_reached_but_not_by_how_much() -> None:
    """From a bug: the reason had the holder's code without its numbers and read "Less than – is available"."""
    rich = proposed(holder, asked=200)
    used_up = {key: counter.take(FACE) for key, counter in rich.world.counters.items()}
    poor = {rich.voucher.id: a_voucher(available=100, face=100)}
    rich.world = replace(rich.world, vouchers=poor, counters=used_up)
    with pytest.raises(Refusal) as refused:
        rich.confirm(provider)
    assert [reason.code for reason in refused.value.reasons] == ["voucher.too_little_left", "cap.too_little_left"]
    for reason in refused.value.reasons:
        assert reason.numbers == {}
        assert not [language for language in ("en", "zh-CN") if "–" in message(PROBLEMS[reason.code], reason, language)]


def test_all_reasons_come_at_once_each_with_rule_and_clause() -> None:
    ban = Sanction("san_1", "research_integrity", Span(date(2020, 1, 1)))
    related = a_holder(related=(Relation(PAYEE, "shared_officers", Span(date(2019, 1, 1))),), sanctions=(ban,))
    gone = a_payee(status="deregistered", provider=ProviderFacts(PROVIDER, "suspended"))
    facts = a_facts(parties={HOLDER: related, PAYEE: gone}, age=Age(timedelta(hours=25)))
    played = proposed()
    played.world = replace(played.world, facts=facts)
    with pytest.raises(Refusal) as refused:
        played.confirm()
    assert codes(refused) == {
        "directory.too_old",
        "provider.not_admitted",
        "party.related",
        "party.sanctioned",
        "party.deregistered",
    }
    clauses = {reason.code: reason.clause for reason in refused.value.reasons}
    assert clauses["party.related"] == "our default, not in the notice"


def test_a_directory_never_heard_freezes_nothing() -> None:
    played = proposed()
    played.world = replace(played.world, facts=a_facts(age=Age(None)))
    with pytest.raises(Refusal, match=r"directory\.too_old"):
        played.confirm()


def test_nobody_redeems_with_himself_even_where_related_parties_are_allowed() -> None:
    both = replace(a_payee(), id=HOLDER)
    facts = a_facts(parties={HOLDER: both}, payees={PROVIDER: HOLDER})
    with pytest.raises(Refusal, match=r"party\.related"):
        proposed(holder, world=a_world(facts=facts))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"category": "catering"}, "category.excluded"),
        ({"category": "alchemy"}, "category.unlisted"),
        ({"currency": "EUR"}, "voucher.currency"),
        ({"contract": EARLY}, "contract.completed_outside"),
        ({"contract": a_contract(completed_on=date(2020, 10, 16))}, "contract.completed_outside"),
        ({"contract": a_contract(completed_on=date(2020, 9, 1))}, "contract.dates"),
        # from a bug: dates that cannot be were taken
        ({"contract": a_contract(signed_on=date(2020, 9, 22))}, "contract.date_ahead"),
        ({"contract": a_contract(completed_on=date(2020, 9, 22))}, "contract.date_ahead"),
        ({"contract": a_contract(signed_on=date(1999, 12, 31))}, "contract.signed_too_early"),
        ({"contract": a_contract(signed_on=date(1, 1, 1))}, "contract.signed_too_early"),
    ],
)
def test_a_rule_that_says_no_is_named(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        proposed(provider, **changes)
    assert code in codes(refused)


def test_a_provider_is_admitted_for_a_category_or_for_what_stands_above_it() -> None:
    assert proposed(category="testing.inspection").redemption.state is State.PROPOSED
    only_design = a_payee(provider=ProviderFacts(PROVIDER, "admitted"))
    with pytest.raises(Refusal, match=r"provider\.category"):
        proposed(world=a_world(facts=a_facts(parties={HOLDER: a_holder(), PAYEE: only_design})))


def test_a_provider_that_is_admitted_under_another_scheme_takes_no_order_under_this_one() -> None:
    bound = Admission("testing", Span(date(2020, 1, 1)), ("jiangmen-innovation-2021",))
    elsewhere = a_payee(provider=ProviderFacts(PROVIDER, "admitted", (bound,)))
    with pytest.raises(Refusal) as refused:
        propose(a_proposal(), a_world(facts=a_facts(parties={HOLDER: a_holder(), PAYEE: elsewhere})))
    assert codes(refused) == {"provider.category"}


def test_an_organisation_that_never_applied_is_no_provider() -> None:
    never = a_payee(provider=None)
    with pytest.raises(Refusal, match=r"provider\.not_admitted"):
        proposed(world=a_world(facts=a_facts(parties={HOLDER: a_holder(), PAYEE: never})))


def test_today_is_the_local_day_and_no_date_ahead() -> None:
    late = a_world(now=datetime(2020, 9, 21, 16, 0, tzinfo=UTC))
    tomorrow_in_utc = a_contract(signed_on=date(2020, 9, 22), completed_on=date(2020, 9, 22))
    assert proposed(world=late, contract=tomorrow_in_utc).redemption.state is State.PROPOSED
    assert proposed(contract=a_contract(signed_on=date(2000, 1, 1))).redemption.state is State.PROPOSED


def test_service_may_predate_the_voucher_where_the_scheme_lets_it() -> None:
    early = a_contract(signed_on=date(2019, 10, 2), completed_on=date(2019, 10, 2))
    assert proposed(contract=early).redemption.state is State.PROPOSED


def test_where_the_scheme_does_not_a_contract_signed_before_issue_is_refused() -> None:
    world = a_world()
    scheme = next(iter(world.facts.schemes.values()))
    strict = replace(scheme.validity, may_predate_voucher=replace(scheme.validity.may_predate_voucher, value=False))
    facts = a_facts(schemes={key: replace(scheme, validity=strict) for key in world.facts.schemes})
    with pytest.raises(Refusal, match=r"contract\.predates_voucher"):
        proposed(world=a_world(facts=facts), contract=a_contract(signed_on=date(2020, 9, 15)))


def test_a_back_filled_voucher_goes_by_its_own_dates() -> None:
    late = a_world(now=datetime(2020, 11, 2, 2, 0, tzinfo=UTC), voucher=a_voucher(backfilled=True))
    contract = a_contract(signed_on=date(2020, 10, 20), completed_on=date(2020, 11, 1))
    assert authorised(world=late, contract=contract).redemption.deliver_by == date(2020, 11, 30)


def test_an_expired_voucher_says_until_when_it_could_be_used() -> None:
    with pytest.raises(Refusal, match=r"voucher\.expired") as refused:
        proposed(world=a_world(now=a_voucher().use_by_ends))
    reason = refused.value.reasons[0]
    assert (reason.numbers, reason.clause) == ({"use_by": "2020-10-15"}, "row jiangmen-service-2020")


def test_a_year_without_calendar_is_refused_never_guessed() -> None:
    empty = replace(a_facts().calendar, years=frozenset())
    with pytest.raises(Refusal, match=r"calendar\.not_loaded") as refused:
        proposed(world=a_world(facts=a_facts(calendar=empty)))
    assert refused.value.reasons[0].numbers == {"year": 2020}


def test_what_the_rules_said_at_authorisation_is_kept() -> None:
    outcome = proposed().confirm()
    kinds = [ruling.kind for ruling in outcome.steps[-1].rulings]
    assert kinds == [
        "authorise.price",
        "authorise.category",
        "authorise.parties",
        "authorise.dates",
        "authorise.cap",
    ]
    assert all(ruling.clause for ruling in outcome.steps[-1].rulings)


def test_a_proposal_names_its_client_reference_and_description() -> None:
    order = a_proposal(client_ref="order-1", description="tensile test")
    played = proposed(client_ref="order-1", description="tensile test")
    assert played.redemption.client_ref == order.client_ref
    assert played.redemption.terms.description == order.description


def test_a_client_reference_names_one_redemption_of_its_client_whoever_made_it_first() -> None:
    world = proposed(client_ref="order-1").world
    with pytest.raises(Refusal, match=r"client_ref\.taken") as refused:
        proposed(client_ref="order-1", world=world)
    assert refused.value.reasons[0].pointer == "/client_ref"
    stored = a_world(facts=a_facts(named={(provider.client, "order-2")}))
    with pytest.raises(Refusal, match=r"client_ref\.taken"):
        proposed(client_ref="order-2", world=stored)
    assert proposed(holder, client_ref="order-2", world=stored).redemption.client_ref == "order-2"
