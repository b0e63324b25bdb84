"""Remembers a decided change of a budget line: change, line, journal, decision and event in one transaction."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events, tasks
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import new_id, show
from services.standards.calendar import local_date
from services.standards.money import format_amount
from services.voucher.ledger.domain.budget import EVENT_TYPES, Approval, BudgetChange, BudgetLine
from services.voucher.ledger.domain.journal import HOUSE_ZONE, Journal
from services.voucher.ledger.store import changes, journals, lines

TASK = "decide_budget_change"


@dataclass(frozen=True, slots=True)
class By:
    """Who does it and in which request: the caller's prefixed id, and the request's."""

    actor: str
    request_id: str | None


async def propose(connection: AsyncConnection, change: BudgetChange, line: BudgetLine) -> None:
    """Write a proposed change with the task that waits for a second person."""
    await changes.add(connection, change)
    await tasks.open_tasks(
        connection,
        [
            tasks.Task(
                kind=TASK,
                subject_kind="budget_change",
                subject_id=change.id,
                role="finance_checker",
                opened_at=change.proposed_at,
                due_at=change.decide_by,
                treasury=line.classification.treasury,
            )
        ],
    )
    await _tell(connection, "budget_change.proposed", change, line)


async def approve(connection: AsyncConnection, approval: Approval, by: By) -> None:
    """Write an approval, of a round's change too; the pool is the caller's to save in the same transaction."""
    change, line = approval.change, approval.line
    await lines.save(connection, line)
    await changes.decide(connection, change)
    await journals.append(connection, [_journal(approval, by)])
    await _close(connection, change, line, by)
    await _tell(connection, EVENT_TYPES[change.kind], change, line)


async def reject(connection: AsyncConnection, change: BudgetChange, line: BudgetLine, by: By) -> None:
    """Write a rejection."""
    await changes.decide(connection, change)
    await _close(connection, change, line, by)
    await _tell(connection, "budget_change.rejected", change, line)


def _journal(approval: Approval, by: By) -> Journal:
    change = approval.change
    return Journal(
        id=new_id(),
        posting=approval.posting,
        booked_at=change.settled_at,
        value_on=local_date(change.settled_at, HOUSE_ZONE),
        actor=by.actor,
        request_id=by.request_id,
        subject_kind="budget_change",
        subject_id=change.id,
    )


async def _close(connection: AsyncConnection, change: BudgetChange, line: BudgetLine, by: By) -> None:
    await tasks.close_tasks(connection, [change.id], at=change.settled_at)
    await decisions.record(
        connection,
        [
            Decision(
                subject_kind="budget_change",
                subject_id=change.id,
                kind=change.kind.value,
                outcome=change.state.value,
                rule="four_eyes",
                numbers=_figures(change, line)
                | {"from": "proposed", "proposed_by": change.proposed_by, "reason": change.reason},
                actor=by.actor,
                at=change.settled_at,
                request_id=by.request_id,
            )
        ],
    )


async def _tell(connection: AsyncConnection, kind: str, change: BudgetChange, line: BudgetLine) -> None:
    """Finance and audit read it in the feed; no organisation is its audience."""
    data = _figures(change, line) | {
        "budget_change_id": show("bch", change.id),
        "kind": change.kind.value,
        "state": change.state.value,
        "round_id": _shown_round(change.round_id),
        "pool_class": change.pool_class,
    }
    at = change.decided_at or change.proposed_at
    await events.append(connection, [Event(kind, "budget_line", show("bln", line.id), (), data, at)])


def _figures(change: BudgetChange, line: BudgetLine) -> dict[str, str | None]:
    currency = line.classification.currency
    return {
        "amount": format_amount(change.amount, currency),
        "currency": currency,
        "document": change.document,
        "appropriation": format_amount(line.appropriation, currency),
        "free": format_amount(line.free, currency),
    }


def _shown_round(round_id: UUID | None) -> str | None:
    return None if round_id is None else show("rnd", round_id)
