"""Cuts what was approved in an over-issued round to its budget: an operator proposes the run, finance carries it out.

Locked in the house's order: round, run, pool, vouchers, redemptions, claim lines, legs. One transaction cuts all lines,
since one factor holds for all of them.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database, may_last
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import DECIDE_WITHIN, NotFound, Refusal
from services.standards.money import format_amount
from services.voucher.ledger.domain import paying
from services.voucher.ledger.store import lines as budget_lines
from services.voucher.redemption.domain.orders import Actor
from services.voucher.redemption.domain.world import Ruling
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.settlement.domain.claim import LineState, LineStep
from services.voucher.settlement.domain.prorata import Cut, Run, RunState, cuts
from services.voucher.settlement.operations import holding
from services.voucher.settlement.operations.acting import acting
from services.voucher.settlement.operations.holding import Held
from services.voucher.settlement.store import claim_lines, legs, proratas
from services.voucher.wallet.domain.round import POOL_CLASS, Round
from services.voucher.wallet.domain.states import PRORATA, RoundState
from services.voucher.wallet.store import rounds
from services.voucher.wallet.store.rounds import Pool

CARRY_OUT = "prorata.carry_out"
"""The task of finance, once a run is proposed."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """All that a run decides upon, locked."""

    round: Round
    scheme: Scheme
    pool: Pool
    held: Held
    cuts: list[Cut]
    budget: int
    approved: int


async def propose(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, document: str) -> Answer:
    """Propose to cut a round to its budget; nothing is cut until another person carries it out.

    NotFound ``round.unknown``; refusals ``prorata.full_backing``, ``prorata.too_early``, ``prorata.lines_open``,
    ``prorata.open``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of = await rounds.lock(connection, round_id)
        permit.require("round.unknown", bureau=of.bureau)
        now = await clock.business_now(connection)
        await _require_ready(connection, of, now)
        run = Run(
            id=new_id(),
            round_id=round_id,
            currency=of.currency,
            document=document,
            proposed_by=permit.caller.person,
            proposed_at=now,
        )
        await proratas.add(connection, run)
        await tasks.close_tasks(connection, [round_id], at=now, kind=PRORATA)
        await tasks.open_tasks(connection, [_task(run, await _treasury(connection, of))])
        await _tell(connection, keyed, run, of, at=now)
        return await idempotency.record(connection, keyed, run, run.id)


async def carry_out(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, run_id: UUID) -> Answer:
    """Carry out a run that another person proposed: every approved line of the round is cut by one factor (row 14).

    NotFound ``round.unknown``, ``prorata.unknown``; refusals of `propose` and `Run.decided`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of, run = await _lock(connection, permit, round_id, run_id)
        await may_last(connection)  # all lines of a round are cut by one factor or none is, however many there are
        scene = await _scene(connection, of)
        now = await clock.business_now(connection)
        await _require_ready(connection, of, now)
        decided = run.decided(RunState.DONE, by=permit.caller.person, at=now)
        over = await _write(connection, scene, by=acting(permit, keyed), document=run.document, now=now)
        done = replace(
            decided,
            budget=scene.budget,
            approved=scene.approved,
            cut=sum((one.line.approved or 0) - one.paid for one in scene.cuts),
            lines=len(scene.held.lines),
        )
        await proratas.decide(connection, done)
        after = replace(of, over_issued=of.over_issued - over, prorated_at=now)
        await rounds.save(connection, after)
        await tasks.close_tasks(connection, [run_id], at=now)
        await _tell(connection, keyed, done, after, at=now)
        return await idempotency.record(connection, keyed, done, run_id)


async def reject(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, run_id: UUID) -> Answer:
    """Reject a proposed run; nothing is cut, and another may be proposed.

    NotFound ``round.unknown``, ``prorata.unknown``; refusals of `Run.decided`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        of, run = await _lock(connection, permit, round_id, run_id)
        now = await clock.business_now(connection)
        rejected = run.decided(RunState.REJECTED, by=permit.caller.person, at=now)
        await proratas.decide(connection, rejected)
        await tasks.close_tasks(connection, [run_id], at=now)
        await _tell(connection, keyed, rejected, of, at=now)
        return await idempotency.record(connection, keyed, rejected, run_id)


async def of_round(database: Database, *, round_id: UUID) -> list[Run]:
    """The runs on a round, oldest first. NotFound ``round.unknown``, also of a draft."""
    async with database.read() as connection:
        of = await rounds.read(connection, round_id)
        if of.state is RoundState.DRAFT:
            raise NotFound("round.unknown")
        return await proratas.of_round(connection, round_id)


async def _lock(connection: AsyncConnection, permit: Permit, round_id: UUID, run_id: UUID) -> tuple[Round, Run]:
    of = await rounds.lock(connection, round_id)
    permit.require("round.unknown", treasury=await _treasury(connection, of))
    return of, await proratas.lock(connection, round_id, run_id)


