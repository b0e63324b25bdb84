"""Remembers every step of every claim line: the lines, the history, journals, decisions, events and tasks at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, decisions, events, tasks
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import new_id, show
from services.chassis.tasks import Task
from services.standards.calendar import local_date
from services.standards.money import format_amount
from services.voucher.ledger.store import journals
from services.voucher.ledger.store.journals import Journal
from services.voucher.scheme.store import rulebooks
from services.voucher.settlement.domain.claim import ClaimLine, LineStep, waiting
from services.voucher.settlement.store import claim_lines
from services.voucher.settlement.store.claim_tables import ClaimLineTransitions

TRANSITIONS = ClaimLineTransitions.__table__
SUBJECT = "claim_line"


async def write(connection: AsyncConnection, steps: Sequence[LineStep], *, now: datetime) -> dict[UUID, UUID]:
    """Everything the steps changed, in the order in which rows refer to each other; `now` is when it is booked.

    Answers the journal of each line that booked one. Refusal ``claim.capture_claimed`` as of `claim_lines.add`.
    """
    last = {step.after.id: step.after for step in steps}
    new = {step.after.id for step in steps if step.before is None}
    await claim_lines.add(connection, [line for line in last.values() if line.id in new])
    await claim_lines.save(connection, [line for line in last.values() if line.id not in new])
    booked = await _book(connection, steps, now)
    ids = [journal.id if journal is not None else None for journal in booked]
    rows = [_row(step, journal_id) for step, journal_id in zip(steps, ids, strict=True)]
    await bulk.insert_all(connection, TRANSITIONS, rows)
    await decisions.record(connection, [decision for step in steps for decision in _decisions(step)])
    await events.append(connection, [_event(step) for step in steps])
    await tasks.close_tasks(connection, sorted(last), at=now)
    await tasks.open_tasks(connection, [task for line in last.values() for task in _tasks(line, now)])
    return {journal.subject_id: journal.id for journal in booked if journal is not None}


async def _book(connection: AsyncConnection, steps: Sequence[LineStep], now: datetime) -> list[Journal | None]:
    """The journal of each step, booked; it counts on the local date of the step in the scheme's zone."""
    rules = await rulebooks.read(connection, {step.after.scheme_version_id for step in steps})
    booked = [_journal(step, rules[step.after.scheme_version_id].zone, now) for step in steps]
    await journals.append(connection, [journal for journal in booked if journal is not None])
    return booked


def _journal(step: LineStep, zone: str, now: datetime) -> Journal | None:
    if step.posting is None:
        return None
    return Journal(
        id=new_id(),
        posting=step.posting,
        booked_at=now,
        value_on=local_date(step.at, zone),
        actor=step.person,
        request_id=step.request_id,
        subject_kind=SUBJECT,
        subject_id=step.after.id,
        document_id=step.document_id,
    )


def _decisions(step: LineStep) -> list[Decision]:
    return [
        Decision(
            subject_kind=SUBJECT,
            subject_id=step.after.id,
            kind=ruling.kind,
            outcome=ruling.outcome,
            actor=step.person,
            at=step.at,
            rule=ruling.rule,
            clause=ruling.clause,
            numbers=ruling.numbers,
            scheme_version=step.after.scheme_version_id,
            request_id=step.request_id,
        )
        for ruling in step.rulings
    ]


def _event(step: LineStep) -> Event:
    line = step.after
    return Event(
        type=f"claim_line.{step.event}",
        subject_kind=SUBJECT,
        subject_id=show("cln", line.id),
        audience=tuple(dict.fromkeys((line.holder_id, line.payee_id))),
        data=_told(line),
        at=step.at,
    )


def _told(line: ClaimLine) -> dict[str, Any]:
    """What both sides may know at every step."""
    amounts = {"settlement": line.settlement, "claimed": line.claimed, "approved": line.approved}
    return {
        "state": line.state.value,
        "stage": line.stage,
        "due_on": line.due_on.isoformat() if line.due_on is not None else None,
        "claim_id": show("clm", line.claim_id),
        "redemption_id": show("red", line.redemption_id) if line.redemption_id is not None else None,
        "award_claim_id": show("acl", line.award_claim_id) if line.award_claim_id is not None else None,
        **{name: _money(fen, line.currency) for name, fen in amounts.items()},
    }


def _money(fen: int | None, currency: str) -> dict[str, str] | None:
    return None if fen is None else {"amount": format_amount(fen, currency), "currency": currency}


def _tasks(line: ClaimLine, now: datetime) -> list[Task]:
    one = waiting(line)
    if one is None:
        return []
    return [
        Task(
            kind=one.task,
            subject_kind=SUBJECT,
            subject_id=line.id,
            role=one.role,
            opened_at=now,
            due_at=one.due_at,
            region=one.region,
            treasury=one.treasury,
            organization=one.organization,
        )
    ]


@dataclass(frozen=True, slots=True)
class Kept:
    """A step as kept. number: its place in the line's history, from 1; at: as of when it counts (UTC)."""

    claim_line_id: UUID
    number: int
    event: str
    from_state: str | None
    to_state: str
    stage: str | None
    at: datetime
    due_at: datetime | None
    person: str
    reason: str | None
    document_id: UUID | None
    request_id: str | None


_KEPT = tuple(TRANSITIONS.c[name] for name in Kept.__dataclass_fields__)


async def of_lines(connection: AsyncConnection, line_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Kept]]:
    """The history of each of these lines, oldest first."""
    statement = select(*_KEPT).where(TRANSITIONS.c.claim_line_id.in_(line_ids)).order_by(TRANSITIONS.c.number)
    found: dict[UUID, list[Kept]] = {line_id: [] for line_id in line_ids}
    for row in (await connection.execute(statement)).mappings():
        found[row["claim_line_id"]].append(Kept(**row))
    return found


def _row(step: LineStep, journal_id: UUID | None) -> dict[str, Any]:
    after = step.after
    return {
        "id": new_id(),
        "claim_line_id": after.id,
        "number": after.steps,
        "event": step.event,
        "from_state": step.before.state.value if step.before is not None else None,
        "to_state": after.state.value,
        "stage": after.stage,
        "at": step.at,
        "due_at": after.due_at,
        "person": step.person,
        "client": step.client,
        "reason": step.reason,
        "document_id": step.document_id,
        "request_id": step.request_id,
        "journal_id": journal_id,
    }
