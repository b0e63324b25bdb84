"""Which figures a claim line comes to from what is known of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.voucher.oversight.domain.trail import AtBank, OfInvoice, OfSlip, Trail
from services.voucher.payout.domain.payout import Payout, PayoutState
from services.voucher.scheme.domain.document import read_awards
from services.voucher.scheme.operations import reading
from services.voucher.settlement.domain.claim import Allocation, LegState, LineState
from services.voucher.settlement.domain.invoice import InvoiceState
from services.voucher.settlement.domain.legs import split, whole
from services.voucher.settlement.domain.slip import SlipState
from tests.voucher.redemption.samples import YUAN, captured, jiangmen
from tests.voucher.scheme.samples import SCHEMES
from tests.voucher.settlement.lines import CLAIMED, LINE, NOW, a_line
from tests.voucher.settlement.papers import a_slip, an_invoice

WORK = 30_000 * YUAN
REDEMPTION = captured(WORK).redemption
LEGS = split(a_line(), CLAIMED, whole(a_line(), leg_id=LINE, funding_source="江门市财政局"))


def a_trail(**changes: Any) -> Trail:
    """A line under review whose work, evidence and capture add up; fields of the line among the changes."""
    fields = {name: changes.pop(name) for name in Trail.__dataclass_fields__ if name in changes}
    invoice, slip = an_invoice(), a_slip()
    line = a_line(capture_id=REDEMPTION.captures[0].id, redemption_id=REDEMPTION.id, **changes)
    drawn = {
        "invoices": (OfInvoice(Allocation(invoice.id, 1, WORK), invoice),),
        "slips": (OfSlip(Allocation(slip.id, None, WORK - CLAIMED), slip),),
    }
    return Trail(**{"at": NOW, "line": line, "redemption": REDEMPTION, "scheme": jiangmen(), **drawn, **fields})


def a_payout(state: PayoutState) -> Payout:
    fields: dict[str, Any] = dict.fromkeys(Payout.__dataclass_fields__)
    return Payout(**{**fields, "id": UUID(int=41), "amount": CLAIMED, "state": state})


def booked(amount: int) -> AtBank:
    return AtBank(UUID(int=51), UUID(int=41), "payout", date(2020, 10, 1), amount, "reference")


def test_capture_delivery_and_evidence_come_to_what_was_claimed() -> None:
    figures = a_trail().figures
    assert (figures.stands, figures.delivered) == (CLAIMED, WORK)
    assert (figures.invoiced, figures.own_share, figures.slips) == (WORK, WORK - CLAIMED, WORK - CLAIMED)


def test_what_was_refunded_does_not_stand() -> None:
    part = replace(REDEMPTION, captures=(replace(REDEMPTION.captures[0], refunded=YUAN),))
    assert a_trail(redemption=part).figures.stands == CLAIMED - YUAN


@pytest.mark.parametrize("state", [InvoiceState.REFUSED, InvoiceState.VOID])
def test_an_invoice_that_fell_proves_nothing(state: InvoiceState) -> None:
    fallen = tuple(replace(one, invoice=replace(one.invoice, state=state)) for one in a_trail().invoices)
    assert a_trail(invoices=fallen).figures.invoiced == 0


def test_a_void_slip_proves_nothing() -> None:
    fallen = tuple(replace(one, slip=replace(one.slip, state=SlipState.VOID)) for one in a_trail().slips)
    assert a_trail(slips=fallen).figures.slips == 0


def test_a_dropped_leg_is_not_owed() -> None:
    assert a_trail(legs=LEGS).figures.owed == CLAIMED
    assert a_trail(legs=(replace(LEGS[0], state=LegState.DROPPED),)).figures.owed == 0


@pytest.mark.parametrize("state", PayoutState)
def test_only_what_left_and_did_not_come_back_is_sent(state: PayoutState) -> None:
    sent = a_trail(payouts=(a_payout(state),)).figures.sent
    assert sent == (CLAIMED if state in ("sent", "settled") else 0)


def test_a_return_takes_back_what_the_bank_paid() -> None:
    assert a_trail(bank_lines=(booked(-CLAIMED),)).figures.at_bank == CLAIMED
    assert a_trail(bank_lines=(booked(-CLAIMED), booked(CLAIMED))).figures.at_bank == 0


def test_a_line_has_ended_when_its_correction_is_overdue_whether_or_not_the_timer_ran() -> None:
    returned: dict[str, Any] = {"state": LineState.RETURNED, "due_at": NOW}
    assert a_trail(**returned).figures.ended
    assert not a_trail(**returned, at=NOW - timedelta(microseconds=1)).figures.ended


def test_a_line_that_stands_on_an_award_has_no_redemption_and_no_capture() -> None:
    awarded = a_trail(redemption=None)
    with pytest.raises(ValueError, match="stands on an award"):
        _ = awarded.redeemed
    with pytest.raises(ValueError, match="stands on an award"):
        _ = awarded.capture


def test_the_evidence_of_work_is_not_asked_of_a_scheme_of_awards() -> None:
    file = (SCHEMES / "jiangmen-topup-2021.yaml").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="jiangmen-topup-2021 pays for no work"):
        _ = a_trail(scheme=read_awards(reading.read(file).document)).needs
