"""Remembers what is proposed to be asked back, with the task of the treasury that paid it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, decisions, events, tasks
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.ids import show
from services.chassis.sums import Total
from services.chassis.tasks import Task
from services.standards.money import format_amount
from services.voucher.awards.domain.clawback import Ban, ClawbackCase, ClawbackProposal
from services.voucher.awards.store.tables import ClawbackProposals
from services.voucher.settlement.domain.claim import ClaimLine
from services.voucher.settlement.store.claim_lines import LINES

PROPOSALS = ClawbackProposals.__table__
SUBJECT = "clawback_proposal"
DECIDE = "clawback.decide"
"""The task of the treasury's finance once something is proposed."""


async def add(
    connection: AsyncConnection, proposed: Sequence[ClawbackProposal], line: ClaimLine, *, request_id: str | None
) -> None:
    """Write proposals on a line: why, told to its payee, and a task for its treasury."""
    await bulk.insert_all(connection, PROPOSALS, [_row(one) for one in proposed])
    await decisions.record(connection, [_decision(one, line, request_id) for one in proposed])
    await tasks.open_tasks(connection, [_task(one, line) for one in proposed])
    await events.append(connection, [_event(one, line) for one in proposed])


def _row(one: ClawbackProposal) -> dict[str, Any]:
    fields = asdict(one)
    case, ban = fields.pop("case"), fields.pop("ban") or {}
    return {**fields, "case_kind": case.value, "ban_years": ban.get("years"), "ban_clause": ban.get("clause")}


def _decision(one: ClawbackProposal, line: ClaimLine, request_id: str | None) -> Decision:
    amounts = {"amount": one.amount, "before": one.before, "after": one.after}
    ban = {} if one.ban is None else {"ban_years": one.ban.years, "ban_clause": one.ban.clause}
    return Decision(
        subject_kind=SUBJECT,
        subject_id=one.id,
        kind="clawback.propose",
        outcome="proposed",
        actor=one.proposed_by,
        at=one.proposed_at,
        rule=f"award.{one.case.value}",
        clause=one.clause,
        numbers={
            **{name: format_amount(fen, one.currency) for name, fen in amounts.items()},
            "claim_line_id": show("cln", one.claim_line_id),
            "reason": one.reason,
            **ban,
        },
        scheme_version=line.scheme_version_id,
        request_id=request_id,
    )


def _task(one: ClawbackProposal, line: ClaimLine) -> Task:
    return Task(DECIDE, SUBJECT, one.id, "finance_maker", one.proposed_at, treasury=line.treasury)


def _event(one: ClawbackProposal, line: ClaimLine) -> Event:
    told = {
        "award_claim_id": show("acl", one.award_claim_id),
        "claim_id": show("clm", line.claim_id),
        "case": one.case.value,
        "amount": {"amount": format_amount(one.amount, one.currency), "currency": one.currency},
    }
    return Event("clawback.proposed", SUBJECT, show("cbp", one.id), (line.payee_id,), told, one.proposed_at)


async def proposed_of(connection: AsyncConnection, award_claim_id: UUID) -> int:
    """What was proposed of an award before, for whatever cause, in fen: only what goes beyond it is proposed again."""
    of_it = PROPOSALS.c.award_claim_id == award_claim_id
    statement = select(func.coalesce(func.sum(PROPOSALS.c.amount), 0).cast(Total())).where(of_it)
    found: int = (await connection.execute(statement)).scalar_one()
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which proposals to list; None means any."""

    payee_id: UUID | None = None
    treasury: str | None = None
    award_claim_id: UUID | None = None


async def find(
    connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int
) -> list[ClawbackProposal]:
    """Up to `limit` proposals, newest first, made before the one given."""
    statement = (
        select(PROPOSALS)
        .join(LINES, LINES.c.id == PROPOSALS.c.claim_line_id)
        .order_by(PROPOSALS.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(PROPOSALS.c.id < before)
    if wanted.award_claim_id is not None:
        statement = statement.where(PROPOSALS.c.award_claim_id == wanted.award_claim_id)
    for name in ("payee_id", "treasury"):
        if (value := getattr(wanted, name)) is not None:
            statement = statement.where(LINES.c[name] == value)
    return [_proposal(row) for row in (await connection.execute(statement)).mappings()]


def _proposal(row: Mapping[Any, Any]) -> ClawbackProposal:
    fields = {name: row[name] for name in ClawbackProposal.__dataclass_fields__ if name not in ("case", "ban")}
    ban = None if row["ban_years"] is None else Ban(row["ban_years"], row["ban_clause"])
    return ClawbackProposal(**fields, case=ClawbackCase(row["case_kind"]), ban=ban)
