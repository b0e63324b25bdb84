"""A file answers what its awards pay to a case: level by level, item by item, under ceiling, limit and purpose."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.chassis.refusals import Refusal
from services.standards.money import format_amount, parse_amount
from services.voucher.scheme.domain.quote import quote
from services.voucher.scheme.domain.replay import replay
from tests.voucher.scheme.samples import a_document

SOURCE = "our default, not in the notice"
FEN = some.integers(min_value=0, max_value=10**9)
ONLY_VOUCHERS = (
    "allocation", "caps", "backing", "rate", "exclusions", "validity", "leftover", "evidence", "under_use"
)  # fmt: skip


def rule(value: Any) -> dict[str, Any]:
    return {"value": value, "source": SOURCE}


def award(name: str, base: str, **said: Any) -> dict[str, Any]:
    title, as_of = {"zh": "奖补", "en": "Award"}, "recognition"
    common = {"award": name, "title": title, "mode": rule("grant"), "payee": rule("holder")}
    return {**common, "base": base, "as_of": as_of, "source": SOURCE, **said}


def asked(*awards: dict[str, Any], **case: Any) -> dict[str, Any]:
    document = {name: value for name, value in a_document().items() if name not in ONLY_VOUCHERS}
    return quote({**document, "family": "award", "awards": list(awards)}, case)


def codes(answer: dict[str, Any]) -> list[str]:
    return [one["code"] for one in answer["refused"]]


LEVELS = award(
    "recognition",
    "fixed",
    amount="300000.00",
    when={"level": ["municipal", "national"]},
    cases=[{"when": {"level": ["national"]}, "amount": "500000.00", "source": SOURCE}],
    once_per=rule(["level"]),
)
TOP_UP = award(
    "top-up",
    "upper_award",
    share="0.50",
    ceiling=rule({"share": "0.50", "of": "deal", "less": ["upper_award"]}),
    split={"parts": [{"part": "city", "weight": 3}, {"part": "district", "weight": 7}], "source": SOURCE},
)
REWARD = award("reward", "services", share="0.10", payee=rule("provider"), limit=rule("2000000.00"), period="year")
RUNNING = award(
    "running", "running_costs", share="0.50", spend_on=rule(["rent", "water"]), limit=rule("500.00"), period="once"
)


def test_an_award_is_given_once_for_each_level() -> None:
    answer = asked(LEVELS, recognised=["municipal", "national", "municipal"])
    assert answer["awards"] == ["300000.00", "500000.00"]
    assert codes(answer) == ["award.given_before"]
    assert asked(LEVELS, recognised="national", recognised_before=["municipal"])["awards"] == ["500000.00"]


def test_a_level_that_no_award_is_meant_for_is_refused() -> None:
    answer = asked(LEVELS, recognised=["district"])
    assert (answer["subsidy"], codes(answer)) == ("0.00", ["award.not_for_this"])


def test_two_awards_may_each_be_meant_for_a_level() -> None:
    city = award("city", "fixed", amount="1.00", when={"level": ["municipal"]})
    state = award("state", "fixed", amount="2.00", when={"level": ["national"]})
    answer = asked(city, state, recognised=["national", "municipal"])
    assert answer["awards"] == ["2.00", "1.00"]
    assert "refused" not in answer


def test_a_single_decision_asks_for_an_award_by_name() -> None:
    start = award("start-up", "fixed", amount="50000.00")
    assert asked(start, award="start-up")["awards"] == ["50000.00"]
    with pytest.raises(Refusal, match=r"case\.award_unknown"):
        asked(start, award="start")
    with pytest.raises(Refusal, match=r"case\.asks_nothing"):
        asked(start, level="national")


@given(deal=FEN, upper=FEN)
def test_a_top_up_stays_under_its_joint_ceiling_adds_up_and_replays(deal: int, upper: int) -> None:
    answer = asked(TOP_UP, deal=format_amount(deal), provincial=format_amount(upper))
    subsidy = parse_amount(answer["subsidy"])
    assert subsidy == max(0, min(upper // 2, deal // 2 - upper))
    assert sum(parse_amount(fen) for fen in answer["split"].values()) == subsidy
    assert replay(answer["decisions"], "CNY") == subsidy


def test_without_a_figure_of_its_ceiling_a_top_up_pays_nothing() -> None:
    answer = asked(TOP_UP, provincial="30000.00")
    assert (answer["subsidy"], codes(answer)) == ("0.00", ["award.figure_unknown"])


@pytest.mark.parametrize(
    ("case", "reward"),
    [
        ({}, "300000.00"),
        ({"reward_rate": "0.30"}, "900000.00"),
        ({"reward_rate": "0.30", "given_this_year": "1500000.00"}, "500000.00"),
    ],
)
def test_a_provider_is_rewarded_up_to_its_yearly_limit(case: dict[str, str], reward: str) -> None:
    answer = asked(REWARD, provider_services="3000000.00", **case)
    assert (answer["reward"], answer["base"]) == (reward, "3000000.00")
    assert replay(answer["decisions"], "CNY") == parse_amount(reward)


def test_running_costs_are_paid_item_by_item_and_only_those_of_its_purpose() -> None:
    answer = asked(RUNNING, items={"rent": "800.00", "wine": "90.00", "water": "300.00"})
    assert answer["subsidy"] == "500.00"
    assert codes(answer) == ["award.item_excluded"]
    assert replay(answer["decisions"], "CNY") == 500_00
    assert asked(RUNNING, running_costs="100.00")["subsidy"] == "50.00"


def test_an_amount_of_each_unit_is_paid_by_the_units() -> None:
    answer = asked(award("area", "added_area", amount="10.00"), added_area=120)
    assert answer["subsidy"] == "1200.00"
    assert replay(answer["decisions"], "CNY") == 1200_00


def test_while_the_rate_is_not_known_the_base_is_told_and_nothing_is_paid() -> None:
    answer = asked(award("interest", "interest_repaid"), interest_due="12000.00", interest_repaid="9000.00")
    assert (answer["base"], codes(answer)) == ("9000.00", ["award.rate_unknown"])
    assert "subsidy" not in answer


def test_who_may_not_receive_an_award_is_told_why() -> None:
    answer = asked(TOP_UP, deal="1.00", provincial="1.00", holder="space", region="110105", size_class="small")
    assert (answer["subsidy"], codes(answer)) == ("0.00", ["application.holder_kind", "application.not_local"])


def test_a_scheme_of_vouchers_pays_its_awards_beside_them() -> None:
    document = {**a_document(), "awards": [REWARD]}
    answer = quote(document, {"invoice": "100.00", "provider_services": "1000.00"})
    assert (answer["subsidy"], answer["reward"]) == ("50.00", "100.00")
    assert [one["rule"] for one in answer["decisions"]] == ["rate.flat", "award.reward"]
    assert "subsidy" not in quote(document, {"fee": "100.00", "provider_services": "1.00", "award": "reward"})


SPENT = award("rooms", "fixed", amount="900.00", spend_on=rule(["rent"]), report_within=rule({"working_days": 5}))


def test_what_a_fixed_award_was_wrongly_spent_on_is_told_beside_it_and_it_is_given_once() -> None:
    answer = asked(SPENT, award="rooms", items={"rent": "100.00", "equipment": "50.00", "software": "1.00"})
    assert (answer["awards"], answer["disallowed"]) == (["900.00"], "51.00")
    assert codes(answer) == ["award.item_excluded", "award.item_excluded"]


@pytest.mark.parametrize("told", [{"given_this_year": "900.00"}, {"given_before": True}])
def test_what_is_given_once_a_year_is_not_given_again(told: dict[str, Any]) -> None:
    answer = asked(award("yearly", "fixed", amount="900.00", once_per=rule(["year"])), award="yearly", **told)
    assert codes(answer) == ["award.given_before"]


AID = award("bonus", "fixed", amount="4000.00", regime=rule({"name": "de-minimis", "months": 36, "limit": "7000.00"}))


@pytest.mark.parametrize(("counted", "paid"), [("0.00", "4000.00"), ("4500.00", "2500.00"), ("9000.00", "0.00")])
def test_an_award_that_is_state_aid_gets_what_its_regime_leaves(counted: str, paid: str) -> None:
    answer = asked(AID, award="bonus", counted={"de-minimis": counted})
    assert answer["awards"] == [paid]
    assert ("award.regime" in [one["rule"] for one in answer["decisions"]]) is (paid != "4000.00")


def test_awards_of_one_regime_are_counted_together() -> None:
    second = {**AID, "award": "second", "when": {"level": ["municipal"]}}
    first = {**AID, "when": {"level": ["municipal"]}}
    assert asked(first, second, recognised=["municipal"])["awards"] == ["4000.00", "3000.00"]
