"""The rate of a contract: the version in force on the contract's own day, and its first case that holds."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from services.chassis.refusals import Refusal
from services.voucher.directory.domain.offering import Offering
from services.voucher.redemption.domain.redemption import Declared, Redemption
from services.voucher.redemption.domain.world import Facts
from services.voucher.scheme.domain.caps import Cap, CapCase
from services.voucher.scheme.domain.rate import Band, RateCase, Rates
from services.voucher.scheme.domain.rule import Rule, When
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.domain.versions import Dated
from tests.voucher.redemption.samples import (
    HOLDER,
    PAYEE,
    PROVIDER,
    VERSION,
    YUAN,
    Play,
    a_contract,
    a_facts,
    a_holder,
    a_payee,
    a_world,
    accepted,
    authorised,
    jiangmen,
    proposed,
)

UPLIFTED = UUID(int=50)
BEFORE, AFTER = date(2020, 2, 25), date(2020, 2, 26)


def with_rate(share: str, **changes: Any) -> Scheme:
    scheme = jiangmen()
    return replace(scheme, rates=Rates(replace(scheme.rate, bands=(Band(Fraction(share)),), **changes)))


def two_versions() -> Facts:
    """30 % from the year's begin on, and 40 % for contracts from 26 February on."""
    versions = [Dated(VERSION, 1, date(2020, 1, 1)), Dated(UPLIFTED, 2, AFTER)]
    schemes = {VERSION: with_rate("0.30"), UPLIFTED: with_rate("0.40")}
    return a_facts(schemes=schemes, published={jiangmen().id: versions})


def with_cases(*cases: RateCase, **facts: Any) -> Facts:
    scheme = jiangmen()
    return a_facts(schemes={VERSION: replace(scheme, rates=Rates(scheme.rate, cases))}, **facts)


def at(share: str, *words: tuple[str, tuple[str, ...]], **dates: date) -> RateCase:
    return RateCase(When(words, **dates), (Band(Fraction(share)),), f"row {share}")


def a_play(facts: Facts, signed_on: date = date(2020, 9, 18), **changes: Any) -> Play:
    return authorised(world=a_world(facts=facts), contract=a_contract(10_000 * YUAN, signed_on=signed_on), **changes)


def held(facts: Facts, **changes: Any) -> Redemption:
    return a_play(facts, **changes).redemption


@pytest.mark.parametrize(("signed_on", "pays", "version"), [(BEFORE, 3_000, VERSION), (AFTER, 4_000, UPLIFTED)])
def test_a_version_of_the_middle_of_the_year_pays_each_contract_by_its_own_date(
    signed_on: date, pays: int, version: UUID
) -> None:
    found = held(two_versions(), signed_on=signed_on)
    assert (found.held, found.rate_version_id) == (pays * YUAN, version)
    assert found.terms.scheme_version_id == VERSION


def test_what_was_authorised_by_a_rate_is_captured_by_it_though_another_came_since() -> None:
    play = accepted(10_000 * YUAN, world=a_world(facts=two_versions()), contract=a_contract(signed_on=BEFORE))
    later = [Dated(VERSION, 1, date(2020, 1, 1)), Dated(UPLIFTED, 2, date(2020, 1, 1))]
    play.world = replace(play.world, facts=replace(two_versions(), published={jiangmen().id: later}))
    play.capture()
    assert play.redemption.captured == 3_000 * YUAN


def test_a_proposal_is_confirmed_by_the_version_that_counts_then() -> None:
    contract = a_contract(10_000 * YUAN, signed_on=AFTER)
    play = proposed(world=a_world(facts=a_facts(schemes={VERSION: with_rate("0.30")})), contract=contract)
    play.world = replace(play.world, facts=two_versions())
    play.confirm()
    assert play.redemption.held == 4_000 * YUAN


def test_the_first_case_that_holds_counts_and_is_kept() -> None:
    facts = with_cases(at("0.20", ("size_class", ("micro",))), at("0.40", ("size_class", ("small",))), at("0.60"))
    found = held(facts)
    assert (found.held, found.rate_case) == (4_000 * YUAN, 1)


