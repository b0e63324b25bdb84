"""An over-issued round is cut to its budget once, by one factor, before anything of it is disclosed or paid."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from migrations import runner
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.store import journals, lines
from services.voucher.settlement.domain.claim import LegState, LineState
from services.voucher.settlement.domain.prorata import Run, RunState
from services.voucher.settlement.operations import proratas as operations
from services.voucher.settlement.store import proratas
from services.voucher.wallet.domain.round import POOL_CLASS
from services.voucher.wallet.domain.states import RoundState
from services.voucher.wallet.store import rounds
from tests.conftest import SetClock
from tests.voucher.ledger.samples import journal
from tests.voucher.redemption.stored import audited
from tests.voucher.settlement.approved import CLAIMED, Case, approved_on, caller, keyed, prepare, refused
from tests.voucher.settlement.waiting import tasks_of
from tests.voucher.wallet.store.test_take_up import used

READY = datetime(2020, 12, 31, 16, 0, tzinfo=UTC)
OVER = """UPDATE scheme_versions SET document = jsonb_set(document, '{backing,value}',
          '{"factor": "9999999.0", "prorata_on": "2020-12-31"}')"""
CUT_LATER = "UPDATE rounds SET prorata_on = '2020-12-31', prorata_from = '2020-12-31T16:00:00Z'"


async def over_issue(case: Case, owner_url: str, backed: int) -> UUID:
    """Make the round of a case one of whose vouchers only so much (fen) is backed; its id."""
    async with runner.connected(owner_url) as connection, connection.begin():
        await connection.execute(text("SET search_path TO voucher, business"))
        await connection.execute(text(OVER))
        await connection.execute(text(CUT_LATER))
    round_id = (await case.stored.now()).round_id
    async with case.database.begin() as connection:
        of = await rounds.lock(connection, round_id)
        assert of.budget_line_id is not None
        line = await lines.lock(connection, of.budget_line_id)
        beyond = line.rounds[round_id] - backed
        back = postings.return_to_line(pool_class=POOL_CLASS, amount=beyond, funding=line.funding(round_id))
        more = postings.over_issue(pool_class=POOL_CLASS, amount=beyond, funding=of.funding)
        await journals.append(connection, [journal(more), journal(back)])
        await lines.save(connection, line.after(back))
        await connection.execute(text("UPDATE rounds SET over_issued = :beyond"), {"beyond": beyond})
    return round_id


async def propose(case: Case, round_id: UUID, person: str = "per_operator", bureau: str | None = None) -> UUID:
    async with case.database.read() as connection:
        of = await rounds.read(connection, round_id)
    by = caller(person, "operator", "propose_prorata", bureau=bureau or of.bureau)
    request = keyed(by, "propose_prorata")
    answer = await operations.propose(case.database, request, permit=by, round_id=round_id, document="〔2020〕90号")
    return UUID(answer.body["id"])


async def carry_out(case: Case, round_id: UUID, run_id: UUID, person: str = "per_checker") -> None:
    by = caller(person, "finance_checker", "carry_out_prorata")
    request = keyed(by, "carry_out_prorata")
    for _ in range(2):
        await operations.carry_out(case.database, request, permit=by, round_id=round_id, run_id=run_id)


async def reject(case: Case, round_id: UUID, run_id: UUID) -> None:
    by = caller("per_checker", "finance_checker", "reject_prorata")
    request = keyed(by, "reject_prorata")
    for _ in range(2):
        await operations.reject(case.database, request, permit=by, round_id=round_id, run_id=run_id)


async def runs(case: Case, round_id: UUID) -> list[Run]:
    return await operations.of_round(case.database, round_id=round_id)


@pytest.mark.parametrize(("backed", "paid"), [(CLAIMED, CLAIMED // 2), (700_001, 350_000), (3 * CLAIMED, CLAIMED)])
async def test_every_line_is_cut_by_one_factor_and_never_above_the_budget(
    case: Case, set_clock: SetClock, owner_url: str, backed: int, paid: int
) -> None:
    another = await approved_on(case.stored)
    round_id = await over_issue(case, owner_url, backed)
    await set_clock(READY)
    await carry_out(case, round_id, await propose(case, round_id))
    for one in (case, another):
        line, leg = await one.line(), await one.leg()
        assert (line.state, line.approved, leg.amount, leg.state) == (
            LineState.APPROVED,
            paid,
            paid,
            LegState.PAYABLE,
        )
        assert (await one.capture()).refunded == CLAIMED - paid
    (run,) = await runs(case, round_id)
    assert (run.state, run.budget, run.approved, run.cut, run.lines) == (
        RunState.DONE,
        backed,
        2 * CLAIMED,
        2 * (CLAIMED - paid),
        2,
    )
    await audited(case.database)


async def test_what_is_cut_was_used_by_its_holder_all_the_same(case: Case, set_clock: SetClock, owner_url: str) -> None:
    round_id = await over_issue(case, owner_url, CLAIMED // 2)
    await set_clock(READY)
    await carry_out(case, round_id, await propose(case, round_id))
    found = await used(case.stored, at=READY)
    assert found is not None
    assert found.used == CLAIMED


async def test_a_line_of_which_nothing_is_left_ends(case: Case, set_clock: SetClock, owner_url: str) -> None:
    await approved_on(case.stored)
    round_id = await over_issue(case, owner_url, 1)
    await set_clock(READY)
    await carry_out(case, round_id, await propose(case, round_id))
    line, leg = await case.line(), await case.leg()
    assert (line.state, line.approved, leg.state) == (LineState.REJECTED, 0, LegState.DROPPED)
    await audited(case.database)


async def test_nothing_is_disclosed_before_the_cut_and_what_is_left_afterwards(
    case: Case, set_clock: SetClock, owner_url: str
) -> None:
    round_id = await over_issue(case, owner_url, CLAIMED // 2)
    assert await refused(prepare(case.database)) == "disclosure.nothing"
    assert await refused(prepare(case.database, case.line_id)) == "disclosure.line_awaits_prorata"
    await set_clock(READY)
    await carry_out(case, round_id, await propose(case, round_id))
    assert [line.amount for line in (await prepare(case.database)).lines] == [CLAIMED // 2]


async def test_it_waits_until_nothing_more_can_be_approved(case: Case, set_clock: SetClock, owner_url: str) -> None:
    round_id = (await case.stored.now()).round_id
    assert await refused(propose(case, round_id)) == "prorata.full_backing"
    await over_issue(case, owner_url, CLAIMED)
    await set_clock(READY - timedelta(seconds=1))
    assert await refused(propose(case, round_id)) == "prorata.too_early"
    await set_clock(READY)
    async with case.database.begin() as connection:
        await connection.execute(text("UPDATE claim_lines SET state = 'in_review', stage = 'city', approved = NULL"))
    assert await refused(propose(case, round_id)) == "prorata.lines_open"


async def test_it_is_carried_out_once_and_by_another_person(case: Case, set_clock: SetClock, owner_url: str) -> None:
    round_id = await over_issue(case, owner_url, CLAIMED)
    await set_clock(READY)
    run_id = await propose(case, round_id)
    assert await tasks_of(case.database, run_id) == ["prorata.carry_out"]
    assert await refused(propose(case, round_id)) == "prorata.open"
    assert await refused(carry_out(case, round_id, run_id, "per_operator")) == "prorata.same_person"
    await carry_out(case, round_id, run_id)
    assert await tasks_of(case.database, run_id) == []
    assert await refused(carry_out(case, round_id, run_id)) == "prorata.state"
    assert await refused(propose(case, round_id)) == "prorata.open"


async def test_a_rejected_run_cuts_nothing_and_another_may_be_proposed(
    case: Case, set_clock: SetClock, owner_url: str
) -> None:
    round_id = await over_issue(case, owner_url, 0)
    await set_clock(READY)
    await reject(case, round_id, await propose(case, round_id))
    assert ((await case.line()).approved, [run.state for run in await runs(case, round_id)]) == (
        CLAIMED,
        [RunState.REJECTED],
    )
    await propose(case, round_id)


async def test_what_one_may_not_know_of_is_not_there(case: Case, set_clock: SetClock, owner_url: str) -> None:
    round_id = await over_issue(case, owner_url, CLAIMED)
    await set_clock(READY)
    assert await refused(propose(case, round_id, bureau="another")) == "round.unknown"
    assert await refused(carry_out(case, round_id, new_id())) == "prorata.unknown"
    async with case.database.read() as connection:
        assert await proratas.of_round(connection, round_id) == []


async def test_a_retry_of_a_proposal_is_told_the_same(case: Case, set_clock: SetClock, owner_url: str) -> None:
    round_id = await over_issue(case, owner_url, CLAIMED)
    await set_clock(READY)
    async with case.database.read() as connection:
        of = await rounds.read(connection, round_id)
    by = caller("per_operator", "operator", "propose_prorata", bureau=of.bureau)
    request = keyed(by, "propose_prorata")
    first, again = [
        await operations.propose(case.database, request, permit=by, round_id=round_id, document="〔2020〕90号")
        for _ in range(2)
    ]
    assert (again.body, again.replayed) == (first.body, True)
    assert len(await runs(case, round_id)) == 1


async def test_of_a_draft_nobody_reads_runs_and_no_treasury_decides_on_one(case: Case) -> None:
    async with case.database.begin() as connection:
        of = await rounds.read(connection, (await case.stored.now()).round_id)
        draft = replace(of, id=new_id(), state=RoundState.DRAFT, budget_line_id=None, funding_source=None)
        await rounds.add(connection, draft, [POOL_CLASS])
    with pytest.raises(NotFound, match=r"round\.unknown"):
        await runs(case, draft.id)
    assert await refused(carry_out(case, draft.id, new_id())) == "round.unknown"
