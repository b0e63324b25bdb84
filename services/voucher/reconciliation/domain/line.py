"""Decides what a line of a bank statement is to us: not looked at, matched, an exception with an owner, or not ours."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.voucher.reconciliation.domain.movement import Identified, Movement
from services.voucher.reconciliation.domain.statement import Statement

RESOLVE = "statement_line.resolve"
"""The task of finance upon an exception."""

RESOLVE_WITHIN = timedelta(days=5)
"""How long an exception may wait before its task is overdue; it stays in suspense until it is resolved."""


class StatementLineState(StrEnum):
    """imported → matched | exception; exception → matched | not_ours, by hand."""

    IMPORTED = "imported"
    MATCHED = "matched"
    EXCEPTION = "exception"
    NOT_OURS = "not_ours"


RECONCILED = frozenset({StatementLineState.MATCHED, StatementLineState.NOT_OURS})
"""The states in which it is known what a line was for."""


class MatchKind(StrEnum):
    """What a line was for. A charge and what is not ours name nothing else."""

    PAYOUT = "payout"
    RETURN = "return"
    FUNDING = "funding"
    DEPOSIT = "deposit"
    REFUND = "refund"
    CHARGE = "charge"
    NOT_OURS = "not_ours"


class How(StrEnum):
    """How a line was understood: our reference in it; amount, name and days of a payout that alone fits; a person."""

    REFERENCE = "reference"
    AMOUNT_NAME_WINDOW = "amount_name_window"
    BY_HAND = "by_hand"


class Doubt(StrEnum):
    """Why a line is an exception."""

    UNKNOWN_DEBIT = "unknown_debit"
    UNKNOWN_CREDIT = "unknown_credit"
    AMOUNT_DIFFERS = "amount_differs"
    PAYEE_DIFFERS = "payee_differs"
    NOT_SENT = "not_sent"
    BEFORE_SENT = "before_sent"
    NOT_YET_SETTLED = "not_yet_settled"
    NOT_APPROVED = "not_approved"
    ALREADY_SETTLED = "already_settled"
    ALREADY_RETURNED = "already_returned"
    ALREADY_RECEIVED = "already_received"
    RETURN_OF_ANOTHER_YEAR = "return_of_another_year"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Match:
    """What a line is for: the payout, funding, deposit or refund by its id, if any, and how that was found."""

    kind: MatchKind
    id: UUID | None
    how: How


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine(Movement):
    """A movement as kept: from which line of which statement, by which key, and what is known of it.

    `journal_id` is what booked it, to its place or to suspense; `cleared_by_id` what took it out of suspense.
    """

    id: UUID
    payer_account_id: UUID
    statement_id: UUID
    number: int
    treasury: str
    currency: str
    occurrence: int
    digest: str
    line_key: str
    state: StatementLineState = StatementLineState.IMPORTED
    match_kind: MatchKind | None = None
    match_id: UUID | None = None
    matched_how: How | None = None
    matched_by: str | None = None
    matched_at: datetime | None = None
    exception: Doubt | None = None
    journal_id: UUID | None = None
    cleared_by_id: UUID | None = None

    def understood(self, match: Match, *, by: str, at: datetime, journal_id: UUID) -> "StatementLine":
        """Once it is known what it was for: its own journal, or the one that took it out of suspense."""
        waited = self.journal_id is not None
        return replace(
            self,
            state=StatementLineState.NOT_OURS if match.kind is MatchKind.NOT_OURS else StatementLineState.MATCHED,
            match_kind=match.kind,
            match_id=match.id,
            matched_how=match.how,
            matched_by=by,
            matched_at=at,
            journal_id=self.journal_id if waited else journal_id,
            cleared_by_id=journal_id if waited else None,
        )

    def doubted(self, doubt: Doubt, *, journal_id: UUID) -> "StatementLine":
        """Once it stands in suspense, with why."""
        return replace(self, state=StatementLineState.EXCEPTION, exception=doubt, journal_id=journal_id)


def line_of(statement: Statement, found: Identified, *, id: UUID) -> StatementLine:
    """A new line of a statement."""
    movement = found.movement
    return StatementLine(
        id=id,
        payer_account_id=statement.payer_account_id,
        statement_id=statement.id,
        number=found.number,
        treasury=statement.treasury,
        currency=statement.currency,
        occurrence=found.occurrence,
        digest=found.digest,
        line_key=found.key,
        booked_on=movement.booked_on,
        amount=movement.amount,
        counterparty_name=movement.counterparty_name,
        counterparty_account=movement.counterparty_account,
        bank_reference=movement.bank_reference,
        text=movement.text,
    )