@pytest.mark.parametrize(
    ("word", "value"),
    [("region", "440700"), ("resource_region", "440703"), ("category", "testing"), ("size_class", "small")],
)
def test_a_case_may_be_about_the_holder_or_about_the_contract(word: str, value: str) -> None:
    assert held(with_cases(at("0.40", (word, (value,))))).held == 4_000 * YUAN


def test_a_category_is_known_by_what_it_lies_under() -> None:
    facts = with_cases(at("0.40", ("category", ("testing",))))
    assert held(facts, category="testing.inspection").held == 4_000 * YUAN


def test_a_case_that_is_about_others_leaves_the_general_rate() -> None:
    found = held(with_cases(at("0.40", ("resource_region", ("330000",)))))
    assert (found.held, found.rate_case) == (5_000 * YUAN, None)


@pytest.mark.parametrize(("signed_on", "pays"), [(BEFORE, 5_000), (AFTER, 4_000)])
def test_a_case_between_two_dates_goes_by_the_date_that_the_rate_names(signed_on: date, pays: int) -> None:
    assert held(with_cases(at("0.40", since=AFTER)), signed_on=signed_on).held == pays * YUAN


@pytest.mark.parametrize(("as_of", "pays"), [("issue", 4_000), ("authorise", 4_000)])
def test_a_rate_may_name_another_date_than_the_contracts(as_of: str, pays: int) -> None:
    scheme = with_rate("0.50", as_of=as_of)
    facts = a_facts(schemes={VERSION: replace(scheme, rates=replace(scheme.rates, cases=(at("0.40", since=AFTER),)))})
    assert held(facts, signed_on=BEFORE).held == pays * YUAN


@pytest.mark.parametrize("as_of", ["submission", "window_close", "proposal", "completion", "recognition"])
def test_a_day_that_is_not_known_of_a_contract_prices_nothing(as_of: str) -> None:
    with pytest.raises(ValueError, match=f"the day of {as_of} is not known"):
        held(a_facts(schemes={VERSION: with_rate("0.50", as_of=as_of)}))


def test_the_decision_names_the_case_that_counted() -> None:
    outcome = a_play(with_cases(at("0.40"))).last
    assert outcome is not None
    price = next(one for one in outcome.steps[-1].rulings if one.kind == "authorise.price")
    assert price.clause == "row 0.40"
    assert (price.numbers["rate_version"], price.numbers["rate_case"]) == (f"scv_{VERSION.hex}", 0)


def test_a_cap_may_let_through_more_for_some() -> None:
    cases = (CapCase(When((("size_class", ("small",)),)), 2_000 * YUAN, "row small"),)
    cap = Cap("small", "authorised", "holder", "year", "contract", 1_000 * YUAN, "row all", cases=cases)
    scheme = jiangmen()
    facts = a_facts(schemes={VERSION: replace(scheme, caps=(*scheme.caps, cap))})
    assert held(facts).held == 2_000 * YUAN
    assert held(replace(facts, parties={HOLDER: a_holder(size_class="micro"), PAYEE: a_payee()})).held == 1_000 * YUAN


def excluding() -> Facts:
    scheme = jiangmen()
    exclusions = replace(
        scheme.exclusions,
        services=Rule(("statutory_test", "advertising"), "row services"),
        funded=Rule(True, "row funded"),
        subcontracted=Rule(True, "row subcontracted"),
    )
    return a_facts(schemes={VERSION: replace(scheme, exclusions=exclusions)})


def test_what_a_scheme_excludes_is_refused_with_every_reason_at_once() -> None:
    declared = Declared(("statutory_test", "calibration"), subcontracted=True, funded_by=("province",))
    with pytest.raises(Refusal) as refused:
        proposed(world=a_world(facts=excluding()), declared=declared)
    assert [(one.code, one.pointer) for one in refused.value.reasons] == [
        ("service.excluded", "/services"),
        ("work.funded_elsewhere", "/funded_by"),
        ("work.subcontracted", "/subcontracted"),
    ]


OFFERING = Offering(UUID(int=51), PROVIDER, "testing", "published")


