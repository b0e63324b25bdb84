"""An invoice is verified or refused by a second person, and voided by its registrant while nothing draws on it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.chassis.refusals import Refusal
from services.voucher.redemption.domain.orders import Actor
from services.voucher.settlement.domain.invoice import Finding, Invoice, InvoiceState, verify, void
from tests.voucher.redemption.samples import YUAN, arbiter, holder, provider
from tests.voucher.settlement.papers import AT, a_line, an_invoice

LATER = AT + timedelta(hours=1)
GOOD = Finding(InvoiceState.VERIFIED, "query page")
BAD = Finding(InvoiceState.REFUSED, "query page", "no such number")


def judged(invoice: Invoice, finding: Finding = GOOD, *, by: Actor = arbiter, spent: bool = False) -> Invoice:
    return verify(invoice, finding, by=by, at=LATER, spent=spent)


@pytest.mark.parametrize("finding", [GOOD, BAD])
def test_a_reviewer_says_what_he_found_and_how(finding: Finding) -> None:
    found = judged(an_invoice(), finding)
    assert (found.state, found.decided_how, found.reason) == (finding.outcome, finding.how, finding.reason)
    assert (found.decided_by, found.last_at) == (arbiter.person, LATER)


@pytest.mark.parametrize("state", sorted(set(InvoiceState) - {InvoiceState.REGISTERED}))
def test_it_is_found_upon_once(state: InvoiceState) -> None:
    with pytest.raises(Refusal, match=r"invoice\.state"):
        judged(an_invoice(state=state))


def test_its_registrar_does_not_verify_it_through_whatever_account() -> None:
    with pytest.raises(Refusal, match=r"invoice\.same_person"):
        judged(an_invoice(), by=replace(arbiter, person="per_provider"))


def test_a_refusal_says_why() -> None:
    with pytest.raises(Refusal, match=r"invoice\.reason_missing"):
        judged(an_invoice(), replace(BAD, reason=None))


def test_what_has_proven_a_claim_is_not_refused_any_more_but_verified_still() -> None:
    with pytest.raises(Refusal, match=r"invoice\.spent"):
        judged(an_invoice(), BAD, spent=True)
    assert judged(an_invoice(), GOOD, spent=True).state is InvoiceState.VERIFIED


@pytest.mark.parametrize("invoice", [an_invoice(), judged(an_invoice())])
def test_its_registrant_voids_it_verified_or_not(invoice: Invoice) -> None:
    voided = void(invoice, "issued anew", by=provider, at=LATER)
    assert (voided.state, voided.reason, voided.decided_by) == (InvoiceState.VOID, "issued anew", provider.person)
    assert voided.decided_how is None


def test_the_other_side_does_not_void_it() -> None:
    with pytest.raises(Refusal, match=r"invoice\.not_registrant"):
        void(an_invoice(), "mine", by=holder, at=LATER)


@pytest.mark.parametrize("state", [InvoiceState.VOID, InvoiceState.REFUSED])
def test_what_is_over_is_not_voided(state: InvoiceState) -> None:
    with pytest.raises(Refusal, match=r"invoice\.state"):
        void(an_invoice(state=state), "again", by=provider, at=LATER)


def test_what_a_claim_draws_on_is_not_voided() -> None:
    with pytest.raises(Refusal) as refused:
        void(an_invoice(a_line(allocated=7 * YUAN)), "issued anew", by=provider, at=LATER)
    assert refused.value.code == "invoice.allocated"
    assert refused.value.reasons[0].numbers == {"allocated": "7.00"}


def test_its_verification_is_overdue_after_two_weeks() -> None:
    assert an_invoice().verify_by == AT + timedelta(days=14)
