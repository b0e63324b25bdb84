"""Remembers what reviewers said to applications, which of them samples drew, and what was appealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class ApplicationReviews(VoucherBase):
    """What one reviewer said to an application at one stage, never changed. seat: the how manieth he was there.

    turn: how often the application stood there; reason: of the scheme's closed list; points: 0 to 100.
    """

    __tablename__ = "application_reviews"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    turn: Mapped[int]
    stage: Mapped[str]
    seat: Mapped[int]
    answer: Mapped[str]
    reason: Mapped[str | None]
    words: Mapped[str | None]
    points: Mapped[int | None]
    person: Mapped[str]
    at: Mapped[datetime]
    request_id: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("turn >= 1", name="turn"),
        CheckConstraint("seat BETWEEN 1 AND 3", name="seat"),
        CheckConstraint("answer IN ('approve', 'refuse', 'return')", name="answer"),
        CheckConstraint("(answer = 'refuse') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("answer = 'approve' OR words IS NOT NULL", name="words"),
        CheckConstraint("points BETWEEN 0 AND 100", name="points"),
        CheckConstraint("points IS NULL OR answer = 'approve'", name="points_of_approval"),
        UniqueConstraint("application_id", "turn", "stage", "seat", name="uq_application_reviews_seat"),
        Index(
            "uq_application_reviews_person",
            "application_id",
            "person",
            unique=True,
            postgresql_where=text("answer <> 'return'"),
        ),
    )


class SampleDraws(VoucherBase):
    """A draw of a sample of a round's applications. published: where the seed could be read; share: as the scheme has
    it; population and drawn: how many there were, and how many the seed picked; amount and drawn_amount: what they
    asked for, in fen; turn: of the promise whose seed it is, null where nobody promised any.
    """

    __tablename__ = "sample_draws"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    kind: Mapped[str]
    seed: Mapped[str]
    published: Mapped[str]
    share: Mapped[str]
    clause: Mapped[str]
    population: Mapped[int]
    drawn: Mapped[int]
    drawn_by: Mapped[str]
    drawn_at: Mapped[datetime]
    turn: Mapped[int | None]
    amount: Mapped[int | None]
    drawn_amount: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("kind IN ('audit', 'second_review')", name="kind"),
        CheckConstraint("drawn BETWEEN 1 AND population", name="drawn"),
        CheckConstraint("drawn_amount BETWEEN 0 AND amount", name="amounts"),
        CheckConstraint("num_nulls(turn, amount, drawn_amount) IN (0, 3)", name="promised"),
        ForeignKeyConstraint(
            ["round_id", "kind", "turn"],
            ["round_draws.round_id", "round_draws.purpose", "round_draws.turn"],
            name="fk_sample_draws_promise_round_draws",
        ),
        UniqueConstraint("round_id", "kind", "turn", name="uq_sample_draws_promise"),
        Index("ix_sample_draws_round_id", "round_id"),
    )


class SamplePlaces(VoucherBase):
    """Where an application stood in a draw, picked or not; reason: why risk picked it. Once for each kind of sample."""

    __tablename__ = "sample_places"
    draw_id: Mapped[UUID] = mapped_column(ForeignKey("sample_draws.id"), primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    kind: Mapped[str]
    number: Mapped[int]
    place: Mapped[int]
    picked: Mapped[str | None]
    reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("kind IN ('audit', 'second_review')", name="kind"),
        CheckConstraint("place >= 1", name="place"),
        CheckConstraint("picked IN ('seed', 'risk')", name="picked"),
        CheckConstraint("coalesce(picked = 'risk', false) = (reason IS NOT NULL)", name="risk_has_a_reason"),
        UniqueConstraint("draw_id", "place", name="uq_sample_places_place"),
        UniqueConstraint("application_id", "kind", name="uq_sample_places_once"),
    )


class Appeals(VoucherBase):
    """What a party said against one refusal of its application, and how another person decided it."""

    __tablename__ = "appeals"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    refused_at: Mapped[datetime]
    grounds: Mapped[str]
    document_id: Mapped[UUID | None]
    client: Mapped[str]
    client_ref: Mapped[str | None]
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    words: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state IN ('filed', 'upheld', 'dismissed')", name="state"),
        CheckConstraint(
            "(state = 'filed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)"
            " AND (decided_by IS NULL) = (words IS NULL)",
            name="decided",
        ),
        CheckConstraint("decided_by <> filed_by", name="two_persons"),
        UniqueConstraint("client", "client_ref", name="uq_appeals_client"),
        UniqueConstraint("application_id", "refused_at", name="uq_appeals_refusal"),
    )
