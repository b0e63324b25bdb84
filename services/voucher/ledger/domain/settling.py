"""Decides what a proposed or decided change of a budget line leaves behind: whose task, which event, which reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.standards.calendar import local_date
from services.standards.money import format_amount
from services.voucher.ledger.domain.budget import EVENT_TYPES, Approval, BudgetChange, BudgetLine
from services.voucher.ledger.domain.journal import HOUSE_ZONE, Journal

DECIDE = "budget_change.decide"
"""The task of the second person."""

SUBJECT = "budget_change"
Figures = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to do for a role within a treasury; due_at in UTC."""

    task: str
    role: str
    treasury: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Ruling:
    """By which rule, from which figures and by whom (a person) something was decided."""

    kind: str
    outcome: str
    rule: str
    figures: Figures
    actor: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the feed says of a change; finance and audit read it, no organisation is its audience."""

    event: str
    figures: Figures
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed change, the task that waits for a second person, and what is told of it."""

    change: BudgetChange
    waiting: Waiting
    told: Told


@dataclass(frozen=True, slots=True)
class Settlement:
    """A decided change with why, and what is told of it; the line and a journal when it was approved."""

    change: BudgetChange
    ruling: Ruling
    told: Told
    line: BudgetLine | None = None
    journal: Journal | None = None


def proposal(change: BudgetChange, *, line: BudgetLine) -> Proposal:
    """What an accepted proposal leaves behind: it waits for a checker of the line's treasury."""
    waiting = Waiting(DECIDE, "finance_checker", line.classification.treasury, change.decide_by)
    return Proposal(change, waiting, Told("budget_change.proposed", _figures(change, line), change.proposed_at))


def approved(approval: Approval, *, journal_id: UUID, request_id: str | None) -> Settlement:
    """What an approval leaves behind, of a round's change too; a round's pool is for whoever keeps it to save."""
    change, line = approval.change, approval.line
    ruling = _ruling(change, line)
    journal = Journal(
        id=journal_id,
        posting=approval.posting,
        booked_at=change.settled_at,
        value_on=local_date(change.settled_at, HOUSE_ZONE),
        actor=ruling.actor,
        request_id=request_id,
        subject_kind=SUBJECT,
        subject_id=change.id,
    )
    told = Told(EVENT_TYPES[change.kind], _figures(change, line), change.settled_at)
    return Settlement(change, ruling, told, line, journal)


def rejected(change: BudgetChange, *, line: BudgetLine) -> Settlement:
    """What a rejection leaves behind: nothing is booked."""
    told = Told("budget_change.rejected", _figures(change, line), change.settled_at)
    return Settlement(change, _ruling(change, line), told)


def _ruling(change: BudgetChange, line: BudgetLine) -> Ruling:
    was = {"from": "proposed", "proposed_by": change.proposed_by, "reason": change.reason}
    figures = {**_figures(change, line), **was}
    return Ruling(change.kind.value, change.state.value, "four_eyes", figures, actor=change.settled_by)


def _figures(change: BudgetChange, line: BudgetLine) -> dict[str, str | None]:
    currency = line.classification.currency
    return {
        "amount": format_amount(change.amount, currency),
        "currency": currency,
        "document": change.document,
        "appropriation": format_amount(line.appropriation, currency),
        "free": format_amount(line.free, currency),
    }
