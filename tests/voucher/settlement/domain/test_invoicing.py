"""An invoice is registered by one of its parties, and everything wrong with it is told at once."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Refusal
from services.standards.holding import Kind
from services.standards.uscc import complete
from services.voucher.directory.domain.party import Called, Party, Span
from services.voucher.redemption.domain.orders import Actor
from services.voucher.settlement.domain.invoice import Invoice, InvoiceParty, InvoiceState
from services.voucher.settlement.domain.invoicing import InvoiceAsked, Printed, register
from tests.voucher.redemption.samples import HOLDER, PAYEE, YUAN, a_holder, holder, provider, stranger
from tests.voucher.settlement.papers import AT, BUYER, PAPER, SELLER, a_line, asked, invoice_facts

OLD = {"number": "12345678", "code": "044002000111"}


def registered(sent: InvoiceAsked, by: Actor = provider, **facts: Any) -> Invoice:
    return register(sent, facts=invoice_facts(**facts), by=by, invoice_id=PAPER, at=AT)


def faults(sent: InvoiceAsked, by: Actor = provider, **facts: Any) -> dict[str, str | None]:
    """Pointer by code."""
    with pytest.raises(Refusal) as refused:
        registered(sent, by, **facts)
    return {reason.code: reason.pointer for reason in refused.value.reasons}


@pytest.mark.parametrize(("by", "registrant"), [(provider, PAYEE), (holder, HOLDER)])
def test_seller_or_buyer_registers_it(by: Actor, registrant: object) -> None:
    invoice = registered(asked(), by)
    assert invoice.state is InvoiceState.REGISTERED
    assert (invoice.registrant_id, invoice.registered_by, invoice.registered_at) == (registrant, by.person, AT)
    assert (invoice.parties, invoice.region, invoice.allocated) == ((PAYEE, HOLDER), "440703", 0)


def test_an_old_one_is_known_by_code_and_number() -> None:
    assert registered(asked(**OLD)).fapiao.key == "04400200011112345678"


def test_it_keeps_the_names_as_printed_and_the_codes_in_their_normal_form() -> None:
    invoice = registered(asked(buyer=Printed(" 91350100m000100y43 ", "江门 一号公司")))
    assert (invoice.buyer.uscc, invoice.buyer.name) == (BUYER.uscc, "江门 一号公司")


@pytest.mark.parametrize("by", [stranger, replace(provider, organization=HOLDER), replace(holder, organization=PAYEE)])
def test_nobody_else_registers_it_and_the_role_must_be_that_of_the_side(by: Actor) -> None:
    assert faults(asked(), by) == {"invoice.not_a_party": None}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"number": "123"}, {"invoice.number": "/number"}),
        ({"number": "12345678"}, {"invoice.number": "/code"}),
        ({**OLD, "code": "04400200011"}, {"invoice.number": "/code"}),
        ({"number": "19442000000000000001"}, {"invoice.year": "/number"}),
        ({"issued_on": date(2020, 9, 30)}, {"invoice.issued_in_future": "/issued_on"}),
        ({"issued_on": date(2019, 12, 31)}, {"invoice.year": "/number"}),
        ({"seller": replace(SELLER, uscc="1133")}, {"invoice.uscc": "/seller/uscc"}),
        ({"buyer": replace(BUYER, uscc=complete("9144070300000000"))}, {"invoice.party_unknown": "/buyer/uscc"}),
        ({"buyer": replace(BUYER, name="江门二号公司")}, {"invoice.name_differs": "/buyer/name"}),
        ({"total": 30_001 * YUAN}, {"invoice.total": "/total"}),
        ({"net": 28_999 * YUAN, "total": 29_999 * YUAN}, {"invoice.lines_net": "/lines"}),
        ({"tax": 999 * YUAN, "total": 29_999 * YUAN}, {"invoice.lines_tax": "/lines"}),
        ({"currency": "EUR"}, {"invoice.currency": "/total/currency"}),
        ({"document_id": PAPER}, {"document.unknown": "/document_id"}),
    ],
)
def test_each_fault_is_named_where_it_stands(changed: dict[str, Any], told: dict[str, str]) -> None:
    assert faults(asked(**changed), document_of=None) == told


def test_a_document_of_the_other_side_is_not_known_to_this_one() -> None:
    assert faults(asked(document_id=PAPER), document_of=HOLDER) == {"document.unknown": "/document_id"}
    assert registered(asked(document_id=PAPER)).document_id == PAPER


def test_nobody_invoices_himself() -> None:
    assert faults(asked(buyer=SELLER)) == {"invoice.same_party": "/buyer/uscc"}


def test_two_wrong_codes_are_not_taken_for_one_party() -> None:
    wrong = Printed("1133", "检测所")
    assert faults(asked(seller=wrong, buyer=wrong)) == {"invoice.uscc": "/buyer/uscc"}


def test_all_faults_come_at_once() -> None:
    sent = asked(number="1", issued_on=date(2021, 1, 1), seller=Printed("1", "?"), net=1, tax=1, total=1)
    assert faults(sent).keys() == {
        "invoice.number",
        "invoice.issued_in_future",
        "invoice.uscc",
        "invoice.total",
        "invoice.lines_net",
        "invoice.lines_tax",
    }


@given(st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**9)), min_size=1, max_size=5), st.integers(-3, 3))
def test_an_invoice_whose_sums_agree_is_taken_and_no_other(amounts: list[tuple[int, int]], wrong: int) -> None:
    sent = asked(*(a_line(net, tax, number=place) for place, (net, tax) in enumerate(amounts, start=1)))
    if wrong:
        assert faults(replace(sent, total=sent.total + wrong)) == {"invoice.total": "/total"}
    else:
        assert registered(sent).total == sum(net + tax for net, tax in amounts)


@pytest.mark.parametrize(
    ("issued_on", "printed", "wrong"),
    [
        (date(2020, 9, 20), "旧名公司", False),
        (date(2020, 9, 21), BUYER.name, False),
        (date(2020, 9, 20), BUYER.name, True),
        (date(2020, 9, 21), "旧名公司", True),
    ],
)
def test_a_name_is_compared_with_that_of_the_invoices_date(issued_on: date, printed: str, wrong: bool) -> None:
    former, current = Span(date(2015, 1, 1), date(2020, 9, 20)), Span(date(2020, 9, 21))
    buyer = replace(a_holder(), names=(Called("旧名公司", former), Called(BUYER.name, current)))
    parties = {**invoice_facts().parties, BUYER.uscc: buyer}
    sent = asked(issued_on=issued_on, buyer=replace(BUYER, name=printed))
    if wrong:
        assert faults(sent, parties=parties) == {"invoice.name_differs": "/buyer/name"}
    else:
        assert registered(sent, parties=parties).buyer.name == printed


TEAM = UUID(int=70)
TEAMS = {TEAM: Party(TEAM, None, "飞鸟团队", "440703", kind=Kind.TEAM)}
PERSONS = {TEAM: Party(TEAM, None, "", "440703", kind=Kind.PERSON)}


def test_a_team_is_invoiced_under_its_own_name_and_without_a_code() -> None:
    invoice = registered(asked(buyer=Printed("", "飞鸟团队", TEAM)), holders=TEAMS)
    assert invoice.buyer == InvoiceParty(TEAM, "", "飞鸟团队", Kind.TEAM)
    wrong = faults(asked(buyer=Printed("", "别的团队", TEAM)), holders=TEAMS)
    assert wrong == {"invoice.name_differs": "/buyer/name"}


def test_the_name_of_a_person_is_neither_compared_nor_kept() -> None:
    invoice = registered(asked(buyer=Printed("", "张三", TEAM)), holders=PERSONS)
    assert invoice.buyer == InvoiceParty(TEAM, "", "", Kind.PERSON)


@pytest.mark.parametrize("holders", [{}, {TEAM: replace(TEAMS[TEAM], kind=Kind.ORGANIZATION)}])
def test_an_organisation_is_named_by_its_code_alone(holders: dict[UUID, Party]) -> None:
    wrong = faults(asked(buyer=Printed("", "飞鸟团队", TEAM)), holders=holders)
    assert wrong == {"invoice.holder_unknown": "/buyer/holder_id"}
