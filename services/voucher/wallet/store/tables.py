"""Remembers rounds, their pools, applications and vouchers; the limits of each stand as constraints beside it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Sequence, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import HOLDER_KINDS, ORGANIZATION, VoucherBase

LIVE = "state NOT IN ('rejected', 'withdrawn', 'unserved')"
SUBMITTED = "state = 'submitted'"
REVIEWED = "state = 'reviewed'"
RETURNED = "state = 'returned'"
IN_LINE = "state IN ('approved', 'waitlisted')"
UNFINISHED = "state NOT IN ('issued', 'rejected', 'withdrawn', 'unserved')"
NUMBERS = Sequence("application_numbers", metadata=VoucherBase.metadata)


class Rounds(VoucherBase):
    """One round of a scheme version, its window and its last instants. budget_line_id is set when first funded.

    over_issued: fen in it that no budget backs; prorata_on: the day after which that is cut, prorata_from its end.
    scheme_window: the how manieth of its scheme's windows it has; window_turn: how often that has come, 1 at first.
    """

    __tablename__ = "rounds"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    client: Mapped[str]
    client_ref: Mapped[str | None]
    scheme_version_id: Mapped[UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    bureau: Mapped[str]
    state: Mapped[str]
    currency: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    results_by: Mapped[date] = mapped_column(Date())
    results_by_ends: Mapped[datetime]
    allocate_until: Mapped[date] = mapped_column(Date())
    allocate_until_ends: Mapped[datetime]
    budget_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("budget_lines.id"))
    funding_source: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    method: Mapped[str] = mapped_column(server_default=text("'queue'"))
    over_issued: Mapped[int] = mapped_column(server_default=text("0"))
    prorata_on: Mapped[date | None] = mapped_column(Date())
    prorata_from: Mapped[datetime | None]
    prorated_at: Mapped[datetime | None]
    resumes_to: Mapped[str | None]
    scheme_window: Mapped[int] = mapped_column(server_default="1")
    window_turn: Mapped[int] = mapped_column(server_default="1")
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'published', 'running', 'paused', 'finished', 'settled', 'cancelled')", name="state"
        ),
        CheckConstraint("scheme_window >= 1", name="scheme_window"),
        CheckConstraint("window_turn >= 1", name="window_turn"),
        CheckConstraint("method IN ('first_come', 'queue', 'batch_review', 'lottery')", name="method"),
        CheckConstraint(
            "(state = 'paused') = (resumes_to IS NOT NULL) AND resumes_to IN ('published', 'running')", name="paused"
        ),
        CheckConstraint("over_issued >= 0 AND (over_issued = 0 OR prorata_on IS NOT NULL)", name="over_issued"),
        CheckConstraint(
            "(prorata_on IS NULL) = (prorata_from IS NULL) AND prorated_at >= prorata_from", name="prorata"
        ),
        CheckConstraint("opens_at < closes_at AND closes_at <= allocate_until_ends", name="order_of_dates"),
        CheckConstraint("(budget_line_id IS NULL) = (funding_source IS NULL)", name="funding"),
        UniqueConstraint("client", "client_ref", name="uq_rounds_client"),
        Index("ix_rounds_scheme_version_id", "scheme_version_id"),
        Index("ix_rounds_budget_line_id", "budget_line_id", postgresql_where=text("budget_line_id IS NOT NULL")),
        Index("ix_rounds_listed", "created_at", "id"),
        Index("ix_rounds_of_bureau", "bureau", "created_at", "id"),
        Index(
            "ix_rounds_allocate_until_ends",
            "allocate_until_ends",
            postgresql_where=text("state IN ('published', 'running')"),
        ),
    )


class RoundPools(VoucherBase):
    """What is left to give out in a round, by class; the row is the lock of every allocation. Fen.

    came_at: the latest instant as of which something came into it.
    """

    __tablename__ = "round_pools"
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    pool_class: Mapped[str] = mapped_column(primary_key=True)
    balance: Mapped[int]
    came_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("balance >= 0", name="balance"),)


class Applications(VoucherBase):
    """One party's application in one round. number is drawn here by the database; rank is its place when ranked.

    window_turn: the how manieth time its window came when it was submitted, or ranked.
    """

    __tablename__ = "applications"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    holder_id: Mapped[UUID]
    holder_kind: Mapped[str] = mapped_column(server_default=ORGANIZATION)
    quota_root_id: Mapped[UUID]
    region: Mapped[str]
    client: Mapped[str]
    client_ref: Mapped[str | None]
    state: Mapped[str]
    amount: Mapped[int]
    queue_class: Mapped[str | None]
    queue_order: Mapped[int | None]
    number: Mapped[int | None]
    rank: Mapped[int | None]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    points: Mapped[int | None]
    project: Mapped[str | None]
    people: Mapped[list[str] | None] = mapped_column(ARRAY(Text()))
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    stage: Mapped[str | None]
    due_at: Mapped[datetime | None]
    turn: Mapped[int] = mapped_column(server_default="1")
    window_turn: Mapped[int] = mapped_column(server_default="1")
    __table_args__ = (
        CheckConstraint(f"holder_kind IN {HOLDER_KINDS}", name="holder_kind"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("window_turn >= 1", name="window_turn"),
        CheckConstraint(
            "state IN ('draft', 'submitted', 'in_review', 'returned', 'reviewed', 'approved', 'issued', 'waitlisted',"
            " 'rejected', 'withdrawn', 'unserved')",
            name="state",
        ),
        CheckConstraint("(state IN ('in_review', 'returned')) = (stage IS NOT NULL)", name="stage"),
        CheckConstraint("state <> 'returned' OR due_at IS NOT NULL", name="correction_ends"),
        CheckConstraint("turn >= 1", name="turn"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(number IS NULL) = (submitted_at IS NULL)", name="number_when_submitted"),
        CheckConstraint("state NOT IN ('approved', 'issued', 'waitlisted') OR rank IS NOT NULL", name="ranked"),
        UniqueConstraint("client", "client_ref", name="uq_applications_client"),
        Index("uq_applications_live", "round_id", "quota_root_id", unique=True, postgresql_where=text(LIVE)),
        Index("uq_applications_number", "number", unique=True),
        Index("ix_applications_quota_root_id", "quota_root_id"),
        Index("ix_applications_people", "people", postgresql_using="gin", postgresql_where=text("people IS NOT NULL")),
        Index("ix_applications_project", "project", postgresql_where=text("project IS NOT NULL")),
        Index("uq_applications_rank", "round_id", "rank", unique=True),
        Index("ix_applications_queue", "round_id", "queue_order", "number", postgresql_where=text(SUBMITTED)),
        Index("ix_applications_reviewed", "round_id", "queue_order", "number", postgresql_where=text(REVIEWED)),
        Index("ix_applications_returned", "due_at", "id", postgresql_where=text(RETURNED)),
        Index("ix_applications_line", "round_id", "state", "rank", postgresql_where=text(IN_LINE)),
        Index("ix_applications_unfinished", "round_id", "id", postgresql_where=text(UNFINISHED)),
        Index("ix_applications_listed", "created_at", "id"),
        Index("ix_applications_of_round", "round_id", "created_at", "id"),
        Index("ix_applications_of_holder", "holder_id", "created_at", "id"),
        Index("ix_applications_of_region", "region", postgresql_ops={"region": "text_pattern_ops"}),
    )


class ApplicationLists(VoucherBase):
    """A list of applications that a bureau handed in, as it came; its rows are cells of text. One a round at a time."""

    __tablename__ = "application_lists"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    document: Mapped[str]
    currency: Mapped[str]
    dry_run: Mapped[bool] = mapped_column(Boolean())
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    state: Mapped[str]
    client: Mapped[str]
    handed_in_by: Mapped[str]
    handed_in_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state IN ('taken', 'done')", name="state"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        CheckConstraint("jsonb_array_length(rows) BETWEEN 1 AND 10000", name="length"),
        Index("uq_application_lists_under_way", "round_id", unique=True, postgresql_where=text("state = 'taken'")),
    )


class Vouchers(VoucherBase):
    """One voucher with its stored balances in fen, locked by everything that moves its value.

    lost_by_provider: what of it was held and ended without any delivery by a provider's doing; it counts up only.
    """

    __tablename__ = "vouchers"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    pool_class: Mapped[str]
    scheme_version_id: Mapped[UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    holder_id: Mapped[UUID]
    holder_kind: Mapped[str] = mapped_column(server_default=ORGANIZATION)
    quota_root_id: Mapped[UUID]
    state: Mapped[str]
    currency: Mapped[str]
    face: Mapped[int]
    available: Mapped[int]
    held: Mapped[int]
    captured: Mapped[int]
    reclaimed: Mapped[int]
    funding_source: Mapped[str]
    backfilled: Mapped[bool] = mapped_column(Boolean())
    use_by: Mapped[date] = mapped_column(Date())
    use_by_ends: Mapped[datetime]
    deliver_by: Mapped[date] = mapped_column(Date())
    deliver_by_ends: Mapped[datetime]
    claim_by: Mapped[date] = mapped_column(Date())
    claim_by_ends: Mapped[datetime]
    ends_at: Mapped[datetime]
    ends_by: Mapped[str]
    issued_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    moved_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    extended: Mapped[int]
    remind_at: Mapped[datetime | None]
    lost_by_provider: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        CheckConstraint("lost_by_provider >= 0", name="lost_by_provider"),
        CheckConstraint(f"holder_kind IN {HOLDER_KINDS}", name="holder_kind"),
        CheckConstraint("state IN ('draft', 'active', 'exhausted', 'expired', 'suspended', 'cancelled')", name="state"),
        CheckConstraint("ends_by IN ('use_by', 'year_end', 'cancelled', 'leftover')", name="ends_by"),
        CheckConstraint("ends_at <= use_by_ends", name="ends_in_time"),
        CheckConstraint("activated_at >= issued_at", name="issued_first"),
        CheckConstraint("ends_by <> 'cancelled' OR remind_at IS NULL", name="cancelled_is_told"),
        CheckConstraint("extended BETWEEN 0 AND 1", name="extended"),
        CheckConstraint("available >= 0 AND held >= 0 AND captured >= 0 AND reclaimed >= 0", name="parts"),
        CheckConstraint("face > 0 AND face = available + held + captured + reclaimed", name="identity"),
        CheckConstraint("use_by_ends <= deliver_by_ends", name="order_of_dates"),
        UniqueConstraint("number"),
        UniqueConstraint("application_id"),
        Index("ix_vouchers_listed", "issued_at", "id"),
        Index("ix_vouchers_of_round", "round_id", "issued_at", "id"),
        Index("ix_vouchers_drafts", "round_id", "id", postgresql_where=text("state = 'draft'")),
        Index("ix_vouchers_of_holder", "holder_id", "issued_at", "id"),
        Index("ix_vouchers_of_quota_root", "quota_root_id"),
        Index("ix_vouchers_due", text("greatest(ends_at, moved_at)"), "id", postgresql_where=text("available > 0")),
        Index("ix_vouchers_remind_at", "remind_at", "id", postgresql_where=text("remind_at IS NOT NULL")),
    )
