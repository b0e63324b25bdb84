"""A named objection keeps a line from being paid until somebody who has no part in the case decides it."""

from datetime import timedelta
from typing import Any

import pytest

from services.chassis.documents import Sent, keep
from services.chassis.ids import new_id
from services.voucher.settlement.domain.claim import LegState, LineState
from services.voucher.settlement.domain.disclosure import Disclosure
from services.voucher.settlement.domain.objection import Judgement, ObjectionState, Outcome
from services.voucher.settlement.operations import objecting
from services.voucher.settlement.operations.closing import CloseTimer
from services.voucher.settlement.store.objections import Wanted
from services.voucher.settlement.store.papers import parties_of
from services.voucher.wallet.operations.expiry import ExpiryTimer
from tests.conftest import SetClock
from tests.voucher.redemption.stored import audited
from tests.voucher.settlement.approved import (
    CLAIMED,
    CLOSES,
    Case,
    approved_on,
    caller,
    decide,
    disclosed,
    keyed,
    object_to,
    prepare,
    refused,
)
from tests.voucher.settlement.waiting import tasks_of

DISMISSED, UPHELD = Outcome.DISMISSED, Outcome.UPHELD


@pytest.fixture
async def shown(case: Case) -> Disclosure:
    """The disclosure that shows it."""
    return await disclosed(case.database, case)


async def close(case: Case, set_clock: SetClock) -> None:
    await set_clock(CLOSES)
    await CloseTimer().run(case.database, CLOSES)


async def test_a_named_objection_stops_the_line_and_waits_for_a_reviewer(
    case: Case, shown: Disclosure, set_clock: SetClock
) -> None:
    objection = await object_to(case, shown)
    assert (await case.objections())[0].state is ObjectionState.LIVE
    assert await case.stops() == ["objection"]
    assert await tasks_of(case.database, objection) == ["objection.decide"]
    await close(case, set_clock)
    assert (await case.line()).state is LineState.DISCLOSED
    await audited(case.database)


async def test_nobody_stands_behind_an_anonymous_one_so_it_is_noted_and_blocks_nothing(
    case: Case, shown: Disclosure, set_clock: SetClock
) -> None:
    objection = await object_to(case, shown, objector=None)
    assert (await case.objections())[0].state is ObjectionState.NOTED
    assert (await case.stops(), await tasks_of(case.database, objection)) == ([], [])
    await close(case, set_clock)
    assert (await case.line()).state is LineState.RELEASED
    assert await refused(decide(case, objection, DISMISSED)) == "objection.state"


async def test_one_objection_holds_up_its_own_line_only(case: Case, set_clock: SetClock) -> None:
    another = await approved_on(case.stored)
    await object_to(case, await disclosed(case.database, case, another))
    await close(case, set_clock)
    assert [(await one.line()).state for one in (case, another)] == [LineState.DISCLOSED, LineState.RELEASED]


async def test_after_the_last_day_it_is_too_late(case: Case, shown: Disclosure, set_clock: SetClock) -> None:
    await set_clock(CLOSES)
    assert await refused(object_to(case, shown)) == "disclosure.closed"


async def test_what_is_only_prepared_is_not_known_to_the_public(case: Case) -> None:
    assert await refused(object_to(case, await prepare(case.database))) == "disclosure.unknown"


async def test_a_line_that_it_does_not_name_cannot_be_objected_to(case: Case, shown: Disclosure) -> None:
    another = await approved_on(case.stored)
    assert await refused(object_to(another, shown)) == "objection.line_unknown"
    assert await refused(object_to(case, shown, claim_line_id=new_id())) == "objection.line_unknown"


async def test_an_objection_rests_on_a_document_of_its_own(case: Case, shown: Disclosure) -> None:
    assert await refused(object_to(case, shown, document_id=case.stored.result)) == "document.unknown"
    assert await refused(object_to(case, shown, document_id=new_id())) == "document.unknown"
    async with case.database.begin() as connection:
        mine = await keep(connection, Sent(b"photo", "image/png", "a.png"), organization=None, sent_by="per_citizen")
    await object_to(case, shown, document_id=mine.id)
    assert (await case.objections())[0].document_id == mine.id
    async with case.database.read() as connection:
        assert await parties_of(connection, mine.id) == [((), "440703")]


