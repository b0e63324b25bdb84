"""A rate without tax or line by line is obeyed from the proposal to the claim, as the file's own quote says."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from services.chassis.refusals import Refusal
from services.voucher.redemption.domain.lines import tax_of
from services.voucher.redemption.domain.redemption import ContractLine, LineRate, Portion
from services.voucher.redemption.domain.tariff import agreed
from services.voucher.redemption.domain.work import as_invoiced
from services.voucher.redemption.domain.world import Facts
from services.voucher.scheme.domain.caps import Cap
from services.voucher.scheme.domain.rate import Band, RateCase, Rates
from services.voucher.scheme.domain.replay import replay
from services.voucher.scheme.domain.rule import When
from services.voucher.scheme.domain.scheme import Scheme
from tests.voucher.redemption.samples import (
    VERSION,
    YUAN,
    Play,
    a_contract,
    a_facts,
    a_world,
    authorised,
    jiangmen,
    proposed,
    with_cap,
)

DESIGN = RateCase(When((("category", ("design",)),)), (Band(Fraction("0.3")),), "row design")


def scheme(*cases: RateCase, **rate: Any) -> Scheme:
    return replace(jiangmen(), rates=Rates(replace(jiangmen().rate, **rate), cases))


def facts(*cases: RateCase, **rate: Any) -> Facts:
    return a_facts(schemes={VERSION: scheme(*cases, **rate)})


def without_tax(**rate: Any) -> Facts:
    return facts(taxed=False, **rate)


def line_by_line() -> Facts:
    return facts(DESIGN, line_by_line=True)


def lines(*told: tuple[str, int]) -> tuple[ContractLine, ...]:
    return tuple(ContractLine(category, amount) for category, amount in told)


def of_lines(*told: tuple[str, int], world: Facts | None = None, **changes: Any) -> Play:
    contract = a_contract(sum(amount for _, amount in told), lines=lines(*told))
    return authorised(world=a_world(facts=world or line_by_line()), contract=contract, **changes)


def refused(played: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(Refusal) as caught:
        played()
    return [(one.code, one.pointer) for one in caught.value.reasons]


# ── tax ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_frozen_under_a_rate_without_tax_is_its_share_of_the_price_without_it() -> None:
    play = authorised(world=a_world(facts=without_tax()), contract=a_contract(11_300 * YUAN, tax=1_300 * YUAN))
    assert play.redemption.held == 5_000 * YUAN


def test_a_price_whose_tax_nobody_says_cannot_be_proposed_under_a_rate_without_tax() -> None:
    found = refused(lambda: proposed(world=a_world(facts=without_tax())))
    assert found == [("tax.missing", "/contract/tax")]


def test_a_price_is_more_than_the_tax_in_it() -> None:
    contract = a_contract(100 * YUAN, tax=100 * YUAN)
    assert ("tax.too_high", "/contract/tax") in refused(lambda: proposed(contract=contract))


def test_a_delivery_earns_its_share_without_the_tax_that_it_says() -> None:
    play = authorised(world=a_world(facts=without_tax()), contract=a_contract(11_300 * YUAN, tax=1_300 * YUAN))
    assert refused(lambda: play.deliver(11_300 * YUAN)) == [("tax.missing", "/tax")]
    play.deliver(5_650 * YUAN, tax=650 * YUAN, last=False)
    play.accept()
    play.capture()
    assert play.redemption.captured == 2_500 * YUAN


def test_milestones_without_tax_are_floored_once_together() -> None:
    play = authorised(world=a_world(facts=without_tax()), contract=a_contract(230, tax=30))
    for part, last in ((115, False), (115, True)):
        play.deliver(part, tax=15 if last else 14, last=last)
        play.accept()
        play.capture()
    assert [one.amount for one in play.redemption.captures] == [50, 50]


def test_where_the_contract_counts_its_own_tax_is_taken_off_once_all_is_delivered() -> None:
    world = a_world(facts=without_tax(base="contract"))
    play = authorised(world=world, contract=a_contract(11_300 * YUAN, tax=1_300 * YUAN))
    play.deliver(10_600 * YUAN, tax=600 * YUAN)
    play.accept()
    play.capture()
    assert play.redemption.captured == 5_000 * YUAN


def test_the_tax_stands_in_the_decision_and_replays() -> None:
    play = authorised(world=a_world(facts=without_tax()), contract=a_contract(11_300 * YUAN, tax=1_300 * YUAN))
    assert play.last is not None
    price = next(one for one in play.last.steps[-1].rulings if one.kind == "authorise.price")
    assert (price.numbers["tax"], price.numbers["lines"]) == ("1300.00", "10000.00 at 1/2")
    assert replay([{"rule": price.rule, "clause": price.clause, "numbers": price.numbers}], "CNY") == 5_000 * YUAN


# ── lines ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_line_is_paid_by_the_rate_of_its_category_and_floored_by_itself() -> None:
    play = of_lines(("testing", 101), ("design", 101), ("testing", 101))
    assert play.redemption.held == 50 + 30 + 50
    assert play.redemption.line_rates == (LineRate(True), LineRate(True, 0), LineRate(True))


def test_lines_of_one_rate_are_summed_where_the_scheme_does_not_reckon_each() -> None:
    assert of_lines(("testing", 101), ("testing", 101), world=facts()).redemption.held == 101


def test_lines_of_two_rates_are_floored_once_together() -> None:
    assert of_lines(("testing", 101), ("design", 105), world=facts(DESIGN)).redemption.held == 82  # 50.5 and 31.5


def test_nothing_is_paid_for_a_line_of_a_category_that_the_voucher_does_not_pay_for() -> None:
    play = of_lines(("testing", 200), ("catering", 800))
    assert (play.redemption.held, play.redemption.line_rates[1]) == (100, LineRate(False))


def test_a_line_by_which_nothing_is_earned_is_delivered_with_the_others() -> None:
    play = of_lines(("testing", 200), ("catering", 800))
    play.deliver(1_000, lines=(Portion(1, 200), Portion(2, 800)))
    play.accept()
    play.capture()
    assert play.redemption.captured == 100


def test_a_case_that_counted_for_a_line_counts_for_it_though_the_category_moved_since() -> None:
    play = of_lines(("testing", 101), ("design", 101))
    rates = agreed(play.world.facts.schemes, play.redemption).rates
    assert [rate.source for rate in rates if rate is not None] == [jiangmen().rate.source, "row design"]


def test_milestones_earn_by_line_and_no_line_loses_a_fen_twice() -> None:
    play = of_lines(("testing", 202), ("design", 100))
    for parts, last in (((Portion(1, 101),), False), ((Portion(1, 101), Portion(2, 100)), True)):
        play.deliver(sum(one.amount for one in parts), lines=parts, last=last)
        play.accept()
        play.capture()
    assert [one.amount for one in play.redemption.captures] == [50, 51 + 30]


@pytest.mark.parametrize(
    ("told", "changes", "found"),
    [
        ([("testing", 200)], {"amount": 300}, ("lines.sum", "/contract/lines")),
        ([("design", 200)], {"amount": 200}, ("lines.category", "/category")),
        (
            [("testing", 100), ("skydiving", 100)],
            {"amount": 200},
            ("category.unlisted", "/contract/lines/1/category"),
        ),
        (
            [("testing", 100), ("consulting", 100)],
            {"amount": 200},
            ("provider.category", "/contract/lines/1/category"),
        ),
    ],
)
def test_what_does_not_go_together_is_told_where_it_stands(
    told: list[tuple[str, int]], changes: dict[str, Any], found: tuple[str, str]
) -> None:
    tree = {"testing": None, "design": None, "consulting": None, "catering": None}
    known = replace(line_by_line(), categories=type(line_by_line().categories)(tree))
    contract = a_contract(lines=lines(*told), **changes)
    assert found in refused(lambda: proposed(world=a_world(facts=known), contract=contract))


def test_the_tax_of_a_line_is_less_than_its_amount() -> None:
    contract = a_contract(300, lines=(ContractLine("testing", 200, 200), ContractLine("testing", 100, 0)))
    assert ("tax.too_high", "/contract/lines/0/tax") in refused(lambda: proposed(contract=contract))


def test_where_a_cap_counts_by_category_all_lines_are_of_one() -> None:
    bucket = Cap("tests", "authorised", "bucket", "once", None, 10**6, "row", categories=("testing",))
    contract = a_contract(200, lines=lines(("testing", 100), ("design", 100)))
    found = refused(lambda: proposed(world=a_world(facts=with_cap(bucket)), contract=contract))
    assert found == [("lines.bucketed", "/contract/lines")]


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ((), [("lines.missing", "/lines")]),
        ((Portion(3, 300),), [("lines.unknown", "/lines/0/line"), ("delivery.earns_nothing", "/settlement")]),
        ((Portion(1, 150), Portion(1, 150)), [("lines.unknown", "/lines/1/line")]),
        ((Portion(1, 200),), [("lines.sum", "/lines")]),
        ((Portion(1, 300, 300),), [("tax.too_high", "/lines/0/tax")]),
    ],
)
def test_a_delivery_names_the_lines_of_its_contract(parts: tuple[Portion, ...], found: list[tuple[str, str]]) -> None:
    play = of_lines(("testing", 200), ("testing", 100))
    assert refused(lambda: play.deliver(300, lines=parts)) == found


def test_a_contract_without_lines_is_delivered_without_them() -> None:
    play = authorised()
    assert refused(lambda: play.deliver(lines=(Portion(1, 30_000 * YUAN),))) == [("lines.unknown", "/lines")]


@pytest.mark.parametrize(
    ("told", "said", "tax"), [((), 7, 7), ((), None, None), ((3, 4), None, 7), ((3, None), None, None)]
)
def test_the_tax_of_a_whole_is_that_of_its_lines_where_all_say_it(
    told: tuple[int | None, ...], said: int | None, tax: int | None
) -> None:
    assert tax_of([ContractLine("testing", 100, one) for one in told], said) == tax


@pytest.mark.parametrize(("tax", "taxes"), [(30, [10, 20]), (0, [0, 0])])
def test_an_invoice_shows_each_line_in_proportion_to_what_was_delivered_of_it(tax: int, taxes: list[int]) -> None:
    play = of_lines(("testing", 200), ("testing", 100))
    play.deliver(300, lines=(Portion(1, 200, 10), Portion(2, 100, 20)))
    delivery = play.redemption.delivery
    assert delivery is not None
    assert [(one.amount, one.tax) for one in as_invoiced(delivery, 300, tax)] == list(
        zip([200, 100], taxes, strict=True)
    )


def test_lines_that_say_no_tax_show_that_of_their_invoice_by_what_they_cost() -> None:
    play = of_lines(("testing", 200), ("testing", 100))
    play.deliver(300, lines=(Portion(1, 200), Portion(2, 100)))
    assert play.redemption.delivery is not None
    assert [one.tax for one in as_invoiced(play.redemption.delivery, 300, 30)] == [20, 10]


# ── each use ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_use_of_vouchers_goes_beyond_the_cap_on_each() -> None:
    each = Cap("each-use", "authorised", "redemption", "once", None, 3_000 * YUAN, "row")
    world = a_world(facts=with_cap(each))
    first = authorised(world=world)
    second = authorised(world=first.world)
    assert [one.redemption.held for one in (first, second)] == [3_000 * YUAN] * 2
