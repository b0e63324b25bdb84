"""Remembers a proposed or decided change of a budget line with its line, journal, task, reasons and event."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events, tasks
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import show
from services.voucher.ledger.domain.budget import BudgetChange
from services.voucher.ledger.domain.settling import SUBJECT, Proposal, Settlement, Told
from services.voucher.ledger.store import changes, journals, lines


async def propose(connection: AsyncConnection, proposal: Proposal) -> None:
    """Write a proposed change with the task that waits for a second person."""
    change, waiting = proposal.change, proposal.waiting
    await changes.add(connection, change)
    task = tasks.Task(
        kind=waiting.task,
        subject_kind=SUBJECT,
        subject_id=change.id,
        role=waiting.role,
        opened_at=change.proposed_at,
        due_at=waiting.due_at,
        treasury=waiting.treasury,
    )
    await tasks.open_tasks(connection, [task])
    await _tell(connection, change, proposal.told)


async def settle(connection: AsyncConnection, settlement: Settlement, *, request_id: str | None) -> None:
    """Write a decided change; the pool of a round's change is the caller's to save in the same transaction."""
    change, ruling = settlement.change, settlement.ruling
    if settlement.line is not None:
        await lines.save(connection, settlement.line)
    await changes.decide(connection, change)
    if settlement.journal is not None:
        await journals.append(connection, [settlement.journal])
    await tasks.close_tasks(connection, [change.id], at=change.settled_at)
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=change.id,
        kind=ruling.kind,
        outcome=ruling.outcome,
        rule=ruling.rule,
        numbers=ruling.figures,
        actor=ruling.actor,
        at=change.settled_at,
        request_id=request_id,
    )
    await decisions.record(connection, [decision])
    await _tell(connection, change, settlement.told)


async def _tell(connection: AsyncConnection, change: BudgetChange, told: Told) -> None:
    data = {
        **told.figures,
        "budget_change_id": show("bch", change.id),
        "kind": change.kind.value,
        "state": change.state.value,
        "round_id": None if change.round_id is None else show("rnd", change.round_id),
        "pool_class": change.pool_class,
    }
    event = Event(told.event, "budget_line", show("bln", change.line_id), (), data, told.at)
    await events.append(connection, [event])
