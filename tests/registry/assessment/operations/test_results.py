"""Review, objection, announcement and publication: two persons, one digest, the order of years, and races."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tasks import Wanted
from services.registry.asked import Asked
from services.registry.assessment.domain.assessment import AssessmentState
from services.registry.assessment.domain.figure import Ruling
from services.registry.assessment.operations.publications import list_help, list_published, record_help
from services.registry.assessment.operations.reporting import read_assessment
from services.registry.assessment.operations.results import (
    Proof,
    announce_results,
    publish_results,
    read_results,
)
from services.registry.assessment.operations.reviewing import (
    overrule_objection,
    review_report,
    take_objection,
    uphold_objection,
)
from services.registry.assessment.store.assistance import Help
from services.registry.spaces.domain.act import Act
from services.registry.spaces.store import spaces
from services.registry.spaces.store.revoking import revoke
from tests.conftest import SetClock
from tests.registry.assessment.samples import (
    ACCEPTED,
    a_year,
    announced,
    assessment_of,
    closed,
    opened,
    operator,
    own,
    published,
    recognised,
    reported,
    reviewed,
    reviewer,
    stored,
    system,
)
from tests.registry.samples import PENGJIANG, TAISHAN, asked, codes, document, organization

AFTER = datetime(2020, 9, 20, 1, tzinfo=UTC)


@pytest.fixture
async def home(registry: Database) -> tuple[UUID, UUID]:
    return await recognised(registry)


@pytest.fixture
async def campaign(registry: Database, home: tuple[UUID, UUID]) -> UUID:
    return await opened(registry, await system(registry))


@pytest.fixture
async def one(registry: Database, home: tuple[UUID, UUID], campaign: UUID) -> UUID:
    """The assessment of the space."""
    return await assessment_of(registry, campaign, home[0])


@pytest.fixture
async def told(registry: Database, home: tuple[UUID, UUID], campaign: UUID, one: UUID, set_clock: SetClock) -> UUID:
    """The same when it was reviewed as a pass and announced."""
    await reported(registry, one, home[1], 20)
    await reviewed(registry, one)
    await closed(registry, set_clock)
    await announced(registry, campaign)
    return one


def publisher(registry: Database, name: str = "per_2") -> Asked:
    return operator(registry, "publish_campaign", name)


async def proof(registry: Database, campaign: UUID) -> Proof:
    shown = await read_results(operator(registry, "get_results"), campaign)
    return Proof(shown["digest"], await document(registry))


async def object_to(registry: Database, one: UUID, owner: UUID) -> None:
    request = own(registry, "object_to_result", owner)
    await take_objection(request, one, reason="少计一场", document_id=await document(registry))


MORE = [Ruling("business", 50, reason="补计一笔")]


async def test_a_review_keeps_every_number_in_the_decision(
    registry: Database, home: tuple[UUID, UUID], one: UUID
) -> None:
    await reported(registry, one, home[1])
    rulings = [Ruling("business", 19, reason="一笔重复"), Ruling("trainees")]
    shown = await review_report(reviewer(registry, "review_report"), one, rulings)
    assert (shown["score"], shown["grade"]) == (5900, "fail")
    async with registry.read() as connection:
        *_, decision = await decisions.of_subject(connection, one)
    assert (decision.kind, decision.actor, decision.rule) == ("review", "per_5", "toy")
    assert decision.numbers["figures"]["business"] == {"value": 19, "points": 1900, "weight": 6000, "veto": False}
    assert (decision.numbers["pass_from"], decision.numbers["score"]) == (6000, 5900)


async def test_two_reviewers_at_once_review_once(registry: Database, home: tuple[UUID, UUID], one: UUID) -> None:
    await reported(registry, one, home[1])
    outcomes = await asyncio.gather(
        *(review_report(reviewer(registry, "review_report"), one, ACCEPTED) for _ in range(3)), return_exceptions=True
    )
    assert [codes(error) for error in outcomes if isinstance(error, Refusal)] == [{"assessment.state"}] * 2


async def test_results_are_announced_when_all_are_closed_and_reviewed(
    registry: Database, home: tuple[UUID, UUID], campaign: UUID, one: UUID, set_clock: SetClock
) -> None:
    request = operator(registry, "announce_campaign")
    with pytest.raises(Refusal, match=r"campaign\.state"):
        await announce_results(request, campaign)
    await reported(registry, one, home[1])
    await closed(registry, set_clock)
    with pytest.raises(Refusal, match=r"campaign\.unreviewed"):
        await announce_results(request, campaign)
    with pytest.raises(Refusal, match=r"campaign\.unreviewed"):
        await read_results(operator(registry, "get_results"), campaign)
    await reviewed(registry, one)
    assert (await announce_results(request, campaign))["objections_until"] == "2020-09-19"
    assert (await read_assessment(own(registry, "get_assessment", home[1]), one))["grade"] == "pass"


async def test_the_days_for_objections_are_working_days(
    registry: Database, home: tuple[UUID, UUID], set_clock: SetClock
) -> None:
    far = await opened(registry, await system(registry), objection_days=10)
    await closed(registry, set_clock)
    shown = await announce_results(operator(registry, "announce_campaign"), far)
    assert shown["objections_until"] == "2020-10-09"


async def test_an_objection_is_decided_by_a_reviewer_who_did_not_review(
    registry: Database, home: tuple[UUID, UUID], told: UUID
) -> None:
    await object_to(registry, told, home[1])
    with pytest.raises(Refusal, match=r"assessment\.same_person"):
        await uphold_objection(reviewer(registry, "uphold_objection"), told, MORE, reason="属实")
    with pytest.raises(Refusal, match=r"assessment\.same_person"):
        await overrule_objection(reviewer(registry, "overrule_objection"), told, reason="不符")
    shown = await uphold_objection(reviewer(registry, "uphold_objection", "per_6"), told, MORE, reason="属实")
    assert (shown["state"], shown["score"], shown["grade"], shown["upheld"]) == ("decided", 9000, "excellent", True)


async def test_an_objection_is_taken_until_its_last_day_with_a_known_document(
    registry: Database, home: tuple[UUID, UUID], told: UUID, set_clock: SetClock
) -> None:
    request = own(registry, "object_to_result", home[1])
    with pytest.raises(Refusal, match=r"reference\.unknown"):
        await take_objection(request, told, reason="少计", document_id=uuid4())
    await set_clock(AFTER)
    with pytest.raises(Refusal, match=r"assessment\.closed"):
        await take_objection(request, told, reason="少计", document_id=None)


async def test_nothing_is_published_while_an_objection_waits(
    registry: Database, home: tuple[UUID, UUID], campaign: UUID, told: UUID, set_clock: SetClock
) -> None:
    await object_to(registry, told, home[1])
    await set_clock(AFTER)
    with pytest.raises(Refusal, match=r"campaign\.objections"):
        await published(registry, campaign)
    await overrule_objection(reviewer(registry, "overrule_objection", "per_6"), told, reason="不符")
    assert (await published(registry, campaign))["state"] == "published"
    assert (await read_assessment(asked(registry, "get_assessment"), told))["consequence"] == "in_scope"


async def test_who_announced_does_not_publish_nor_before_the_days_for_objections_are_over(
    registry: Database, campaign: UUID, told: UUID, set_clock: SetClock
) -> None:
    with pytest.raises(Refusal, match=r"campaign\.objection_days"):
        await published(registry, campaign)
    await set_clock(AFTER)
    with pytest.raises(Refusal, match=r"campaign\.same_person"):
        await published(registry, campaign, "per_1")
    assert await stored(registry, told) is AssessmentState.ANNOUNCED


async def test_only_what_was_shown_is_published_by_a_known_document(
    registry: Database, home: tuple[UUID, UUID], campaign: UUID, told: UUID, set_clock: SetClock
) -> None:
    seen = await proof(registry, campaign)
    with pytest.raises(Refusal, match=r"reference\.unknown"):
        await publish_results(publisher(registry), campaign, Proof(seen.digest, uuid4()))
    await object_to(registry, told, home[1])
    await uphold_objection(reviewer(registry, "uphold_objection", "per_6"), told, MORE, reason="属实")
    await set_clock(AFTER)
    with pytest.raises(Refusal, match=r"campaign\.digest_differs"):
        await publish_results(publisher(registry), campaign, seen)


async def test_persons_who_publish_at_once_publish_once(
    registry: Database, campaign: UUID, told: UUID, set_clock: SetClock
) -> None:
    await set_clock(AFTER)
    seen = await proof(registry, campaign)
    outcomes = await asyncio.gather(
        *(publish_results(publisher(registry, f"per_{place}"), campaign, seen) for place in (2, 3, 4)),
        return_exceptions=True,
    )
    assert [codes(error) for error in outcomes if isinstance(error, Refusal)] == [{"campaign.state"}] * 2
    assert await stored(registry, told) is AssessmentState.PUBLISHED


async def test_an_earlier_year_that_is_not_over_is_published_first(
    registry: Database, campaign: UUID, set_clock: SetClock
) -> None:
    days = {"opens_on": date(2020, 9, 14), "closes_on": date(2020, 9, 18)}
    earlier = await opened(registry, await system(registry), 2018, **days)
    await closed(registry, set_clock)
    await announced(registry, campaign)
    await set_clock(AFTER)
    with pytest.raises(Refusal) as refused:
        await published(registry, campaign)
    assert refused.value.reasons[0].numbers == {"id": f"cmp_{earlier.hex}", "year": 2018, "state": "open"}


async def test_a_space_that_was_revoked_meanwhile_is_not_revoked_again(
    registry: Database, home: tuple[UUID, UUID], set_clock: SetClock
) -> None:
    rules = await system(registry)
    await a_year(registry, set_clock, 2019, {home: "fail"}, rules)
    await set_clock(datetime(2021, 9, 14, 1, tzinfo=UTC))
    second = await opened(registry, rules, 2020)
    await closed(registry, set_clock, 2020)
    await announced(registry, second)
    await set_clock(datetime(2021, 9, 20, 1, tzinfo=UTC))
    stale = await proof(registry, second)
    async with registry.begin() as connection:
        held = (await spaces.lock(connection, [home[0]]))[home[0]]
        act = Act("revoke", AFTER, date(2021, 9, 20), "per_9", "材料虚假", "四（五）", await document(registry))
        await revoke(connection, held, act)
    with pytest.raises(Refusal, match=r"campaign\.digest_differs"):
        await publish_results(publisher(registry), second, stale)
    await published(registry, second)
    shown = await read_assessment(asked(registry, "get_assessment"), await assessment_of(registry, second, home[0]))
    assert (shown["grade"], shown["consequence"]) == ("fail", "ended_already")


async def test_help_is_recorded_after_a_warning_and_ends_the_reviewers_task(
    registry: Database, home: tuple[UUID, UUID], set_clock: SetClock
) -> None:
    made = await a_year(registry, set_clock, 2019, {home: "fail"}, await system(registry))
    warned = await assessment_of(registry, made, home[0])
    given = Help(uuid4(), warned, date(2020, 9, 20), "现场指导一次", await document(registry))
    await record_help(reviewer(registry, "create_help", region=PENGJIANG), given)
    (listed,) = await list_help(own(registry, "list_help", home[1]), warned)
    assert (listed["account"], listed["given_on"]) == ("现场指导一次", "2020-09-20")
    async with registry.read() as connection:
        found, _ = await tasks.find(connection, Wanted(frozenset({"reviewer"}), PENGJIANG), after=None, limit=9)
    assert found == []


async def test_help_says_all_that_is_wrong_with_it(registry: Database, one: UUID) -> None:
    wrong = Help(uuid4(), one, date(2020, 9, 15), "", uuid4())
    with pytest.raises(Refusal) as refused:
        await record_help(reviewer(registry, "create_help", region=PENGJIANG), wrong)
    assert codes(refused.value) == {"assessment.not_warned", "reason.empty", "date.future", "reference.unknown"}
    with pytest.raises(NotFound):
        await list_help(reviewer(registry, "list_help", region=TAISHAN), one)


async def test_everybody_reads_name_region_and_grade_and_no_more(
    registry: Database, home: tuple[UUID, UUID], set_clock: SetClock
) -> None:
    far = await recognised(registry, 2, region=TAISHAN)
    nothing, _ = await list_published(registry, year=None, region=None, after=None, limit=9)
    await a_year(registry, set_clock, 2019, {home: "excellent", far: "silent"}, await system(registry))
    items, _ = await list_published(registry, year=2019, region="440700", after=None, limit=9)
    assert (nothing, [(one["name"], one["region"], one["grade"]) for one in items]) == (
        [],
        [("1号空间", PENGJIANG, "excellent"), ("2号空间", TAISHAN, "fail")],
    )
    assert set(items[0]) == {"year", "name", "region", "grade", "published_at"}
    first, cursor = await list_published(registry, year=None, region=None, after=None, limit=1)
    rest, _ = await list_published(registry, year=None, region=TAISHAN, after=cursor, limit=1)
    assert (first, rest) == (items[:1], items[1:])
    assert (await list_published(registry, year=2018, region=None, after=None, limit=9))[0] == []


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("UPDATE campaigns SET published_by = announced_by", "ck_campaigns_four_eyes"),
        ("UPDATE assessments SET grade = NULL, score = NULL", "ck_assessments_judged"),
        ("UPDATE assessments SET consequence = NULL", "ck_assessments_published"),
        ("UPDATE assessments SET score = 10001", "ck_assessments_score"),
        ("UPDATE assessments SET unreported = true", "ck_assessments_unreported"),
        ("UPDATE assessments SET decided_by = reviewed_by, upheld = true, decision = 'x'", "ck_assessments_four_eyes"),
    ],
)
async def test_the_database_too_holds_what_was_published(
    registry: Database, home: tuple[UUID, UUID], set_clock: SetClock, change: str, constraint: str
) -> None:
    await a_year(registry, set_clock, 2019, {home: "pass"}, await system(registry))
    with pytest.raises(IntegrityError, match=constraint):
        async with registry.begin() as connection:
            await connection.execute(text(change))


async def test_a_failed_publication_leaves_nothing_behind(
    registry: Database, campaign: UUID, told: UUID, set_clock: SetClock
) -> None:
    await set_clock(AFTER)
    with pytest.raises(Refusal):
        await publish_results(publisher(registry), campaign, Proof("0" * 64, await document(registry)))
    assert await stored(registry, told) is AssessmentState.ANNOUNCED


async def test_an_unknown_campaign_is_not_published(registry: Database) -> None:
    await organization(registry)
    with pytest.raises(NotFound, match=r"campaign\.unknown"):
        await publish_results(publisher(registry), uuid4(), Proof("0" * 64, uuid4()))
