"""A file answers a case: what is paid, by which rules, and all that speaks against it; decisions replay to the same."""

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.chassis.refusals import Refusal
from services.standards.money import format_amount, parse_amount
from services.voucher.scheme.domain.quote import quote
from services.voucher.scheme.domain.replay import replay
from tests.voucher.scheme.samples import a_document

FEN = some.integers(min_value=0, max_value=10**9)
CENT = some.integers(min_value=0, max_value=100)
BANDS = [{"up_to": "10000.00", "share": "1.00"}, {"share": "0.50"}]
SOURCE = "our default, not in the notice"
SPLIT = {
    "parts": [{"part": "city", "weight": 3}, {"part": "district", "weight": 7}],
    "source": SOURCE,
    "cases": [
        {
            "when": {"region": ["440781"]},
            "parts": [{"part": "city", "weight": 1}, {"part": "district", "weight": 1}],
            "source": SOURCE,
        }
    ],
}


TESTS = f"off_{'1' * 32}"


def asked(changes: dict[str, Any] | None = None, **case: Any) -> dict[str, Any]:
    return quote(a_document(changes), case)


def rules(answer: dict[str, Any]) -> list[str]:
    return [one["rule"] for one in answer["decisions"]]


def codes(answer: dict[str, Any]) -> list[str]:
    return [one["code"] for one in answer["refused"]]


def rate(**changes: Any) -> dict[str, Any]:
    said = {"base": "invoice", "until_invoice": "stated_at_delivery", "tax": "included", "as_of": "contract"}
    return {"rate": {**said, "source": SOURCE, **changes}}


def cap(name: str, limit: str, **changes: Any) -> dict[str, Any]:
    said = {"cap": name, "counts": "authorised", "subject": "holder", "period": "once", "source": SOURCE}
    return {**said, "limit": limit, **changes}


def test_nobody_gets_more_than_what_is_paid_for_whatever_the_contract_said() -> None:
    answer = asked(rate(base="contract", share="0.50"), fee="100000.00", invoice="10000.00")
    assert (answer["subsidy"], answer["self_paid"]) == ("10000.00", "0.00")
    assert rules(answer) == ["rate.flat", "service.price"]
    assert replay(answer["decisions"], "CNY") == 1_000_000


def test_a_limit_is_named_only_where_it_bites() -> None:
    assert rules(asked(invoice="100.00", wallet="20000.00")) == ["rate.flat"]
    answer = asked(invoice="50000.00", wallet="15000.00", used_this_year="6000.00")
    assert answer["subsidy"] == "14000.00"
    assert rules(answer) == ["rate.flat", "voucher.available", "cap.authorised-per-year"]


def test_every_decision_has_its_clause() -> None:
    answer = asked(invoice="50000.00", used_this_year="6000.00")
    assert [one["clause"] for one in answer["decisions"]] == ["row jiangmen-service-2020"] * 2


def test_a_cap_may_be_counted_by_its_name() -> None:
    assert asked(invoice="50000.00", counted={"authorised-per-year": "19999.99"})["subsidy"] == "0.01"


def test_a_cap_on_times_lets_all_or_nothing_through() -> None:
    times = {"caps": [cap("twice", "2", counts="authorised_times")]}
    assert asked(times, invoice="100.00", counted={"twice": 1})["subsidy"] == "50.00"
    answer = asked(times, invoice="100.00", counted={"twice": 2})
    assert (answer["subsidy"], answer["decisions"][-1]["numbers"]["limit"]) == ("0.00", 2)


@pytest.mark.parametrize(
    ("base", "amounts", "found"),
    [
        ("contract", {"fee": "300.00", "invoice": "200.00"}, "300.00"),
        ("actual", {"deal": "300.00", "invoice": "200.00", "settled": "100.00"}, "100.00"),
        ("invoice", {"price": "300.00", "invoice": "200.00"}, "200.00"),
    ],
)
def test_the_base_is_the_amount_that_the_file_names(base: str, amounts: dict[str, str], found: str) -> None:
    assert asked({"rate/base": base}, **amounts)["base"] == found


def test_tax_belongs_to_the_base_only_where_the_file_says_so() -> None:
    assert asked(invoice="106.00", tax="6.00")["subsidy"] == "53.00"
    without = asked({"rate/tax": "excluded"}, invoice="106.00", tax="6.00")
    assert (without["base"], without["subsidy"], without["self_paid"]) == ("100.00", "50.00", "56.00")


LINES = [
    {"category": "design", "amount": "0.03"},
    {"category": "testing", "amount": "0.03"},
    {"category": "catering", "amount": "9.00"},
]


