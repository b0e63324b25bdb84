"""A provider is suspended by due process: heard first, or at once with a second person's word."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import NotFound, Refusal
from services.chassis.timers import Timetable
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.operations.unanswered import Unanswered
from services.registry.feed.operations.changes import read_changes
from services.registry.parties.store import organizations
from services.registry.providers.domain.suspension import Outcome
from services.registry.providers.operations.expiry import ProviderExpiry
from services.registry.providers.operations.providers import read_provider, withdraw_provider
from services.registry.providers.operations.suspension_ends import SuspensionEnd
from services.registry.providers.operations.suspensions import (
    Charge,
    answer_suspension,
    confirm_suspension,
    decide_suspension,
    list_suspensions,
    propose_suspension,
    resume_provider,
    suspend_provider,
)
from tests.conftest import SetClock
from tests.registry.providers.samples import by, open_tasks, reviewing
from tests.registry.samples import TAISHAN, admitted, asked, codes, document, organization, places, provider

ZONE = "Asia/Shanghai"
TIMETABLE = Timetable([Unanswered("answer_suspension", "provider"), SuspensionEnd(ZONE), ProviderExpiry(ZONE)])
NOTICE_OVER = datetime(2020, 9, 27, 16, tzinfo=UTC)
"""Ten working days after Monday, 14 September: 27 September, a Sunday, was worked."""
CONFIRM_BY = datetime(2020, 9, 21, 16, tzinfo=UTC)
LAST = date(2020, 12, 31)


@pytest.fixture
async def firm(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def seller(registry: Database, firm: UUID) -> UUID:
    return await admitted(registry, firm)


async def charge(registry: Database, until: date | None = None, reason: str = "报告失实") -> Charge:
    return Charge(reason, await document(registry, reason), until)


async def noticed(registry: Database, seller: UUID) -> UUID:
    """The id of a case that the first reviewer opened."""
    request = reviewing(registry, "propose_suspension", "per_1")
    return parse("sus", (await propose_suspension(request, seller, await charge(registry)))["id"])


async def stopped(registry: Database, seller: UUID) -> UUID:
    """The id of an urgent case that the first reviewer ordered."""
    await suspend_provider(reviewing(registry, "suspend_provider", "per_1"), seller, await charge(registry))
    return parse("sus", (await cases(registry, seller))[-1]["id"])


async def answered(registry: Database, firm: UUID, seller: UUID, case: UUID) -> Document:
    own = by("per_9", asked(registry, "answer_suspension", "provider", organization=firm))
    return await answer_suspension(own, seller, case, "已更正并补发", await document(registry, "corrected"))


async def decided(registry: Database, seller: UUID, case: UUID, outcome: Outcome, person: str = "per_2") -> Document:
    request = reviewing(registry, "decide_suspension", person)
    until = LAST if outcome is Outcome.SUSPEND else None
    return await decide_suspension(request, seller, case, outcome, await charge(registry, until, "陈述不成立"))


async def cases(registry: Database, seller: UUID) -> list[Document]:
    return await list_suspensions(asked(registry, "list_suspensions"), seller)


async def state(registry: Database, seller: UUID) -> str:
    shown: str = (await read_provider(asked(registry, "get_provider"), seller))["state"]
    return shown


async def test_a_notice_changes_nothing_and_is_the_providers_task(registry: Database, firm: UUID, seller: UUID) -> None:
    await noticed(registry, seller)
    (case,) = await cases(registry, seller)
    assert (case["state"], case["due_at"], await state(registry, seller)) == ("proposed", NOTICE_OVER, "admitted")
    assert await open_tasks(registry, "provider", firm) == ["answer_suspension"]
    assert await open_tasks(registry) == ["decide_suspension"]


async def test_a_provider_is_suspended_after_it_was_heard_and_comes_back_by_itself(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    case = await noticed(registry, seller)
    told = await answered(registry, firm, seller, case)
    assert (told["state"], told["answer"]["text"]) == ("answered", "已更正并补发")
    told = await decided(registry, seller, case, Outcome.SUSPEND)
    assert (told["state"], told["decision"]["until"]) == ("in_force", LAST.isoformat())
    assert (await state(registry, seller), await open_tasks(registry)) == ("suspended", [])
    end = datetime(2020, 12, 31, 16, tzinfo=UTC)
    await set_clock(datetime(2021, 2, 1, tzinfo=UTC))
    assert await TIMETABLE.run_due(registry) == 1
    (over,) = await cases(registry, seller)
    assert (over["state"], over["ended_at"], await state(registry, seller)) == ("ended", end, "admitted")


async def test_nobody_is_suspended_unheard_or_by_the_person_who_gave_notice(
    registry: Database, firm: UUID, seller: UUID
) -> None:
    case = await noticed(registry, seller)
    with pytest.raises(Refusal) as refused:
        await decided(registry, seller, case, Outcome.SUSPEND)
    assert codes(refused.value) == {"suspension.not_heard"}
    await answered(registry, firm, seller, case)
    with pytest.raises(Refusal) as refused:
        await decided(registry, seller, case, Outcome.SUSPEND, "per_1")
    assert codes(refused.value) == {"suspension.same_person"}


async def test_who_does_not_answer_is_decided_on_when_the_time_is_over(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    case = await noticed(registry, seller)
    await set_clock(NOTICE_OVER)
    assert await TIMETABLE.run_due(registry) == 1
    assert await open_tasks(registry, "provider", firm) == []
    with pytest.raises(Refusal) as refused:
        await answered(registry, firm, seller, case)
    assert codes(refused.value) == {"suspension.too_late"}
    assert (await decided(registry, seller, case, Outcome.REMOVE))["state"] == "removed"
    assert await state(registry, seller) == "removed"
    shown = await read_provider(asked(registry, "get_provider"), seller)
    assert [one["until"] for one in shown["admissions"]] == ["2020-09-28"]


async def test_a_case_that_is_dropped_leaves_the_provider_as_it_was(
    registry: Database, firm: UUID, seller: UUID
) -> None:
    case = await noticed(registry, seller)
    await answered(registry, firm, seller, case)
    assert (await decided(registry, seller, case, Outcome.DROP))["state"] == "dropped"
    assert await state(registry, seller) == "admitted"
    assert await noticed(registry, seller) != case


async def test_what_is_urgent_stops_at_once_and_lapses_unconfirmed(
    registry: Database, seller: UUID, set_clock: SetClock
) -> None:
    case = await stopped(registry, seller)
    assert (await state(registry, seller), await open_tasks(registry)) == ("suspended", ["confirm_suspension"])
    await set_clock(datetime(2020, 11, 1, tzinfo=UTC))
    confirming = reviewing(registry, "confirm_suspension")
    with pytest.raises(Refusal) as refused:
        await confirm_suspension(confirming, seller, case, await charge(registry, LAST))
    assert codes(refused.value) == {"suspension.too_late"}
    assert await TIMETABLE.run_due(registry) == 1
    (over,) = await cases(registry, seller)
    assert (over["state"], over["ended_at"], await state(registry, seller)) == ("lapsed", CONFIRM_BY, "admitted")
    assert await open_tasks(registry) == []
    async with registry.read() as connection:
        *_, decision = await decisions.of_subject(connection, case)
    assert (decision.kind, decision.outcome, decision.actor) == ("end", "lapsed", "provider.suspension_end")


async def test_what_is_urgent_stands_once_another_person_confirmed_it(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    case = await stopped(registry, seller)
    await answered(registry, firm, seller, case)
    own = reviewing(registry, "confirm_suspension", "per_1")
    with pytest.raises(Refusal) as refused:
        await confirm_suspension(own, seller, case, await charge(registry, LAST))
    assert codes(refused.value) == {"suspension.same_person"}
    confirming = reviewing(registry, "confirm_suspension")
    told = await confirm_suspension(confirming, seller, case, await charge(registry, LAST))
    assert (told["state"], told["ends_at"]) == ("in_force", datetime(2020, 12, 31, 16, tzinfo=UTC))
    await set_clock(CONFIRM_BY)
    assert await TIMETABLE.run_due(registry) == 0


async def test_a_suspension_ends_today_or_later_by_a_paper_that_is_there(registry: Database, seller: UUID) -> None:
    case = await stopped(registry, seller)
    confirming = reviewing(registry, "confirm_suspension")
    with pytest.raises(Refusal) as refused:
        await confirm_suspension(confirming, seller, case, Charge("属实", uuid4(), date(2020, 9, 13)))
    assert places(refused.value) == {"/document": "reference.unknown", "/until": "suspension.over"}


async def test_a_provider_whose_admission_ended_meanwhile_comes_back_expired(
    registry: Database, firm: UUID, set_clock: SetClock
) -> None:
    seller = await admitted(registry, firm, until=date(2020, 9, 18))
    await stopped(registry, seller)
    await set_clock(CONFIRM_BY)
    assert await TIMETABLE.run_due(registry) == 1
    assert await state(registry, seller) == "expired"
    heard = await read_changes(asked(registry, "list_changes", "service"), after=None, seen=None, limit=200)
    last = heard.entries[-1]
    assert (last.event.at, last.event.data["provider"]["state"]) == (CONFIRM_BY, "expired")


async def test_a_reviewer_ends_a_suspension_and_its_case(registry: Database, seller: UUID) -> None:
    await stopped(registry, seller)
    told = await resume_provider(
        reviewing(registry, "resume_provider"), seller, await charge(registry, reason="已查清")
    )
    (case,) = await cases(registry, seller)
    assert (told["state"], case["state"], await open_tasks(registry)) == ("admitted", "ended", [])


async def test_whoever_ordered_a_suspension_does_not_end_it(registry: Database, seller: UUID) -> None:
    await stopped(registry, seller)
    with pytest.raises(Refusal) as refused:
        await resume_provider(reviewing(registry, "resume_provider", "per_1"), seller, await charge(registry))
    assert codes(refused.value) == {"suspension.same_person"}
    assert await state(registry, seller) == "suspended"


async def test_nobody_suspends_for_ever_by_ordering_anew_what_lapsed(
    registry: Database, seller: UUID, set_clock: SetClock
) -> None:
    case = await stopped(registry, seller)
    await set_clock(CONFIRM_BY)
    assert await TIMETABLE.run_due(registry) == 1
    with pytest.raises(Refusal) as refused:
        await stopped(registry, seller)
    assert refused.value.reasons[0].numbers == {"id": f"sus_{case.hex}"}
    another = reviewing(registry, "suspend_provider", "per_2")
    assert (await suspend_provider(another, seller, await charge(registry)))["state"] == "suspended"


async def test_what_an_earlier_release_suspended_without_a_case_can_be_resumed(
    registry: Database, seller: UUID
) -> None:
    async with registry.begin() as connection:
        await connection.execute(text("UPDATE providers SET state = 'suspended'"))
    told = await resume_provider(
        reviewing(registry, "resume_provider"), seller, await charge(registry, reason="已查清")
    )
    assert told["state"] == "admitted"


async def test_a_provider_does_not_withdraw_from_a_case(registry: Database, firm: UUID, seller: UUID) -> None:
    case = await noticed(registry, seller)
    with pytest.raises(Refusal) as refused:
        await withdraw_provider(asked(registry, "withdraw_provider", "provider", organization=firm), seller)
    assert refused.value.reasons[0].numbers == {"id": f"sus_{case.hex}"}


async def test_only_an_admitted_provider_is_charged_and_once(registry: Database, seller: UUID) -> None:
    await noticed(registry, seller)
    with pytest.raises(Refusal) as refused:
        await noticed(registry, seller)
    assert codes(refused.value) == {"suspension.duplicate"}
    applied = await provider(registry, await organization(registry, 2))
    with pytest.raises(Refusal) as refused:
        await noticed(registry, applied)
    assert codes(refused.value) == {"provider.state"}


async def test_two_reviewers_at_once_open_one_case(registry: Database, seller: UUID) -> None:
    told = [await charge(registry) for _ in range(4)]
    request = reviewing(registry, "propose_suspension")
    outcomes = await asyncio.gather(*(propose_suspension(request, seller, one) for one in told), return_exceptions=True)
    assert [codes(one) for one in outcomes if isinstance(one, Refusal)] == [{"suspension.duplicate"}] * 3


async def test_a_case_is_not_found_from_elsewhere(registry: Database, seller: UUID) -> None:
    case = await noticed(registry, seller)
    away = reviewing(registry, "decide_suspension", region=TAISHAN)
    with pytest.raises(NotFound):
        await decide_suspension(away, seller, case, Outcome.DROP, await charge(registry))
    with pytest.raises(NotFound) as refused:
        await decided(registry, seller, uuid4(), Outcome.DROP)
    assert codes(refused.value) == {"suspension.unknown"}


async def test_a_provider_that_somebody_holds_is_left_for_the_next_run(
    registry: Database, firm: UUID, seller: UUID, set_clock: SetClock
) -> None:
    await stopped(registry, seller)
    await set_clock(CONFIRM_BY)
    async with registry.begin() as connection:
        await organizations.lock(connection, [firm])
        assert await TIMETABLE.run_due(registry) == 0
    assert await TIMETABLE.run_due(registry) == 1


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        (
            "decided_by = opened_by, decided_at = opened_at, decision = 'a', decision_document_id = id",
            "ck_suspensions_four_eyes",
        ),
        ("state = 'ended', ended_by = opened_by, ended_at = opened_at", "ck_suspensions_four_eyes"),
        ("state = 'in_force', ends_at = business_now()", "ck_suspensions_decided"),
        ("state = 'lapsed'", "ck_suspensions_"),
        ("state = 'urgent', ends_at = business_now()", "ck_suspensions_path"),
    ],
)
async def test_the_database_too_holds_to_the_process(
    registry: Database, seller: UUID, change: str, constraint: str
) -> None:
    await noticed(registry, seller)
    with pytest.raises(IntegrityError, match=constraint):
        async with registry.begin() as connection:
            await connection.execute(text(f"UPDATE suspensions SET {change}"))
