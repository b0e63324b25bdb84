"""Remembers who has to decide on a funding and why it was decided as it was, and tells finance of each step."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events, tasks
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import show
from services.chassis.tasks import Task
from services.standards.money import format_amount
from services.voucher.payout.domain.funding import AccountFunding, FundingState
from services.voucher.payout.store import fundings

DECIDE = "funding.decide"
RECEIVE = "funding.receive"
SUBJECT = "funding"


async def proposed(connection: AsyncConnection, funding: AccountFunding) -> None:
    """Write a proposed funding with the task that waits for a second person."""
    await fundings.add(connection, funding)
    await _ask(connection, funding, DECIDE, "finance_checker", funding.proposed_at, due_at=funding.decide_by)
    await tell(connection, funding, at=funding.proposed_at)


async def decided(
    connection: AsyncConnection, funding: AccountFunding, *, actor: str, at: datetime, request_id: str | None
) -> None:
    """Write a decided funding; one that was approved waits for its credit in a statement."""
    await fundings.save(connection, [funding])
    await tasks.close_tasks(connection, [funding.id], at=at)
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=funding.id,
        kind="fund_account",
        outcome=funding.state.value,
        actor=actor,
        at=at,
        rule="four_eyes",
        numbers={
            "amount": format_amount(funding.amount, funding.currency),
            "document": funding.document,
            "proposed_by": funding.proposed_by,
            "reason": funding.reason,
        },
        request_id=request_id,
    )
    await decisions.record(connection, [decision])
    if funding.state is FundingState.APPROVED:
        await _ask(connection, funding, RECEIVE, "finance_maker", at)
    await tell(connection, funding, at=at)


async def tell(connection: AsyncConnection, funding: AccountFunding, *, at: datetime) -> None:
    """Tell finance and audit of a funding in its new state."""
    told = {
        "payer_account_id": show("pac", funding.payer_account_id),
        "budget_line_id": show("bln", funding.budget_line_id),
        "reference": funding.reference,
        "amount": {"amount": format_amount(funding.amount, funding.currency), "currency": funding.currency},
        "state": funding.state.value,
    }
    event = Event(f"funding.{funding.state.value}", SUBJECT, show("fnd", funding.id), (), told, at)
    await events.append(connection, [event])


async def _ask(
    connection: AsyncConnection,
    funding: AccountFunding,
    task: str,
    role: str,
    at: datetime,
    *,
    due_at: datetime | None = None,
) -> None:
    asked = Task(task, SUBJECT, funding.id, role, opened_at=at, due_at=due_at, treasury=funding.treasury)
    await tasks.open_tasks(connection, [asked])
