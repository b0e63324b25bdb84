"""An award goes the way of every claim: disclosed, released, paid by each treasury, and found at the bank."""

from services.voucher.oversight.domain.chain import ReconciliationStatus
from services.voucher.oversight.operations.matching import match_claim
from services.voucher.oversight.operations.timelines import read_timeline
from services.voucher.settlement.domain.claim import LegState
from tests.conftest import SetClock
from tests.voucher.awards.operations.test_claiming import LEVEL, audited
from tests.voucher.awards.paid import paid_in_full
from tests.voucher.awards.steps import TOP_UP, Office, caller


async def test_a_top_up_is_two_payouts_of_two_treasuries_and_reconciled(office: Office, set_clock: SetClock) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await paid_in_full(office, claim, set_clock)
    assert [(leg.treasury, leg.state) for leg in await office.legs(claim)] == [
        ("jiangmen", LegState.PAID),
        ("pengjiang", LegState.PAID),
    ]
    who = caller("per_auditor", "auditor", "get_claim_match")
    match = await match_claim(office.database, permit=who, claim_id=claim.claim_id)
    assert match.status is ReconciliationStatus.RECONCILED
    timeline = await read_timeline(office.database, permit=who, claim_id=claim.claim_id)
    assert [stage.entered.state for stage in timeline.lines[0].course.stages][-1] == "paid"
    await audited(office)


async def test_an_award_to_a_space_is_reconciled(spaces: Office, set_clock: SetClock) -> None:
    claim = await spaces.claim("recognition", **LEVEL, facts={"level": "national"})
    await paid_in_full(spaces, claim, set_clock)
    who = caller("per_auditor", "auditor", "get_claim_match")
    match = await match_claim(spaces.database, permit=who, claim_id=claim.claim_id)
    assert [line.status for line in match.lines] == [ReconciliationStatus.RECONCILED]
    await audited(spaces)
