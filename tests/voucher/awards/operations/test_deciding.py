"""The line of an award is returned, corrected, withdrawn, objected to and left unanswered as every other line is."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

from services.voucher.awards.domain.award_claim import AwardClaim
from services.voucher.awards.operations import correcting, reading
from services.voucher.settlement.domain.claim import LegState, LineState
from services.voucher.settlement.domain.evidence import Drawn
from services.voucher.settlement.domain.objection import Judgement, Outcome
from services.voucher.settlement.domain.reviewing import Decision, Verdict
from services.voucher.settlement.operations import disclosing, objecting
from services.voucher.settlement.operations.correcting import Corrected, correct_claim
from services.voucher.settlement.operations.timers import CorrectionTimer
from services.voucher.settlement.operations.withdrawing import Withdrawal, withdraw_claim
from services.voucher.settlement.store import disclosures
from services.voucher.wallet.domain.form import Answers
from tests.conftest import SetClock
from tests.voucher.awards.operations.test_claiming import LEVEL, audited
from tests.voucher.awards.paid import finance
from tests.voucher.awards.steps import (
    FIRM,
    MILLION,
    NOW,
    OPERATOR,
    TOP_UP,
    Office,
    a_document,
    caller,
    keyed,
    refused,
)

RETURN = Verdict(decision=Decision.RETURN, reason="缺少到账凭证")
OVER = NOW + timedelta(days=60)


async def returned(office: Office) -> AwardClaim:
    claim = await office.claim("top-up", **TOP_UP)
    await office.review(claim, RETURN, stage="district")
    return claim


async def correct(
    office: Office,
    claim: AwardClaim,
    *document_ids: UUID,
    payee: UUID = FIRM,
    key: str | None = None,
    answers: Answers | None = None,
) -> None:
    who = caller("per_accountant", "holder", "correct_award_claim", organization=payee)
    corrected = correcting.Corrected(document_ids, "补交凭证", answers)
    await correcting.correct_award_claim(
        office.database,
        keyed(who, "correct_award_claim", key),
        permit=who,
        award_claim_id=claim.id,
        corrected=corrected,
    )


async def test_a_returned_claim_is_back_in_its_place_with_further_documents(office: Office) -> None:
    claim, document = await returned(office), await a_document(office.database)
    for _ in range(2):
        await correct(office, claim, document, key="k-1")
    line = await office.line(claim)
    assert (line.state, line.stage, line.corrections) == (LineState.IN_REVIEW, "district", 1)
    who = caller("per_auditor", "auditor", "get_award_claim")
    seen = await reading.read_award_claim(office.database, permit=who, award_claim_id=claim.id)
    assert seen.document_ids[1:] == (document,)
    await audited(office)


async def test_what_was_not_returned_and_what_proves_nothing_is_no_correction(office: Office) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    foreign = await a_document(office.database, OPERATOR)
    assert await refused(correct(office, claim, foreign)) == ["claim.state", "document.unknown"]
    assert await refused(correct(office, claim, payee=OPERATOR)) == ["award_claim.unknown"]


async def test_the_evidence_of_an_award_is_not_corrected_as_that_of_a_voucher(office: Office) -> None:
    claim = await returned(office)
    who = caller("per_accountant", "holder", "correct_claim", organization=FIRM)
    asked = [Corrected(1, Drawn(), None)]
    corrected = correct_claim(
        office.database, keyed(who, "correct_claim"), permit=who, claim_id=claim.claim_id, corrected=asked
    )
    assert await refused(corrected) == ["claim.of_award"]


async def test_nobody_answers_and_the_claim_is_rejected(office: Office, set_clock: SetClock) -> None:
    claim = await returned(office)
    await set_clock(OVER)
    assert await CorrectionTimer().run(office.database, OVER) == 1
    assert (await office.line(claim)).state is LineState.REJECTED
    await audited(office)


async def test_what_was_withdrawn_may_be_claimed_again(spaces: Office) -> None:
    claim = await spaces.claim("recognition", **LEVEL, facts={"level": "national"})
    who = caller("per_accountant", "holder", "withdraw_claim", organization=OPERATOR)
    request = keyed(who, "withdraw_claim")
    await withdraw_claim(
        spaces.database, request, permit=who, claim_id=claim.claim_id, withdrawal=Withdrawal("申报有误")
    )
    again = await spaces.claim("recognition", **LEVEL, facts={"level": "national"})
    assert again.amount == claim.amount
    await audited(spaces)


async def test_an_upheld_objection_gives_the_budget_back(office: Office) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await office.approve(claim)
    line = await office.line(claim)
    who, request = finance("per_maker", "finance_maker", "prepare_disclosure", line.treasury)
    answer = await disclosing.prepare_disclosure(office.database, request, permit=who, line_ids=[line.id])
    shown = UUID(answer.body["id"])
    async with office.database.read() as connection:
        digest = (await disclosures.read(connection, shown)).digest
    who, request = finance("per_checker", "finance_checker", "publish_disclosure", line.treasury)
    await disclosing.publish_disclosure(office.database, request, permit=who, disclosure_id=shown, digest=digest)
    citizen = caller("per_citizen", "provider", "file_objection", organization=OPERATOR)
    asked = objecting.Asked(shown, line.id, "梁某", "liang@example.org", "该服务从未发生", None, None)
    request = keyed(citizen, "file_objection")
    filed = await objecting.file_objection(office.database, request, permit=citizen, asked=asked)
    arbiter = caller("per_arbiter", "reviewer", "decide_objection", region="440700")
    judgement, request = Judgement(Outcome.UPHELD, "属实"), keyed(arbiter, "decide_objection")
    await objecting.decide_objection(
        office.database, request, permit=arbiter, objection_id=UUID(filed.body["id"]), judgement=judgement
    )
    assert {leg.state for leg in await office.legs(claim)} == {LegState.DROPPED}
    assert [await office.free(part) for part in ("city", "district")] == [MILLION, MILLION]
    await audited(office)


async def test_two_approvals_of_more_than_is_left_grant_one(office: Office) -> None:
    figures = {"deal": 8 * MILLION, "upper_award": 2 * MILLION - 2 * MILLION // 5}
    ones = [await office.claim("top-up", figures=figures, on=date(2021, 6, day)) for day in (1, 2)]
    for one in ones:
        await office.review(one, Verdict(decision=Decision.APPROVE), stage="district")
    last = [refused(office.review(one, Verdict(decision=Decision.APPROVE), stage="city")) for one in ones]
    assert sorted(await asyncio.gather(*last)) == [[], ["budget_line.insufficient"]]
    await audited(office)