def test_lines_are_floored_once_or_each_as_the_file_says() -> None:
    once = asked(lines=LINES)
    assert (once["base"], once["subsidy"], once["self_paid"]) == ("0.06", "0.03", "9.03")
    each = asked({"rate/each": "line"}, lines=LINES)
    assert (each["subsidy"], rules(each)) == ("0.02", ["rate.lines"])


def test_each_line_has_the_rate_of_its_category() -> None:
    cases = [{"when": {"category": ["design"]}, "share": "1.00", "source": SOURCE}]
    answer = asked({"rate/cases": cases}, lines=LINES)
    assert (answer["subsidy"], rules(answer)) == ("0.04", ["rate.sum"])
    assert replay(answer["decisions"], "CNY") == 4


def test_lines_of_which_none_may_be_paid_for_are_refused_each() -> None:
    answer = asked(lines=[LINES[2], LINES[2]])
    assert (answer["subsidy"], codes(answer)) == ("0.00", ["category.excluded"] * 2)


def test_a_bucket_limits_its_own_categories() -> None:
    bucket = {"caps": [cap("design", "10.00", subject="bucket", categories=["design"])]}
    lines = [{"category": "testing", "amount": "100.00"}, {"category": "design", "amount": "100.00"}]
    answer = asked(bucket, lines=lines)
    assert (answer["subsidy"], rules(answer)) == ("60.00", ["rate.flat", "rate.flat", "cap.design"])
    assert asked(bucket, invoice="100.00", category="design")["subsidy"] == "10.00"
    assert asked(bucket, invoice="100.00", category="testing")["subsidy"] == "50.00"


def test_a_bucket_of_several_categories_is_one() -> None:
    both = {"caps": [cap("both", "60.00", subject="bucket", categories=["design", "testing"])]}
    lines = [{"category": name, "amount": "100.00"} for name in ("testing", "design")]
    answer = asked(both, lines=lines)
    assert answer["subsidy"] == "60.00"
    assert answer["decisions"][-1]["numbers"] == {
        "limit": "60.00",
        "counted": "50.00",
        "left": "10.00",
        "leaves": "60.00",
    }


def test_what_a_voucher_may_not_pay_for_is_all_said_at_once() -> None:
    excluded = {
        "exclusions/services": {"value": ["advertising"], "source": SOURCE},
        "exclusions/funded": {"value": True, "source": SOURCE},
        "exclusions/subcontracted": {"value": True, "source": SOURCE},
        "validity/may_predate_voucher/value": False,
        "words": {"category": {"catering": {"zh": "餐饮", "en": "catering"}}},
    }
    answer = asked(
        excluded,
        invoice="100.00",
        wallet="20.00",
        category="catering",
        services="advertising",
        funded_by="province",
        subcontracted=True,
        contract_date="2019-09-01",
        completed_on="2019-09-30",
        issued_on="2020-09-16",
        authorised_on="2020-10-16",
        banned="fraud",
    )
    assert codes(answer) == [
        "application.sanctioned",
        "category.excluded",
        "service.excluded",
        "work.funded_elsewhere",
        "work.subcontracted",
        "contract.predates_voucher",
        "voucher.expired",
        "contract.completed_outside",
    ]
    assert (answer["subsidy"], answer["self_paid"], answer["left_in_wallet"]) == ("0.00", "100.00", "20.00")
    assert all(one["clause"] for one in answer["refused"])


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ({}, []),
        ({"provider": "11331021002687352Y", "offering": TESTS}, []),
        ({"provider": ["11331021002687352Y", f"prv_{'0' * 32}"]}, []),
        ({"provider": f"prv_{'0' * 32}"}, ["provider.not_named"]),
        ({"provider": None, "offering": None}, ["provider.not_named", "offering.not_named"]),
    ],
)
def test_only_those_named_are_paid_where_the_case_says_who_it_is(told: dict[str, Any], refused: list[str]) -> None:
    named = {
        "exclusions/providers": {"value": ["11331021002687352Y"], "source": SOURCE},
        "exclusions/offerings": {"value": [TESTS], "source": SOURCE},
    }
    answer = asked(named, invoice="100.00", **told)
    assert (answer["subsidy"], [one["code"] for one in answer.get("refused", [])]) == (
        "0.00" if refused else "50.00",
        refused,
    )


def test_nothing_is_used_after_the_budget_s_year() -> None:
    late = {f"validity/issued/{name}/value": "2021-03-01" for name in ("use_by", "deliver_by", "claim_by")}
    answer = asked(late, invoice="100.00", issued_on="2020-09-16", authorised_on="2021-01-01")
    assert answer["refused"][0]["rule"] == "validity.year_end_void"
    assert (answer["use_by"], answer["claim_by"]) == ("2020-12-31", "2021-03-01")


