"""Remembers what is published about a round: its notices, its draw and the run that cut it to its budget."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase

DECIDED = "(state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)"


class RoundNotices(VoucherBase):
    """A notice on a round, proposed by one person and published by another; the dates are those that it sets."""

    __tablename__ = "round_notices"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    kind: Mapped[str]
    document: Mapped[str]
    text_zh: Mapped[str]
    text_en: Mapped[str]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    allocate_until: Mapped[date | None] = mapped_column(Date())
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("kind IN ('pause', 'resume', 'extend', 'repeat', 'cancel')", name="kind"),
        CheckConstraint("state IN ('proposed', 'published', 'rejected')", name="state"),
        CheckConstraint(
            "CASE kind WHEN 'extend' THEN opens_at IS NULL AND (closes_at IS NOT NULL OR allocate_until IS NOT NULL)"
            " WHEN 'repeat' THEN opens_at < closes_at"
            " ELSE opens_at IS NULL AND closes_at IS NULL AND allocate_until IS NULL END",
            name="dates",
        ),
        CheckConstraint("decided_by <> proposed_by", name="four_eyes"),
        CheckConstraint(DECIDED, name="decided"),
        Index("uq_round_notices_proposed", "round_id", unique=True, postgresql_where=text("state = 'proposed'")),
        Index("ix_round_notices_of_round", "round_id", "id"),
    )


class RoundDraws(VoucherBase):
    """A draw: what one person promised, and what another drew it with afterwards, a lottery or a sample.

    turn: the how manieth draw of its purpose it is in the round; of a lottery, the how manieth time the window came.
    """

    __tablename__ = "round_draws"
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True, server_default=text("'lottery'"))
    turn: Mapped[int] = mapped_column(primary_key=True, server_default="1")
    commitment: Mapped[str]
    public_source: Mapped[str]
    committed_by: Mapped[str]
    committed_at: Mapped[datetime]
    secret: Mapped[str | None]
    public_text: Mapped[str | None]
    seed: Mapped[str | None]
    drawn_by: Mapped[str | None]
    drawn_at: Mapped[datetime | None]
    public_form: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("purpose IN ('lottery', 'audit', 'second_review', 'legs')", name="purpose"),
        CheckConstraint("turn >= 1", name="turn"),
        CheckConstraint("commitment ~ '^[0-9a-f]{64}$'", name="commitment"),
        CheckConstraint("seed ~ '^[0-9a-f]{64}$'", name="seed"),
        CheckConstraint("public_form ~ '[0-9]'", name="public_form"),
        CheckConstraint(
            "translate(public_text, '123456789', '000000000') = translate(public_form, '123456789', '000000000')",
            name="public_text",
        ),
        CheckConstraint("drawn_by <> committed_by", name="two_persons"),
        CheckConstraint("num_nulls(secret, public_text, seed, drawn_by, drawn_at) IN (0, 5)", name="drawn"),
    )


class RoundProratas(VoucherBase):
    """A run that cuts what was approved in a round to its budget; its fen are known once a second person ran it."""

    __tablename__ = "round_proratas"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    currency: Mapped[str]
    document: Mapped[str]
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    budget: Mapped[int | None]
    approved: Mapped[int | None]
    cut: Mapped[int | None]
    lines: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'done', 'rejected')", name="state"),
        CheckConstraint("decided_by <> proposed_by", name="four_eyes"),
        CheckConstraint(DECIDED, name="decided"),
        CheckConstraint(
            "(state = 'done') = (budget IS NOT NULL) AND num_nulls(budget, approved, cut, lines) IN (0, 4)",
            name="done",
        ),
        CheckConstraint("cut >= 0 AND approved - cut <= budget", name="within"),
        Index(
            "uq_round_proratas_live", "round_id", unique=True, postgresql_where=text("state IN ('proposed', 'done')")
        ),
    )
