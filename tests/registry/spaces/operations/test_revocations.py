"""Revoking by due process: proposed with evidence, heard, decided by another person."""

import asyncio
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tasks import Wanted
from services.chassis.timers import Timetable
from services.registry.catalogue.operations.unanswered import Unanswered
from services.registry.spaces.domain.act import Act
from services.registry.spaces.domain.recognition import Track
from services.registry.spaces.operations.recognitions import give_up_recognition
from services.registry.spaces.operations.revocations import (
    answer_revocation,
    drop_revocation,
    list_revocations,
    propose_revocation,
    revoke_space,
)
from services.registry.spaces.operations.spaces import close_space, read_space
from services.registry.spaces.store.holding import hold_space
from services.registry.spaces.store.revoking import revoke
from tests.conftest import SetClock
from tests.registry.samples import CITY, TODAY, asked, codes, document, organization, places, space
from tests.registry.spaces.samples import CLAUSE, answered, filed, ground, of_person, proposed, recognised


@pytest.fixture
async def operator(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def place(registry: Database, operator: UUID) -> UUID:
    made = await space(registry, operator)
    await filed(registry, made)
    await recognised(registry, made)
    return made


async def waiting(registry: Database, operator: UUID) -> set[str]:
    both = Wanted(frozenset({"reviewer", "space"}), region=CITY, organization=operator)
    async with registry.read() as connection:
        found, _ = await tasks.find(connection, both, after=None, limit=9)
    return {task.kind for _, task in found}


async def state_of(registry: Database, place: UUID) -> str:
    items, _ = await list_revocations(asked(registry, "list_space_revocations"), place, after=None, limit=9)
    state: str = items[-1]["state"]
    return state


async def test_a_case_waits_for_an_answer_and_a_decision(registry: Database, operator: UUID, place: UUID) -> None:
    case = await proposed(registry, place)
    assert await waiting(registry, operator) == {"answer_revocation", "decide_revocation"}
    own = asked(registry, "answer_revocation", "space", organization=operator)
    told = await answer_revocation(own, place, case, text="整改已完成 ")
    assert (told["state"], told["answer"]) == ("answered", "整改已完成")
    assert await waiting(registry, operator) == {"decide_revocation"}


async def test_a_second_person_revokes_who_was_heard(registry: Database, operator: UUID, place: UUID) -> None:
    case = await answered(registry, place)
    second = of_person(registry, "revoke_space", "per_2")
    told = await revoke_space(second, place, ground=await ground(registry))
    assert (told["state"], await state_of(registry, place)) == ("revoked", "revoked")
    assert await waiting(registry, operator) == set()
    async with registry.read() as connection:
        kept = await decisions.of_subject(connection, case)
    assert [(one.kind, one.clause) for one in kept] == [("propose", CLAUSE), ("answer", CLAUSE)]


async def test_who_proposed_it_does_not_decide_and_nobody_decides_unheard(registry: Database, place: UUID) -> None:
    case = await proposed(registry, place)
    first = of_person(registry, "revoke_space", "per_1")
    with pytest.raises(Refusal) as refused:
        await revoke_space(first, place, ground=await ground(registry))
    assert codes(refused.value) == {"revocation.same_person", "revocation.not_heard"}
    with pytest.raises(Refusal) as refused:
        await drop_revocation(of_person(registry, "drop_revocation", "per_1"), place, case, reason="已整改")
    assert codes(refused.value) == {"revocation.same_person"}


async def test_who_does_not_answer_in_time_is_decided_upon(
    registry: Database, operator: UUID, place: UUID, set_clock: SetClock
) -> None:
    case = await proposed(registry, place)
    items, _ = await list_revocations(asked(registry, "list_space_revocations"), place, after=None, limit=9)
    await set_clock(items[0]["due_at"] + timedelta(seconds=1))
    assert await Timetable([Unanswered("answer_revocation", "space")]).run_due(registry) == 1
    assert await waiting(registry, operator) == {"decide_revocation"}
    own = asked(registry, "answer_revocation", "space", organization=operator)
    with pytest.raises(Refusal) as refused:
        await answer_revocation(own, place, case, text="")
    assert codes(refused.value) == {"reason.empty", "revocation.too_late"}
    second = of_person(registry, "revoke_space", "per_2")
    assert (await revoke_space(second, place, ground=await ground(registry)))["state"] == "revoked"


async def test_nobody_is_revoked_without_a_case(registry: Database, place: UUID) -> None:
    with pytest.raises(Refusal) as refused:
        await revoke_space(of_person(registry, "revoke_space", "per_2"), place, ground=await ground(registry))
    assert codes(refused.value) == {"revocation.none"}


async def test_a_proposal_tells_all_its_faults(registry: Database, operator: UUID, place: UUID) -> None:
    case = await proposed(registry, place)
    request = of_person(registry, "propose_revocation", "per_2")
    wrong = type(await ground(registry))("", "", uuid4())
    with pytest.raises(Refusal) as refused:
        await propose_revocation(request, place, ground=wrong)
    assert places(refused.value) == {
        "/reason": "reason.empty",
        "/clause": "name.empty",
        None: "revocation.running",
        "/document": "reference.unknown",
    }
    assert {"id": f"rvc_{case.hex}"} in [reason.numbers for reason in refused.value.reasons]
    other = await space(registry, operator, "第二空间")
    with pytest.raises(Refusal) as refused:
        await propose_revocation(request, other, ground=await ground(registry))
    assert codes(refused.value) == {"space.state"}


async def test_nobody_leaves_a_case_against_him(registry: Database, operator: UUID, place: UUID) -> None:
    await proposed(registry, place)
    own = asked(registry, "give_up_recognition", "space", organization=operator)
    with pytest.raises(Refusal) as refused:
        await give_up_recognition(own, place, Track.SCIENCE, ground=await ground(registry))
    assert codes(refused.value) == {"revocation.running"}
    with pytest.raises(Refusal) as refused:
        await close_space(asked(registry, "close_space", "space", organization=operator), place, reason="停业")
    assert codes(refused.value) == {"revocation.running"}


async def test_nobody_is_recognised_on_another_track_while_a_case_runs(registry: Database, place: UUID) -> None:
    await proposed(registry, place)
    with pytest.raises(Refusal) as refused:
        await recognised(registry, place, track=Track.SME)
    assert codes(refused.value) == {"revocation.running"}


async def test_a_case_is_dropped_once_by_a_second_person(registry: Database, operator: UUID, place: UUID) -> None:
    case = await proposed(registry, place)
    second = of_person(registry, "drop_revocation", "per_2")
    told = await drop_revocation(second, place, case, reason=" 已整改")
    assert (told["state"], told["decision"]) == ("dropped", "已整改")
    assert await waiting(registry, operator) == set()
    own = asked(registry, "answer_revocation", "space", organization=operator)
    for act in (
        drop_revocation(second, place, case, reason="已整改"),
        answer_revocation(own, place, case, text="整改"),
    ):
        with pytest.raises(Refusal) as refused:
            await act
        assert codes(refused.value) == {"revocation.state"}
    assert (await read_space(asked(registry, "get_space"), place))["state"] == "recognised"


async def test_nobody_drops_a_case_without_saying_why(registry: Database, place: UUID) -> None:
    case = await proposed(registry, place)
    with pytest.raises(Refusal) as refused:
        await drop_revocation(of_person(registry, "drop_revocation", "per_2"), place, case, reason=" ")
    assert places(refused.value) == {"/reason": "reason.empty"}


async def test_a_case_of_another_space_is_unknown(registry: Database, operator: UUID, place: UUID) -> None:
    case = await proposed(registry, place)
    other = await space(registry, operator, "第二空间")
    with pytest.raises(NotFound) as refused:
        await drop_revocation(of_person(registry, "drop_revocation", "per_2"), other, case, reason="已整改")
    assert codes(refused.value) == {"revocation.unknown"}


@pytest.mark.parametrize(("by", "state"), [("per_2", "revoked"), ("per_1", "proposed")])
async def test_an_assessment_that_revokes_ends_the_case_of_another_person(
    registry: Database, place: UUID, by: str, state: str
) -> None:
    await proposed(registry, place)
    proof = await document(registry)
    request = asked(registry, "get_space")
    async with registry.begin() as connection:
        held, _ = await hold_space(connection, request, place)
        at = (await recent(registry, place)).at
        await revoke(connection, held, Act("revoke", at, TODAY, by, "连续两年不合格", CLAUSE, proof))
    assert await state_of(registry, place) == state
    assert (await read_space(request, place))["state"] == "revoked"


async def recent(registry: Database, place: UUID) -> decisions.Decision:
    async with registry.read() as connection:
        return (await decisions.of_subject(connection, place))[-1]


async def test_cases_are_turned_over(registry: Database, place: UUID) -> None:
    first = await proposed(registry, place)
    await drop_revocation(of_person(registry, "drop_revocation", "per_2"), place, first, reason="已整改")
    second = await proposed(registry, place)
    reader = asked(registry, "list_space_revocations", "auditor")
    one, cursor = await list_revocations(reader, place, after=None, limit=1)
    rest, end = await list_revocations(reader, place, after=cursor, limit=1)
    assert [parse("rvc", case["id"]) for case in one + rest] == [first, second]
    assert end is None


async def test_of_two_who_decide_at_once_one_does(registry: Database, place: UUID) -> None:
    case = await answered(registry, place)
    why = await ground(registry)
    made = await asyncio.gather(
        revoke_space(of_person(registry, "revoke_space", "per_2"), place, ground=why),
        drop_revocation(of_person(registry, "drop_revocation", "per_3"), place, case, reason="已整改"),
        return_exceptions=True,
    )
    (refused,) = [one for one in made if isinstance(one, Refusal)]
    assert codes(refused) <= {"revocation.state", "revocation.none"}


async def test_a_year_that_is_not_announced_gives_no_time_to_answer(
    registry: Database, place: UUID, set_clock: SetClock
) -> None:
    await set_clock((await recent(registry, place)).at.replace(year=date.max.year - 100))
    with pytest.raises(Refusal) as refused:
        await proposed(registry, place)
    assert codes(refused.value) == {"calendar.not_loaded"}
