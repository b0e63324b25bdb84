"""A sanction with due process: proposed, notified, answered or not, decided by another person."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.registry.parties.domain.sanction_case import Answer
from services.registry.parties.operations import replies
from services.registry.parties.operations.organizations import read_organization
from services.registry.parties.operations.sanction_cases import (
    answer_case,
    decide_case,
    drop_case,
    list_cases,
    notify_case,
    propose_case,
    read_case,
)
from services.registry.parties.store import sanction_cases as store
from services.registry.parties.store.sanction_cases import CaseFilter
from tests.conftest import SetClock
from tests.registry.parties.samples import charge, notified, of_person, proposed, ruling
from tests.registry.samples import PENGJIANG, TAISHAN, admitted, asked, codes, document, organization, space

AFTERWARDS = datetime(2020, 9, 21, 16, tzinfo=UTC)
"""The end of the fifth working day after Monday, 14 September 2020."""
REPLY = Answer(text="材料系误交。")


@pytest.fixture
async def firm(registry: Database) -> UUID:
    return await organization(registry)


async def open_tasks(registry: Database) -> list[tuple[str, str]]:
    async with registry.read() as connection:
        found, _ = await tasks.find(connection, tasks.Wanted(), after=None, limit=20)
    return [(task.kind, task.role) for _, task in found]


async def answered(registry: Database, firm: UUID) -> UUID:
    case_id = await notified(registry, firm)
    await answer_case(of_person(registry, "answer_sanction_case", role="holder", organization=firm), case_id, REPLY)
    return case_id


async def decided(registry: Database, case_id: UUID, by: str = "per_2") -> dict[str, Any]:
    request = of_person(registry, "decide_sanction_case", by)
    return await decide_case(request, case_id, await ruling(registry))


async def test_a_decision_keeps_the_organisation_out_from_its_day_and_stands_in_its_document(
    registry: Database, firm: UUID
) -> None:
    case_id = await answered(registry, firm)
    told = await decided(registry, case_id)
    assert (told["state"], told["years"], told["decided_by"]) == ("decided", 2, "per_2")
    whole = await read_organization(asked(registry, "get_organization"), firm)
    (stands,) = whole["sanctions"]
    assert (stands["kind"], stands["from"], stands["until"]) == ("ban", "2020-09-14", "2022-09-14")
    async with registry.read() as connection:
        log = await decisions.of_subject(connection, case_id)
    assert [(one.kind, one.outcome) for one in log] == [
        ("propose", "proposed"),
        ("notify", "notified"),
        ("answer", "answered"),
        ("decide", "decided"),
    ]
    assert {one.clause for one in log} == {"办法 第二十条"}


async def test_every_state_that_is_not_final_is_somebodys_task(registry: Database, firm: UUID) -> None:
    case_id = await proposed(registry, firm)
    assert await open_tasks(registry) == [("notify_sanction_case", "operator")]
    await notify_case(of_person(registry, "notify_sanction_case"), case_id)
    assert await open_tasks(registry) == [("answer_sanction_case", "holder")]
    await answer_case(of_person(registry, "answer_sanction_case", role="holder", organization=firm), case_id, REPLY)
    assert await open_tasks(registry) == [("decide_sanction_case", "operator")]
    await decided(registry, case_id)
    assert await open_tasks(registry) == []


async def test_a_provider_or_a_space_answers_as_such(registry: Database, firm: UUID) -> None:
    await admitted(registry, firm)
    await notified(registry, firm)
    assert ("answer_sanction_case", "provider") in await open_tasks(registry)
    operator = await organization(registry, 2)
    await space(registry, operator)
    await notified(registry, operator)
    assert ("answer_sanction_case", "space") in await open_tasks(registry)


async def test_whoever_proposed_does_not_decide(registry: Database, firm: UUID) -> None:
    case_id = await answered(registry, firm)
    with pytest.raises(Refusal, match=r"sanction_case\.same_person"):
        await decided(registry, case_id, by="per_1")


async def test_the_database_too_wants_two_persons(registry: Database, firm: UUID) -> None:
    case_id = await answered(registry, firm)
    await decided(registry, case_id)
    with pytest.raises(Exception, match="ck_sanction_cases_two_persons"):
        async with registry.begin() as connection:
            await connection.execute(text("UPDATE sanction_cases SET decided_by = 'per_1'"))


async def test_silence_lets_the_time_pass_and_the_case_is_decided_without_an_answer(
    registry: Database, firm: UUID, set_clock: SetClock
) -> None:
    case_id = await notified(registry, firm)
    timer = replies.ReplyTimer()
    async with registry.read() as connection:
        assert await timer.next_due(connection) == AFTERWARDS
    await set_clock(AFTERWARDS)
    assert await timer.run(registry, AFTERWARDS) == 1
    async with registry.read() as connection:
        assert await timer.next_due(connection) is None
        assert (await decisions.of_subject(connection, case_id))[-1].at == AFTERWARDS
    assert (await decided(registry, case_id))["answer"] is None


async def test_a_case_that_is_answered_while_the_timer_waits_stays_answered(
    registry: Database, firm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = await notified(registry, firm)
    async with registry.read() as connection:
        due = await store.unanswered(connection, upto=AFTERWARDS, limit=5)
    await answer_case(of_person(registry, "answer_sanction_case", role="holder", organization=firm), case_id, REPLY)

    async def seen_before(*_: Any, **__: Any) -> Any:
        return due

    monkeypatch.setattr(store, "unanswered", seen_before)
    await replies.ReplyTimer().run(registry, AFTERWARDS)
    assert (await read_case(asked(registry, "get_sanction_case"), case_id))["state"] == "answered"


async def test_a_case_is_dropped_with_a_reason(registry: Database, firm: UUID) -> None:
    case_id = await proposed(registry, firm)
    told = await drop_case(of_person(registry, "drop_sanction_case"), case_id, "证据不足。")
    assert (told["state"], told["drop_reason"], await open_tasks(registry)) == ("dropped", "证据不足。", [])


async def test_the_organisation_learns_of_its_case_with_the_notification_and_nobody_else_does(
    registry: Database, firm: UUID
) -> None:
    case_id, stranger = await proposed(registry, firm), await organization(registry, 2)
    own = asked(registry, "get_sanction_case", "holder", organization=firm)
    with pytest.raises(NotFound):
        await read_case(own, case_id)
    assert (await list_cases(own, CaseFilter(), after=None, limit=5))[0] == []
    await notify_case(of_person(registry, "notify_sanction_case"), case_id)
    assert (await read_case(own, case_id))["grounds"] == "提供虚假材料。"
    assert len((await list_cases(own, CaseFilter(), after=None, limit=5))[0]) == 1
    with pytest.raises(NotFound):
        await read_case(asked(registry, "get_sanction_case", "holder", organization=stranger), case_id)
    with pytest.raises(NotFound):
        await answer_case(asked(registry, "answer_sanction_case", "holder", organization=stranger), case_id, REPLY)
    with pytest.raises(NotFound):
        await read_case(own, uuid4())
    with pytest.raises(NotFound):
        await notify_case(asked(registry, "notify_sanction_case"), uuid4())


async def test_cases_are_listed_by_region_organisation_and_state_page_by_page(registry: Database, firm: UUID) -> None:
    far = await organization(registry, 2, region=TAISHAN)
    made = [f"sac_{(await proposed(registry, one)).hex}" for one in (firm, far)]
    everything = asked(registry, "list_sanction_cases")
    page, cursor = await list_cases(everything, CaseFilter(state="proposed"), after=None, limit=1)
    rest, end = await list_cases(everything, CaseFilter(), after=cursor, limit=1)
    assert ([one["id"] for one in page + rest], end) == (made, None)
    near = asked(registry, "list_sanction_cases", "reviewer", region=PENGJIANG)
    assert [one["id"] for one in (await list_cases(near, CaseFilter(), after=None, limit=5))[0]] == made[:1]
    narrowed, _ = await list_cases(everything, CaseFilter(organization=far), after=None, limit=5)
    assert [one["id"] for one in narrowed] == made[1:]


async def test_a_charge_against_nobody_or_without_evidence_is_refused(registry: Database, firm: UUID) -> None:
    unsent = replace(await charge(registry), document_id=uuid4())
    with pytest.raises(Refusal) as refused:
        await propose_case(asked(registry, "create_sanction_case"), uuid4(), unsent)
    assert [reason.pointer for reason in refused.value.reasons] == ["/organization", "/document"]


async def test_an_answer_may_rest_on_a_document_that_was_sent(registry: Database, firm: UUID) -> None:
    case_id = await notified(registry, firm)
    request = of_person(registry, "answer_sanction_case", role="holder", organization=firm)
    with pytest.raises(Refusal) as refused:
        await answer_case(request, case_id, Answer(text="不实", document_id=uuid4()))
    assert codes(refused.value) == {"reference.unknown"}
    paper = await document(registry)
    told = await answer_case(request, case_id, Answer(text="不实", document_id=paper))
    assert told["answer_document"] == f"doc_{paper.hex}"
