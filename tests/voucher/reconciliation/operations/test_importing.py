"""A statement is taken in whole, once, whatever the bank sends twice, in halves, in another order or with an error."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.voucher.reconciliation.domain.line import Doubt, StatementLineState
from services.voucher.reconciliation.domain.statement import StatementState
from services.voucher.reconciliation.operations import matching
from tests.conftest import SetClock
from tests.voucher.payout.steps import MAKER
from tests.voucher.reconciliation.samples import movement
from tests.voucher.reconciliation.steps import NOVEMBER, Desk, a_desk, audited

CAME, WENT = movement(50_000, bank_reference="B1"), movement(-10_000, bank_reference="B2")
TWIN = movement(-700, counterparty_name="", counterparty_account="", text="fee")


@pytest.fixture
async def desk(voucher_db: Database, set_clock: SetClock) -> Desk:
    await set_clock(NOVEMBER)
    return await a_desk(voucher_db)


async def test_a_statement_is_kept_with_its_lines_and_its_closing(desk: Desk) -> None:
    statement = await desk.tell(CAME, WENT)
    assert (statement.state, statement.lines, statement.added) == (StatementState.IMPORTED, 2, 2)
    assert (statement.opening, statement.closing, statement.imported_by) == (0, 40_000, MAKER)
    account = await desk.known()
    assert (account.closing_on, account.closing_balance) == (date(2020, 11, 30), 40_000)
    assert [line.amount for line in await desk.lines()] == [50_000, -10_000]
    await audited(desk.database)


async def test_the_same_file_twice_is_the_same_statement(desk: Desk) -> None:
    content = desk.file([CAME, WENT])
    first, second = await desk.send(content), await desk.send(content)
    assert (first.body["added"], second.body) == (2, {"id": first.body["id"], "added": 0})
    assert (len(await desk.lines()), (await desk.known()).closing_balance) == (2, 40_000)
    await audited(desk.database)


async def test_a_retry_under_its_key_has_the_first_answer(desk: Desk) -> None:
    content = desk.file([CAME])
    first, again = await desk.send(content, key="k1"), await desk.send(content, key="k1")
    assert (again.body, again.replayed) == (first.body, True)


async def test_half_a_month_and_then_the_whole_adds_the_other_half(desk: Desk) -> None:
    await desk.tell(CAME, head={"until": "2020-11-15"})
    whole = await desk.tell(CAME, WENT)
    assert (whole.lines, whole.added, len(await desk.lines())) == (2, 1, 2)
    await audited(desk.database)


async def test_half_a_day_and_then_the_whole_day_adds_the_other_half(desk: Desk) -> None:
    await desk.tell(TWIN)
    assert (await desk.tell(TWIN, TWIN)).added == 1
    await audited(desk.database)


async def test_the_same_lines_in_another_order_add_nothing(desk: Desk) -> None:
    await desk.tell(CAME, TWIN, WENT, TWIN)
    again = await desk.tell(TWIN, WENT, TWIN, CAME)
    assert (again.state, again.added, len(await desk.lines())) == (StatementState.IMPORTED, 0, 4)


async def test_true_twins_stay_two(desk: Desk) -> None:
    assert (await desk.tell(TWIN, TWIN)).added == 2
    assert [line.occurrence for line in await desk.lines()] == [1, 2]


async def test_one_altered_amount_is_seen_and_nothing_of_the_file_is_booked(desk: Desk) -> None:
    await desk.tell(CAME)
    altered = await desk.tell(movement(40_000, bank_reference="B1"), movement(10_000))
    assert [fault.code for fault in altered.faults] == ["statement.line_differs"]
    assert (altered.state, altered.added, len(await desk.lines())) == (StatementState.DISAGREES, 0, 1)
    assert (await desk.known()).closing_balance == 50_000
    await audited(desk.database)


async def test_one_altered_amount_without_a_reference_shows_at_the_closing(desk: Desk) -> None:
    await desk.tell(movement(500))
    altered = await desk.tell(movement(400))
    assert [fault.code for fault in altered.faults] == ["statement.closing"]
    await audited(desk.database)


async def test_what_disagrees_waits_for_somebody(desk: Desk) -> None:
    statement = await desk.tell(CAME, closing=1)
    assert await desk.tasks(statement.id) == [("statement.disagrees", "finance_maker", "jiangmen")]


async def test_a_later_file_that_came_first_is_taken_when_it_is_sent_again(desk: Desk) -> None:
    later = desk.file([WENT], opening=50_000, head={"from": "2020-11-01"})
    first = await desk.send(later)
    await desk.tell(movement(50_000, booked_on=date(2020, 10, 5)), head={"until": "2020-10-31"})
    second = await desk.send(later)
    assert (first.body["added"], second.body) == (0, {"id": first.body["id"], "added": 1})
    assert await desk.tasks((await desk.statement((await desk.lines())[-1].statement_id)).id) == []
    assert (await desk.known()).closing_balance == 40_000
    await audited(desk.database)


async def test_an_older_file_does_not_turn_the_closing_back(desk: Desk) -> None:
    await desk.tell(CAME)
    await desk.tell(head={"until": "2020-10-31"})
    assert (await desk.known()).closing_on == date(2020, 11, 30)


async def test_the_faults_of_a_file_that_cannot_be_read_are_told_and_nothing_is_kept(desk: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        await desk.send(desk.file([CAME], head={"account": "1", "until": "2020-12-01"}))
    assert [reason.code for reason in refused.value.reasons] == ["statement.account", "statement.future"]
    assert await desk.lines() == []


async def test_a_file_is_read_on_the_day_it_is_in_shanghai(desk: Desk, set_clock: SetClock) -> None:
    await set_clock(datetime(2020, 11, 29, 16, 30, tzinfo=UTC))
    assert (await desk.tell(CAME)).state is StatementState.IMPORTED


async def test_an_account_of_another_treasury_is_not_known(desk: Desk) -> None:
    with pytest.raises(NotFound, match=r"payer_account\.unknown"):
        await desk.send(b"", bound={"treasury": "enping"})
    with pytest.raises(NotFound, match=r"payer_account\.unknown"):
        await desk.send(b"", account_id=new_id())


async def test_what_a_crash_left_between_import_and_matching_the_timer_takes_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def falls_over(*_: object, **__: object) -> None:
        raise ConnectionError("power cut")

    monkeypatch.setattr(matching, "match_account", falls_over)
    assert (await desk.send(desk.file([CAME]))).body["added"] == 1
    await audited(desk.database)
    timer = matching.MatchTimer()
    async with desk.database.read() as connection:
        due = await timer.next_due(connection)
    assert due is not None
    assert [await timer.run(desk.database, due) for _ in range(2)] == [1, 0]
    line = await desk.line()
    assert (line.state, line.exception) == (StatementLineState.EXCEPTION, Doubt.UNKNOWN_CREDIT)
    await audited(desk.database)


async def test_the_timer_waits_for_what_is_due(desk: Desk) -> None:
    async with desk.database.read() as connection:
        assert await matching.MatchTimer().next_due(connection) is None
    assert await matching.MatchTimer().run(desk.database, NOVEMBER) == 0


async def test_two_who_send_one_file_at_once_make_one_statement(desk: Desk) -> None:
    content = desk.file([CAME, WENT, TWIN, TWIN])
    answers = await asyncio.gather(*(desk.send(content, person=f"per_{place}") for place in range(6)))
    assert len({answer.body["id"] for answer in answers}) == 1
    assert sorted(answer.body["added"] for answer in answers) == [0, 0, 0, 0, 0, 4]
    assert len(await desk.lines()) == 4
    await audited(desk.database)
