"""One claim line is proven by invoices over the whole work and by slips over the holder's own part, to the fen."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.voucher.scheme.domain.rule import Rule
from services.voucher.settlement.domain import evidence
from services.voucher.settlement.domain.claim import Allocation
from services.voucher.settlement.domain.evidence import Drawn, Needs, Shown
from services.voucher.settlement.domain.invoice import Invoice, InvoiceParty, InvoiceState
from services.voucher.settlement.domain.slip import BankSlip, SlipState
from tests.voucher.redemption.samples import HOLDER, PAYEE, VERSION, YUAN, jiangmen
from tests.voucher.settlement.papers import a_line, a_slip, an_invoice

STRANGER = InvoiceParty(VERSION, "", "旁人")
NEEDS = Needs(
    settlement=30_000 * YUAN,
    claimed=15_000 * YUAN,
    currency="CNY",
    payee_id=PAYEE,
    holder_id=HOLDER,
    signed_on=date(2020, 9, 18),
    rules=jiangmen().evidence,
)


def shown(*papers: Invoice | BankSlip) -> Shown:
    return Shown(
        {one.id: one for one in papers if isinstance(one, Invoice)},
        {one.id: one for one in papers if isinstance(one, BankSlip)},
    )


def of(paper: Invoice | BankSlip, amount: int | None = None, line: int = 1) -> Allocation:
    """All of an invoice line or of a slip, or the amount given."""
    if isinstance(paper, Invoice):
        return Allocation(paper.id, line, 30_000 * YUAN if amount is None else amount)
    return Allocation(paper.id, None, 15_000 * YUAN if amount is None else amount)


def faults(
    invoice: Invoice | None = None, slip: BankSlip | None = None, *, needs: Needs = NEEDS, line: int = 1
) -> list[tuple[str, str | None]]:
    """What is wrong with one line that draws all of an invoice and all of a slip, as they should be but for changes."""
    invoice, slip = invoice or an_invoice(), slip or a_slip()
    drawn = Drawn((of(invoice, line=line),), (of(slip),))
    return told(drawn, shown(invoice, slip), needs)


def told(drawn: Drawn, papers: Shown, needs: Needs = NEEDS) -> list[tuple[str, str | None]]:
    return [(reason.code, reason.pointer) for reason in evidence.faults(drawn, needs=needs, shown=papers)]


def test_the_whole_work_invoiced_and_the_own_part_paid_proves_a_line() -> None:
    assert faults() == []


def test_a_verified_invoice_proves_as_well_as_a_registered_one() -> None:
    assert faults(an_invoice(state=InvoiceState.VERIFIED)) == []


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"buyer": STRANGER}, "claim.invoice_parties", "/invoices/0/invoice_id"),
        (
            {"seller": STRANGER, "buyer": InvoiceParty(PAYEE, "", "检测所")},
            "claim.invoice_parties",
            "/invoices/0/invoice_id",
        ),
        ({"seller": STRANGER}, "claim.invoice_unknown", "/invoices/0/invoice_id"),
        ({"state": InvoiceState.REFUSED}, "claim.invoice_state", "/invoices/0/invoice_id"),
        ({"state": InvoiceState.VOID}, "claim.invoice_state", "/invoices/0/invoice_id"),
        ({"currency": "EUR"}, "claim.invoice_currency", "/invoices/0/invoice_id"),
        ({"issued_on": date(2020, 9, 17)}, "claim.invoice_before_contract", "/invoices/0/invoice_id"),
        ({"lines": (a_line(number=2),)}, "claim.invoice_line", "/invoices/0/line"),
        ({"lines": (a_line(allocated=1),)}, "claim.invoice_left", "/invoices/0/amount"),
    ],
)
def test_each_fault_of_an_invoice_is_named_where_it_stands(changes: dict[str, Any], code: str, pointer: str) -> None:
    assert faults(an_invoice(**changes)) == [(code, pointer)]


def test_an_invoice_of_the_day_of_the_contract_is_taken() -> None:
    assert faults(an_invoice(issued_on=NEEDS.signed_on)) == []


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"payer": a_slip().payee, "payee": a_slip().payer}, "claim.slip_parties", "/slips/0/bank_slip_id"),
        ({"payee": replace(a_slip().payee, id=VERSION)}, "claim.slip_unknown", "/slips/0/bank_slip_id"),
        ({"state": SlipState.VOID}, "claim.slip_state", "/slips/0/bank_slip_id"),
        ({"currency": "EUR"}, "claim.slip_currency", "/slips/0/bank_slip_id"),
        ({"paid_on": date(2020, 9, 17)}, "claim.slip_before_contract", "/slips/0/bank_slip_id"),
        ({"allocated": 1}, "claim.slip_left", "/slips/0/amount"),
    ],
)
def test_each_fault_of_a_slip_is_named_where_it_stands(changes: dict[str, Any], code: str, pointer: str) -> None:
    assert faults(slip=a_slip(**changes)) == [(code, pointer)]


def test_what_nobody_registered_is_unknown_and_shows_its_amount_all_the_same() -> None:
    assert told(Drawn((of(an_invoice()),), (of(a_slip()),)), shown()) == [
        ("claim.invoice_unknown", "/invoices/0/invoice_id"),
        ("claim.slip_unknown", "/slips/0/bank_slip_id"),
    ]


def test_nothing_shown_is_all_missing() -> None:
    short = evidence.faults(Drawn(), needs=NEEDS, shown=shown())
    assert [(one.code, one.pointer, one.rule) for one in short] == [
        ("claim.invoice_short", "/invoices", "evidence.invoice"),
        ("claim.slip_short", "/slips", "evidence.bank_slip"),
    ]
    assert [one.numbers["missing"] for one in short] == ["30000.00", "15000.00"]
    assert {one.clause for one in short} == {"row jiangmen-service-2020"}


def test_too_much_is_refused_so_that_the_rest_stays_for_other_work() -> None:
    invoice, slip = an_invoice(a_line(39_000 * YUAN)), a_slip(20_000 * YUAN)
    drawn = Drawn((of(invoice, 30_000 * YUAN + 1),), (of(slip, 15_000 * YUAN + 1),))
    assert told(drawn, shown(invoice, slip)) == [("claim.invoice_over", "/invoices"), ("claim.slip_over", "/slips")]


def test_a_source_stands_once_in_a_line_though_an_invoice_may_with_several_of_its_lines() -> None:
    half = a_line(15_000 * YUAN, 0)
    invoice, slip = an_invoice(half, replace(half, number=2)), a_slip()
    part, own = 15_000 * YUAN, 7_500 * YUAN
    both = Drawn((of(invoice, part), of(invoice, part, line=2)), (of(slip),))
    assert told(both, shown(invoice, slip)) == []
    twice = Drawn((of(invoice, 1), of(invoice, 2 * part - 1)), (of(slip, own), of(slip, own)))
    assert ("claim.evidence_twice", "/invoices/1") in told(twice, shown(invoice, slip))
    assert ("claim.evidence_twice", "/slips/1") in told(twice, shown(invoice, slip))


@pytest.mark.parametrize(("rule", "required"), [("self_paid_part", 15_000), ("full", 30_000), ("none", 0)])
def test_the_scheme_says_what_slips_must_show(rule: str, required: int) -> None:
    rules = replace(NEEDS.rules, bank_slip=Rule(rule, "§ 7"))
    assert replace(NEEDS, rules=rules).slips == required * YUAN


def test_several_lines_that_draw_on_one_paper_are_judged_together() -> None:
    invoice, slip = an_invoice(), a_slip()
    papers, drawn = shown(invoice, slip), Drawn((of(invoice),), (of(slip),))
    assert told(drawn, papers) == []
    assert told(drawn, papers.after(drawn)) == [
        ("claim.invoice_left", "/invoices/0/amount"),
        ("claim.slip_left", "/slips/0/amount"),
    ]


AMOUNTS = st.lists(st.integers(1, 100), min_size=1, max_size=6)


@given(AMOUNTS, st.integers(1, 200))
def test_lines_taken_one_by_one_never_draw_more_than_there_is(amounts: list[int], total: int) -> None:
    invoice = an_invoice(a_line(total, 0))
    papers, taken = shown(invoice), 0
    for amount in amounts:
        drawn = Drawn((of(invoice, amount),))
        needs = replace(NEEDS, settlement=amount, claimed=amount)
        if told(drawn, papers, needs) == []:
            papers, taken = papers.after(drawn), taken + amount
        else:
            assert taken + amount > total
    assert taken <= total


@given(st.integers(1, 1000), st.integers(0, 1000), st.integers(1, 1000))
def test_exactly_what_is_needed_proves_and_nothing_else_does(cost: int, own: int, shown_amount: int) -> None:
    needs = replace(NEEDS, settlement=cost + own, claimed=cost)
    invoice, slip = an_invoice(a_line(2000, 0)), a_slip(2000)
    slips = (of(slip, own),) if own else ()
    found = {code for code, _ in told(Drawn((of(invoice, shown_amount),), slips), shown(invoice, slip), needs)}
    assert (found == set()) == (shown_amount == cost + own)


CENTRE = InvoiceParty(VERSION, "11320000MB151840XJ", "服务中心")
TWO = replace(
    NEEDS,
    rules=replace(
        NEEDS.rules,
        invoice=Rule("net_and_voucher", "row 5"),
        service_centre=Rule("11320000MB151840XJ", "row 5"),
    ),
)


def two(net: int = 15_000, voucher: int = 15_000, buyer: InvoiceParty = CENTRE) -> list[tuple[str, str | None]]:
    """What is wrong with an invoice of the holder's part and one of the voucher's, made out to somebody."""
    papers = an_invoice(a_line(net * YUAN, 0)), an_invoice(a_line(voucher * YUAN, 0), buyer=buyer)
    slip = a_slip()
    drawn = Drawn(tuple(of(one, one.total) for one in papers), (of(slip),))
    return told(drawn, shown(*papers, slip), TWO)


def test_two_invoices_prove_a_line_the_holders_part_to_him_and_the_vouchers_to_the_service_centre() -> None:
    assert two() == []


def test_each_of_two_invoices_shows_its_own_part() -> None:
    assert two(net=14_000, voucher=16_000) == [
        ("claim.invoice_short", "/invoices"),
        ("claim.invoice_over", "/invoices"),
    ]


def test_the_second_invoice_is_made_out_to_nobody_but_the_service_centre() -> None:
    assert two(buyer=STRANGER)[0] == ("claim.invoice_parties", "/invoices/1/invoice_id")


def test_two_invoices_of_another_seller_prove_nothing() -> None:
    invoice = an_invoice(seller=CENTRE, buyer=InvoiceParty(PAYEE, "", "检测所"))
    assert ("claim.invoice_parties", "/invoices/0/invoice_id") in faults(invoice, needs=TWO)


def test_an_invoice_nobody_knows_counts_for_neither_of_the_two() -> None:
    slip = a_slip()
    drawn = Drawn((of(an_invoice()),), (of(slip),))
    assert [code for code, _ in told(drawn, shown(slip), TWO)] == [
        "claim.invoice_unknown",
        "claim.invoice_short",
        "claim.invoice_short",
    ]


def test_of_part_of_an_invoice_line_its_part_of_the_tax_is_counted() -> None:
    invoice, bare = an_invoice(a_line(900, 100)), an_invoice(a_line(1_000, 0))
    papers = shown(invoice, bare)
    drawn = Drawn((of(invoice, 500), of(bare, 500), of(invoice, 5, line=9), of(an_invoice(), 5)))
    assert papers.tax_in(drawn) == 50
