"""What a file quotes is what is then authorised: the same rate, case, caps and floor, at the same headroom."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from services.chassis.refusals import Refusal
from services.standards.money import format_amount, parse_amount
from services.voucher.redemption.domain.agreeing import terms_of
from services.voucher.redemption.domain.amounts import hold
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain import document
from services.voucher.scheme.domain.pricing import price
from services.voucher.scheme.domain.quote import quote
from services.voucher.scheme.domain.replay import replay
from tests.voucher.redemption.samples import (
    HOLDER,
    PAYEE,
    VERSION,
    Play,
    a_contract,
    a_facts,
    a_holder,
    a_payee,
    a_proposal,
    a_voucher,
    a_world,
    authorised,
    with_counters,
)
from tests.voucher.scheme.samples import a_document

SOURCE = "our default, not in the notice"
FEN = some.integers(min_value=1, max_value=10**9)
REGIONS, SIZES, CATEGORIES = ("440703", "440781", "440100"), ("micro", "small", "large"), ("testing", "design")
SHARES = some.integers(1, 100).map(lambda cents: f"{cents // 100}.{cents % 100:02}")
PAID = some.one_of(
    SHARES.map(lambda share: {"share": share}),
    some.builds(
        lambda end, one, two: {"bands": [{"up_to": format_amount(end), "share": one}, {"share": two}]},
        FEN,
        SHARES,
        SHARES,
    ),
)
WHENS = some.fixed_dictionaries(
    {},
    optional={
        "region": some.lists(some.sampled_from(REGIONS), min_size=1, max_size=2, unique=True),
        "size_class": some.lists(some.sampled_from(SIZES), min_size=1, max_size=2, unique=True),
        "category": some.lists(some.sampled_from(CATEGORIES), min_size=1, max_size=1),
        "from": some.dates(date(2020, 9, 1), date(2020, 9, 20)).map(date.isoformat),
    },
).filter(bool)
RATE_CASES = some.lists(
    some.builds(lambda when, paid: {"when": when, **paid, "source": SOURCE}, WHENS, PAID), max_size=3
)
LIMITS = FEN.map(format_amount)
CAP_CASES = some.lists(
    some.builds(
        lambda when, limit: {"when": when, "limit": limit, "source": SOURCE},
        WHENS.filter(lambda when: not when.keys() & {"from", "category"}),
        LIMITS,
    ),
    max_size=2,
)
CAPS = some.builds(
    lambda limit, cases: {
        "cap": "each-year",
        "counts": "authorised",
        "subject": "holder",
        "period": "year",
        "year_of": "issue",
        "limit": limit,
        "source": SOURCE,
        **({"cases": cases} if cases else {}),
    },
    LIMITS,
    CAP_CASES,
)


@some.composite
def files(draw: some.DrawFn) -> dict[str, Any]:
    """A document with a rate, its cases, and a yearly cap of its own."""
    cases = draw(RATE_CASES)
    rate = {**draw(PAID), "base": "contract", "tax": "included", "until_invoice": "stated_at_delivery"}
    rate |= {"as_of": "contract", "source": SOURCE, **({"cases": cases} if cases else {})}
    return a_document({"rate": rate, "caps": [draw(CAPS)]})


@some.composite
def told(draw: some.DrawFn) -> dict[str, str]:
    """A contract with its holder and the headroom, in the words of a case."""
    fen = {word: format_amount(draw(FEN)) for word in ("fee", "wallet", "used_this_year")}
    words = {"region": draw(some.sampled_from(REGIONS)), "size_class": draw(some.sampled_from(SIZES))}
    day = draw(some.dates(date(2020, 9, 1), date(2020, 9, 20))).isoformat()
    return {**fen, **words, "category": draw(some.sampled_from(CATEGORIES)), "contract_date": day}


def lived(file: dict[str, Any], case: dict[str, str]) -> tuple[World, dict[str, Any]]:
    """The world in which the case is played, and the changes of its proposal."""
    holder = a_holder(region=case["region"], size_class=case["size_class"])
    facts = a_facts(schemes={VERSION: document.read(file)}, parties={HOLDER: holder, PAYEE: a_payee()})
    world = a_world(voucher=a_voucher(available=parse_amount(case["wallet"])), facts=facts)
    contract = a_contract(parse_amount(case["fee"]), signed_on=date.fromisoformat(case["contract_date"]))
    order: dict[str, Any] = {"contract": contract, "category": case["category"]}
    world = with_counters(world, a_proposal(**order))
    used = parse_amount(case["used_this_year"])
    return replace(world, counters={key: replace(one, used=used) for key, one in world.counters.items()}), order


def money_only(file: dict[str, Any]) -> dict[str, Any]:
    """The file without what it asks of holders: redemption does not ask again what the application was asked."""
    who = {name: said for name, said in file["who"].items() if name not in {"registered_in", "size_class"}}
    return {**file, "who": who}


@given(file=files(), case=told())
def test_what_is_quoted_is_what_is_held(file: dict[str, Any], case: dict[str, str]) -> None:
    world, order = lived(file, case)
    answer = quote(money_only(file), case)
    held = hold(world, terms_of(a_proposal(**order), world))
    assert answer["subsidy"] == format_amount(held.amount)
    assert [one["rule"] for one in answer["decisions"]] == [step.rule for step in held.price.steps]
    assert answer["decisions"][0]["clause"] == held.tariff.rate.source


@given(file=files(), case=told())
def test_what_is_quoted_is_what_is_then_authorised(file: dict[str, Any], case: dict[str, str]) -> None:
    world, order = lived(file, case)
    subsidy = parse_amount(quote(money_only(file), case)["subsidy"])
    if subsidy:
        assert authorised(world=world, **order).redemption.held == subsidy
    else:
        with pytest.raises(Refusal):
            authorised(world=world, **order)


def test_a_fact_that_changes_later_changes_no_answer_that_was_given() -> None:
    case = {"when": {"size_class": ["small"]}, "share": "0.25", "source": SOURCE}
    play = authorised(
        world=a_world(facts=a_facts(schemes={VERSION: document.read(a_document({"rate/cases": [case]}))}))
    )
    grown = {HOLDER: a_holder(region="110105", size_class="large"), PAYEE: a_payee()}
    play.world = replace(play.world, facts=replace(play.world.facts, parties=grown))
    play.deliver()
    play.accept()
    play.capture()
    assert play.redemption.captured == play.redemption.terms.contract.amount // 4


def replayed(play: Play, kind: str) -> int:
    """What the stored decision of the last step that has one of a kind comes to, decided again from it alone."""
    assert play.last is not None
    (ruling,) = (one for step in play.last.steps for one in step.rulings if one.kind == kind)
    return replay([{"rule": ruling.rule, "clause": ruling.clause, "numbers": ruling.numbers}], "CNY")


@given(file=files(), case=told(), delivered=FEN, asked=some.sampled_from([None, 1]))
def test_a_stored_decision_replays_to_the_same_answer(
    file: dict[str, Any], case: dict[str, str], delivered: int, asked: int | None
) -> None:
    world, order = lived(file, case)
    assume(hold(world, terms_of(a_proposal(**order), world)).amount)
    play = authorised(world=world, **order)
    assert replayed(play, "authorise.price") == play.redemption.held
    rate = document.read(file).rates.at(play.redemption.rate_case)
    assume(price(rate, base=delivered).subsidy)
    play.deliver(delivered)
    play.accept()
    play.capture(asked)
    assert replayed(play, "capture.price") == play.redemption.captured