@pytest.mark.parametrize("objector", ["Liang Hui", None])
async def test_a_person_has_one_open_objection_and_one_note_on_a_line(
    case: Case, shown: Disclosure, objector: str | None
) -> None:
    first = await object_to(case, shown, objector=objector)
    assert await refused(object_to(case, shown, objector=objector)) == "objection.filed_before"
    await object_to(case, shown, person="per_other", objector=objector)
    if objector is not None:
        await decide(case, first, DISMISSED)
        await object_to(case, shown, objector=objector)
    assert len(await case.objections()) == (2 if objector is None else 3)


async def test_a_clients_own_name_for_it_is_used_once(case: Case, shown: Disclosure) -> None:
    await object_to(case, shown, client_ref="letter-7")
    assert await refused(object_to(case, shown, client_ref="letter-7")) == "client_ref.taken"


async def test_dismissed_it_lets_the_line_go_with_the_others(
    case: Case, shown: Disclosure, set_clock: SetClock
) -> None:
    objection = await object_to(case, shown)
    await decide(case, objection, DISMISSED)
    assert (await case.stops(), (await case.line()).state) == ([], LineState.DISCLOSED)
    await close(case, set_clock)
    assert (await case.line()).state is LineState.RELEASED
    assert await tasks_of(case.database, objection) == []
    await audited(case.database)


@pytest.mark.parametrize("timer_ran", [True, False])
async def test_dismissed_after_the_last_day_it_releases_the_line_at_once(
    case: Case, shown: Disclosure, set_clock: SetClock, timer_ran: bool
) -> None:
    objection = await object_to(case, shown)
    later = CLOSES + timedelta(days=1)
    if timer_ran:
        await close(case, set_clock)
    await set_clock(later)
    await decide(case, objection, DISMISSED)
    line = await case.line()
    assert (line.state, line.entered_at > later) == (LineState.RELEASED, True)
    await CloseTimer().run(case.database, CLOSES)
    assert await case.line() == line
    await audited(case.database)


async def test_while_another_objection_lives_the_line_stays(case: Case, shown: Disclosure, set_clock: SetClock) -> None:
    first, second = await object_to(case, shown), await object_to(case, shown, person="per_other")
    await close(case, set_clock)
    await decide(case, first, DISMISSED)
    assert (await case.stops(), (await case.line()).state) == (["objection"], LineState.DISCLOSED)
    await decide(case, second, DISMISSED, person="per_second")
    assert (await case.stops(), (await case.line()).state) == ([], LineState.RELEASED)


async def test_upheld_it_ends_line_debt_and_stop_and_the_blameless_holder_has_his_quota_back(
    case: Case, shown: Disclosure
) -> None:
    before = await case.stored.now()
    objection = await object_to(case, shown)
    await decide(case, objection, UPHELD)
    line, voucher, capture = await case.line(), await case.stored.now(), await case.capture()
    assert (line.state, line.acted[-1], line.approved) == (LineState.REJECTED, "per_arbiter", CLAIMED)
    assert (await case.leg()).state is LegState.DROPPED
    assert (voucher.captured, voucher.available) == (0, before.available + CLAIMED)
    assert (capture.claim_line_id, capture.refunded) == (None, CLAIMED)
    assert (await case.stops(), await case.pool()) == ([], 0)
    await audited(case.database)


async def test_a_holder_at_fault_loses_the_quota_to_the_pool(case: Case, shown: Disclosure) -> None:
    before = await case.stored.now()
    objection = await object_to(case, shown)
    await decide(case, objection, UPHELD, holder_at_fault=True)
    voucher = await case.stored.now()
    assert (voucher.available, voucher.reclaimed, await case.pool()) == (before.available, CLAIMED, CLAIMED)
    assert (await case.objections())[0].holder_at_fault is True
    await audited(case.database)


async def test_quota_that_comes_back_past_use_by_goes_on_to_the_pool(
    case: Case, shown: Disclosure, set_clock: SetClock
) -> None:
    objection = await object_to(case, shown)
    use_by = case.stored.voucher.use_by_ends
    await set_clock(use_by)
    await decide(case, objection, UPHELD)
    left = (await case.stored.now()).available
    await ExpiryTimer().run(case.database, use_by + timedelta(minutes=1))
    assert ((await case.stored.now()).available, await case.pool()) == (0, left)
    await audited(case.database)


