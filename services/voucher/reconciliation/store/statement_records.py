"""Writes a statement with the lines that it adds, whose task it is when it disagrees, and what is told of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, events, tasks
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import show
from services.chassis.tasks import Task
from services.standards.money import format_amount
from services.voucher.reconciliation.domain.line import StatementLine
from services.voucher.reconciliation.domain.statement import LOOK_INTO, LOOK_INTO_WITHIN, Statement, StatementState
from services.voucher.reconciliation.store import statement_lines, statements

SUBJECT = "statement"
RULE = "statement.agrees"
HOUSE = "house rule"


async def write(
    connection: AsyncConnection, statement: Statement, new: Sequence[StatementLine], *, content: bytes | None
) -> None:
    """Write a statement and its new lines; content: the bytes of one that comes for the first time."""
    if content is None:
        await statements.save(connection, statement)
    else:
        await statements.add(connection, statement, content)
    await statement_lines.add(connection, new)


async def told(connection: AsyncConnection, statement: Statement, *, request_id: str | None) -> None:
    """Keep why a statement is believed or not and tell finance of it; one that disagrees waits for somebody."""
    at = statement.imported_at
    await tasks.close_tasks(connection, [statement.id], at=at)
    if statement.state is StatementState.DISAGREES:
        due_at, treasury = at + LOOK_INTO_WITHIN, statement.treasury
        task = Task(LOOK_INTO, SUBJECT, statement.id, "finance_maker", opened_at=at, due_at=due_at, treasury=treasury)
        await tasks.open_tasks(connection, [task])
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=statement.id,
        kind="import",
        outcome=statement.state.value,
        actor=statement.imported_by,
        at=at,
        rule=RULE,
        clause=HOUSE,
        numbers={**_figures(statement), "faults": [fault.code for fault in statement.faults]},
        request_id=request_id,
    )
    await decisions.record(connection, [decision])
    await _tell(connection, f"statement.{statement.state.value}", statement, at)


async def sent_again(connection: AsyncConnection, statement: Statement, *, at: datetime) -> None:
    """Tell that a statement came again, which adds nothing."""
    await _tell(connection, "statement.sent_again", statement, at)


async def _tell(connection: AsyncConnection, event: str, statement: Statement, at: datetime) -> None:
    data = {**_figures(statement), "payer_account_id": show("pac", statement.payer_account_id)}
    await events.append(connection, [Event(event, SUBJECT, show("sta", statement.id), (), data, at)])


def _figures(statement: Statement) -> dict[str, str | int]:
    return {
        "from": statement.from_on.isoformat(),
        "until": statement.until_on.isoformat(),
        "opening": format_amount(statement.opening, statement.currency),
        "closing": format_amount(statement.closing, statement.currency),
        "currency": statement.currency,
        "lines": statement.lines,
        "added": statement.added,
    }