def naming(provider: str, offering: UUID) -> Facts:
    """A scheme whose vouchers are used with one provider only, and for one offering only."""
    scheme = jiangmen()
    exclusions = replace(
        scheme.exclusions,
        providers=Rule((provider,), "row providers"),
        offerings=Rule((f"off_{offering.hex}",), "row offerings"),
    )
    return a_facts(schemes={VERSION: replace(scheme, exclusions=exclusions)}, offerings={OFFERING.id: OFFERING})


@pytest.mark.parametrize("name", [f"prv_{PROVIDER.hex}", a_payee().uscc])
def test_a_provider_that_the_scheme_names_and_its_offering_are_paid_and_the_rule_is_kept(name: str) -> None:
    play = proposed(world=a_world(facts=naming(name, OFFERING.id)), offering_id=OFFERING.id)
    kept = play.confirm().steps[-1].rulings
    assert [(one.rule, one.clause, one.numbers) for one in kept if one.outcome == "named"] == [
        ("exclusions.providers", "row providers", {"provider": f"prv_{PROVIDER.hex}"}),
        ("exclusions.offerings", "row offerings", {"offering": f"off_{OFFERING.id.hex}"}),
    ]


@pytest.mark.parametrize("offering", [None, OFFERING.id])
def test_a_provider_and_an_offering_that_are_not_named_are_refused_though_admitted(offering: UUID | None) -> None:
    with pytest.raises(Refusal) as refused:
        proposed(world=a_world(facts=naming("prv_1", UUID(int=52))), offering_id=offering)
    assert [(one.code, one.pointer, one.clause) for one in refused.value.reasons] == [
        ("provider.not_named", "/provider_id", "row providers"),
        ("offering.not_named", "/offering_id", "row offerings"),
    ]


def test_who_is_named_no_more_when_it_is_confirmed_is_refused() -> None:
    play = proposed(world=a_world(facts=naming(a_payee().uscc or "", OFFERING.id)), offering_id=OFFERING.id)
    other = {HOLDER: a_holder(), PAYEE: a_payee(uscc=None)}
    play.world = replace(play.world, facts=replace(play.world.facts, parties=other))
    with pytest.raises(Refusal, match=r"provider\.not_named"):
        play.confirm()


def test_what_is_declared_and_not_excluded_is_kept() -> None:
    declared = Declared(("calibration",))
    assert held(excluding(), declared=declared).terms.declared == declared


@pytest.mark.parametrize(
    ("base", "cost", "pays"), [("invoice", 12, 5), ("actual", 12, 5), ("actual", 8, 4), ("contract", 8, 5)]
)
def test_the_amount_that_counts_may_be_the_contracts_the_invoices_or_the_lesser(
    base: str, cost: int, pays: int
) -> None:
    facts = a_facts(schemes={VERSION: with_rate("0.50", base=base)})
    play = accepted(cost * 1_000 * YUAN, world=a_world(facts=facts), contract=a_contract(10_000 * YUAN))
    play.capture()
    assert play.redemption.captured == pays * 1_000 * YUAN


def test_nothing_is_captured_beyond_what_the_work_cost() -> None:
    facts = a_facts(schemes={VERSION: with_rate("1", base="contract")})
    play = accepted(8_000 * YUAN, world=a_world(facts=facts), contract=a_contract(10_000 * YUAN))
    play.capture()
    assert play.redemption.captured == 8_000 * YUAN


def test_a_milestone_counts_as_it_comes_and_the_last_one_completes_the_contract() -> None:
    facts = a_facts(schemes={VERSION: with_rate("0.50", base="contract")})
    play = accepted(4_000 * YUAN, last=False, world=a_world(facts=facts), contract=a_contract(10_000 * YUAN))
    play.capture()
    assert play.redemption.captured == 2_000 * YUAN
    play.deliver(5_000 * YUAN)
    play.accept()
    play.capture()
    assert play.redemption.captured == 5_000 * YUAN


def test_whom_the_treasury_pays_back_is_the_holder_who_paid_all() -> None:
    scheme = jiangmen()
    settlement = replace(scheme.settlement, payee=Rule("holder", "row"), model=Rule("holder_reimbursed", "row"))
    terms = held(a_facts(schemes={VERSION: replace(scheme, settlement=settlement)})).terms
    assert (terms.reimbursed, terms.claimant_id) == (True, HOLDER)
    assert held(a_facts()).terms.claimant_id == PAYEE