def test_the_rules_on_a_holder_are_asked_for_what_is_told_of_him() -> None:
    assert codes(asked(invoice="100.00", size_class="large")) == ["application.size_class"]
    assert "refused" not in asked(invoice="100.00", size_class="small")


def test_once_the_holder_is_told_every_rule_on_him_is_asked() -> None:
    answer = asked(invoice="100.00", holder="organization")
    assert codes(answer) == ["application.region_unknown", "application.size_class_unknown"]


@pytest.mark.parametrize(("leftover", "back"), [("stays", ("12.00", None)), ("reclaimed", ("10.00", "2.00"))])
def test_what_is_left_of_the_last_voucher_stays_or_goes_back(leftover: str, back: tuple[str, str | None]) -> None:
    answer = asked({"leftover/value": leftover}, invoice="16.00", vouchers=["5.00", "5.00", "10.00"])
    assert (answer["left_in_wallet"], answer.get("reclaimed")) == back


def test_a_voucher_whose_face_is_paid_pays_it_for_less_but_never_above_a_cap() -> None:
    paid = {**rate(share="1.00"), "leftover/value": "paid", "caps": [cap("each", "25.00")]}
    answer = asked(paid, price="13.00", vouchers=["10.00", "10.00", "10.00"])
    assert (answer["subsidy"], answer["over_price"], answer["left_in_wallet"]) == ("20.00", "7.00", "10.00")
    assert replay(answer["decisions"], "CNY") == 20_00
    assert asked(paid, price="21.00", vouchers=["30.00"])["subsidy"] == "25.00"
    assert asked(paid, price="20.00", vouchers=["10.00", "10.00"])["over_price"] == "0.00"
    assert asked(paid, price="8.00", wallet="10.00")["over_price"] == "0.00"


def test_a_quote_of_what_is_issued_beyond_the_budget_says_up_to() -> None:
    beyond = {"backing/value": {"factor": "1.5", "prorata_on": "2020-12-20"}}
    assert asked(beyond, invoice="100.00")["up_to"] is True
    answer = asked(beyond, approved=["60000.00", "50000.00", "40000.01"], budget="100000.00")
    assert (answer["paid"], answer["left"]) == (["39999.99", "33333.33", "26666.67"], "0.01")
    assert answer["decisions"][0]["numbers"]["prorata_on"] == "2020-12-20"


def test_a_budget_that_backs_everything_is_never_cut_pro_rata() -> None:
    assert asked(approved=["60.00"], budget="60.00")["paid"] == ["60.00"]
    with pytest.raises(Refusal, match=r"case\.fully_backed"):
        asked(approved=["60.00"], budget="59.99")


def test_little_use_suspends_as_the_file_says() -> None:
    share = {"under_use/value": "0.70"}
    assert asked(share, used="13999.00", issued="20000.00")["suspended_next_year"] is True
    lost = asked(share, used="13999.00", issued="20000.00", lost_by_provider="10.00")
    assert lost["suspended_next_year"] is False
    assert asked(used="0.00", issued="20000.00")["suspended_next_year"] is False
    with pytest.raises(Refusal, match=r"case\.more_used"):
        asked(share, used="2.00", issued="1.00")


def test_an_application_is_granted_up_to_what_the_caps_on_issuing_leave() -> None:
    held = [*a_document()["caps"], cap("held", "5000.00", counts="held"), cap("times", "2", counts="applications")]
    assert asked(asked="800.00")["granted"] == "800.00"
    answer = asked({"caps": held}, asked="9000.00", held="1000.00", counted={"issued-per-year": "15000.00"})
    assert (answer["granted"], rules(answer)) == ("4000.00", ["cap.issued-per-year", "cap.held"])
    assert asked({"caps": held}, asked="10.00", counted={"times": 2})["granted"] == "0.00"


def test_an_application_is_refused_with_all_that_speaks_against_it() -> None:
    answer = asked(asked="20000.01", size_class="large")
    assert (answer["granted"], codes(answer)) == ("0.00", ["application.size_class", "application.over_cap"])


def test_misuse_bans_for_the_years_of_the_file() -> None:
    sanctions = {"sanctions": {"value": {"years": 3}, "source": SOURCE}}
    assert asked(sanctions, sanctioned_on="2020-11-05")["banned_until"] == "2023-11-05"


def test_a_ban_of_up_to_so_many_years_is_told_at_its_longest_in_any_family() -> None:
    sanctions = {"value": {"years": 3, "up_to": True}, "source": SOURCE}
    told = quote({**a_document({"sanctions": sanctions}), "family": "award", "awards": []}, BANNED)
    assert (told["banned_until"], told["decisions"][0]["clause"]) == ("2023-11-05", SOURCE)


