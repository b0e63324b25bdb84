"""Remembers who has to confirm a bank account and why it was decided as it was, and tells its payee of each step."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events, tasks
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import show
from services.chassis.tasks import Task
from services.voucher.payout.domain.bank_account import COOLING_SOURCE, AccountState, BankAccount

CONFIRM = "bank_account.confirm"
SUBJECT = "bank_account"


async def submitted(connection: AsyncConnection, account: BankAccount) -> None:
    """Ask finance to confirm a new account before it has cooled."""
    at = account.submitted_at
    task = Task(CONFIRM, SUBJECT, account.id, "finance_checker", opened_at=at, due_at=account.cooling_ends)
    await tasks.open_tasks(connection, [task])
    await _tell(connection, account, "submitted", at)


async def decided(
    connection: AsyncConnection, account: BankAccount, *, actor: str, at: datetime, request_id: str | None
) -> None:
    """Keep a decision of the second person, or of time: the account is confirmed, rejected or active."""
    await tasks.close_tasks(connection, [account.id], at=at)
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=account.id,
        kind="confirm",
        outcome=account.state.value,
        actor=actor,
        at=at,
        rule="bank_account.cooling",
        clause=COOLING_SOURCE,
        numbers={
            "submitted_by": account.submitted_by,
            "cooling_until": account.cooling_until.isoformat(),
            "reason": account.reason,
        },
        request_id=request_id,
    )
    await decisions.record(connection, [decision])
    event = "activated" if account.state is AccountState.ACTIVE else account.state.value
    await _tell(connection, account, event, at)


async def retired(connection: AsyncConnection, account: BankAccount, *, at: datetime) -> None:
    """Tell that a payee is no longer paid to an account."""
    await _tell(connection, account, "retired", at)


async def _tell(connection: AsyncConnection, account: BankAccount, event: str, at: datetime) -> None:
    told = {
        "state": account.state.value,
        "bank_name": account.bank_name,
        "number_ends": account.number[-4:],
        "cooling_until": account.cooling_until.isoformat(),
    }
    audience = (account.organization_id,)
    await events.append(
        connection, [Event(f"bank_account.{event}", SUBJECT, show("bka", account.id), audience, told, at)]
    )
