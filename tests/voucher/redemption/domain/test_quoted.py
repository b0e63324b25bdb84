"""What a file quotes is what is then authorised and captured: on files drawn from the schema, by all words of money."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some

from services.chassis.refusals import Refusal
from services.standards.holding import Kind
from services.standards.money import format_amount, parse_amount
from services.voucher.directory.domain.categories import CategoryTree
from services.voucher.directory.domain.party import (
    Admission,
    FounderClass,
    Party,
    ProviderFacts,
    Recognised,
    Residency,
    Span,
)
from services.voucher.ledger.domain.counters import Counter
from services.voucher.redemption.domain import caps
from services.voucher.redemption.domain.agreeing import terms_of
from services.voucher.redemption.domain.amounts import hold
from services.voucher.redemption.domain.redemption import ContractLine, Portion
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain import document
from services.voucher.scheme.domain.caps import TIMES
from services.voucher.scheme.domain.quote import quote
from services.voucher.scheme.domain.replay import replay
from tests.voucher.redemption.samples import (
    HOLDER,
    PAYEE,
    PROVIDER,
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
from tests.voucher.scheme.drawing import CATEGORIES, CODES, FOUNDERS, LEVELS, RESIDENCES, SIZES, schemes
from tests.voucher.scheme.samples import a_document

SOURCE = "our default, not in the notice"
TODAY, ISSUED = date(2020, 9, 21), date(2020, 9, 16)
ALWAYS = Span(date(2000, 1, 1))
FEN = some.integers(min_value=1, max_value=10**8)
OF_MONEY = ("testing", "design", "consulting")
"""Categories that every drawn file pays for; the others of `CATEGORIES` it does not."""
many = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@some.composite
def files(draw: some.DrawFn) -> dict[str, Any]:
    """Files with the money as drawn, which let everybody hold: what an application asks is not asked again."""
    file = draw(schemes())
    file["who"] = {name: said for name, said in file["who"].items() if name != "size_class"}
    file["who"]["holders"] = {**file["who"]["holders"], "value": [kind.value for kind in Kind]}
    return file


@some.composite
def told(draw: some.DrawFn, file: Mapping[str, Any]) -> dict[str, Any]:
    """A contract with its holder, its provider and the headroom, in the words of a case."""
    words = {
        "holder": [kind.value for kind in Kind],
        "region": CODES,
        "size_class": SIZES,
        "residency": RESIDENCES,
        "founder_class": FOUNDERS,
        "resource_region": CODES,
        "provider_level": LEVELS,
    }
    case: dict[str, Any] = {word: draw(some.sampled_from(values)) for word, values in words.items()}
    case |= {"authorised_on": TODAY.isoformat(), "issued_on": ISSUED.isoformat()}
    case["contract_date"] = draw(some.sampled_from(["2020-02-20", "2020-02-26", "2020-09-18"]))
    case["wallet"] = format_amount(draw(some.integers(1, 10**9)))
    case["counted"] = {
        cap["cap"]: draw(some.integers(0, 3)) if cap["counts"] in TIMES else format_amount(draw(FEN))
        for cap in file["caps"]
        if cap["counts"].startswith("authorised") and draw(some.booleans())
    }
    what: dict[str, Any] = draw(some.one_of(WHOLE, LINES))
    return case | what


def taxed(amount: int, tenths: int) -> dict[str, str]:
    """An amount, and a part of it that is tax."""
    return {"amount": format_amount(amount), "tax": format_amount(amount * tenths // 100)}


WHOLE = some.builds(
    lambda category, said: {"category": category, "fee": said["amount"], "tax": said["tax"]},
    some.sampled_from(OF_MONEY),
    some.builds(taxed, FEN, some.integers(0, 20)),
)
LINES = some.builds(
    lambda first, others: {"category": first["category"], "lines": [first, *others]},
    some.builds(
        lambda said, category: {**said, "category": category},
        some.builds(taxed, FEN, some.integers(0, 20)),
        some.sampled_from(OF_MONEY),
    ),
    some.lists(
        some.builds(
            lambda said, category: {**said, "category": category},
            some.builds(taxed, FEN, some.integers(0, 20)),
            some.sampled_from(CATEGORIES),
        ),
        max_size=3,
    ),
)


@pytest.mark.slow
@many
@given(data=some.data())
def test_what_is_quoted_under_a_cap_on_a_bucket_is_what_is_held(data: some.DataObject) -> None:
    file = data.draw(files())
    limit = data.draw(FEN)
    for counts, said in (("authorised", format_amount(limit)), ("authorised_times", str(limit % 3 + 1))):
        bucket = {"cap": f"of-{counts}", "counts": counts, "subject": "bucket", "categories": ["testing", "design"]}
        file["caps"] = [*file["caps"], {**bucket, "period": "once", "limit": said, "source": SOURCE}]
    case = data.draw(told(file).filter(lambda case: "fee" in case))
    world, order = lived(file, case)
    held = hold(world, terms_of(a_proposal(**order), world))
    assert quote(file, case)["subsidy"] == format_amount(held.amount)


def of_holder(case: Mapping[str, Any]) -> Party:
    level, _, kind = case["residency"].partition("-")
    named = {"provincial": "province", "municipal": "city"}
    since = ALWAYS.since if kind == "incubator" else None
    stay = Residency("spc_1", "makerspace", ALWAYS, (Recognised(named[level], ALWAYS),), since)
    return a_holder(
        kind=Kind(case["holder"]),
        region=case["region"],
        size_class=case["size_class"],
        residencies=(stay,),
        founder_classes=(FounderClass(case["founder_class"], ALWAYS),),
    )


def of_provider(case: Mapping[str, Any]) -> Party:
    facts = ProviderFacts(PROVIDER, "admitted", tuple(Admission(one, ALWAYS) for one in CATEGORIES))
    named = {"provincial": "province", "national": "national"}
    runs = (Recognised(named[case["provider_level"]], ALWAYS),)
    return a_payee(region=case["resource_region"], provider=facts, runs=runs)


def lived(file: dict[str, Any], case: dict[str, Any]) -> tuple[World, dict[str, Any]]:
    """The world in which the case is played, and the changes of its proposal."""
    scheme = document.read(file)
    facts = a_facts(
        schemes={VERSION: scheme},
        parties={HOLDER: of_holder(case), PAYEE: of_provider(case)},
        categories=CategoryTree(dict.fromkeys(CATEGORIES)),
    )
    world = a_world(voucher=a_voucher(available=parse_amount(case["wallet"])), facts=facts)
    lines = tuple(
        ContractLine(one["category"], parse_amount(one["amount"]), parse_amount(one["tax"]))
        for one in case.get("lines", ())
    )
    whole = [parse_amount(case[word]) if "fee" in case else None for word in ("fee", "tax")]
    contract = a_contract(
        whole[0] or sum(one.amount for one in lines),
        tax=sum(one.tax or 0 for one in lines) if whole[1] is None else whole[1],
        lines=lines,
        signed_on=date.fromisoformat(case["contract_date"]),
    )
    order: dict[str, Any] = {"contract": contract, "category": case["category"]}
    return counted(world, order, case), order


def counted(world: World, order: dict[str, Any], case: Mapping[str, Any]) -> World:
    """The world in which so much counts already under each cap as the case says."""
    proposal = a_proposal(**order)
    world = with_counters(world, proposal)
    voucher = world.vouchers[proposal.voucher_id]
    found = caps.counts(
        world.scheme(voucher), terms_of(proposal, world), voucher=voucher, today=TODAY, known=world.facts
    )
    used = {}
    for one in found:
        if (said := case["counted"].get(one.cap.id)) is not None:
            used[one.take.key] = Counter(one.take.key, said if one.cap.counts in TIMES else parse_amount(said))
    return replace(world, counters={**world.counters, **used})


@pytest.mark.slow
@many
@given(data=some.data())
def test_what_is_quoted_is_what_is_held(data: some.DataObject) -> None:
    file = data.draw(files())
    case = data.draw(told(file))
    world, order = lived(file, case)
    answer = quote(file, case)
    held = hold(world, terms_of(a_proposal(**order), world))
    assert answer["subsidy"] == format_amount(held.amount)
    assert [one["rule"] for one in answer["decisions"] if one["rule"] != "settlement.split"] == [
        step.rule for step in held.price.steps
    ]


@pytest.mark.slow
@many
@given(data=some.data(), part=some.integers(1, 100))
def test_what_is_quoted_is_what_is_authorised_and_of_what_was_done_what_is_captured(
    data: some.DataObject, part: int
) -> None:
    file = data.draw(files())
    case = data.draw(told(file))
    world, order = lived(file, case)
    subsidy = parse_amount(quote(file, case)["subsidy"])
    if not subsidy:
        with pytest.raises(Refusal):
            authorised(world=world, **order)
        return
    play = authorised(world=world, **order)
    assert play.redemption.held == subsidy == replayed(play, "authorise.price")
    done = delivered(case, part)
    paid = parse_amount(quote(file, {**done, "wallet": format_amount(subsidy), "counted": {}})["subsidy"])
    assume(paid)
    deliver(play, done)
    assert play.redemption.captured == paid == replayed(play, "capture.price")


def delivered(case: Mapping[str, Any], part: int) -> dict[str, Any]:
    """The case once so many hundredths of it cost what it should; of lines all, since a case tells each once."""
    if "lines" in case:
        return dict(case)
    fee, tax = parse_amount(case["fee"]), parse_amount(case["tax"])
    net = (fee - tax) * part // 100
    assume(net)
    return {**case, "settled": format_amount(tax + net)}


def deliver(play: Play, done: Mapping[str, Any]) -> None:
    lines = tuple(
        Portion(number, parse_amount(one["amount"]), parse_amount(one["tax"]))
        for number, one in enumerate(done.get("lines", ()), start=1)
    )
    settled = parse_amount(done["settled"]) if "settled" in done else sum(one.amount for one in lines)
    tax = sum(one.tax or 0 for one in lines) if lines else parse_amount(done["tax"])
    play.deliver(settled, tax=tax, lines=lines, completed_on=TODAY)
    play.accept()
    play.capture()


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
