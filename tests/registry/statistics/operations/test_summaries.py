"""Each county and bureau owes a summary within 20 working days of year end: opened by the timer, late to the day."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tasks import Wanted
from services.registry.asked import Asked
from services.registry.catalogue.operations.policies import load_papers
from services.registry.statistics.domain.summary import Duty, SummaryState, WorkSummary
from services.registry.statistics.operations import duties, summaries
from services.registry.statistics.operations.duties import Laid
from services.registry.statistics.operations.summaries import HandedIn
from services.registry.statistics.operations.year_end import YearEnd
from services.registry.statistics.store.summaries import SummaryFilter
from services.standards.calendar import CalendarNotLoaded
from tests.conftest import SetClock
from tests.registry.samples import asked, codes, document
from tests.registry.statistics.samples import activity, recognised, spaces

NANHU, HAINING, CITY = "330402", "330481", "330400"
LAID = Laid(CITY, ("jx-kjj",), 2020, "jiaxing-2015-90", "六(二)")
TIMER = YearEnd("Asia/Shanghai")
YEAR_END = datetime(2020, 12, 31, 16, tzinfo=UTC)
"""Midnight after 31 December in Shanghai."""
ALL = SummaryFilter()
DUE = date(2021, 1, 29)
"""20 working days after it: the first is Monday, 4 January."""


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


async def lay(registry: Database, laid: Laid = LAID) -> list[Duty]:
    await load_papers(registry)
    return await duties.lay_duties(asked(registry, "create_summary_duties"), laid)


async def next_due(registry: Database) -> datetime | None:
    async with registry.read() as connection:
        return await TIMER.next_due(connection)


async def opened(registry: Database) -> list[WorkSummary]:
    """The summaries of 2020, once it is over."""
    await lay(registry)
    assert await TIMER.run(registry, YEAR_END) == 8
    return [one for one, _ in await listed(registry)]


async def listed(
    registry: Database, wanted: SummaryFilter = ALL, *, overdue: bool = False, **bound: str
) -> Sequence[tuple[WorkSummary, int]]:
    asking = asked(registry, "list_work_summaries", "reviewer" if bound else "operator", **bound)
    page, _ = await summaries.list_summaries(asking, wanted, overdue=overdue, after=None, limit=50)
    return page


async def of_nanhu(registry: Database) -> UUID:
    return next(one.id for one in await opened(registry) if one.region == NANHU)


def reviewer(registry: Database, operation: str, region: str = NANHU) -> Asked:
    return asked(registry, operation, "reviewer", region=region)


def boss(registry: Database, operation: str) -> Asked:
    """An operator who is another person."""
    found = asked(registry, operation)
    caller = replace(found.permit.caller, person="per_2", subject="per_2")
    return replace(found, permit=replace(found.permit, caller=caller))


async def handed_in(registry: Database, summary_id: UUID, **stated: int) -> WorkSummary:
    sent = HandedIn(await document(registry), stated)
    return await summaries.submit_summary(reviewer(registry, "submit_work_summary"), summary_id, sent)


async def open_kinds(registry: Database, summary_id: UUID) -> list[str]:
    async with registry.read() as connection:
        found, _ = await tasks.find(connection, Wanted(), after=None, limit=50)
    return [task.kind for _, task in found if task.subject_id == summary_id]


async def test_each_county_and_each_bureau_named_owes_one(registry: Database) -> None:
    laid = await lay(registry)
    assert [(one.region, one.bureau) for one in laid][-2:] == [("330483", None), (CITY, "jx-kjj")]
    assert len(laid) == 8


async def test_a_duty_is_laid_on_once(registry: Database) -> None:
    await lay(registry)
    (added,) = await lay(registry, replace(LAID, bureaus=("jx-kjj", "jx-czj")))
    assert added.bureau == "jx-czj"
    with pytest.raises(Refusal, match=r"summary\.nobody"):
        await lay(registry)


async def test_all_faults_of_duties_are_told_once(registry: Database) -> None:
    with pytest.raises(Refusal) as refused:
        await lay(registry, replace(LAID, from_year=2019, bureaus=(" ",)))
    assert codes(refused.value) == {"summary.past", "summary.bureau"}
    assert len(refused.value.reasons) == 2


@pytest.mark.parametrize(
    ("policy", "clause"),
    [
        ("jiaxing-2015-90", "九(九)"),
        ("nowhere-2015", "六(二)"),
        ("jiangmen-2016-draft", "二(一)"),
    ],
)
async def test_a_duty_stands_on_a_clause_that_holds(registry: Database, policy: str, clause: str) -> None:
    with pytest.raises(Refusal) as refused:
        await lay(registry, replace(LAID, policy=policy, clause=clause))
    (reason,) = refused.value.reasons
    assert (reason.code, reason.numbers) == ("summary.clause", {"policy": policy, "clause": clause})


async def test_no_year_is_owed_twice(registry: Database) -> None:
    for duty in await lay(registry):
        await duties.end_duty(asked(registry, "end_summary_duty"), duty.id, until_year=2030)
    with pytest.raises(Refusal, match=r"summary\.nobody"):
        await lay(registry, replace(LAID, from_year=2025))
    assert len(await lay(registry, replace(LAID, from_year=2031))) == 8


async def test_a_bureau_is_one_citys(registry: Database) -> None:
    await lay(registry)
    with pytest.raises(Refusal) as refused:
        await lay(registry, replace(LAID, city="440700"))
    (reason,) = refused.value.reasons
    assert (reason.code, reason.numbers) == ("summary.elsewhere", {"bureau": "jx-kjj", "city": CITY})


async def of_bureau(registry: Database) -> UUID:
    return next(one.id for one in await opened(registry) if one.bureau == "jx-kjj")


def officer(registry: Database, bureau: str) -> Asked:
    return asked(registry, "submit_work_summary", bureau=bureau)


async def test_a_bureaus_operator_hands_in_and_no_other_bureaus(registry: Database) -> None:
    summary_id = await of_bureau(registry)
    sent = HandedIn(await document(registry), {})
    with pytest.raises(NotFound, match=r"work_summary\.unknown"):
        await summaries.submit_summary(officer(registry, "jm-kjj"), summary_id, sent)
    submitted = await summaries.submit_summary(officer(registry, "jx-kjj"), summary_id, sent)
    assert submitted.state is SummaryState.SUBMITTED


async def test_the_citys_reviewer_does_not_hand_in_for_its_bureau(registry: Database) -> None:
    summary_id = await of_bureau(registry)
    sent = HandedIn(await document(registry), {})
    with pytest.raises(NotFound, match=r"work_summary\.unknown"):
        await summaries.submit_summary(reviewer(registry, "submit_work_summary", CITY), summary_id, sent)
    assert {one.bureau for one, _ in await listed(registry, region=CITY)} == {None}


async def test_nothing_falls_due_while_nobody_owes(registry: Database) -> None:
    assert await next_due(registry) is None


async def test_summaries_fall_due_at_the_local_end_of_the_year(registry: Database) -> None:
    await lay(registry)
    assert await next_due(registry) == YEAR_END


async def test_the_timer_stands_still_where_the_next_year_is_not_announced(registry: Database) -> None:
    await lay(registry, replace(LAID, from_year=2021))
    with pytest.raises(CalendarNotLoaded, match="2022"):
        await TIMER.run(registry, YEAR_END.replace(year=2021))
    assert await listed(registry) == []


async def test_once_opened_the_next_year_is_due_next(registry: Database) -> None:
    await opened(registry)
    assert await next_due(registry) == datetime(2021, 12, 31, 16, tzinfo=UTC)
    assert await TIMER.run(registry, YEAR_END) == 0


async def test_each_is_due_after_twenty_working_days_with_a_task_for_those_who_owe(registry: Database) -> None:
    found = await opened(registry)
    async with registry.read() as connection:
        county, _ = await tasks.find(connection, Wanted(frozenset({"reviewer"}), region=NANHU), after=None, limit=50)
        bureau, _ = await tasks.find(connection, Wanted(frozenset({"operator"}), bureau="jx-kjj"), after=None, limit=50)
    assert {one.due_on for one in found} == {DUE}
    assert [len(county), len(bureau)] == [1, 1]
    assert county[0][1].due_at == datetime(2021, 1, 29, 16, tzinfo=UTC)


async def test_an_opening_is_decided_with_its_clause(registry: Database) -> None:
    summary_id = await of_nanhu(registry)
    async with registry.read() as connection:
        (decision,) = await decisions.of_subject(connection, summary_id)
    assert (decision.clause, decision.numbers["due_on"]) == ("jiaxing-2015-90 六(二)", "2021-01-29")


async def test_on_the_last_day_nothing_is_overdue_and_a_day_later_all_is(
    registry: Database, set_clock: SetClock
) -> None:
    await opened(registry)
    await set_clock(at_noon(DUE))
    assert await listed(registry, overdue=True) == []
    await set_clock(at_noon(DUE + timedelta(days=2)))
    assert [days for _, days in await listed(registry, overdue=True)] == [2] * 8


async def test_a_late_summary_is_marked_late_with_its_days(registry: Database, set_clock: SetClock) -> None:
    summary_id = await of_nanhu(registry)
    await set_clock(at_noon(DUE + timedelta(days=3)))
    submission = (await handed_in(registry, summary_id)).submission
    assert submission is not None
    assert submission.days_late == 3
    assert len(await listed(registry, overdue=True)) == 7


async def test_its_figures_are_those_of_the_last_day_of_the_year(registry: Database, set_clock: SetClock) -> None:
    one, _ = await spaces(registry, NANHU, 2)
    await recognised(registry, one, date(2020, 9, 1))
    await activity(registry, one, date(2020, 10, 1))
    summary_id = await of_nanhu(registry)
    await set_clock(at_noon(date(2021, 1, 5)))
    await spaces(registry, NANHU, 1, first=3)
    summary, figures, _ = await summaries.read_summary(reviewer(registry, "get_work_summary"), summary_id)
    counted = {name: one.counted for name, one in figures.items() if one.counted}
    assert counted == {"spaces": 2, "recognised_spaces": 1, "activities": 1}
    assert summary.state is SummaryState.OPEN


async def test_what_is_stated_otherwise_stands_beside_what_was_counted(registry: Database) -> None:
    summary_id = await of_nanhu(registry)
    await handed_in(registry, summary_id, spaces=12)
    _, figures, _ = await summaries.read_summary(reviewer(registry, "get_work_summary"), summary_id)
    assert (figures["spaces"].counted, figures["spaces"].stated) == (0, 12)
    assert figures["teams"].stated is None


async def test_all_faults_of_a_submission_are_told(registry: Database) -> None:
    summary_id = await of_nanhu(registry)
    await handed_in(registry, summary_id)
    with pytest.raises(Refusal) as refused:
        await summaries.submit_summary(
            reviewer(registry, "submit_work_summary"), summary_id, HandedIn(UUID(int=9), {"lies": 1})
        )
    assert codes(refused.value) == {"summary.state", "reference.unknown", "summary.figure"}


async def test_a_summary_that_is_handed_in_waits_for_an_operator(registry: Database) -> None:
    summary_id = await of_nanhu(registry)
    assert await open_kinds(registry, summary_id) == ["submit_work_summary"]
    await handed_in(registry, summary_id)
    assert await open_kinds(registry, summary_id) == ["decide_work_summary"]


async def test_it_is_sent_back_and_handed_in_again_and_accepted(registry: Database, set_clock: SetClock) -> None:
    summary_id = await of_nanhu(registry)
    await handed_in(registry, summary_id)
    await set_clock(at_noon(DUE))
    asking = boss(registry, "return_work_summary")
    returned = await summaries.return_summary(asking, summary_id, reason="未附名单")
    assert returned.owed_by == date(2021, 2, 5)
    assert await open_kinds(registry, summary_id) == ["submit_work_summary"]
    await handed_in(registry, summary_id)
    accepted = await summaries.accept_summary(boss(registry, "accept_work_summary"), summary_id)
    assert accepted.state is SummaryState.ACCEPTED
    assert await open_kinds(registry, summary_id) == []


async def test_before_its_deadline_a_returned_summary_is_owed_by_its_deadline(registry: Database) -> None:
    summary_id = await of_nanhu(registry)
    await handed_in(registry, summary_id)
    returned = await summaries.return_summary(boss(registry, "return_work_summary"), summary_id, reason="未附名单")
    assert returned.owed_by == DUE


async def test_nothing_is_sent_back_into_a_year_that_is_not_announced(registry: Database, set_clock: SetClock) -> None:
    summary_id = await of_nanhu(registry)
    await handed_in(registry, summary_id)
    await set_clock(datetime(2021, 12, 30, 4, tzinfo=UTC))
    with pytest.raises(Refusal, match=r"calendar\.not_loaded"):
        await summaries.return_summary(boss(registry, "return_work_summary"), summary_id, reason="未附名单")


async def test_who_handed_it_in_does_not_accept_it(registry: Database) -> None:
    summary_id = await of_nanhu(registry)
    await handed_in(registry, summary_id)
    with pytest.raises(Refusal, match=r"summary\.own"):
        await summaries.accept_summary(asked(registry, "accept_work_summary"), summary_id)


async def test_another_county_neither_sees_nor_hands_in(registry: Database) -> None:
    summary_id = await of_nanhu(registry)
    sent = HandedIn(await document(registry), {})
    with pytest.raises(NotFound, match=r"work_summary\.unknown"):
        await summaries.submit_summary(reviewer(registry, "submit_work_summary", HAINING), summary_id, sent)
    with pytest.raises(NotFound, match=r"work_summary\.unknown"):
        await summaries.read_summary(reviewer(registry, "get_work_summary", HAINING), summary_id)
    assert [one.region for one, _ in await listed(registry, region=HAINING)] == [HAINING]


async def test_what_is_not_there_is_not_found(registry: Database) -> None:
    with pytest.raises(NotFound, match=r"work_summary\.unknown"):
        await summaries.accept_summary(asked(registry, "accept_work_summary"), UUID(int=1))


async def test_the_list_is_narrowed_by_year_state_and_region(registry: Database) -> None:
    await opened(registry)
    narrowed = SummaryFilter(2020, SummaryState.OPEN, HAINING)
    assert [one.region for one, _ in await listed(registry, narrowed)] == [HAINING]
    assert await listed(registry, SummaryFilter(2019)) == []


async def test_the_list_is_turned_over(registry: Database) -> None:
    await opened(registry)
    asking = asked(registry, "list_work_summaries")
    first, cursor = await summaries.list_summaries(asking, SummaryFilter(), overdue=False, after=None, limit=5)
    rest, end = await summaries.list_summaries(asking, SummaryFilter(), overdue=False, after=cursor, limit=5)
    assert (len(first), len(rest), end) == (5, 3, None)


async def test_a_duty_ends_and_nothing_more_is_owed(registry: Database) -> None:
    for duty in await lay(registry):
        ended = await duties.end_duty(asked(registry, "end_summary_duty"), duty.id, until_year=2020)
        assert ended.covers(2020)
        assert not ended.covers(2021)
    await TIMER.run(registry, YEAR_END)
    assert await next_due(registry) is None


async def test_what_is_owed_stays_owed(registry: Database) -> None:
    duty_id = (await opened(registry))[0].duty_id
    with pytest.raises(Refusal, match=r"summary\.owed"):
        await duties.end_duty(asked(registry, "end_summary_duty"), duty_id, until_year=2019)


async def test_a_duty_ends_once(registry: Database) -> None:
    duty = (await lay(registry))[0]
    await duties.end_duty(asked(registry, "end_summary_duty"), duty.id, until_year=2021)
    with pytest.raises(Refusal, match=r"summary\.ended"):
        await duties.end_duty(asked(registry, "end_summary_duty"), duty.id, until_year=2022)


async def test_a_duty_that_is_not_there_does_not_end(registry: Database) -> None:
    with pytest.raises(NotFound, match=r"summary_duty\.unknown"):
        await duties.end_duty(asked(registry, "end_summary_duty"), UUID(int=1), until_year=2021)


async def test_duties_are_turned_over(registry: Database) -> None:
    await lay(registry)
    asking = asked(registry, "list_summary_duties")
    first, cursor = await duties.list_duties(asking, after=None, limit=6)
    rest, end = await duties.list_duties(asking, after=cursor, limit=6)
    assert (len(first), len(rest), end) == (6, 2, None)


async def test_of_two_who_hand_in_at_once_one_does(registry: Database) -> None:
    summary_id = await of_nanhu(registry)
    sent = HandedIn(await document(registry), {})
    asking = reviewer(registry, "submit_work_summary")
    both = (summaries.submit_summary(asking, summary_id, sent) for _ in range(2))
    found = await asyncio.gather(*both, return_exceptions=True)
    refused = [one for one in found if isinstance(one, Refusal)]
    assert [one.code for one in refused] == ["summary.state"]
