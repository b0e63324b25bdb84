"""Remembers what stops that were set or have ended leave behind: why, whose task they are, what the payee is told."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events, tasks
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import show
from services.chassis.tasks import Task
from services.standards.calendar import end_of_day
from services.voucher.ledger.domain.journal import HOUSE_ZONE
from services.voucher.settlement.domain.claim import Leg
from services.voucher.settlement.domain.stop import Stop, StopKind, StopState

SUBJECT = "stop"
LIFT = "stop.lift"
"""The task of the treasury while a stop lives that no objection ends."""


async def tell(
    connection: AsyncConnection, changed: Collection[Stop], of_legs: Mapping[UUID, Leg], *, request_id: str | None
) -> None:
    """What stops that were set or have ended leave behind: why, whose task they are, and what the payee is told."""
    await decisions.record(connection, [_decision(stop, request_id) for stop in changed])
    await events.append(connection, [_event(stop, of_legs[stop.leg_id]) for stop in changed])
    live = [stop for stop in changed if stop.state is StopState.LIVE and stop.kind is not StopKind.OBJECTION]
    await tasks.open_tasks(connection, [_task(stop, of_legs[stop.leg_id]) for stop in live])
    ended = {stop.id: stop.ended_at for stop in changed if stop.ended_at is not None}
    for at in set(ended.values()):
        await tasks.close_tasks(connection, [one for one, then in ended.items() if then == at], at=at)


def _task(stop: Stop, leg: Leg) -> Task:
    """The treasury looks after a stop until it is lifted; one that an objection set ends with that."""
    due_at = None if stop.expected_end is None else end_of_day(stop.expected_end, HOUSE_ZONE)
    return Task(LIFT, SUBJECT, stop.id, "finance_maker", stop.since, due_at, treasury=leg.treasury)


def _decision(stop: Stop, request_id: str | None) -> Decision:
    return Decision(
        subject_kind=SUBJECT,
        subject_id=stop.id,
        kind="stop",
        outcome=_outcome(stop),
        actor=stop.ended_by or stop.set_by,
        at=stop.ended_at or stop.since,
        rule=f"stop.{stop.kind}",
        numbers={
            "leg_id": show("leg", stop.leg_id),
            "reason": stop.end_reason or stop.reason,
            "document_id": None if stop.document_id is None else show("doc", stop.document_id),
        },
        request_id=request_id,
    )


def _event(stop: Stop, leg: Leg) -> Event:
    """The payee learns that a leg is stopped or let go, and by what kind; the reason stays with the treasury."""
    data = {
        "leg_id": show("leg", leg.id),
        "claim_line_id": show("cln", leg.claim_line_id),
        "kind": stop.kind.value,
        "state": stop.state.value,
    }
    at = stop.ended_at or stop.since
    return Event(f"stop.{_outcome(stop)}", SUBJECT, show("stp", stop.id), (leg.payee_id,), data, at)


def _outcome(stop: Stop) -> str:
    return "set" if stop.state is StopState.LIVE else stop.state.value
