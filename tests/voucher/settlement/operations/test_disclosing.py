"""Approved lines are listed, published by the digest of the list, and released when it is over."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions
from services.chassis.ids import new_id
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.domain.disclosure import Disclosure, DisclosureState
from services.voucher.settlement.operations import disclosing
from services.voucher.settlement.operations.closing import CloseTimer
from services.voucher.settlement.operations.reading import list_claims
from services.voucher.settlement.store import disclosures
from services.voucher.settlement.store.disclosures import Wanted
from tests.conftest import SetClock
from tests.voucher.redemption.stored import audited
from tests.voucher.settlement.approved import (
    CLOSES,
    PUBLISHED,
    Case,
    approved_on,
    caller,
    disclosed,
    keyed,
    object_to,
    prepare,
    publish,
    read,
    refused,
)
from tests.voucher.settlement.waiting import tasks_of


async def test_a_treasury_lists_all_its_approved_lines(case: Case) -> None:
    another = await approved_on(case.stored)
    prepared = await prepare(case.database)
    assert prepared.line_ids == tuple(sorted([case.line_id, another.line_id]))
    assert (prepared.lines[0].payee_name, prepared.lines[0].holder_name) == ("单位2", "单位1")
    assert (await case.line()).state is LineState.APPROVED


async def test_a_prepared_list_waits_for_the_treasury(case: Case) -> None:
    prepared = await prepare(case.database, case.line_id)
    assert await tasks_of(case.database, prepared.id) == ["disclosure.publish"]
    await publish(case.database, prepared)
    assert await tasks_of(case.database, prepared.id) == []


async def test_another_treasury_has_nothing_to_list(case: Case) -> None:
    assert await refused(prepare(case.database, treasury="heshan")) == "disclosure.nothing"
    assert await refused(prepare(case.database, case.line_id, treasury="heshan")) == "disclosure.line_unknown"


async def test_publishing_discloses_every_line_until_the_end_of_the_last_working_day(case: Case) -> None:
    published = await disclosed(case.database, case)
    line = await case.line()
    assert (published.state, published.closes_at) == (DisclosureState.PUBLISHED, CLOSES)
    assert (line.state, line.due_at, line.due_on) == (LineState.DISCLOSED, CLOSES, published.closes_on)
    await audited(case.database)


async def test_why_it_was_disclosed_is_kept_with_its_clause(case: Case) -> None:
    await disclosed(case.database, case)
    async with case.database.read() as connection:
        why = (await decisions.of_subject(connection, case.line_id))[-1]
    assert (why.rule, why.clause, why.actor) == ("disclosure", "our default, not in the notice", "per_checker")


async def test_nobody_publishes_another_list_than_he_read(case: Case) -> None:
    prepared = await prepare(case.database, case.line_id)
    assert await refused(publish(case.database, prepared, "0" * 64)) == "disclosure.digest_differs"
    assert (await case.line()).state is LineState.APPROVED


async def test_a_list_whose_line_was_disclosed_by_another_is_overtaken_and_nobodys_task(case: Case) -> None:
    overtaken, kept = await prepare(case.database, case.line_id), await approved_on(case.stored)
    beside = await prepare(case.database, kept.line_id)
    await disclosed(case.database, case)
    assert await refused(publish(case.database, overtaken)) == "disclosure.state"
    assert (await read(case.database, overtaken.id)).state is DisclosureState.OVERTAKEN
    assert (await tasks_of(case.database, overtaken.id), await own(case, "jiangmen")) == ([], [beside.id])
    assert await refused(disclosing.read_disclosure(case.database, disclosure_id=overtaken.id)) == "disclosure.unknown"
    assert len(await of_state(case, "overtaken")) == 1
    assert await refused(object_to(case, overtaken)) == "disclosure.unknown"
    await audited(case.database)


async def test_a_new_list_names_nothing_that_is_shown_already(case: Case) -> None:
    await disclosed(case.database, case)
    assert await refused(prepare(case.database, case.line_id)) == "disclosure.line_state"
    assert await refused(prepare(case.database)) == "disclosure.nothing"


async def test_another_treasury_may_not_know_of_a_list(case: Case) -> None:
    prepared = await prepare(case.database, case.line_id)
    by = caller("per_checker", "finance_checker", "publish_disclosure", treasury="heshan")
    asked = disclosing.publish_disclosure(
        case.database,
        keyed(by, "publish_disclosure"),
        permit=by,
        disclosure_id=prepared.id,
        digest=prepared.digest,
    )
    assert await refused(asked) == "disclosure.unknown"


async def test_what_is_prepared_is_the_treasurys_own_and_what_is_published_everybodys(case: Case) -> None:
    prepared = await prepare(case.database, case.line_id)
    assert await listed(case) == []
    assert await refused(disclosing.read_disclosure(case.database, disclosure_id=prepared.id)) == "disclosure.unknown"
    assert [await own(case, "jiangmen"), await own(case, "heshan")] == [[prepared.id], []]
    await publish(case.database, prepared)
    assert await listed(case) == [prepared.id]
    assert await own(case, "jiangmen") == []


async def listed(case: Case) -> list[UUID]:
    found, _ = await disclosing.list_disclosures(case.database, wanted=Wanted(), after=None, limit=10)
    return [one.id for one in found]


async def own(case: Case, treasury: str) -> list[UUID]:
    by = caller("per_maker", "finance_maker", "list_prepared_disclosures", treasury=treasury)
    found, _ = await disclosing.list_prepared(case.database, permit=by, after=None, limit=10)
    return [one.id for one in found]


async def test_the_auditor_sees_what_every_treasury_prepared(case: Case) -> None:
    prepared = await prepare(case.database, case.line_id)
    by = caller("per_auditor", "auditor", "list_prepared_disclosures")
    found, _ = await disclosing.list_prepared(case.database, permit=by, after=None, limit=10)
    assert found == [prepared]


async def test_disclosures_are_turned_over_page_by_page(case: Case) -> None:
    made = [await disclosed(case.database, one) for one in (case, await approved_on(case.stored))]
    first, cursor = await disclosing.list_disclosures(case.database, wanted=Wanted(), after=None, limit=1)
    second, end = await disclosing.list_disclosures(case.database, wanted=Wanted(), after=cursor, limit=1)
    assert ([first[0].id, second[0].id], end) == ([made[1].id, made[0].id], None)


async def test_one_that_is_over_reads_as_closed_before_the_timer_has_run(case: Case, set_clock: SetClock) -> None:
    published = await disclosed(case.database, case)
    await set_clock(CLOSES)
    found = await disclosing.read_disclosure(case.database, disclosure_id=published.id)
    assert (found.state, found.closed_at) == (DisclosureState.CLOSED, CLOSES)
    assert [len(await of_state(case, state)) for state in ("published", "closed")] == [0, 1]


async def of_state(case: Case, state: str) -> list[UUID]:
    wanted = Wanted(DisclosureState(state), "jiangmen")
    found, _ = await disclosing.list_disclosures(case.database, wanted=wanted, after=None, limit=10)
    return [one.id for one in found]


async def test_the_timer_releases_the_lines_as_of_the_end_of_the_last_day(case: Case, set_clock: SetClock) -> None:
    published = await disclosed(case.database, case)
    await set_clock(CLOSES + timedelta(hours=3))
    async with case.database.read() as connection:
        assert await CloseTimer().next_due(connection) == CLOSES
    assert await CloseTimer().run(case.database, CLOSES) == 1
    line = await case.line()
    assert (line.state, line.entered_at) == (LineState.RELEASED, CLOSES)
    assert (await read(case.database, published.id)).closed_at == CLOSES
    assert await tasks_of(case.database, case.line_id) == ["claim.pay"]
    assert await CloseTimer().run(case.database, CLOSES) == 0
    await audited(case.database)


@pytest.mark.parametrize("objected", [False, True])
async def test_before_the_timer_has_run_a_claim_says_what_it_will_do(
    case: Case, set_clock: SetClock, objected: bool
) -> None:
    published = await disclosed(case.database, case)
    if objected:
        await object_to(case, published)
    await set_clock(CLOSES)
    reader = caller("per_auditor", "auditor", "list_claims")
    found = {
        state: await list_claims(case.database, permit=reader, state=LineState(state), after=None, limit=9)
        for state in ("disclosed", "released")
    }
    state = "disclosed" if objected else "released"
    assert [len(claims) for claims, _ in found.values()] == [int(objected), int(not objected)]
    assert found[state][0][0].lines[0].state == state


async def test_a_list_that_cannot_be_closed_holds_up_no_other(
    case: Case, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = await disclosed(case.database, case)
    good = await disclosed(case.database, another := await approved_on(case.stored))
    lock = disclosures.lock

    async def broken(connection: AsyncConnection, disclosure_id: UUID) -> Disclosure:
        if disclosure_id == bad.id:
            raise ValueError("a row that nobody foresaw")
        return await lock(connection, disclosure_id)

    monkeypatch.setattr(disclosures, "lock", broken)
    await set_clock(CLOSES)
    assert [await CloseTimer().run(case.database, CLOSES) for _ in range(2)] == [1, 0]
    assert [(await one.line()).state for one in (case, another)] == [LineState.DISCLOSED, LineState.RELEASED]
    assert (await read(case.database, good.id)).state is DisclosureState.CLOSED


async def test_where_the_next_calendar_is_not_known_a_line_is_released_without_a_promised_day(
    case: Case, set_clock: SetClock
) -> None:
    await set_clock(PUBLISHED.replace(month=12, day=21))
    await disclosed(case.database, case)
    await set_clock(PUBLISHED.replace(month=12, day=29))
    await CloseTimer().run(case.database, PUBLISHED.replace(month=12, day=29))
    line = await case.line()
    assert (line.state, line.due_on) == (LineState.RELEASED, None)


async def test_a_list_that_would_end_in_an_unknown_year_is_not_published(case: Case, set_clock: SetClock) -> None:
    prepared = await prepare(case.database, case.line_id)
    await set_clock(PUBLISHED.replace(month=12, day=30))
    assert await refused(publish(case.database, prepared)) == "calendar.not_loaded"


async def test_the_same_key_prepares_and_publishes_once(case: Case) -> None:
    by = caller("per_maker", "finance_maker", "prepare_disclosure")
    again = keyed(by, "prepare_disclosure", "k")
    answers = [
        await disclosing.prepare_disclosure(case.database, again, permit=by, line_ids=[case.line_id]) for _ in range(2)
    ]
    assert (answers[0].body, answers[1].replayed) == (answers[1].body, True)
    checker = caller("per_checker", "finance_checker", "publish_disclosure")
    listed = await read(case.database, UUID(answers[0].body["id"]))
    request = keyed(checker, "publish_disclosure", "p")
    asked: dict[str, Any] = {"permit": checker, "disclosure_id": listed.id, "digest": listed.digest}
    done = [await disclosing.publish_disclosure(case.database, request, **asked) for _ in range(2)]
    assert (done[0].body, done[1].replayed) == (done[1].body, True)


async def test_an_unknown_line_is_not_listed(case: Case) -> None:
    assert await refused(prepare(case.database, new_id())) == "disclosure.line_unknown"
