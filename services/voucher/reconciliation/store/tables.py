"""Remembers bank statements and their lines; a line of the bank is never changed, only what is known of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase

NAMED = "'payout', 'return', 'funding', 'deposit', 'refund'"
"""What a line may be for that has an id of its own."""

OPEN = "state IN ('imported', 'exception')"


class Statements(VoucherBase):
    """One file of the bank as it came: the period it speaks of, its balances in fen, and what disagrees in it."""

    __tablename__ = "statements"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    payer_account_id: Mapped[UUID] = mapped_column(ForeignKey("payer_accounts.id"))
    treasury: Mapped[str]
    profile: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes]
    from_on: Mapped[date] = mapped_column(Date())
    until_on: Mapped[date] = mapped_column(Date())
    currency: Mapped[str] = mapped_column(CHAR(3))
    opening: Mapped[int]
    closing: Mapped[int]
    lines: Mapped[int]
    added: Mapped[int]
    state: Mapped[str]
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    imported_by: Mapped[str]
    imported_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("payer_account_id", "sha256", name="uq_statements_file"),
        CheckConstraint("state IN ('imported', 'disagrees')", name="state"),
        CheckConstraint("from_on <= until_on", name="dates"),
        CheckConstraint("added BETWEEN 0 AND lines AND (added = 0 OR state = 'imported')", name="lines"),
        CheckConstraint("(state = 'disagrees') = (faults <> '[]'::jsonb)", name="faults"),
        Index("ix_statements_treasury", "treasury", "id"),
    )


class StatementLines(VoucherBase):
    """One movement that the bank booked, in fen (in > 0), and what it was for once that is known."""

    __tablename__ = "statement_lines"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    payer_account_id: Mapped[UUID] = mapped_column(ForeignKey("payer_accounts.id"))
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statements.id"))
    number: Mapped[int]
    treasury: Mapped[str]
    booked_on: Mapped[date] = mapped_column(Date())
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(CHAR(3))
    counterparty_name: Mapped[str]
    counterparty_account: Mapped[str]
    bank_reference: Mapped[str]
    text: Mapped[str]
    occurrence: Mapped[int]
    digest: Mapped[str]
    line_key: Mapped[str]
    state: Mapped[str]
    match_kind: Mapped[str | None]
    match_id: Mapped[UUID | None]
    matched_how: Mapped[str | None]
    matched_by: Mapped[str | None]
    matched_at: Mapped[datetime | None]
    exception: Mapped[str | None]
    journal_id: Mapped[UUID | None] = mapped_column(ForeignKey("journals.id"), unique=True)
    cleared_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("journals.id"), unique=True)
    __table_args__ = (
        UniqueConstraint("payer_account_id", "line_key", name="uq_statement_lines_key"),
        UniqueConstraint("statement_id", "number", name="uq_statement_lines_number"),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("occurrence > 0", name="occurrence"),
        CheckConstraint(
            "line_key = CASE WHEN bank_reference = '' THEN digest ELSE 'ref ' || bank_reference END", name="key"
        ),
        CheckConstraint("state IN ('imported', 'matched', 'exception', 'not_ours')", name="state"),
        CheckConstraint(f"match_kind IN ({NAMED}, 'charge', 'not_ours')", name="match_kind"),
        CheckConstraint(
            "(match_kind IS NOT NULL) = (state IN ('matched', 'not_ours'))"
            " AND (coalesce(match_kind, '') = 'not_ours') = (state = 'not_ours')"
            " AND (match_kind IS NULL) = (matched_at IS NULL) AND (match_kind IS NULL) = (matched_by IS NULL)"
            " AND (match_kind IS NULL) = (matched_how IS NULL)"
            f" AND (match_id IS NOT NULL) = (coalesce(match_kind, '') IN ({NAMED}))",
            name="matched",
        ),
        CheckConstraint("(journal_id IS NULL) = (state = 'imported')", name="booked"),
        CheckConstraint("state <> 'exception' OR exception IS NOT NULL", name="exception"),
        CheckConstraint(
            "(cleared_by_id IS NOT NULL) = (exception IS NOT NULL AND state IN ('matched', 'not_ours'))", name="cleared"
        ),
        Index("ix_statement_lines_treasury", "treasury", "id"),
        Index("ix_statement_lines_payer_account_id", "payer_account_id", "booked_on"),
        Index("ix_statement_lines_open", "payer_account_id", "booked_on", "id", postgresql_where=sql(OPEN)),
        Index(
            "uq_statement_lines_match",
            "match_kind",
            "match_id",
            unique=True,
            postgresql_where=sql("match_id IS NOT NULL"),
        ),
    )