async def _treasury(connection: AsyncConnection, of: Round) -> str | None:
    if of.budget_line_id is None:
        return None
    return (await budget_lines.read(connection, of.budget_line_id)).classification.treasury


async def _require_ready(connection: AsyncConnection, of: Round, now: datetime) -> None:
    """Nothing more may come: the day is over, the allocation too, nothing more is claimed, and all is decided."""
    if of.prorata_from is None:
        raise Refusal("prorata.full_backing", rule="backing")
    due = await proratas.due(connection, of.id)
    ready = max(of.prorata_from, of.allocate_until_ends, due.claims_end or of.prorata_from)
    if now < ready:
        raise Refusal("prorata.too_early", rule="backing", numbers={"from": ready.isoformat()})
    if due.open_lines:
        raise Refusal("prorata.lines_open", rule="backing", numbers={"lines": due.open_lines})


async def _scene(connection: AsyncConnection, of: Round) -> _Scene:
    pool = await rounds.lock_pool(connection, of.id, POOL_CLASS)
    read = await claim_lines.read(connection, await proratas.approved(connection, of.id))
    held = await holding.hold(connection, list(read.values()))
    owed = await legs.lock_of_lines(connection, held.lines)
    standing = sum(one.standing for one in (await rounds.standing_by_class(connection, of.id)).values())
    budget = pool.balance + standing - of.over_issued
    lines = [held.lines[line_id] for line_id in sorted(held.lines)]
    made = cuts(lines, owed, budget=budget, over_issued=of.over_issued)
    scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
    return _Scene(of, scheme, pool, held, made, budget, sum(line.approved or 0 for line in lines))


async def _write(connection: AsyncConnection, scene: _Scene, *, by: Actor, document: str, now: datetime) -> int:
    """Cut the lines; how much of what was over-issued (fen) is gone with them."""
    steps = [_step(scene, one, by=by, document=document, at=now) for one in scene.cuts]
    await proratas.reduce(connection, [leg for one in scene.cuts for leg in one.legs])
    await holding.keep(connection, scene.held, steps, by=by, now=now)
    booked = [step.posting for step in steps if step.posting is not None]
    await rounds.save_pool(connection, scene.pool.after(booked, at=now))
    return sum((one.line.approved or 0) - one.paid - one.to_pool for one in scene.cuts)


def _step(scene: _Scene, cut: Cut, *, by: Actor, document: str, at: datetime) -> LineStep:
    """A line of which nothing is left ends; every other one waits to be disclosed, with what is paid of it."""
    case, line = replace(scene.held.case(cut.line.id, by=by, at=at), takes_part=False), cut.line
    captured, currency = line.captured, line.currency
    posting = paying.cut_pro_rata(
        voucher_id=captured.voucher_id,
        claim_line_id=line.id,
        legs=cut.owed_no_more,
        quota=scene.held.standing.vouchers[captured.voucher_id].funding,
        pool_class=POOL_CLASS,
        to_pool=cut.to_pool,
    )
    numbers = {
        "budget": format_amount(scene.budget, currency),
        "approved_in_all": format_amount(scene.approved, currency),
        "approved": format_amount(line.approved or 0, currency),
        "paid": format_amount(cut.paid, currency),
        "document": document,
    }
    ruling = Ruling("claim_line.prorata", "cut", "backing", numbers=numbers, clause=scene.scheme.backing.source)
    state = LineState.APPROVED if cut.paid else LineState.REJECTED
    return case.step("pro_rata_cut", posting=posting, rulings=(ruling,), state=state, approved=cut.paid)


def _task(run: Run, treasury: str | None) -> tasks.Task:
    return tasks.Task(
        kind=CARRY_OUT,
        subject_kind="prorata",
        subject_id=run.id,
        role="finance_checker",
        opened_at=run.proposed_at,
        due_at=run.proposed_at + DECIDE_WITHIN,
        treasury=treasury,
    )


async def _tell(connection: AsyncConnection, keyed: Keyed, run: Run, of: Round, *, at: datetime) -> None:
    figures = {name: getattr(run, name) for name in ("budget", "approved", "cut")}
    numbers = {
        "document": run.document,
        "lines": run.lines,
        **{name: None if fen is None else format_amount(fen, of.currency) for name, fen in figures.items()},
    }
    scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
    decision = Decision(
        subject_kind="round",
        subject_id=of.id,
        kind="prorata",
        outcome=run.state.value,
        actor=run.decided_by or run.proposed_by,
        at=at,
        rule="backing",
        clause=scheme.backing.source,
        numbers=numbers,
        scheme_version=of.scheme_version_id,
        request_id=keyed.attempt.request_id,
    )
    await decisions.record(connection, [decision])
    about = {**numbers, "prorata_id": show("prr", run.id)}
    event = Event(f"round.prorata_{run.state.value}", "round", show("rnd", of.id), (), about, at)
    await events.append(connection, [event])
