"""The ledger's tables. Journals, entries and seals are append-only by grant; a trigger keeps each journal at zero."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Xid8
from services.voucher.tables import VoucherBase


class BudgetLineRow(VoucherBase):
    """A budget line and its guarded balances, in minor units."""

    __tablename__ = "budget_lines"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    fiscal_year: Mapped[int]
    bureau: Mapped[str]
    treasury: Mapped[str]
    project: Mapped[str]
    function_class: Mapped[str]
    economic_class: Mapped[str]
    allotment_document: Mapped[str]
    funding_source: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    appropriation: Mapped[int] = mapped_column(server_default=text("0"))
    free: Mapped[int] = mapped_column(server_default=text("0"))
    granted: Mapped[int] = mapped_column(server_default=text("0"))
    funded: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    __table_args__ = (
        UniqueConstraint(
            "fiscal_year",
            "bureau",
            "treasury",
            "project",
            "function_class",
            "economic_class",
            "allotment_document",
            "funding_source",
            "currency",
            name="uq_budget_lines_classification",
        ),
        CheckConstraint("free >= 0", name="free_guarded"),
        CheckConstraint("granted >= 0", name="granted_guarded"),
        CheckConstraint("appropriation >= free + granted", name="appropriation_covers"),
        CheckConstraint("funded BETWEEN 0 AND appropriation", name="funded_within"),
        Index("ix_budget_lines_treasury", "treasury"),
    )


class BudgetChangeRow(VoucherBase):
    """A change of a budget line: proposed by one person, decided by another."""

    __tablename__ = "budget_changes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_lines.id"))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(CHAR(3))
    document: Mapped[str]
    round_id: Mapped[UUID | None]
    pool_class: Mapped[str | None]
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("kind IN ('allot', 'cut', 'fund_round', 'return_from_round')", name="kind"),
        CheckConstraint("state IN ('proposed', 'approved', 'rejected')", name="state"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("proposed_by <> ''", name="proposed_by_a_person"),
        CheckConstraint("decided_by <> '' AND decided_by <> proposed_by", name="four_eyes"),
        CheckConstraint(
            "(state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="decided_names_its_decider",
        ),
        CheckConstraint("(state = 'rejected') = (reason IS NOT NULL)", name="rejected_has_a_reason"),
        CheckConstraint(
            "(kind IN ('fund_round', 'return_from_round')) = (round_id IS NOT NULL)"
            " AND (round_id IS NULL) = (pool_class IS NULL)",
            name="of_round_names_its_pool",
        ),
        Index("ix_budget_changes_line_id", "line_id"),
        Index("ix_budget_changes_round_id", "round_id"),
    )


class JournalRow(VoucherBase):
    """One event as it was booked. `sequence` is the order of booking: the locks are held when it is given."""

    __tablename__ = "journals"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(Identity(always=True))
    row: Mapped[int] = mapped_column(SmallInteger())
    event: Mapped[str]
    booked_at: Mapped[datetime]
    value_on: Mapped[date]
    actor: Mapped[str]
    request_id: Mapped[str | None]
    document_id: Mapped[UUID | None]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    xact: Mapped[str] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    __table_args__ = (
        CheckConstraint('"row" BETWEEN 1 AND 47', name="row_of_the_table"),
        CheckConstraint("request_id IS NOT NULL OR document_id IS NOT NULL", name="document_or_request"),
        Index("uq_journals_sequence", "sequence", unique=True),
        Index("ix_journals_xact_sequence", "xact", "sequence"),
        Index("ix_journals_subject_id", "subject_id"),
        Index("ix_journals_booked_at", "booked_at"),
        Index(
            "uq_journals_budget_change",
            "subject_id",
            unique=True,
            postgresql_where=text("subject_kind = 'budget_change'"),
        ),
        Index(
            "uq_journals_once",
            "subject_id",
            "event",
            unique=True,
            postgresql_where=text("subject_kind IN ('claim_line', 'payout', 'statement_line')"),
        ),
    )


class EntryRow(VoucherBase):
    """One entry of a journal, in minor units: debit positive, credit negative."""

    __tablename__ = "entries"
    journal_id: Mapped[UUID] = mapped_column(ForeignKey("journals.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger(), primary_key=True)
    book: Mapped[str]
    place: Mapped[str]
    owner: Mapped[UUID]
    part: Mapped[str]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(CHAR(3))
    funding_source: Mapped[str]
    round_id: Mapped[UUID | None]
    budget_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("budget_lines.id"))
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_moves"),
        CheckConstraint(
            "round_id IS NOT NULL OR budget_line_id IS NOT NULL"
            " OR place IN ('bank', 'suspense', 'not_ours', 'charges')",
            name="funding_named",
        ),
        CheckConstraint(
            "book = CASE WHEN place IN ('appropriation', 'over_issue', 'line_free', 'line_granted', 'round_pool',"
            " 'available', 'held', 'captured') THEN 'quota' WHEN place IN ('cost', 'recoveries', 'payable',"
            " 'in_transit', 'bank', 'treasury_drawn', 'treasury_surrendered', 'due_to_treasury', 'clawback_due',"
            " 'deposit', 'suspense', 'not_ours', 'charges', 'opening') THEN 'money' ELSE 'none' END",
            name="place_of_the_chart",
        ),
        CheckConstraint("(part <> '') = (place IN ('round_pool', 'cost', 'payable'))", name="part_of_the_chart"),
        Index("ix_entries_owner", "owner"),
        Index("ix_entries_round_id", "round_id"),
        Index("ix_entries_budget_line_id", "budget_line_id", postgresql_where=text("budget_line_id IS NOT NULL")),
    )


class CapCounterRow(VoucherBase):
    """How much of a cap is used; see domain.counters for what the three parts of the key mean."""

    __tablename__ = "cap_counters"
    cap: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    used: Mapped[int]
    __table_args__ = (CheckConstraint("used >= 0", name="used_guarded"),)


class SealRow(VoucherBase):
    """One seal: the names and leaf hashes of its rows, its head, which holds the one before it, and its signature."""

    __tablename__ = "seals"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    follows: Mapped[int | None]
    algorithm: Mapped[str]
    form: Mapped[int]
    count: Mapped[int]
    upto_xact: Mapped[str] = mapped_column(Xid8())
    upto_kind: Mapped[str]
    upto_ref: Mapped[str]
    names: Mapped[bytes]
    leaves: Mapped[bytes]
    names_digest: Mapped[bytes]
    root: Mapped[bytes]
    previous: Mapped[bytes]
    head: Mapped[bytes]
    key: Mapped[str]
    sealed_at: Mapped[datetime]
    jws: Mapped[str]
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("follows IS NOT DISTINCT FROM nullif(number - 1, 0)", name="follows"),
        CheckConstraint("algorithm IN ('sha256', 'sm3')", name="algorithm"),
        CheckConstraint("count BETWEEN 1 AND 10000", name="count"),
        CheckConstraint("upto_kind IN ('attempt', 'decision', 'journal')", name="upto_kind"),
        CheckConstraint("octet_length(names) = 17 * count AND octet_length(leaves) = 32 * count", name="packed"),
        *(
            CheckConstraint(f"octet_length({name}) = 32", name=name)
            for name in ("names_digest", "root", "previous", "head")
        ),
        UniqueConstraint("number", "head", name="uq_seals_number_head"),
        ForeignKeyConstraint(["follows", "previous"], ["seals.number", "seals.head"], name="fk_seals_follows_seals"),
        Index("ix_seals_upto_xact", "upto_xact"),
    )


def _table(row: type[VoucherBase]) -> Table:
    table = row.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{row} is not a plain table")
    return table


BudgetLines = _table(BudgetLineRow)
BudgetChanges = _table(BudgetChangeRow)
Journals = _table(JournalRow)
Entries = _table(EntryRow)
CapCounters = _table(CapCounterRow)
Seals = _table(SealRow)
