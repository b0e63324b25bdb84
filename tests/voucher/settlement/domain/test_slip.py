"""A bank slip proves a transfer between holder and provider themselves, and is known however it is written."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.chassis.refusals import Refusal
from services.standards.holding import Kind
from services.voucher.directory.domain.party import Called, Party, Span
from services.voucher.redemption.domain.orders import Actor
from services.voucher.settlement.domain.slip import BankSlip, SlipAsked, SlipParty, SlipState, register, void
from tests.voucher.redemption.samples import HOLDER, PAYEE, YUAN, a_holder, holder, provider, stranger
from tests.voucher.settlement.papers import AT, PAPER, a_slip, slip_asked, slip_facts

SENT = slip_asked()


def registered(sent: SlipAsked, by: Actor = provider, **facts: Any) -> BankSlip:
    return register(sent, facts=slip_facts(**facts), by=by, slip_id=PAPER, at=AT)


def faults(sent: SlipAsked, by: Actor = provider, **facts: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(Refusal) as refused:
        registered(sent, by, **facts)
    return [(reason.code, reason.pointer) for reason in refused.value.reasons]


@pytest.mark.parametrize(("by", "registrant"), [(provider, PAYEE), (holder, HOLDER)])
def test_payer_or_payee_registers_it(by: Actor, registrant: object) -> None:
    slip = registered(SENT, by, document_of=by.organization)
    assert (slip.registrant_id, slip.region, slip.left) == (registrant, "440703", 15_000 * YUAN)
    assert (slip.parties, slip.last_at) == ((HOLDER, PAYEE), AT)


@pytest.mark.parametrize("by", [stranger, replace(provider, organization=HOLDER)])
def test_nobody_else_registers_it(by: Actor) -> None:
    assert faults(SENT, by) == [("bank_slip.not_a_party", None)]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"payer": replace(SENT.payer, name="江门一号公司职工张三")}, ("bank_slip.third_party", "/payer/name")),
        ({"payee": replace(SENT.payee, name="检测所职工李四")}, ("bank_slip.third_party", "/payee/name")),
        ({"paid_on": date(2020, 9, 30)}, ("bank_slip.paid_in_future", "/paid_on")),
        ({"serial": "HQH-А1"}, ("bank_slip.serial", "/serial")),
        ({"serial": "--"}, ("bank_slip.serial", "/serial")),
        ({"payer": replace(SENT.payer, account=SENT.payee.account)}, ("bank_slip.same_account", "/payee/account")),
    ],
)
def test_each_fault_is_named_where_it_stands(changed: dict[str, Any], told: tuple[str, str]) -> None:
    assert faults(replace(SENT, **changed)) == [told]


def test_a_slip_needs_its_paper_which_is_the_callers_own() -> None:
    assert faults(SENT, document_of=None) == [("document.unknown", "/document_id")]
    assert faults(SENT, document_of=HOLDER) == [("document.unknown", "/document_id")]


def test_an_organisation_that_was_not_heard_of_is_named() -> None:
    assert faults(SENT, parties={}) == [
        ("bank_slip.party_unknown", "/payer/organization_id"),
        ("bank_slip.party_unknown", "/payee/organization_id"),
    ]


def test_nobody_pays_himself() -> None:
    assert faults(replace(SENT, payer=SENT.payee)) == [
        ("bank_slip.same_party", "/payee/organization_id"),
        ("bank_slip.same_account", "/payee/account"),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"bank": "工商银行江门分行"},
        {"serial": "hqh–0000 0000１"},
        {"payee": SENT.payer, "amount": 1},
        {"paid_on": date(2020, 9, 27)},
    ],
)
def test_one_transfer_is_one_however_it_is_written(changed: dict[str, Any]) -> None:
    slip = a_slip(serial="HQH000000001")
    assert replace(slip, **changed).key == slip.key


@pytest.mark.parametrize("changed", [{"payer": SENT.payee}, {"serial": "2"}])
def test_payer_and_serial_tell_transfers_apart(changed: dict[str, Any]) -> None:
    slip = a_slip(serial="1")
    assert replace(slip, **changed).key != slip.key


def test_its_registrant_voids_it() -> None:
    later = AT + timedelta(hours=1)
    voided = void(a_slip(), "wrong file", by=provider, at=later)
    assert (voided.state, voided.reason, voided.decided_by) == (SlipState.VOID, "wrong file", provider.person)
    assert voided.last_at == later


@pytest.mark.parametrize(
    ("slip", "by", "code"),
    [
        (a_slip(), holder, "bank_slip.not_registrant"),
        (a_slip(state=SlipState.VOID), provider, "bank_slip.state"),
        (a_slip(allocated=1), provider, "bank_slip.allocated"),
    ],
)
def test_it_is_not_voided_by_the_other_side_nor_twice_nor_while_a_claim_draws_on_it(
    slip: BankSlip, by: Actor, code: str
) -> None:
    with pytest.raises(Refusal, match=code):
        void(slip, "wrong file", by=by, at=AT)


@pytest.mark.parametrize(("paid_on", "wrong"), [(date(2020, 9, 20), False), (date(2020, 9, 21), True)])
def test_a_name_is_compared_with_that_of_the_day_of_payment(paid_on: date, wrong: bool) -> None:
    former, current = Span(date(2015, 1, 1), date(2020, 9, 20)), Span(date(2020, 9, 21))
    payer = replace(a_holder(), names=(Called("旧名公司", former), Called(a_holder().name, current)))
    sent = replace(SENT, paid_on=paid_on, payer=replace(SENT.payer, name="旧名公司"))
    parties = {**slip_facts().parties, HOLDER: payer}
    if wrong:
        assert faults(sent, parties=parties) == [("bank_slip.third_party", "/payer/name")]
    else:
        assert registered(sent, parties=parties).payer.name == "旧名公司"


TEAM = UUID(int=70)


@pytest.mark.parametrize("kind", [Kind.TEAM, Kind.PERSON])
def test_a_team_or_a_person_pays_from_the_account_of_a_person_whose_name_is_not_kept(kind: Kind) -> None:
    payer = SlipParty(TEAM, "张三", "6222020200012345678", kind)
    known = {**slip_facts().parties, TEAM: Party(TEAM, None, "", "440703", kind=kind)}
    slip = registered(replace(SENT, payer=payer), parties=known)
    assert slip.payer == replace(payer, name="")
    assert faults(replace(SENT, payer=replace(payer, kind=Kind.ORGANIZATION)), parties=known) == [
        ("bank_slip.party_unknown", "/payer/organization_id")
    ]