async def test_upheld_it_settles_whatever_else_was_said_against_the_line(case: Case, shown: Disclosure) -> None:
    first, second = await object_to(case, shown), await object_to(case, shown, person="per_other")
    await decide(case, first, UPHELD)
    assert {one.state for one in await case.objections()} == {ObjectionState.UPHELD}
    assert await refused(decide(case, second, DISMISSED, person="per_second")) == "objection.state"
    assert await refused(object_to(case, shown)) == "objection.line_state"


@pytest.mark.parametrize("person", ["per_provider", "per_district", "per_city", "per_citizen", "per_other"])
async def test_who_took_part_in_the_case_does_not_decide_it(case: Case, shown: Disclosure, person: str) -> None:
    first, _ = await object_to(case, shown), await object_to(case, shown, person="per_other")
    assert await refused(decide(case, first, UPHELD, person=person)) == "objection.took_part"


@pytest.mark.parametrize("over", [False, True])
async def test_who_dismissed_one_objection_has_a_part_in_the_case_from_then_on(
    case: Case, shown: Disclosure, set_clock: SetClock, over: bool
) -> None:
    first, second = await object_to(case, shown), await object_to(case, shown, person="per_other")
    await decide(case, first, DISMISSED)
    assert (await case.line()).acted[-1] == "per_arbiter"
    assert await refused(decide(case, second, DISMISSED)) == "objection.took_part"
    if over:
        await close(case, set_clock)
    await decide(case, second, DISMISSED, person="per_second")
    assert ((await case.line()).acted[-1], await case.stops()) == ("per_second", [])
    await audited(case.database)


async def test_only_an_upheld_objection_has_anybody_at_fault(case: Case, shown: Disclosure) -> None:
    objection = await object_to(case, shown)
    assert await refused(decide(case, objection, DISMISSED, holder_at_fault=False)) == "objection.fault_unasked"


async def test_it_is_decided_once(case: Case, shown: Disclosure) -> None:
    objection = await object_to(case, shown)
    await decide(case, objection, DISMISSED)
    assert await refused(decide(case, objection, UPHELD)) == "objection.state"


async def test_a_reviewer_of_another_region_may_not_know_of_it(case: Case, shown: Disclosure) -> None:
    objection = await object_to(case, shown)
    assert await refused(decide(case, objection, UPHELD, region="440600")) == "objection.unknown"
    assert await refused(decide(case, new_id(), UPHELD)) == "objection.unknown"


async def test_the_same_key_objects_and_decides_once(case: Case, shown: Disclosure) -> None:
    by = caller("per_citizen", "provider", "file_objection")
    asked = objecting.Asked(shown.id, case.line_id, "Liang Hui", None, "No such machine.", None, None)
    request = keyed(by, "file_objection", "k")
    answers = [await objecting.file_objection(case.database, request, permit=by, asked=asked) for _ in range(2)]
    assert (answers[1].replayed, len(await case.objections())) == (True, 1)
    (objection,) = await case.objections()
    reviewer = caller("per_arbiter", "reviewer", "decide_objection")
    named: dict[str, Any] = {
        "permit": reviewer,
        "objection_id": objection.id,
        "judgement": Judgement(UPHELD, "So it is."),
    }
    again = keyed(reviewer, "decide_objection", "d")
    done = [await objecting.decide_objection(case.database, again, **named) for _ in range(2)]
    assert (done[0].body, done[1].replayed) == (done[1].body, True)


@pytest.mark.parametrize(
    ("role", "bound", "seen"),
    [
        ("reviewer", {"region": "440700"}, 1),
        ("reviewer", {"region": "440600"}, 0),
        ("finance_maker", {"treasury": "jiangmen"}, 1),
        ("finance_checker", {"treasury": "heshan"}, 0),
        ("auditor", {}, 1),
    ],
)
async def test_who_decides_and_who_pays_see_it(
    case: Case, shown: Disclosure, role: str, bound: dict[str, str], seen: int
) -> None:
    objection = await object_to(case, shown)
    by = caller("per_1", role, "list_objections", **bound)
    wanted = Wanted(shown.id, case.line_id, ObjectionState.LIVE)
    found = await objecting.list_objections(case.database, permit=by, wanted=wanted, before=None, limit=10)
    assert len(found) == seen
    told = await refused(objecting.read_objection(case.database, permit=by, objection_id=objection))
    assert told == ("done" if seen else "objection.unknown")
