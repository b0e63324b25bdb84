"""A claim to an award is reckoned by its scheme, reviewed like every other, and granted of what its lines have free."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.awards.api.award_claims import award_claim_view
from services.voucher.awards.domain.award_claim import AwardClaim
from services.voucher.awards.operations import reading
from services.voucher.awards.store import audit as awards
from services.voucher.awards.store.award_claims import Wanted
from services.voucher.ledger.store import audit as ledger
from services.voucher.oversight.store import audit as oversight
from services.voucher.scheme.domain.versions import VersionState
from services.voucher.scheme.store import versions
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.domain.reviewing import Decision, Verdict
from services.voucher.settlement.store import audit as settlement
from tests.conftest import Begin, SetClock
from tests.voucher.awards.steps import (
    FIRM,
    MILLION,
    NOW,
    OPERATOR,
    SPACE,
    THIRD,
    TOP_UP,
    YUAN,
    Office,
    a_document,
    an_office,
    caller,
    hear_space,
    refused,
)

LEVEL: dict[str, Any] = {"payee": OPERATOR, "space_id": SPACE}
NEXT = {"value": "2022-02-01", "source": "our default, not in the notice"}
REJECT = Verdict(decision=Decision.REJECT, reason="不符合条件", refused_for="not_eligible")


async def audited(office: Office) -> None:
    async with office.database.read() as connection:
        assert await ledger.findings(connection) + await settlement.findings(connection) == []
        assert await oversight.findings(connection) + await awards.findings(connection) == []


async def test_a_top_up_is_half_of_what_the_province_paid_in_two_legs(office: Office) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await office.approve(claim)
    assert (claim.amount, claim.given, dict(claim.known)["region"]) == (15_000 * YUAN, 0, ("440703",))
    assert [(leg.part, leg.amount, leg.treasury) for leg in await office.legs(claim)] == [
        ("city", 4_500 * YUAN, "jiangmen"),
        ("district", 10_500 * YUAN, "pengjiang"),
    ]
    assert [MILLION - await office.free(part) for part in ("city", "district")] == [4_500 * YUAN, 10_500 * YUAN]
    await audited(office)


async def test_what_was_decided_is_decided_again_from_what_is_stored(office: Office) -> None:
    claim = await office.claim(
        "top-up", figures={"deal": 100_000 * YUAN, "upper_award": 40_000 * YUAN}, on=TOP_UP["on"]
    )
    (award,) = office.version.said.awards
    assert claim.reckoned(award).amount == claim.amount == 10_000 * YUAN


async def test_what_is_approved_in_part_is_granted_in_part(office: Office) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await office.approve(claim, 10_000 * YUAN)
    assert [leg.amount for leg in await office.legs(claim)] == [3_000 * YUAN, 7_000 * YUAN]
    await audited(office)


async def test_what_is_rejected_was_never_taken_from_the_budget(office: Office) -> None:
    claim = await office.claim("top-up", **TOP_UP)
    await office.review(claim, REJECT, stage="district")
    assert (await office.line(claim)).state is LineState.REJECTED
    assert await office.free("city") == MILLION
    await audited(office)


async def test_a_budget_line_that_has_not_so_much_free_refuses_the_approval(office: Office) -> None:
    claim = await office.claim("top-up", figures={"deal": 9 * MILLION, "upper_award": 3 * MILLION}, on=TOP_UP["on"])
    assert await refused(office.approve(claim)) == ["budget_line.insufficient"]
    assert (await office.line(claim)).state is LineState.IN_REVIEW


async def test_a_claim_says_all_that_speaks_against_it_at_once(office: Office) -> None:
    codes = await refused(office.claim("top-up", figures={"upper_award": 30_000 * YUAN}, on=date(2022, 3, 9)))
    assert codes == ["award.not_yet", "award.not_for_this", "award.figure_unknown"]


async def test_outside_the_window_nothing_is_claimed(office: Office, set_clock: SetClock) -> None:
    await set_clock(datetime(2022, 4, 7, 2, 0, tzinfo=UTC))
    assert await refused(office.claim("top-up", **TOP_UP)) == ["award.window"]


async def test_a_check_answers_what_claiming_then_does(office: Office) -> None:
    checked = await office.check("top-up", **TOP_UP)
    assert checked.reckoned is not None
    assert (checked.reckoned.amounts, checked.faults) == ([4_500 * YUAN, 10_500 * YUAN], ())
    against = await office.check("top-up", figures={}, on=TOP_UP["on"])
    assert [one.code for one in against.faults] == ["award.figure_unknown", "award.figure_unknown"]


async def test_a_document_of_somebody_else_proves_nothing(office: Office) -> None:
    mine, theirs = await a_document(office.database), await a_document(office.database, OPERATOR)
    assert await refused(office.claim("top-up", **TOP_UP, document_ids=(mine, theirs))) == ["document.unknown"]
    assert (await office.claim("top-up", **TOP_UP, document_ids=(mine,))).payee_id == FIRM


async def test_an_award_nobody_knows_and_a_payee_nobody_knows_are_refused(office: Office) -> None:
    assert await refused(office.claim("bottom-up", **TOP_UP)) == ["award.unknown"]
    assert await refused(office.claim("top-up", **TOP_UP, payee=SPACE)) == ["award.payee_unknown"]


async def test_a_space_is_awarded_once_for_each_level_of_its_recognition(spaces: Office) -> None:
    city = await spaces.claim("recognition", **LEVEL, facts={"level": "municipal"})
    state = await spaces.claim("recognition", **LEVEL, facts={"level": "national"})
    assert [(one.amount, one.on) for one in (city, state)] == [
        (300_000 * YUAN, date(2019, 5, 6)),
        (500_000 * YUAN, date(2020, 11, 2)),
    ]
    assert await refused(spaces.claim("recognition", **LEVEL, facts={"level": "national"})) == ["award.given"]


async def test_what_was_rejected_may_be_claimed_once_more(spaces: Office) -> None:
    first = await spaces.claim("recognition", **LEVEL, facts={"level": "national"})
    await spaces.review(first, REJECT, stage="district")
    again = await spaces.claim("recognition", **LEVEL, facts={"level": "national"})
    assert again.amount == 500_000 * YUAN
    await audited(spaces)


async def test_of_two_claims_to_the_same_at_the_same_time_one_is_taken(spaces: Office) -> None:
    asked = [refused(spaces.claim("recognition", **LEVEL, facts={"level": "national"})) for _ in range(5)]
    assert sorted(await asyncio.gather(*asked)) == [[], *[["award.given"]] * 4]


async def test_a_level_that_was_taken_away_is_not_awarded(spaces: Office) -> None:
    ended = [{"level": "national", "decided_on": "2020-11-02", "ended_on": "2022-01-01"}]
    await hear_space(spaces.database, recognitions=ended, state="revoked")
    codes = await refused(spaces.claim("recognition", **LEVEL, facts={"level": "national"}))
    assert codes == ["award.space_state", "award.level_unproven"]


async def test_a_space_of_somebody_else_and_no_space_at_all_are_not_awarded(spaces: Office) -> None:
    level = {"level": "national"}
    assert "award.payee" in await refused(spaces.claim("recognition", payee=FIRM, space_id=SPACE, facts=level))
    assert "award.payee" in await refused(spaces.claim("recognition", payee=OPERATOR, facts=level))


async def test_a_fact_by_which_it_is_given_once_must_be_said(spaces: Office) -> None:
    assert "award.fact_missing" in await refused(spaces.claim("recognition", **LEVEL))


async def test_the_same_key_is_answered_with_the_same_claim(spaces: Office) -> None:
    asked: dict[str, Any] = {**LEVEL, "facts": {"level": "national"}, "key": "k-1"}
    first, again = [await spaces.claim("recognition", **asked) for _ in range(2)]
    assert first == again


async def test_a_claim_names_the_version_that_counts_on_its_day(office: Office) -> None:
    later = replace(office.version, id=new_id(), version=2, document={**office.version.document, "effective": NEXT})
    async with office.database.begin() as connection:
        await versions.set_state(connection, replace(office.version, state=VersionState.SUPERSEDED))
        await versions.add(connection, later)
    assert (await office.claim("top-up", **TOP_UP)).scheme_version_id == office.version.id
    newer = replace(office, version=later)
    assert await refused(newer.claim("top-up", **TOP_UP)) == ["award.other_version"]


@pytest.mark.parametrize(
    ("follows", "told"), [(True, ["award.not_funded", "award.given"]), (False, ["award.not_funded"])]
)
async def test_what_was_given_once_was_given_by_the_scheme_that_follows_too(
    spaces: Office, follows: bool, told: list[str]
) -> None:
    await spaces.claim("recognition", **LEVEL, facts={"level": "national"})
    document = {**spaces.version.document, "scheme": "the-year-after"}
    root = spaces.version.scheme_id if follows else None
    after = replace(spaces.version, id=new_id(), scheme_id="the-year-after", document=document, root=root)
    async with spaces.database.begin() as connection:
        await versions.add(connection, after)
    again = replace(spaces, version=after).claim("recognition", **LEVEL, facts={"level": "national"})
    assert await refused(again) == told


async def test_a_draft_gives_nobody_anything(office: Office) -> None:
    draft = replace(
        office.version, id=new_id(), version=2, state=VersionState.DRAFT, published_by=None, published_at=None
    )
    async with office.database.begin() as connection:
        await versions.add(connection, draft)
    assert await refused(replace(office, version=draft).claim("top-up", **TOP_UP)) == ["scheme.unknown"]


async def test_an_award_rests_on_a_claim_of_its_own_payee_only(office: Office) -> None:
    upper = await office.claim("top-up", **TOP_UP)
    assert await refused(office.claim("top-up", **TOP_UP, payee=THIRD, rests_on=upper.id)) == ["award_claim.unknown"]


async def test_what_is_left_of_nothing_is_not_claimed(office: Office) -> None:
    figures = {"deal": 50_000 * YUAN, "upper_award": 25_000 * YUAN}
    assert await refused(office.claim("top-up", figures=figures, on=TOP_UP["on"])) == ["award.nothing_left"]


async def test_a_part_that_no_budget_line_bears_is_not_claimed(begin: Begin) -> None:
    office = await begin(an_office_without_a_district)
    assert await refused(office.claim("top-up", **TOP_UP)) == ["award.not_funded"]


async def an_office_without_a_district(database: Database, set_clock: SetClock) -> Office:
    await set_clock(NOW)
    office = await an_office(database, "jiangmen-topup-2021", treasuries={"city": "jiangmen"})
    await office.fund("top-up", "city", "440700")
    return office


async def test_an_amount_for_each_unit_is_paid_so_many_times(begin: Begin) -> None:
    office = await begin(an_office_of_area)
    claim = await office.claim("top-up", on=date(2021, 6, 30), units=120)
    assert (claim.base, claim.amount) == (120, 12_000 * YUAN)
    (seen,) = await reading.list_award_claims(
        office.database, permit=caller("per_a", "auditor", "list_award_claims"), wanted=Wanted(), before=None, limit=2
    )
    assert award_claim_view(seen).units == 120


async def an_office_of_area(database: Database, set_clock: SetClock) -> Office:
    """So much for each square metre that was added, up to a limit in a year."""
    await set_clock(NOW)

    def by_area(text: str) -> str:
        head, _, tail = text.partition("    base: upper_award\n")
        after = tail.partition("    split:\n")[2].partition("    as_of: completion\n")[2]
        limit = '    limit: {value: "500000.00", source: row jiangmen-topup-2021}\n    period: year\n'
        return f'{head}    base: added_area\n    amount: "100.00"\n{limit}    as_of: completion\n{after}'

    office = await an_office(database, "jiangmen-topup-2021", treasuries={"1": "jiangmen"}, change=by_area)
    await office.fund("top-up", "1", "440700")
    return office


async def test_the_limit_of_a_year_leaves_the_rest_to_the_next_claim(begin: Begin) -> None:
    office = await begin(an_office_of_area)
    asked = [office.claim("top-up", on=date(2021, 6, 30), units=3_000) for _ in range(3)]
    taken = await asyncio.gather(*[attempted(one) for one in asked])
    assert sorted(taken) == [0, 200_000 * YUAN, 300_000 * YUAN]


async def attempted(asked: Awaitable[AwardClaim]) -> int:
    """What is claimed; nothing where nothing is left."""
    try:
        return (await asked).amount
    except Refusal:
        return 0
