"""A space's report: what is counted, what is told with evidence, its return, and the last moment."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tasks import Wanted
from services.registry.assessment.domain.assessment import AssessmentState
from services.registry.assessment.domain.figure import Told
from services.registry.assessment.operations.deadlines import CampaignClose, ReturnLapse, timers
from services.registry.assessment.operations.reporting import (
    hand_in_report,
    list_assessments,
    read_assessment,
    return_report,
)
from services.registry.assessment.store.assessments import AssessmentFilter
from services.registry.spaces.operations.activities import correct_activity
from tests.conftest import SetClock
from tests.registry.assessment.samples import (
    ZONE,
    assessment_of,
    closed,
    opened,
    own,
    recognised,
    reported,
    reviewed,
    reviewer,
    stored,
    system,
    told,
)
from tests.registry.samples import PENGJIANG, TAISHAN, asked, codes, document
from tests.registry.spaces.samples import activity, held

LAST_MOMENT = datetime(2020, 9, 18, 15, 59, 59, tzinfo=UTC)
SUMMER = date(2019, 6, 1)
"""In the year that is assessed."""
TOO_LATE = datetime(2020, 9, 18, 16, tzinfo=UTC)


@pytest.fixture
async def home(registry: Database) -> tuple[UUID, UUID]:
    return await recognised(registry)


@pytest.fixture
async def one(registry: Database, home: tuple[UUID, UUID]) -> UUID:
    """The assessment of the space."""
    return await assessment_of(registry, await opened(registry, await system(registry)), home[0])


async def waiting(registry: Database) -> list[tuple[str, datetime | None]]:
    async with registry.read() as connection:
        found, _ = await tasks.find(connection, Wanted(), after=None, limit=9)
    return [(task.kind, task.due_at) for _, task in found if task.subject_kind == "assessment"]


async def give_back(registry: Database, one: UUID, until: date = date(2020, 9, 25)) -> None:
    request = reviewer(registry, "return_report", region=PENGJIANG)
    await return_report(request, one, reason="缺少审计报告", until=until)


async def test_before_the_report_the_space_sees_what_is_counted_by_now(
    registry: Database, home: tuple[UUID, UUID], one: UUID
) -> None:
    await activity(registry, home[0], held_on=SUMMER, heads=12)
    await activity(registry, home[0], held_on=date(2020, 1, 1), heads=99)
    shown = await read_assessment(own(registry, "get_assessment", home[1]), one)
    assert [(figure["indicator"], figure["value"]) for figure in shown["figures"]] == [
        ("business", None),
        ("trainees", 12),
    ]


async def test_a_count_that_hangs_on_a_corrected_activity_is_marked(
    registry: Database, home: tuple[UUID, UUID], one: UUID
) -> None:
    made = await activity(registry, home[0], held_on=SUMMER, heads=12)
    request = asked(registry, "correct_activity")
    await correct_activity(request, made, held(held_on=SUMMER, heads=11), reason="签到表为十一人")
    shown = (await read_assessment(own(registry, "get_assessment", home[1]), one))["figures"]
    assert [(figure["value"], figure["counted_corrected"]) for figure in shown] == [(None, False), (11, True)]


async def test_a_report_keeps_what_was_counted_beside_what_was_typed(
    registry: Database, home: tuple[UUID, UUID], one: UUID
) -> None:
    await activity(registry, home[0], held_on=SUMMER, heads=12)
    shown = await reported(registry, one, home[1])
    business, trainees = shown["figures"]
    assert (shown["state"], business["value"], business["typed"]) == ("reported", 30, False)
    assert (trainees["counted"], trainees["told"], trainees["value"], trainees["typed"]) == (12, 40, 40, True)
    assert await waiting(registry) == [("review_assessment", datetime(2020, 10, 14, 16, tzinfo=UTC))]


async def test_a_report_tells_all_its_faults_and_leaves_nothing(
    registry: Database, home: tuple[UUID, UUID], one: UUID
) -> None:
    wrong = [Told("trainees", 3, document_id=uuid4()), Told("x", 1), Told("x", -1)]
    with pytest.raises(Refusal) as refused:
        await hand_in_report(own(registry, "report_assessment", home[1]), one, wrong)
    assert codes(refused.value) == {
        "assessment.evidence",
        "assessment.figure_missing",
        "assessment.figure_size",
        "assessment.figure_twice",
        "assessment.figure_unknown",
        "reason.empty",
    }
    assert await stored(registry, one) is AssessmentState.OPEN


async def test_only_the_space_itself_reports_and_only_its_region_reviews(registry: Database, one: UUID) -> None:
    with pytest.raises(NotFound, match=r"assessment\.unknown"):
        await reported(registry, one, uuid4())
    elsewhere = reviewer(registry, "return_report", region=TAISHAN)
    with pytest.raises(NotFound, match=r"assessment\.unknown"):
        await return_report(elsewhere, one, reason="x", until=date(2020, 9, 25))
    with pytest.raises(NotFound, match=r"assessment\.unknown"):
        await read_assessment(asked(registry, "get_assessment"), uuid4())


async def test_the_last_moment_is_in_time_and_the_next_is_not(
    registry: Database, home: tuple[UUID, UUID], one: UUID, set_clock: SetClock
) -> None:
    await set_clock(TOO_LATE)
    with pytest.raises(Refusal, match=r"assessment\.closed"):
        await reported(registry, one, home[1])
    await set_clock(LAST_MOMENT)
    assert (await reported(registry, one, home[1]))["state"] == "reported"


async def test_a_report_at_the_last_moment_and_the_close_at_once_leave_one_of_both(
    registry: Database, home: tuple[UUID, UUID], one: UUID, set_clock: SetClock
) -> None:
    await set_clock(LAST_MOMENT)
    outcome, count = await asyncio.gather(
        reported(registry, one, home[1]), CampaignClose(ZONE, 30).run(registry, TOO_LATE), return_exceptions=True
    )
    late = isinstance(outcome, Refusal)
    assert count == 1
    assert await stored(registry, one) is (AssessmentState.UNREPORTED if late else AssessmentState.REPORTED)


async def test_who_sends_nothing_has_failed_as_of_the_end_of_the_last_day(
    registry: Database, home: tuple[UUID, UUID], one: UUID, set_clock: SetClock
) -> None:
    await activity(registry, home[0], held_on=SUMMER, heads=12)
    await closed(registry, set_clock)
    shown = await read_assessment(asked(registry, "get_assessment"), one)
    assert (shown["state"], shown["grade"], shown["score"], shown["unreported"]) == ("unreported", "fail", 0, True)
    assert shown["figures"][1]["counted"] == 12
    async with registry.read() as connection:
        *_, decision = await decisions.of_subject(connection, one)
    assert (decision.actor, decision.at) == ("campaign.close", TOO_LATE)
    assert await waiting(registry) == []


async def test_a_result_is_not_told_to_the_space_before_it_is_announced(
    registry: Database, home: tuple[UUID, UUID], one: UUID
) -> None:
    await reported(registry, one, home[1])
    inside = await reviewed(registry, one)
    outside = await read_assessment(own(registry, "get_assessment", home[1]), one)
    (listed,), _ = await list_assessments(
        own(registry, "list_assessments", home[1]), AssessmentFilter(), after=None, limit=9
    )
    assert (inside["score"], inside["grade"], inside["figures"][0]["points"]) == (7000, "pass", 3000)
    assert outside == listed
    assert (outside["score"], outside["grade"], outside["figures"][0]["points"]) == (None, None, None)


async def test_a_report_is_returned_once_and_corrected_in_time(
    registry: Database, home: tuple[UUID, UUID], one: UUID, set_clock: SetClock
) -> None:
    await reported(registry, one, home[1])
    await give_back(registry, one)
    assert await waiting(registry) == [("correct_report", datetime(2020, 9, 25, 16, tzinfo=UTC))]
    await set_clock(datetime(2020, 9, 25, 15, 59, tzinfo=UTC))
    shown = await hand_in_report(own(registry, "report_assessment", home[1]), one, await told(registry, 50))
    assert (shown["state"], shown["round"], shown["figures"][0]["value"]) == ("reported", 2, 50)
    with pytest.raises(Refusal, match=r"assessment\.returned"):
        await give_back(registry, one, date(2020, 10, 30))


async def test_every_round_of_figures_is_kept_for_good(registry: Database, home: tuple[UUID, UUID], one: UUID) -> None:
    await reported(registry, one, home[1], 20)
    await give_back(registry, one)
    await reported(registry, one, home[1], 50)
    async with registry.read() as connection:
        rows = await connection.execute(
            text("SELECT round, told FROM assessment_figures WHERE indicator = 'business' ORDER BY round")
        )
        assert [tuple(row) for row in rows] == [(1, 20), (2, 50)]
    with pytest.raises(DBAPIError, match="permission denied"):
        async with registry.begin() as connection:
            await connection.execute(text("UPDATE assessment_figures SET told = 60"))


async def test_a_report_that_is_not_corrected_in_time_stands_as_it_was(
    registry: Database, home: tuple[UUID, UUID], one: UUID, set_clock: SetClock
) -> None:
    await reported(registry, one, home[1])
    await give_back(registry, one)
    lapse = ReturnLapse(ZONE, 30)
    async with registry.read() as connection:
        assert await lapse.next_due(connection) == datetime(2020, 9, 25, 16, tzinfo=UTC)
    await set_clock(datetime(2020, 11, 1, tzinfo=UTC))
    assert await lapse.run(registry, datetime(2020, 9, 25, 16, tzinfo=UTC)) == 1
    assert await stored(registry, one) is AssessmentState.REPORTED
    async with registry.read() as connection:
        *_, decision = await decisions.of_subject(connection, one)
        assert await lapse.next_due(connection) is None
    assert (decision.kind, decision.at) == ("lapse", datetime(2020, 9, 25, 16, tzinfo=UTC))
    assert await waiting(registry) == [("review_assessment", datetime(2020, 10, 26, 16, tzinfo=UTC))]


async def test_nothing_falls_due_where_nothing_is_open(registry: Database) -> None:
    async with registry.read() as connection:
        assert [await timer.next_due(connection) for timer in timers(ZONE, review_days=30)] == [None, None]
    assert [await timer.run(registry, TOO_LATE) for timer in timers(ZONE, review_days=30)] == [0, 0]


async def test_a_campaign_falls_due_at_the_local_end_of_its_last_day(registry: Database, one: UUID) -> None:
    assert await stored(registry, one) is AssessmentState.OPEN
    async with registry.read() as connection:
        assert await CampaignClose(ZONE, 30).next_due(connection) == TOO_LATE


async def test_assessments_are_found_by_all_that_narrows_them(
    registry: Database, home: tuple[UUID, UUID], one: UUID
) -> None:
    await recognised(registry, 2, region=TAISHAN)
    shown = await read_assessment(asked(registry, "get_assessment"), one)
    for wanted, count in (
        (AssessmentFilter(space=home[0]), 1),
        (AssessmentFilter(year=2019), 1),
        (AssessmentFilter(year=2018), 0),
        (AssessmentFilter(state="open"), 1),
        (AssessmentFilter(grade="fail"), 0),
        (AssessmentFilter(campaign=uuid4()), 0),
    ):
        items, _ = await list_assessments(asked(registry, "list_assessments"), wanted, after=None, limit=9)
        assert [item["id"] for item in items] == [shown["id"]] * count


async def test_a_list_shows_what_is_in_sight_page_by_page(registry: Database) -> None:
    await recognised(registry, 1)
    await recognised(registry, 2)
    await recognised(registry, 3, region=TAISHAN)
    await opened(registry, await system(registry))
    request = reviewer(registry, "list_assessments", region=PENGJIANG)
    first, cursor = await list_assessments(request, AssessmentFilter(), after=None, limit=1)
    second, none = await list_assessments(request, AssessmentFilter(), after=cursor, limit=1)
    assert (len({item["space"] for item in first + second}), none) == (2, None)


async def test_evidence_that_was_sent_counts(registry: Database, home: tuple[UUID, UUID], one: UUID) -> None:
    paper = await document(registry, "audit")
    shown = await hand_in_report(
        own(registry, "report_assessment", home[1]), one, [Told("business", 1, document_id=paper)]
    )
    assert shown["figures"][0]["document"] == f"doc_{paper.hex}"