BANNED = {"sanctioned_on": "2020-11-05"}


def test_a_case_that_asks_nothing_is_told_so() -> None:
    with pytest.raises(Refusal, match=r"case\.asks_nothing"):
        asked(category="testing")


def test_whoever_is_told_of_may_hold_a_voucher_or_is_told_why_not() -> None:
    assert asked(size_class="small") == {"may_hold": True}
    found = asked(holder="organization", size_class="large", region="440703")
    assert (found["may_hold"], [one["code"] for one in found["refused"]]) == (False, ["application.size_class"])


FIXED = {"caps": [{**a_document()["caps"][0], "fixed": True}, *a_document()["caps"][1:]]}


@pytest.mark.parametrize(
    ("asked_for", "granted"), [("20000.00", "20000.00"), ("19999.99", "0.00"), ("20000.01", "0.00")]
)
def test_a_voucher_of_one_face_value_is_asked_for_whole(asked_for: str, granted: str) -> None:
    assert asked(FIXED, asked=asked_for)["granted"] == granted


def test_nobody_is_given_a_part_of_a_face_value() -> None:
    assert asked(FIXED, asked="20000.00", counted={"issued-per-year": "1.00"})["granted"] == "0.00"


@pytest.mark.parametrize(("region", "city"), [("440703", "30.00"), ("440781", "50.00")])
def test_what_is_paid_is_split_among_treasuries(region: str, city: str) -> None:
    answer = asked({"settlement/split": SPLIT}, invoice="200.00", region=region)
    assert answer["split"]["city"] == city
    assert rules(answer)[-1] == "settlement.split"


RATES = some.one_of(
    some.builds(lambda cent: rate(share=format(Fraction(cent, 100).__float__(), ".2f")), some.integers(1, 100)),
    some.just(rate(bands=BANDS)),
    some.just(rate(bands=BANDS, each="line")),
)
LIMITS = some.builds(lambda fen: {"caps": [cap("each", format_amount(fen + 1))]}, FEN)
SCHEMES = some.builds(
    lambda one, two, left: {**one, **two, "leftover/value": left, "settlement/split": SPLIT},
    RATES,
    LIMITS,
    some.sampled_from(["stays", "reclaimed"]),
)


@given(scheme=SCHEMES, fee=FEN, wallet=FEN, used=FEN)
def test_no_ceiling_is_passed_parts_add_up_and_decisions_replay(
    scheme: dict[str, Any], fee: int, wallet: int, used: int
) -> None:
    told = {"fee": format_amount(fee), "wallet": format_amount(wallet), "counted": {"each": format_amount(used)}}
    answer = asked(scheme, **told)
    subsidy = parse_amount(answer["subsidy"])
    room = max(0, parse_amount(scheme["caps"][0]["limit"]) - used)
    assert subsidy <= min(fee, wallet, room)
    assert subsidy + parse_amount(answer["self_paid"]) == fee
    assert sum(parse_amount(fen) for fen in answer["split"].values()) == subsidy
    assert parse_amount(answer["left_in_wallet"]) + parse_amount(answer.get("reclaimed", "0")) + subsidy == wallet
    assert replay(answer["decisions"], "CNY") == subsidy


@given(scheme=SCHEMES, fee=FEN, more=FEN)
def test_a_larger_fee_never_pays_less(scheme: dict[str, Any], fee: int, more: int) -> None:
    smaller, larger = (asked(scheme, fee=format_amount(one))["subsidy"] for one in (fee, fee + more))
    assert parse_amount(smaller) <= parse_amount(larger)


def test_an_answer_stands_whatever_becomes_of_the_file_and_the_holder() -> None:
    document = a_document()
    before = quote(document, {"invoice": "50000.00", "size_class": "small"})
    stored = deepcopy(before["decisions"])
    document["rate"]["share"] = "0.10"
    assert replay(stored, "CNY") == parse_amount(before["subsidy"])
    assert before["decisions"] == stored


def test_the_day_of_issue_tells_the_dates_of_a_voucher() -> None:
    answer = asked(invoice="100.00", issued_on="2020-09-16", contract_date="2020-09-01", authorised_on="2020-10-15")
    assert (answer["subsidy"], answer["use_by"], answer["deliver_by"]) == ("50.00", "2020-10-15", "2020-10-15")
    assert asked(invoice="100.00", issued_on="2020-09-16")["subsidy"] == "50.00"


def test_a_service_without_lines_costs_nothing() -> None:
    assert asked(lines=[])["subsidy"] == "0.00"
