"""A campaign's life, whom it judges, and the order of years."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.chassis.refusals import Reason, Refusal, Scalar
from services.registry.assessment.domain import campaign as life
from services.registry.assessment.domain.campaign import SPACES_MOST, Campaign, CampaignState, Omission, Outcome
from services.registry.assessment.domain.consequence import Consequence
from services.registry.assessment.domain.scoring import Grade
from services.registry.spaces.domain.recognition import End, EndReason, Recognition
from services.standards.calendar import WorkingDays
from tests.registry.assessment.domain.test_consequence import held
from tests.registry.assessment.samples import a_campaign

ID = UUID(int=1)
DRAFT = replace(a_campaign(ID), id=ID)
OPEN = replace(DRAFT, state=CampaignState.OPEN)
CLOSED = replace(DRAFT, state=CampaignState.CLOSED)
UNTIL = date(2020, 10, 9)
ANNOUNCED = replace(DRAFT, state=CampaignState.ANNOUNCED, announced_by="per_1", objections_until=UNTIL)
DAYS = WorkingDays.of([{"year": 2020, "off": ["2020-10-01", "2020-10-02"], "worked": []}])
OUTCOME = Outcome(ID, ID, 100, Grade.FAIL, Consequence.WARNING)
DIGEST = life.digest_of(ANNOUNCED, [OUTCOME])
LATE = date(2020, 10, 10)


def in_state(state: str, verb: str) -> list[Reason]:
    return [Reason("campaign.state", "the life cycle of a campaign", None, {"state": state, "verb": verb})]


def refusal(act: Any) -> tuple[Reason, ...]:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.reasons


@pytest.mark.parametrize(
    ("opens", "closes", "wrong"),
    [
        (date(2020, 1, 1), date(2020, 1, 1), False),
        (date(2019, 12, 31), date(2020, 1, 1), True),
        (date(2020, 1, 2), date(2020, 1, 1), True),
    ],
)
def test_a_year_is_assessed_when_it_is_over(opens: date, closes: date, wrong: bool) -> None:
    faults = life.day_faults(replace(DRAFT, opens_on=opens, closes_on=closes))
    numbers: dict[str, Scalar] = {"year": 2019, "from": opens.isoformat(), "until": closes.isoformat()}
    told = Reason("campaign.days", "a year is assessed when it is over", "/closes_on", numbers)
    assert faults == ([told] if wrong else [])


@pytest.mark.parametrize(
    ("recognitions", "elsewhere", "why"),
    [
        ([held(date(2019, 12, 31))], False, None),
        ([held(date(2019, 12, 31))], True, Omission.ASSESSED_ELSEWHERE),
        ([], False, Omission.NEVER_RECOGNISED),
        ([held(date(2020, 1, 1))], False, Omission.RECOGNISED_LATER),
        ([held(end=End(date(2019, 12, 31), EndReason.REVOKED))], False, Omission.ENDED_BEFORE),
        ([held(end=End(date(2020, 1, 1), EndReason.REVOKED))], False, None),
    ],
)
def test_who_was_recognised_when_the_year_ended_is_assessed(
    recognitions: list[Recognition], elsewhere: bool, why: Omission | None
) -> None:
    assert life.omission(recognitions, year=2019, elsewhere=elsewhere) is why


def test_a_campaign_is_opened_between_its_days() -> None:
    assert life.open_campaign(DRAFT, today=date(2020, 9, 14), spaces=SPACES_MOST).state is CampaignState.OPEN
    assert life.open_campaign(DRAFT, today=date(2020, 9, 18), spaces=0).state is CampaignState.OPEN
    numbers: dict[str, Scalar] = {"year": 2019, "from": "2020-09-14", "until": "2020-09-18"}
    told = Reason("campaign.not_today", "a campaign is opened between its days", None, numbers)
    for day in (date(2020, 9, 13), date(2020, 9, 19)):
        assert refusal(lambda day=day: life.open_campaign(DRAFT, today=day, spaces=0)) == (told,)


def test_a_campaign_is_opened_once_and_is_bounded() -> None:
    assert refusal(lambda: life.open_campaign(OPEN, today=date(2020, 9, 14), spaces=SPACES_MOST + 1)) == (
        *in_state("open", "open"),
        Reason("campaign.spaces", "campaigns are bounded", "/region", {"most": SPACES_MOST}),
    )


def test_only_an_open_campaign_is_closed() -> None:
    assert life.close(OPEN).state is CampaignState.CLOSED
    assert refusal(lambda: life.close(CLOSED)) == (*in_state("closed", "close"),)


def announce(campaign: Campaign, **changes: Any) -> Campaign:
    said = {"unjudged": 0, "by": "per_1", "today": date(2020, 9, 30), "calendar": DAYS, **changes}
    return life.announce(campaign, **said)


def test_objections_are_taken_for_working_days_after_the_announcement() -> None:
    announced = announce(replace(CLOSED, objection_days=3))
    assert (announced.objections_until, announced.announced_by) == (date(2020, 10, 7), "per_1")


def test_results_are_announced_when_all_are_judged_and_the_calendar_is_known() -> None:
    assert refusal(lambda: announce(OPEN)) == (*in_state("open", "announce"),)
    assert refusal(lambda: announce(CLOSED, unjudged=2)) == (
        Reason("campaign.unreviewed", "all are judged", None, {"left": 2}),
    )
    far = replace(CLOSED, objection_days=90)
    assert refusal(lambda: announce(far)) == (Reason("calendar.not_loaded", numbers={"year": 2021}),)


def publish(campaign: Campaign = ANNOUNCED, **changes: Any) -> Campaign:
    said = {"digest": DIGEST, "by": "per_2", "today": LATE, **changes}
    return life.publish(campaign, [OUTCOME], **said)


def test_a_second_person_publishes_what_was_shown_after_the_days_for_objections() -> None:
    assert (publish().state, publish().published_by) == (CampaignState.PUBLISHED, "per_2")
    assert refusal(lambda: publish(by="per_1")) == (Reason("campaign.same_person", "four_eyes"),)
    assert refusal(lambda: publish(today=UNTIL)) == (
        Reason("campaign.objection_days", "results stand when nobody may object", None, {"until": "2020-10-09"}),
    )
    assert refusal(lambda: publish(digest="0" * 64)) == (
        Reason("campaign.digest_differs", "published as shown", "/digest"),
    )
    assert refusal(lambda: publish(CLOSED)) == (*in_state("closed", "publish"),)


@pytest.mark.parametrize(
    "changes",
    [
        {"score": 101},
        {"grade": Grade.PASS},
        {"consequence": Consequence.REVOCATION},
        {"space_id": UUID(int=2)},
        {"assessment_id": UUID(int=2)},
    ],
)
def test_the_digest_is_of_every_result_and_of_what_follows(changes: dict[str, Any]) -> None:
    assert life.digest_of(ANNOUNCED, [replace(OUTCOME, **changes)]) != DIGEST


def test_the_digest_does_not_hang_on_the_order_of_the_results() -> None:
    two = [OUTCOME, replace(OUTCOME, assessment_id=UUID(int=2))]
    assert life.digest_of(ANNOUNCED, two) == life.digest_of(ANNOUNCED, two[::-1])


@pytest.mark.parametrize("state", sorted(set(CampaignState) - life.OVER))
def test_a_campaign_is_given_up_with_a_reason_until_it_is_published(state: CampaignState) -> None:
    assert life.cancel(replace(DRAFT, state=state), reason="不考核").state is CampaignState.CANCELLED


@pytest.mark.parametrize("state", sorted(life.OVER))
def test_what_is_over_is_not_given_up(state: CampaignState) -> None:
    told = refusal(lambda: life.cancel(replace(DRAFT, state=state), reason=" "))
    empty = Reason("reason.empty", "whoever decides or answers says why", "/reason")
    assert told == (empty, *in_state(state.value, "cancel"))


NEXT = replace(DRAFT, id=UUID(int=2), year=2020)


@pytest.mark.parametrize("state", sorted(CampaignState))
@pytest.mark.parametrize(("region", "shares"), [("440700", True), ("440703", True), ("330400", False)])
def test_years_that_share_spaces_are_published_in_their_order(state: CampaignState, region: str, shares: bool) -> None:
    early, late = replace(DRAFT, state=state, region=region), replace(NEXT, state=state, region=region)
    before, after = life.earlier_faults(NEXT, [early, NEXT]), life.later_faults(DRAFT, [late, DRAFT])
    rule = "years are published in their order"
    numbers: dict[str, Scalar] = {"id": f"cmp_{ID.hex}", "year": 2019, "state": state.value}
    told = Reason("campaign.order", rule, None, numbers)
    assert before == ([told] if shares and state not in life.OVER else [])
    assert [one.numbers["year"] for one in after] == ([2020] if shares and state is CampaignState.PUBLISHED else [])
