"""A leg is stopped until it was sent, and let go by a decision; an objection ends its own stops."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.ids import new_id
from services.voucher.settlement.domain.objection import Outcome
from services.voucher.settlement.domain.stop import StopKind
from services.voucher.settlement.operations import stopping
from services.voucher.settlement.store.stops import Wanted
from tests.voucher.redemption.stored import audited
from tests.voucher.settlement.approved import (
    PUBLISHED,
    Case,
    caller,
    decide,
    disclosed,
    keyed,
    object_to,
    refused,
)
from tests.voucher.settlement.waiting import tasks_of


async def stop(case: Case, *, role: str = "finance_maker", key: str | None = None, **changes: Any) -> Answer:
    bound = {name: changes.pop(name) for name in ("treasury", "region") if name in changes}
    by = caller("per_maker", role, "set_stop", **bound)
    fields: dict[str, Any] = {
        "leg_id": case.leg_id,
        "kind": StopKind.AUDIT_SAMPLE,
        "reason": "Drawn for inspection.",
        "document_id": None,
        "expected_end": None,
    }
    asked = stopping.Asked(**{**fields, **changes})
    return await stopping.set_stop(case.database, keyed(by, "set_stop", key), permit=by, asked=asked)


async def lift(case: Case, stop_id: UUID, *, key: str | None = None, **bound: str) -> Answer:
    by = caller("per_checker", "finance_checker", "lift_stop", **bound)
    request = keyed(by, "lift_stop", key)
    return await stopping.lift_stop(case.database, request, permit=by, stop_id=stop_id, reason="Nothing was found.")


async def listed(case: Case, role: str = "auditor", **wanted: Any) -> list[UUID]:
    by = caller("per_1", role, "list_stops")
    asked = Wanted(**wanted)
    found = await stopping.list_stops(case.database, permit=by, wanted=asked, before=None, limit=10)
    return [one.id for one in found]


async def as_root(url: str, sql: str, **values: Any) -> None:
    root = Database(url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text(sql), values)
    await root.dispose()


async def test_a_stop_lives_with_a_task_until_it_is_lifted(case: Case) -> None:
    stopped = UUID((await stop(case, expected_end=date(2020, 10, 12))).body["id"])
    assert (await case.stops(), await tasks_of(case.database, stopped)) == (["audit_sample"], ["stop.lift"])
    await lift(case, stopped)
    assert (await case.stops(), await tasks_of(case.database, stopped)) == ([], [])
    assert await refused(lift(case, stopped)) == "stop.state"
    await audited(case.database)


async def test_a_reviewer_of_its_region_stops_a_leg_too(case: Case) -> None:
    await stop(case, role="reviewer")
    await stop(case, kind=StopKind.COURT_ORDER)
    assert await case.stops() == ["audit_sample", "court_order"]


@pytest.mark.parametrize(("role", "bound"), [("finance_maker", {"treasury": "x"}), ("reviewer", {"region": "440600"})])
async def test_nobody_else_may_know_of_the_leg(case: Case, role: str, bound: dict[str, str]) -> None:
    assert await refused(stop(case, role=role, **bound)) == "leg.unknown"
    assert await refused(stop(case, leg_id=new_id())) == "leg.unknown"


async def test_nobody_else_may_know_of_the_stop(case: Case) -> None:
    stopped = UUID((await stop(case)).body["id"])
    assert await refused(lift(case, stopped, treasury="x")) == "stop.unknown"
    assert await refused(lift(case, new_id())) == "stop.unknown"


async def test_it_names_a_document_that_is_there(case: Case) -> None:
    assert await refused(stop(case, document_id=new_id())) == "document.unknown"


async def test_what_was_sent_cannot_be_stopped_and_what_only_waits_for_it_can(case: Case, superuser_url: str) -> None:
    await as_root(superuser_url, "UPDATE legs SET state = 'in_payment', payout_id = id")
    await lift(case, UUID((await stop(case)).body["id"]))
    await as_root(superuser_url, "UPDATE legs SET sent_at = :at", at=PUBLISHED)
    assert await refused(stop(case)) == "stop.too_late"


async def test_the_same_key_stops_and_lifts_once(case: Case) -> None:
    stopped = await stop(case, key="k")
    assert (await stop(case, key="k")).replayed
    lifted = [await lift(case, UUID(stopped.body["id"]), key="l") for _ in range(2)]
    assert (lifted[0].body, lifted[1].replayed) == (lifted[1].body, True)


async def test_a_decision_on_the_objection_alone_ends_its_stop(case: Case) -> None:
    objection = await object_to(case, await disclosed(case.database, case))
    (stopped,) = await listed(case)
    assert await tasks_of(case.database, stopped) == []
    assert await refused(lift(case, stopped)) == "stop.of_objection"
    await decide(case, objection, Outcome.DISMISSED)
    assert await case.stops() == []


async def test_an_upheld_objection_ends_whatever_stops_the_line(case: Case) -> None:
    shown = await disclosed(case.database, case)
    by_hand = UUID((await stop(case)).body["id"])
    await decide(case, await object_to(case, shown), Outcome.UPHELD)
    assert (await case.stops(), await tasks_of(case.database, by_hand)) == ([], [])
    assert await refused(stop(case)) == "stop.leg_dropped"


async def test_stops_are_listed_newest_first_by_leg_and_while_they_live(case: Case) -> None:
    first, second = [UUID((await stop(case)).body["id"]) for _ in range(2)]
    await lift(case, first)
    assert await listed(case, leg_id=case.leg_id) == [second, first]
    assert [await listed(case, live=live) for live in (True, False)] == [[second], [first]]
    assert await listed(case, "reviewer") == await listed(case, "finance_maker") == [second, first]
    assert await listed(case, leg_id=new_id()) == []
