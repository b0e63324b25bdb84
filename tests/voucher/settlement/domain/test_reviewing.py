"""A claim line is reviewed stage by stage; each verdict is refused with all its faults or leads to one step."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.standards.calendar import WorkingDays
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.settlement.domain.claim import ClaimLine, LineState
from services.voucher.settlement.domain.legs import whole
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.domain.reviewing import Decision, Grounds, Reviewed, Verdict, faults, review
from tests.voucher.redemption.samples import YUAN
from tests.voucher.settlement.lines import CLAIMED, LINE, NOW, QUOTA, SUBMITTED, a_case, at_city, city

APPROVE, REJECT, RETURN = (Verdict(decision=one, reason="第二项不在合同内") for one in Decision)
LESS = Verdict(decision=Decision.APPROVE, amount=10_000 * YUAN, currency="CNY", reason="只认可一部分")


def grounds(stage: str | None = "district", **changes: Any) -> Grounds:
    return Grounds(**{"stage": stage, "refused": (), "documents": (), **changes})


def codes(case: LineCase, verdict: Verdict, upon: Grounds | None = None) -> list[str]:
    return [reason.code for reason in faults(case, verdict, upon or grounds(case.line.stage))]


def reviewed(case: LineCase, verdict: Verdict) -> Reviewed:
    assert codes(case, verdict) == []
    shares = whole(case.line, leg_id=new_id(), funding_source=QUOTA.source)
    return review(case, verdict, shares=shares, quota=QUOTA)


def after(case: LineCase, verdict: Verdict) -> ClaimLine:
    return reviewed(case, verdict).step.after


def test_the_district_passes_a_line_on_to_the_city() -> None:
    outcome = reviewed(a_case(), APPROVE)
    line = outcome.step.after
    assert (outcome.step.event, outcome.step.posting, outcome.legs) == ("passed_on", None, ())
    assert (line.state, line.stage, line.approved) == (LineState.IN_REVIEW, "city", None)
    assert (line.entered_at, line.submitted_at) == (NOW, SUBMITTED)


def test_each_stage_has_its_own_ten_working_days() -> None:
    line = after(a_case(), APPROVE)
    assert (line.due_on, line.due_at) == (date(2020, 10, 6), datetime(2020, 10, 6, 16, 0, tzinfo=UTC))


def test_the_city_approves_all_that_is_claimed_and_debt_arises() -> None:
    outcome = reviewed(at_city(), Verdict(decision=Decision.APPROVE))
    line, posting = outcome.step.after, outcome.step.posting
    assert (line.state, line.stage, line.approved, line.due_at) == (LineState.APPROVED, None, CLAIMED, None)
    assert posting is not None
    assert (posting.row, posting.event) == (13, "claim_line_approved")
    assert posting.moved(PlaceKind.PAYABLE, LINE, "1") == -CLAIMED
    assert [leg.amount for leg in outcome.legs] == [CLAIMED]


def test_the_city_approves_a_part_and_the_rest_goes_back() -> None:
    outcome = reviewed(at_city(), LESS)
    posting = outcome.step.posting
    assert (outcome.step.after.approved, [leg.amount for leg in outcome.legs]) == (10_000 * YUAN, [10_000 * YUAN])
    assert posting is not None
    assert posting.moved(PlaceKind.AVAILABLE, outcome.step.after.captured.voucher_id) == 5_000 * YUAN


def test_a_rejected_line_owes_nothing() -> None:
    outcome = reviewed(a_case(), REJECT)
    line, posting = outcome.step.after, outcome.step.posting
    assert (line.state, line.stage, line.approved, outcome.legs) == (LineState.REJECTED, None, 0, ())
    assert posting is not None
    back = posting.moved(PlaceKind.AVAILABLE, line.captured.voucher_id)
    assert (posting.event, back) == ("claim_line_rejected", CLAIMED)


def test_a_returned_line_waits_for_its_payee_at_its_stage() -> None:
    line = after(a_case(), RETURN)
    assert (line.state, line.stage, line.due_on) == (LineState.RETURNED, "district", date(2020, 10, 6))


def test_the_reviewer_joins_those_who_took_part() -> None:
    assert after(a_case(), APPROVE).acted == ("per_payee", "per_district")
    assert after(at_city(acted=("per_payee",), steps=1), APPROVE).acted == ("per_payee", "per_city")


@pytest.mark.parametrize("verdict", [APPROVE, REJECT, RETURN])
def test_every_verdict_is_a_ruling_with_clause_and_numbers(verdict: Verdict) -> None:
    (ruling,) = reviewed(a_case(), verdict).step.rulings
    assert (ruling.kind, ruling.rule) == ("review", "settlement.review")
    assert ruling.clause == "our default, not in the notice"
    assert ruling.numbers["claimed"] == "15000.00"
    assert ruling.numbers["reason"] == "第二项不在合同内"


@pytest.mark.parametrize("state", sorted(set(LineState) - {LineState.IN_REVIEW}))
@pytest.mark.parametrize("verdict", [APPROVE, REJECT, RETURN])
def test_only_a_line_in_review_is_reviewed(state: LineState, verdict: Verdict) -> None:
    assert codes(a_case(state=state), verdict) == ["claim.state"]


@pytest.mark.parametrize("stage", ["city", None])
def test_a_reviewer_decides_at_his_own_stage_only(stage: str | None) -> None:
    assert codes(a_case(), APPROVE, grounds(stage)) == ["claim.stage"]


def test_who_took_part_decides_nothing_later() -> None:
    assert codes(at_city(acted=("per_payee", "per_city")), APPROVE) == ["claim.took_part"]


def test_who_returned_a_line_may_read_the_answer() -> None:
    case = a_case(acted=("per_payee", "per_district"), corrections=1)
    assert codes(case, APPROVE, grounds(returned_by="per_district")) == []
    assert codes(case, APPROVE, grounds(returned_by="per_other")) == ["claim.took_part"]


def test_a_payee_who_is_also_a_reviewer_does_not_review_his_own_line() -> None:
    assert codes(a_case(acted=("per_district",)), REJECT) == ["claim.took_part"]


def test_a_line_is_not_approved_upon_an_invoice_that_was_refused_since() -> None:
    upon = grounds(refused=["24442000000012345678"])
    (reason,) = faults(a_case(), APPROVE, upon)
    assert (reason.code, reason.numbers["invoice"]) == ("claim.invoice_refused", "24442000000012345678")
    assert codes(a_case(), REJECT, upon) == []


def test_an_amount_is_set_at_the_last_stage_only() -> None:
    assert codes(a_case(), LESS) == ["claim.amount_early"]


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_not_approved(amount: int) -> None:
    nothing = Verdict(decision=Decision.APPROVE, amount=amount, currency="CNY", reason="无")
    assert codes(at_city(), nothing) == ["claim.approved_nothing"]


def test_less_than_claimed_needs_a_reason() -> None:
    less = Verdict(decision=Decision.APPROVE, amount=CLAIMED - 1, currency="CNY")
    assert codes(at_city(), less) == ["claim.reason_missing"]


def test_more_than_claimed_is_not_approved() -> None:
    more = Verdict(decision=Decision.APPROVE, amount=CLAIMED + 1, currency="CNY")
    (reason,) = faults(at_city(), more, grounds("city"))
    assert (reason.code, reason.numbers) == ("claim.approved_too_much", {"claimed": "15000.00"})


def test_an_amount_names_the_currency_of_the_claim() -> None:
    other = Verdict(decision=Decision.APPROVE, amount=1, currency="EUR", reason="less")
    assert codes(at_city(), other) == ["claim.currency"]


@pytest.mark.parametrize("decision", [Decision.REJECT, Decision.RETURN])
def test_a_line_is_rejected_or_returned_with_a_reason_and_without_an_amount(decision: Decision) -> None:
    verdict = Verdict(decision=decision, amount=1, currency="CNY")
    assert codes(a_case(), verdict) == ["claim.reason_missing", "claim.amount_unasked"]


def test_a_line_is_returned_once() -> None:
    assert codes(a_case(corrections=1), RETURN) == ["claim.corrected_before"]
    assert codes(a_case(corrections=1), REJECT) == []


def test_a_decision_rests_on_a_known_document_only() -> None:
    document = new_id()
    verdict = Verdict(decision=Decision.APPROVE, document_id=document)
    assert codes(a_case(), verdict) == ["document.unknown"]
    assert codes(a_case(), verdict, grounds(documents={document})) == []


def test_all_faults_are_told_at_once() -> None:
    verdict = Verdict(decision=Decision.REJECT, document_id=new_id())
    case = a_case(acted=("per_district",))
    assert codes(case, verdict, grounds("city")) == [
        "claim.stage",
        "claim.took_part",
        "document.unknown",
        "claim.reason_missing",
    ]


def test_a_stage_that_would_end_in_a_year_that_is_not_loaded_is_refused() -> None:
    case = LineCase(
        line=a_case().line,
        scheme=a_case().scheme,
        calendar=WorkingDays(frozenset(), frozenset(), frozenset({2019})),
        by=city,
        at=NOW,
    )
    with pytest.raises(Refusal, match=r"calendar\.not_loaded"):
        reviewed(case, APPROVE)


@given(st.integers(1, CLAIMED))
def test_what_is_owed_and_what_goes_back_are_what_was_claimed(amount: int) -> None:
    verdict = Verdict(decision=Decision.APPROVE, amount=amount, currency="CNY", reason="part")
    outcome = reviewed(at_city(), verdict)
    assert outcome.step.posting is not None
    back = outcome.step.posting.moved(PlaceKind.AVAILABLE, outcome.step.after.captured.voucher_id)
    assert sum(leg.amount for leg in outcome.legs) + back == CLAIMED
