"""A claim is checked as a whole: every fault of every line at once, at its place, with rule, clause and numbers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.chassis.refusals import Reason, Refusal
from services.standards.calendar import WorkingDays
from services.standards.split import largest_remainder
from services.voucher.redemption.domain.redemption import Capture, Delivery, Form
from services.voucher.redemption.domain.tariff import Tariff
from services.voucher.scheme.domain.rate import Band
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.settlement import Window
from services.voucher.settlement.domain.checking import (
    Asked,
    Checked,
    Claimable,
    Desk,
    Named,
    Payer,
    check,
    standing_faults,
    submit,
)
from services.voucher.settlement.domain.claim import Allocation, ClaimLine, LineState
from services.voucher.settlement.domain.evidence import Drawn, Shown
from tests.voucher.redemption.samples import (
    HOLDER,
    PAYEE,
    RESULT,
    VERSION,
    YUAN,
    a_contract,
    a_voucher,
    captured,
    jiangmen,
    provider,
)
from tests.voucher.settlement.papers import a_line, a_slip, an_invoice

NOW = datetime(2020, 9, 30, 2, 0, tzinfo=UTC)
CALENDAR = WorkingDays(frozenset(), frozenset(), frozenset({2020, 2021}))
PAYER = Payer(UUID(int=41), "jiangmen")
RATE = Tariff(VERSION, jiangmen().rate)


def claimable(**changes: Any) -> Claimable:
    """15 000.00 captured for work of 30 000.00; changes are made to the capture."""
    redemption = captured().redemption
    capture = replace(redemption.captures[0], id=new_id(), **changes)
    return Claimable(replace(redemption, captures=(capture,)), capture, a_voucher(), jiangmen(), RATE, PAYER)


def desk(*found: Claimable, now: datetime = NOW, **shown: Any) -> Desk:
    """A desk with these captures, and for each an invoice and a slip of their own unless others are shown."""
    return Desk(
        now=now,
        captures={one.capture.id: one for one in found},
        shown=Shown(**{"invoices": {}, "slips": {}, **shown}),
        calendar=CALENDAR,
    )


def proven(*found: Claimable) -> tuple[list[Asked], Desk]:
    """These captures asked for with papers that prove the whole of each."""
    invoices = [an_invoice(a_line(one.settlement, 0)) for one in found]
    slips = [a_slip(max(1, one.self_paid)) for one in found]
    asked = [
        Asked(
            one.capture.id,
            Drawn((Allocation(invoice.id, 1, invoice.total),), (Allocation(slip.id, None, one.self_paid),)),
            "CNY",
        )
        for one, invoice, slip in zip(found, invoices, slips, strict=True)
    ]
    return asked, desk(*found, invoices={one.id: one for one in invoices}, slips={one.id: one for one in slips})


def faults(asked: list[Asked], upon: Desk) -> list[Reason]:
    return [fault for one in check(asked, upon) for fault in one.faults]


def codes(asked: list[Asked], upon: Desk) -> list[tuple[str, str | None]]:
    return [(fault.code, fault.pointer) for fault in faults(asked, upon)]


def test_a_capture_that_is_proven_has_no_fault() -> None:
    assert faults(*proven(claimable())) == []


def test_what_is_claimed_is_what_stands_and_the_rest_was_paid_by_the_holder() -> None:
    one = claimable(refunded=1_000 * YUAN)
    assert (one.settlement, one.claimed, one.self_paid) == (30_000 * YUAN, 14_000 * YUAN, 16_000 * YUAN)
    assert faults(*proven(one)) == []


def test_a_capture_of_another_payee_is_not_known() -> None:
    (unknown,) = check([Asked(new_id())], desk(claimable()))
    assert (unknown.found, [fault.code for fault in unknown.faults]) == (None, ["claim.capture_unknown"])


def test_every_fault_of_every_line_is_told_at_its_place() -> None:
    good, late, gone = claimable(), claimable(claim_line_id=UUID(int=7)), claimable(refunded=15_000 * YUAN)
    asked, upon = proven(good, late, gone)
    assert codes([*asked, Asked(new_id())], upon) == [
        ("claim.capture_claimed", "/lines/1/capture_id"),
        ("claim.nothing_stands", "/lines/2/capture_id"),
        ("claim.capture_unknown", "/lines/3/capture_id"),
    ]


def test_a_capture_stands_in_a_claim_once() -> None:
    asked, upon = proven(claimable())
    twin = next(fault for fault in faults([*asked, Asked(asked[0].capture_id)], upon))
    assert (twin.code, twin.pointer, twin.numbers) == ("claim.capture_twice", "/lines/1/capture_id", {"line": 1})


def test_a_line_without_papers_says_what_they_have_to_show() -> None:
    one = claimable()
    short = {fault.pointer: fault for fault in faults([Asked(one.capture.id)], desk(one))}
    assert {pointer: fault.numbers["missing"] for pointer, fault in short.items()} == {
        "/lines/0/invoices": "30000.00",
        "/lines/0/slips": "15000.00",
    }
    assert all(fault.clause for fault in short.values())


def test_two_lines_cannot_draw_the_same_invoice() -> None:
    asked, upon = proven(claimable(), claimable())
    drawn = replace(asked[1].drawn, invoices=asked[0].drawn.invoices)
    assert codes([asked[0], replace(asked[1], drawn=drawn)], upon) == [
        ("claim.invoice_left", "/lines/1/invoices/0/amount")
    ]


# ── the deadline ────────────────────────────────────────────────────────────────────────────────────────────────

ENDS = datetime(2020, 12, 15, 16, 0, tzinfo=UTC)


def test_the_last_day_counts_whole_in_the_schemes_zone() -> None:
    assert list(standing_faults(claimable(), ENDS - timedelta(microseconds=1))) == []


def test_after_the_last_day_it_is_too_late() -> None:
    (late,) = standing_faults(claimable(), ENDS)
    assert (late.code, late.rule, late.numbers) == ("claim.too_late", "validity.claim_by", {"claim_by": "2020-12-15"})
    assert late.clause == jiangmen().validity.issued.claim_by.source


# ── the price ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_invoices_that_bear_less_than_was_captured_say_how_much() -> None:
    one = claimable()
    invoice = an_invoice(a_line(20_000 * YUAN, 0))
    asked = Asked(one.capture.id, Drawn((Allocation(invoice.id, 1, invoice.total),)), "CNY")
    told = {fault.code: fault for fault in faults([asked], desk(one, invoices={invoice.id: invoice}))}
    assert told["claim.invoice_short"].numbers["missing"] == "10000.00"
    assert told["claim.above_rate"].numbers == {"shown": "20000.00", "subsidy": "10000.00", "claimed": "15000.00"}


def milestones(*parts: tuple[int, int]) -> list[Claimable]:
    """Captures of one redemption: what each part cost and what was captured for it, in fen."""
    redemption = captured().redemption
    captures = tuple(
        Capture(
            new_id(),
            number,
            amount,
            0,
            NOW,
            Delivery(cost, date(2020, 9, 20), RESULT, last=False, delivered_at=NOW),
            a_voucher().claim_by_ends,
        )
        for number, (cost, amount) in enumerate(parts, start=1)
    )
    whole = replace(
        redemption,
        captures=captures,
        settled=sum(cost for cost, _ in parts),
        authorised=sum(amount for _, amount in parts),
    )
    return [Claimable(whole, one, a_voucher(), jiangmen(), RATE, PAYER) for one in captures]


def test_the_odd_fen_of_two_milestones_is_borne_as_it_was_captured() -> None:
    first, second = milestones((101, 50), (101, 51))
    assert (first.bears(101), second.bears(101)) == (50, 51)


def test_more_than_the_work_cost_is_never_borne() -> None:
    """The provider captured one fen of the first part and caught up with the second, which cost less than that."""
    _, second = milestones((20_000, 1), (100, 10_049))
    assert second.bears(100) == 100
    assert second.self_paid == 0
    invoice = an_invoice(a_line(100, 0))
    asked = Asked(second.capture.id, Drawn((Allocation(invoice.id, 1, 100),)), "CNY")
    assert codes([asked], desk(second, invoices={invoice.id: invoice})) == [("claim.above_rate", "/lines/0/invoices")]


@given(st.lists(st.integers(2, 10**7), min_size=1, max_size=5))
def test_whatever_was_captured_at_the_rate_is_borne_by_invoices_of_what_it_cost(costs: list[int]) -> None:
    share, parts, settled, taken = jiangmen().rate.share, [], 0, 0
    for cost in costs:
        settled += cost
        amount = settled * share.numerator // share.denominator - taken
        taken += amount
        parts.append((cost, amount))
    assert all(one.bears(one.settlement) >= one.claimed for one in milestones(*parts))


@given(st.lists(st.integers(1, 5_000), min_size=1, max_size=20), st.integers(2, 20_000), st.fractions(0, 1))
def test_every_part_of_an_order_at_the_counter_is_borne_by_its_share_of_the_invoice(
    available: list[int], cost: int, share: Fraction
) -> None:
    """Whatever the rate: shares of the price are cut to the fen, and so is the subsidy, but not at the same places."""
    rate = replace(jiangmen().rate, bands=(Band(share),))
    left, amounts = cost * share.numerator // share.denominator, []
    for one in available:
        amounts.append(min(left, one))
        left -= amounts[-1]
    amounts = [amount for amount in amounts if amount]
    assume(amounts)
    contract = a_contract(cost)
    for amount, settled in zip(amounts, largest_remainder(cost, amounts), strict=True):
        found = claimable(amount=amount, delivery=replace(claimable().capture.delivery, settlement=settled))
        terms = replace(found.redemption.terms, kind=Form.INSTANT, contract=contract)
        part = replace(found, redemption=replace(found.redemption, terms=terms), tariff=Tariff(VERSION, rate))
        assert settled >= part.bears(settled) >= amount


# ── one currency ────────────────────────────────────────────────────────────────────────────────────────────────


def test_papers_in_another_currency_are_a_fault_of_the_line() -> None:
    asked, upon = proven(claimable())
    assert codes([replace(asked[0], currency="EUR")], upon) == [("claim.currency", "/lines/0")]


def test_a_claim_is_in_the_currency_of_its_first_line() -> None:
    euros = replace(claimable(), voucher=a_voucher(currency="EUR"))
    (asked,), upon = proven(claimable())
    both = replace(upon, captures={**upon.captures, euros.capture.id: euros})
    (fault,) = [one for one in faults([asked, Asked(euros.capture.id)], both) if one.code == "claim.currency"]
    assert (fault.pointer, fault.numbers) == ("/lines/1", {"currency": "CNY"})


# ── submitting ──────────────────────────────────────────────────────────────────────────────────────────────────

LINE, CLAIM = UUID(int=51), UUID(int=52)
NAMED = Named(claim_id=CLAIM, line_ids=[LINE], client_ref="2020-9")


def submitted(**changes: Any) -> ClaimLine:
    asked, upon = proven(claimable(**changes))
    _, (step,) = submit(check(asked, upon), named=NAMED, desk=upon, by=provider)
    assert (step.event, step.before, step.posting) == ("submitted", None, None)
    return step.after


def test_a_claim_is_the_payees_and_named_by_him() -> None:
    asked, upon = proven(claimable())
    claim, _ = submit(check(asked, upon), named=NAMED, desk=upon, by=provider)
    assert (claim.id, claim.payee_id, claim.client_ref, claim.currency) == (CLAIM, PAYEE, "2020-9", "CNY")
    assert (claim.submitted_at, claim.submitted_by, claim.client) == (NOW, "per_provider", "cli_provider")


def test_a_line_enters_the_first_stage_with_its_working_days() -> None:
    line = submitted()
    assert (line.state, line.stage, line.submitted_at, line.entered_at) == (LineState.IN_REVIEW, "district", NOW, NOW)
    assert (line.due_on, line.due_at) == (date(2020, 10, 14), datetime(2020, 10, 14, 16, 0, tzinfo=UTC))


def test_a_line_freezes_its_parties_and_who_pays() -> None:
    line = submitted()
    assert (line.holder_id, line.payee_id, line.category) == (HOLDER, PAYEE, "testing")
    assert (line.budget_line_id, line.treasury, line.approved, line.corrections) == (UUID(int=41), "jiangmen", None, 0)


def test_whoever_took_part_in_the_redemption_has_acted_in_the_case() -> None:
    assert submitted().acted == ("per_provider", "per_holder")


def test_a_colleague_who_submits_has_acted_too() -> None:
    asked, upon = proven(claimable())
    _, (step,) = submit(check(asked, upon), named=NAMED, desk=upon, by=replace(provider, person="per_colleague"))
    assert step.after.acted[-1] == "per_colleague"


def test_what_held_is_told_with_its_clauses() -> None:
    asked, upon = proven(claimable())
    _, (step,) = submit(check(asked, upon), named=NAMED, desk=upon, by=provider)
    told = {ruling.rule: ruling for ruling in step.rulings}
    assert list(told) == [
        "validity.claim_by",
        "rate.flat",
        "settlement.review",
        "evidence.invoice",
        "evidence.bank_slip",
    ]
    assert told["rate.flat"].numbers["claimed"] == "15000.00"
    assert told["settlement.review"].numbers == {
        "stage": "district",
        "stages": "district → city",
        "due_on": "2020-10-14",
    }


def test_a_review_into_a_year_without_calendar_is_refused() -> None:
    asked, upon = proven(claimable())
    unknown = replace(upon, calendar=WorkingDays(frozenset(), frozenset(), frozenset({2019})))
    with pytest.raises(Refusal, match=r"calendar\.not_loaded"):
        submit(check(asked, unknown), named=NAMED, desk=unknown, by=provider)


@pytest.mark.parametrize("checked", [[], [Checked(1, Asked(new_id()), None, ())]])
def test_a_claim_without_a_line_is_our_own_fault(checked: list[Checked]) -> None:
    with pytest.raises(ValueError, match="at least one line"):
        submit(checked, named=NAMED, desk=desk(), by=provider)


def test_a_line_with_faults_is_our_own_fault() -> None:
    one = claimable(claim_line_id=UUID(int=7))
    asked, upon = proven(one)
    with pytest.raises(ValueError, match="has faults"):
        submit(check(asked, upon), named=NAMED, desk=upon, by=provider)


def within(opens: datetime, closes: datetime) -> Claimable:
    """A capture of a scheme that takes claims between two instants only."""
    scheme = jiangmen()
    settlement = replace(scheme.settlement, claims=Rule(Window(opens, closes), "row 12"))
    return replace(claimable(), scheme=replace(scheme, settlement=settlement))


@pytest.mark.parametrize(("opens", "closes", "refused"), [(0, 1, False), (1, 2, True), (-2, 0, True)])
def test_some_schemes_take_claims_at_certain_times_only(opens: int, closes: int, refused: bool) -> None:
    asked, papers = proven(within(NOW + timedelta(hours=opens), NOW + timedelta(hours=closes)))
    assert codes(asked, papers) == ([("claim.outside_window", "/lines/0/capture_id")] if refused else [])


def test_who_claims_at_another_time_is_told_both_dates() -> None:
    found = within(datetime(2020, 10, 1, 1, 0, tzinfo=UTC), datetime(2020, 10, 31, 10, 0, tzinfo=UTC))
    (reason,) = standing_faults(found, NOW)
    assert (reason.numbers, reason.clause) == ({"opens": "2020-10-01 09:00", "closes": "2020-10-31 18:00"}, "row 12")


def test_a_capture_is_priced_again_by_the_rate_it_was_authorised_by() -> None:
    found = replace(claimable(), tariff=Tariff(VERSION, replace(jiangmen().rate, bands=(Band(Fraction("0.40")),))))
    assert found.bears(30_000 * YUAN) == 12_000 * YUAN


def test_where_tax_does_not_count_the_invoice_bears_only_what_is_without_it() -> None:
    found = replace(claimable(), tariff=Tariff(VERSION, replace(jiangmen().rate, taxed=False)))
    invoice, slip = an_invoice(a_line(29_000 * YUAN, 1_000 * YUAN)), a_slip(found.self_paid)
    drawn = Drawn((Allocation(invoice.id, 1, invoice.total),), (Allocation(slip.id, None, slip.amount),))
    papers = desk(found, invoices={invoice.id: invoice}, slips={slip.id: slip})
    asked = Asked(found.capture.id, drawn, "CNY")
    assert found.bears(30_000 * YUAN, tax=1_000 * YUAN) == 14_500 * YUAN
    assert codes([asked], papers) == [("claim.above_rate", "/lines/0/invoices")]
    less = replace(found, capture=replace(found.capture, refunded=500 * YUAN))
    assert less.claimed == less.bears(30_000 * YUAN, tax=1_000 * YUAN)


@pytest.mark.parametrize(("base", "bears"), [("contract", 15_000), ("actual", 12_000), ("invoice", 12_000)])
def test_an_invoice_of_less_than_the_contract_bears_by_the_amount_that_counts(base: str, bears: int) -> None:
    found = replace(claimable(), tariff=Tariff(VERSION, replace(jiangmen().rate, base=base)))
    assert found.bears(24_000 * YUAN) == bears * YUAN


def test_a_face_beyond_the_price_is_claimed_upon_an_invoice_of_the_price() -> None:
    sold = replace(
        captured().redemption,
        terms=replace(captured().redemption.terms, kind=Form.INSTANT, contract=a_contract(8 * YUAN)),
        over_price=2 * YUAN,
    )
    capture = replace(sold.captures[0], amount=10 * YUAN, delivery=replace(sold.captures[0].delivery, settlement=800))
    whole = replace(jiangmen().rate, bands=(Band(Fraction(1)),))
    tariff = Tariff(VERSION, whole)
    found = Claimable(replace(sold, captures=(capture,)), capture, a_voucher(), jiangmen(), tariff, PAYER)
    invoice = an_invoice(a_line(8 * YUAN, 0))
    asked = [Asked(capture.id, Drawn((Allocation(invoice.id, 1, 8 * YUAN),)), "CNY")]
    papers = desk(found, invoices={invoice.id: invoice})
    (checked,) = check(asked, papers)
    _, (step,) = submit([checked], named=Named(claim_id=new_id(), line_ids=[new_id()]), desk=papers, by=provider)
    assert (step.after.claimed, step.after.settlement, step.after.over_price) == (10 * YUAN, 8 * YUAN, 2 * YUAN)
    assert step.after.self_paid == 0
    assert [one.numbers["over_price"] for one in step.rulings if one.kind == "claim.amount"] == ["2.00"]
