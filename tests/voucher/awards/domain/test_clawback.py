"""A proposal is the difference of both its numbers; the budget line of the smallest region bears an award."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.awards.domain.award_funding import AwardFunding, AwardFundingState, bearing, propose
from services.voucher.awards.domain.clawback import ClawbackCase, ClawbackProposal
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.scheme.domain.rule import Rule
from tests.voucher.ledger.samples import a_line, classification

GRANT = Rule("grant", "row jiangmen-topup-2021")
AT = datetime(2022, 3, 7, 2, 0, tzinfo=UTC)
FUNDING = AwardFunding(
    id=new_id(),
    scheme_id="jiangmen-topup-2021",
    bureau="jiangmen-science",
    award="top-up",
    part="city",
    region="440700",
    budget_line_id=new_id(),
    document="江财教〔2022〕3号",
    proposed_by="per_1",
    proposed_at=AT,
    state=AwardFundingState.APPROVED,
)


@pytest.mark.parametrize(("amount", "before", "after"), [(5, 15, 9), (0, 15, 15), (-1, 14, 15)])
def test_a_proposal_of_another_amount_than_the_difference_is_none(amount: int, before: int, after: int) -> None:
    with pytest.raises(ValueError, match="is not"):
        ClawbackProposal(
            id=new_id(),
            award_claim_id=new_id(),
            claim_line_id=new_id(),
            case=ClawbackCase.UNSPENT,
            amount=amount,
            before=before,
            after=after,
            currency="CNY",
            reason="",
            clause="",
            document_id=None,
            proposed_by="per_1",
            proposed_at=AT,
        )


def test_the_line_of_the_smallest_region_around_the_payee_bears_it() -> None:
    district = replace(FUNDING, id=new_id(), region="440703")
    elsewhere = replace(FUNDING, id=new_id(), region="440781")
    assert bearing([district, FUNDING, elsewhere], "440703") == {"city": district}
    assert bearing([district, FUNDING, elsewhere], "440784") == {"city": FUNDING}
    assert bearing([replace(FUNDING, state=AwardFundingState.REPLACED)], "440703") == {}


def test_a_budget_line_in_another_currency_bears_nothing() -> None:
    with pytest.raises(Refusal, match=r"award_funding\.currency"):
        propose(FUNDING, line=a_line(), parts={"city"}, currency="SGD", mode=GRANT)


@pytest.mark.parametrize(
    ("mode", "economic_class", "borne"),
    [
        ("purchase", "30227", True),
        ("purchase", "31205", False),
        ("grant", "31205", True),
        ("business_award", "50205", False),
    ],
)
def test_how_an_award_is_given_decides_from_which_lines(mode: str, economic_class: str, borne: bool) -> None:
    line = BudgetLine(new_id(), classification(economic_class=economic_class))
    proposed = partial(propose, FUNDING, line=line, parts={"city"}, currency="CNY", mode=Rule(mode, "row r"))
    if borne:
        assert proposed() == FUNDING
    else:
        with pytest.raises(Refusal, match=r"award_funding\.economic_class"):
            proposed()
