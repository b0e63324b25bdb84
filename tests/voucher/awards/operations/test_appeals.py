"""A claim to an award answers the scheme's form, is rejected for one of its reasons, and that is appealed once."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.chassis import tasks
from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.voucher.awards.domain.award_claim import AwardClaim
from services.voucher.awards.operations import appeals, reading
from services.voucher.awards.store.appeals import Wanted
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.domain.reviewing import Decision, Verdict
from services.voucher.wallet.domain.appeal import Appeal, AppealState, Asked, Ruling
from tests.conftest import Begin, SetClock
from tests.voucher.awards.operations.test_claiming import LEVEL, REJECT, an_office_of_area, audited
from tests.voucher.awards.operations.test_deciding import correct, returned
from tests.voucher.awards.operations.test_recomputing import recompute
from tests.voucher.awards.steps import (
    FIRM,
    NOW,
    OPERATOR,
    TOP_UP,
    YUAN,
    Office,
    a_document,
    a_top_up_office,
    caller,
    keyed,
    refused,
)

UPHELD, DISMISSED = Ruling(AppealState.UPHELD, "凭证已列明"), Ruling(AppealState.DISMISSED, "凭证未列明")
NATIONAL: dict[str, Any] = {**LEVEL, "facts": {"level": "national"}}


async def rejected(office: Office, award: str = "top-up", **asked: Any) -> AwardClaim:
    claim = await office.claim(award, **(asked or TOP_UP))
    await office.review(claim, REJECT, stage="district")
    return claim


async def file(
    office: Office, claim: AwardClaim, *, payee: UUID = FIRM, key: str | None = None, **asked: Any
) -> Appeal:
    who = caller(f"per_{payee.int}", "holder", "file_award_appeal", organization=payee)
    wanted = Asked("凭证第二页已列明金额", asked.get("document_id"), asked.get("client_ref"))
    request = keyed(who, "file_award_appeal", key)
    answer = await appeals.file_award_appeal(
        office.database, request, permit=who, award_claim_id=claim.id, asked=wanted
    )
    auditor = caller("per_auditor", "auditor", "get_award_appeal")
    return await appeals.read_award_appeal(office.database, permit=auditor, appeal_id=UUID(answer.body["id"]))


async def decide(
    office: Office, appeal: Appeal, ruling: Ruling, *, person: str = "per_arbiter", key: str | None = None
) -> None:
    who = caller(person, "reviewer", "uphold_award_appeal", region=(await office.read(appeal.subject_id)).region)
    request = keyed(who, "uphold_award_appeal", key)
    await appeals.decide_award_appeal(office.database, request, permit=who, appeal_id=appeal.id, ruling=ruling)


async def test_an_award_is_rejected_for_one_of_the_reasons_that_its_scheme_lists(office: Office) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    for named in (None, "weather"):
        verdict = replace(REJECT, refused_for=named)
        assert await refused(office.review(claim, verdict, stage="district")) == ["claim.reason_unlisted"]
    passed = Verdict(decision=Decision.APPROVE, refused_for="not_eligible")
    assert await refused(office.review(claim, passed, stage="district")) == ["claim.reason_unasked"]
    await office.review(claim, REJECT, stage="district")
    assert (await office.line(claim)).state is LineState.REJECTED


async def test_what_the_form_asks_is_answered_and_read(office: Office) -> None:
    paper = await a_document(office.database)
    answers = dict(office.answers(paper))
    wrong = {**answers, "deal": "viel", "provincial-payment": show("doc", new_id()), "colour": "red"}
    codes = await refused(office.claim("top-up", **TOP_UP, answers=wrong))
    assert sorted(codes) == ["form.amount", "form.document", "form.unasked"]
    claim = await office.claim("top-up", **TOP_UP, answers=answers, document_ids=())
    who = caller("per_auditor", "auditor", "get_award_claim")
    seen = await reading.read_award_claim(office.database, permit=who, award_claim_id=claim.id)
    assert (dict(seen.answers), seen.document_ids, seen.mode) == (answers, (paper,), "grant")


async def test_a_correction_answers_the_form_anew(office: Office) -> None:
    claim, paper = await returned(office), await a_document(office.database)
    answers = {**office.answers(paper), "deal": "2.00"}
    assert await refused(correct(office, claim, answers={"deal": "2.00"})) == ["form.missing"] * 3
    await correct(office, claim, answers=answers)
    who = caller("per_auditor", "auditor", "get_award_claim")
    seen = await reading.read_award_claim(office.database, permit=who, award_claim_id=claim.id)
    assert (dict(seen.answers), seen.document_ids[-1]) == (answers, paper)


async def test_an_upheld_appeal_puts_a_claim_back_where_it_was(office: Office) -> None:
    claim = await rejected(office)
    submitted = (await office.line(claim)).submitted_at
    appeal = await file(office, claim)
    await decide(office, appeal, UPHELD)
    line = await office.line(claim)
    assert (line.state, line.stage, line.submitted_at, line.approved) == (
        LineState.IN_REVIEW,
        "district",
        submitted,
        None,
    )
    for stage in ("district", "city"):
        await office.review(claim, Verdict(decision=Decision.APPROVE), stage=stage, person=f"per_other_{stage}")
    assert [leg.amount for leg in await office.legs(claim)] == [4_500 * YUAN, 10_500 * YUAN]
    await audited(office)


async def test_a_dismissed_appeal_leaves_the_rejection_as_it_is(office: Office) -> None:
    claim = await rejected(office)
    appeal = await file(office, claim)
    await decide(office, appeal, DISMISSED)
    assert (await office.line(claim)).state is LineState.REJECTED
    assert await refused(decide(office, appeal, UPHELD)) == ["appeal.state"]
    assert await refused(file(office, claim)) == ["appeal.filed_before"]


async def test_an_appeal_is_the_task_of_a_reviewer_without_a_part_in_the_case(office: Office) -> None:
    claim = await rejected(office)
    appeal = await file(office, claim)
    async with office.database.read() as connection:
        waiting, _ = await tasks.find(connection, tasks.Wanted(), after=None, limit=200)
    assert [one.kind for _, one in waiting if one.subject_id == appeal.id] == ["award_appeal.decide"]
    for person in ("per_district", f"per_{FIRM.int}"):
        assert await refused(decide(office, appeal, UPHELD, person=person)) == ["appeal.took_part"]


async def test_only_a_rejection_is_appealed_and_by_its_payee_in_time(office: Office, set_clock: SetClock) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    assert await refused(file(office, claim)) == ["appeal.not_refused"]
    await office.review(claim, REJECT, stage="district")
    assert await refused(file(office, claim, payee=OPERATOR)) == ["award_claim.unknown"]
    assert await refused(file(office, claim, document_id=new_id())) == ["document.unknown"]
    await set_clock(NOW + timedelta(days=30))
    assert await refused(file(office, claim)) == ["appeal.too_late"]


async def test_a_paper_of_ones_own_goes_with_an_appeal(office: Office) -> None:
    claim, paper = await rejected(office), await a_document(office.database)
    assert (await file(office, claim, document_id=paper)).document_id == paper


async def test_where_a_scheme_asks_nothing_no_appeal_is_offered(begin: Begin) -> None:
    office = await begin(an_office_that_asks_nothing)
    claim = await office.claim("top-up", **TOP_UP)
    assert await refused(office.review(claim, REJECT, stage="district")) == ["claim.reason_unasked"]
    await office.review(claim, replace(REJECT, refused_for=None), stage="district")
    assert await refused(file(office, claim)) == ["appeal.not_offered"]


async def an_office_that_asks_nothing(database: Database, set_clock: SetClock) -> Office:
    """The top-up without a word on applications."""

    def silent(text: str) -> str:
        head, _, tail = text.partition("applications:\n")
        return head + "disclosure:" + tail.partition("disclosure:")[2]

    return await a_top_up_office(database, set_clock, change=silent)


async def test_what_came_to_nothing_is_not_appealed(office: Office) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await office.approve(claim)
    await recompute(office, claim, 0)
    assert await refused(file(office, claim)) == ["appeal.not_refused"]


async def test_the_same_key_appeals_and_decides_once_and_a_reference_is_used_once(office: Office) -> None:
    claim, other = await rejected(office), await rejected(office)
    first, again = [await file(office, claim, key="k-1", client_ref="a-1") for _ in range(2)]
    assert first == again
    assert await refused(file(office, other, client_ref="a-1")) == ["client_ref.taken"]
    for _ in range(2):
        await decide(office, first, UPHELD, key="k-2")
    assert (await office.line(claim)).state is LineState.IN_REVIEW


async def test_what_others_were_given_meanwhile_is_not_given_twice(spaces: Office) -> None:
    claim = await rejected(spaces, "recognition", **NATIONAL)
    appeal = await file(spaces, claim, payee=OPERATOR)
    await spaces.claim("recognition", **NATIONAL)
    assert await refused(decide(spaces, appeal, UPHELD)) == ["award_appeal.overtaken"]
    await audited(spaces)


async def test_a_claim_takes_its_part_of_the_limit_again_or_waits(begin: Begin) -> None:
    office = await begin(an_office_of_area)
    asked: dict[str, Any] = {"on": TOP_UP["on"], "units": 3_000}
    claim = await rejected(office, **asked)
    appeal = await file(office, claim)
    other = await office.claim("top-up", **asked)
    assert await refused(decide(office, appeal, UPHELD)) == ["award_appeal.overtaken"]
    await office.review(other, REJECT, stage="district")
    await decide(office, appeal, UPHELD)
    assert (await office.claim("top-up", **asked)).amount == 200_000 * YUAN
    await audited(office)


async def test_appeals_are_listed_to_their_payee_and_to_reviewers_of_the_region(office: Office) -> None:
    appeal = await file(office, await rejected(office))
    payee = caller("per_1", "holder", "list_award_appeals", organization=FIRM)
    stranger = caller("per_2", "holder", "list_award_appeals", organization=OPERATOR)
    reviewer = caller("per_3", "reviewer", "list_award_appeals", region="440700")
    wanted = Wanted(state=AppealState.FILED, award_claim_id=appeal.subject_id)
    found = [
        await appeals.list_award_appeals(office.database, permit=who, wanted=wanted, before=None, limit=9)
        for who in (payee, stranger, reviewer)
    ]
    assert found == [[appeal], [], [appeal]]


async def test_an_upheld_appeal_and_a_new_claim_at_the_same_time_are_one(spaces: Office) -> None:
    claim = await rejected(spaces, "recognition", **NATIONAL)
    appeal = await file(spaces, claim, payee=OPERATOR)
    at_once: list[Awaitable[Any]] = [decide(spaces, appeal, UPHELD), spaces.claim("recognition", **NATIONAL)]
    said = await asyncio.gather(*[refused(one) for one in at_once])
    assert sorted(said) in ([[], ["award.given"]], [[], ["award_appeal.overtaken"]])
    await audited(spaces)


async def test_of_two_who_decide_an_appeal_at_once_one_is_heard(office: Office) -> None:
    appeal = await file(office, await rejected(office))
    at_once = [
        decide(office, appeal, ruling, person=f"per_{place}") for place, ruling in enumerate((UPHELD, DISMISSED))
    ]
    assert sorted(await asyncio.gather(*[refused(one) for one in at_once])) == [[], ["appeal.state"]]
    await audited(office)


async def an_office_of_state_aid(database: Database, set_clock: SetClock) -> Office:
    """The top-up, of which a firm and all related to it get 20 000.00 in three years."""
    said = '{value: {name: de-minimis, months: 36, limit: "20000.00"}, source: row jiangmen-topup-2021}'
    aid = f"    as_of: completion\n    regime: {said}\n"
    return await a_top_up_office(database, set_clock, change=lambda text: text.replace("    as_of: completion\n", aid))


async def test_an_appeal_waits_while_others_have_what_its_regime_leaves(begin: Begin) -> None:
    office = await begin(an_office_of_state_aid)
    claim = await rejected(office)
    second = await office.claim("top-up", **TOP_UP)
    assert (claim.amount, second.amount) == (15_000 * YUAN, 15_000 * YUAN)
    appeal = await file(office, claim)
    assert await refused(decide(office, appeal, UPHELD)) == ["award_appeal.overtaken"]
    await office.review(second, REJECT, stage="district")
    await decide(office, appeal, UPHELD)
    third = await office.claim("top-up", **TOP_UP)
    assert third.amount == 5_000 * YUAN
    await audited(office)
