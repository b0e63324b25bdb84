"""Remembers who has to pay in, take or give back a holder's money and why it was decided, and tells both sides."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events, tasks
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import show
from services.chassis.tasks import Task
from services.standards.money import format_amount
from services.voucher.payout.domain.deposit import Deposit, DepositState
from services.voucher.payout.domain.refund import Refund, RefundState
from services.voucher.payout.store import deposits, refunds

PAY_IN = "deposit.pay_in"
GIVE_BACK = "deposit.give_back"
DECIDE = "deposit_refund.decide"
TRANSFER = "deposit_refund.transfer"
DEPOSIT, REFUND = "deposit", "deposit_refund"


async def announced(
    connection: AsyncConnection, deposit: Deposit, *, due_at: datetime, clause: str, request_id: str | None
) -> None:
    """Write an announced deposit, which its holder has to pay before due_at; clause: where the scheme says so."""
    await deposits.add(connection, deposit)
    at, holder = deposit.announced_at, deposit.holder_id
    await tasks.open_tasks(connection, [Task(PAY_IN, DEPOSIT, deposit.id, "holder", at, due_at, organization=holder)])
    decision = Decision(
        subject_kind=DEPOSIT,
        subject_id=deposit.id,
        kind="deposit",
        outcome="announced",
        actor=deposit.announced_by,
        at=at,
        rule="settlement.model",
        clause=clause,
        numbers={"asked": format_amount(deposit.asked, deposit.currency), "reference": deposit.reference},
        request_id=request_id,
    )
    await decisions.record(connection, [decision])
    await tell(connection, [deposit], at=at)


async def moved(connection: AsyncConnection, changed: Sequence[Deposit], *, at: datetime) -> None:
    """Write deposits that came in, or are not waited for any more."""
    await deposits.save(connection, changed)
    await tasks.close_tasks(connection, [one.id for one in changed], at=at, kind=PAY_IN)
    await tell(connection, changed, at=at)


async def left_over(connection: AsyncConnection, of: Sequence[Deposit], *, at: datetime) -> None:
    """Let finance know that nobody needs some of what came in with deposits."""
    asked = [Task(GIVE_BACK, DEPOSIT, one.id, "finance_maker", at, None, treasury=one.treasury) for one in of]
    await tasks.open_tasks(connection, asked)


async def proposed(connection: AsyncConnection, refund: Refund) -> None:
    """Write a proposed refund with the task of the second person; nobody has to propose one any more."""
    await refunds.add(connection, refund)
    at = refund.proposed_at
    paid_in = await deposits.of_redemption(connection, refund.redemption_id)
    await tasks.close_tasks(connection, [one.id for one in paid_in], at=at, kind=GIVE_BACK)
    await _ask(connection, refund, DECIDE, "finance_checker", at, due_at=refund.decide_by)
    await _tell_of(connection, refund, at=at)


async def decided(connection: AsyncConnection, refund: Refund, *, at: datetime, request_id: str | None) -> None:
    """Write a decided refund; one that was approved waits for somebody to transfer it."""
    await refunds.save(connection, [refund])
    await tasks.close_tasks(connection, [refund.id], at=at)
    decision = Decision(
        subject_kind=REFUND,
        subject_id=refund.id,
        kind="deposit_refund",
        outcome=refund.state.value,
        actor=refund.decided_by or refund.proposed_by,
        at=at,
        rule="four_eyes",
        numbers={
            "amount": format_amount(refund.amount, refund.currency),
            "cause": refund.cause,
            "proposed_by": refund.proposed_by,
            "reason": refund.reason,
        },
        request_id=request_id,
    )
    await decisions.record(connection, [decision])
    if refund.state is RefundState.APPROVED:
        await _ask(connection, refund, TRANSFER, "finance_maker", at)
    await _tell_of(connection, refund, at=at)


async def settled(connection: AsyncConnection, changed: Sequence[Refund], *, at: datetime) -> None:
    """Write refunds that the bank has carried out."""
    await refunds.save(connection, changed)
    await tasks.close_tasks(connection, [one.id for one in changed], at=at)
    for one in changed:
        await _tell_of(connection, one, at=at)


async def tell(connection: AsyncConnection, changed: Sequence[Deposit], *, at: datetime) -> None:
    """Tell holder and provider of deposits in their new state."""
    for one in changed:
        fen = one.asked if one.state is not DepositState.RECEIVED or one.received is None else one.received
        told = {
            "redemption_id": show("red", one.redemption_id),
            "reference": one.reference,
            "amount": {"amount": format_amount(fen, one.currency), "currency": one.currency},
            "state": one.state.value,
        }
        audience = tuple(dict.fromkeys((one.holder_id, one.payee_id)))
        await events.append(
            connection, [Event(f"deposit.{one.state.value}", DEPOSIT, show("dep", one.id), audience, told, at)]
        )


async def _tell_of(connection: AsyncConnection, refund: Refund, *, at: datetime) -> None:
    told = {
        "redemption_id": show("red", refund.redemption_id),
        "reference": refund.reference,
        "amount": {"amount": format_amount(refund.amount, refund.currency), "currency": refund.currency},
        "state": refund.state.value,
    }
    name, audience = f"deposit_refund.{refund.state.value}", (refund.holder_id,)
    await events.append(connection, [Event(name, REFUND, show("rfd", refund.id), audience, told, at)])


async def _ask(
    connection: AsyncConnection, refund: Refund, task: str, role: str, at: datetime, *, due_at: datetime | None = None
) -> None:
    asked = Task(task, REFUND, refund.id, role, opened_at=at, due_at=due_at, treasury=refund.treasury)
    await tasks.open_tasks(connection, [asked])
