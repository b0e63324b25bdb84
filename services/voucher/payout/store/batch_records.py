"""Remembers whose turn it is with a batch and why it was decided as it was, and tells payees what was sent to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events, tasks
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import show
from services.chassis.tasks import Task
from services.standards.money import format_amount
from services.voucher.payout.domain.batch import TURNS, Batch, BatchState
from services.voucher.payout.domain.payout import Payout
from services.voucher.payout.store.bank_files import BankFile

SUBJECT = "payout_batch"
_EVENTS: Mapping[BatchState, str] = MappingProxyType(
    {
        **{state: f"payout_batch.{state.value}" for state in BatchState},
        BatchState.DRAFT: "payout_batch.prepared",
        BatchState.DONE: "payout_batch.finished",
    }
)


async def moved(connection: AsyncConnection, batch: Batch, *, at: datetime) -> None:
    """Pass a batch in its new state on to whose turn it is, and tell finance and audit of it."""
    await tasks.close_tasks(connection, [batch.id], at=at)
    turn = TURNS.get(batch.state)
    if turn is not None:
        due_at = None if turn.within is None else at + turn.within
        task = Task(turn.task, SUBJECT, batch.id, turn.role, opened_at=at, due_at=due_at, treasury=batch.treasury)
        await tasks.open_tasks(connection, [task])
    told = {
        "number": batch.number,
        "state": batch.state.value,
        "payouts": batch.payouts,
        "total": _money(batch.total, batch.currency),
        "digest": batch.digest,
        "reason": batch.reason,
    }
    event = Event(_EVENTS[batch.state], SUBJECT, show("pbt", batch.id), (), told, at)
    await events.append(connection, [event])


async def decided(
    connection: AsyncConnection, batch: Batch, *, rule: str, actor: str, at: datetime, request_id: str | None
) -> None:
    """Keep by which rule, upon which figures and by whom (a person) a batch came into its state."""
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=batch.id,
        kind="batch",
        outcome=batch.state.value,
        actor=actor,
        at=at,
        rule=rule,
        numbers={
            "payouts": batch.payouts,
            "total": format_amount(batch.total, batch.currency),
            "digest": batch.digest,
            "made_by": batch.made_by,
            "reason": batch.reason,
        },
        request_id=request_id,
    )
    await decisions.record(connection, [decision])


async def asked_again(connection: AsyncConnection, file: BankFile, *, at: datetime) -> None:
    """Tell finance and audit that a file was asked for which is written already: it is the same file."""
    told = {"name": file.name, "sha256": file.sha256}
    event = Event("bank_file.asked_again", SUBJECT, show("pbt", file.batch_id), (), told, at)
    await events.append(connection, [event])


async def sent(connection: AsyncConnection, payouts: Sequence[Payout], *, at: datetime) -> None:
    """Tell each payee what is on its way to it."""
    told = [Event("payout.sent", "payout", show("pyt", one.id), (one.payee_id,), _told(one), at) for one in payouts]
    await events.append(connection, told)


def _told(payout: Payout) -> dict[str, object]:
    return {
        "state": payout.state.value,
        "claim_line_id": show("cln", payout.claim_line_id),
        "reference": payout.reference,
        "amount": _money(payout.amount, payout.currency),
    }


def _money(fen: int, currency: str) -> dict[str, str]:
    return {"amount": format_amount(fen, currency), "currency": currency}
