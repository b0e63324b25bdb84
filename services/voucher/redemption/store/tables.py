"""The redemption tables. Transitions are append-only by grant; the limits stand as constraints beside the rows."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import HOLDER_KINDS, ORGANIZATION, VoucherBase

STATES = (
    "state IN ('proposed', 'authorised', 'delivered', 'disputed', 'accepted', 'part_captured', 'captured',"
    " 'refunded', 'voided', 'lapsed', 'declined', 'withdrawn')"
)
UNDER_REGIME = """jsonb_path_exists(takes, '$[*]."cap"?(@ starts with "aid:")')"""
"""Whether a redemption was counted as state aid; as the database writes it."""


class Redemptions(VoucherBase):
    """One redemption: its terms, its state, and its amounts in fen."""

    __tablename__ = "redemptions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    voucher_id: Mapped[UUID] = mapped_column(ForeignKey("vouchers.id"))
    scheme_version_id: Mapped[UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    holder_id: Mapped[UUID]
    holder_kind: Mapped[str] = mapped_column(server_default=ORGANIZATION)
    provider_id: Mapped[UUID]
    payee_id: Mapped[UUID]
    region: Mapped[str]
    kind: Mapped[str]
    order_id: Mapped[UUID | None]
    part: Mapped[int]
    consent: Mapped[str | None]
    offering_id: Mapped[UUID | None]
    category: Mapped[str]
    currency: Mapped[str]
    contract_number: Mapped[str]
    contract_key: Mapped[str]
    contract_signed_on: Mapped[date] = mapped_column(Date())
    contract_amount: Mapped[int]
    contract_completed_on: Mapped[date | None] = mapped_column(Date())
    asked: Mapped[int | None]
    description: Mapped[str]
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    client: Mapped[str]
    client_ref: Mapped[str | None]
    confirmed_by: Mapped[str | None]
    authorised_at: Mapped[datetime | None]
    authorised: Mapped[int]
    held: Mapped[int]
    captured: Mapped[int]
    refunded: Mapped[int]
    settled: Mapped[int]
    delivery: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    takes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    deliver_by: Mapped[date | None] = mapped_column(Date())
    deliver_by_ends: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    due_on: Mapped[date | None] = mapped_column(Date())
    void_asked_by: Mapped[str | None]
    rating: Mapped[int | None]
    acted: Mapped[list[str]] = mapped_column(JSONB())
    steps: Mapped[int]
    rate_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("scheme_versions.id"))
    rate_case: Mapped[int | None]
    declared: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reimbursed: Mapped[bool] = mapped_column(Boolean(), server_default=text("false"))
    over_price: Mapped[int] = mapped_column(server_default=text("0"))
    replaces: Mapped[UUID | None] = mapped_column(ForeignKey("redemptions.id"))
    let_go_by: Mapped[str | None]
    contract_tax: Mapped[int | None]
    contract_lines: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    line_rates: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    __table_args__ = (
        CheckConstraint(f"holder_kind IN {HOLDER_KINDS}", name="holder_kind"),
        CheckConstraint("contract_tax >= 0 AND contract_tax < contract_amount", name="contract_tax"),
        CheckConstraint("jsonb_array_length(contract_lines) > 0", name="contract_lines"),
        CheckConstraint(
            "line_rates IS NULL OR contract_lines IS NOT NULL"
            " AND jsonb_array_length(line_rates) = jsonb_array_length(contract_lines)",
            name="line_rates",
        ),
        CheckConstraint("rate_case IS NULL OR rate_case >= 0 AND rate_version_id IS NOT NULL", name="rate_case"),
        CheckConstraint("over_price = 0 OR over_price > 0 AND kind = 'instant'", name="over_price"),
        CheckConstraint("captured <= settled + over_price", name="delivered_value"),
        CheckConstraint("kind IN ('contract', 'instant')", name="kind"),
        CheckConstraint("let_go_by IS NULL OR replaces IS NOT NULL", name="let_go"),
        CheckConstraint("replaces <> id", name="replaces"),
        CheckConstraint("part > 0 AND (part = 1 OR order_id IS NOT NULL)", name="part"),
        CheckConstraint("consent IN ('qr', 'secret', 'provider_code')", name="consent"),
        CheckConstraint("(kind = 'instant') = (consent IS NOT NULL)", name="instant_by_consent"),
        CheckConstraint("contract_amount > 0", name="contract_amount"),
        CheckConstraint("asked > 0", name="asked"),
        CheckConstraint(STATES, name="state"),
        CheckConstraint("proposed_by IN ('holder', 'provider')", name="proposed_by"),
        CheckConstraint("confirmed_by IN ('holder', 'provider')", name="confirmed_by"),
        CheckConstraint("void_asked_by IN ('holder', 'provider')", name="void_asked_by"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("steps > 0", name="steps"),
        CheckConstraint("confirmed_by <> proposed_by", name="two_sides"),
        CheckConstraint("(confirmed_by IS NULL) = (authorised = 0)", name="confirmed"),
        CheckConstraint(
            "held >= 0 AND refunded >= 0 AND refunded <= captured AND held + captured <= authorised", name="parts"
        ),
        CheckConstraint(
            "(held > 0) = (state IN ('authorised', 'delivered', 'disputed', 'accepted', 'part_captured'))",
            name="held_while_open",
        ),
        CheckConstraint(
            "(due_at IS NOT NULL) = (state IN ('proposed', 'authorised', 'delivered', 'accepted', 'part_captured'))",
            name="timer",
        ),
        UniqueConstraint("client", "client_ref", name="uq_redemptions_client"),
        Index("ix_redemptions_listed", "proposed_at", "id"),
        Index("ix_redemptions_of_voucher", "voucher_id", "proposed_at", "id"),
        Index("ix_redemptions_of_holder", "holder_id", "proposed_at", "id"),
        Index("ix_redemptions_of_payee", "payee_id", "proposed_at", "id"),
        Index("ix_redemptions_contract_key", "payee_id", "contract_key"),
        Index("ix_redemptions_aid", "id", postgresql_where=text(UNDER_REGIME)),
        Index("ix_redemptions_client_ref", "client_ref", postgresql_where=text("client_ref IS NOT NULL")),
        Index(
            "uq_redemptions_contract",
            "holder_id",
            "payee_id",
            "contract_key",
            "part",
            unique=True,
            postgresql_where=text("held > 0 OR captured > refunded"),
        ),
        Index("ix_redemptions_order_id", "order_id", postgresql_where=text("order_id IS NOT NULL")),
        Index("ix_redemptions_due", "state", "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
    )


class Captures(VoucherBase):
    """One capture with the delivery that earned it, in fen. claim_line_id: the live claim line it stands on."""

    __tablename__ = "captures"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("redemptions.id"))
    number: Mapped[int]
    amount: Mapped[int]
    refunded: Mapped[int]
    captured_at: Mapped[datetime]
    settlement: Mapped[int]
    completed_on: Mapped[date] = mapped_column(Date())
    document_id: Mapped[UUID | None]
    last: Mapped[bool] = mapped_column(Boolean())
    delivered_at: Mapped[datetime]
    claim_by_ends: Mapped[datetime]
    claim_line_id: Mapped[UUID | None]
    tax: Mapped[int | None]
    lines: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    __table_args__ = (
        CheckConstraint("tax >= 0 AND tax <= settlement", name="tax"),
        CheckConstraint("jsonb_array_length(lines) > 0", name="lines"),
        CheckConstraint("amount > 0 AND refunded >= 0 AND refunded <= amount", name="parts"),
        UniqueConstraint("redemption_id", "number", name="uq_captures_number"),
        Index(
            "ix_captures_unclaimed",
            "claim_by_ends",
            "id",
            postgresql_where=text("claim_line_id IS NULL AND amount > refunded"),
        ),
        Index("ix_captures_claim_line_id", "claim_line_id", postgresql_where=text("claim_line_id IS NOT NULL")),
    )


class Transitions(VoucherBase):
    """One step of a redemption: from, to, who, why, by which document and request, and what stood after it."""

    __tablename__ = "redemption_transitions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("redemptions.id"))
    number: Mapped[int]
    event: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    at: Mapped[datetime]
    person: Mapped[str]
    client: Mapped[str]
    note: Mapped[str | None]
    document_id: Mapped[UUID | None]
    request_id: Mapped[str | None]
    journal_id: Mapped[UUID | None] = mapped_column(ForeignKey("journals.id"))
    held: Mapped[int]
    captured: Mapped[int]
    refunded: Mapped[int]
    __table_args__ = (
        UniqueConstraint("journal_id", name="uq_redemption_transitions_journal_id"),
        UniqueConstraint("redemption_id", "number", name="uq_redemption_transitions_number"),
        Index(
            "ix_redemption_transitions_document_id",
            "document_id",
            postgresql_where=text("document_id IS NOT NULL"),
        ),
    )


class RatingFeed(VoucherBase):
    """Up to which event the registry was told of ratings; one row."""

    __tablename__ = "rating_feed"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cursor: Mapped[str | None]
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
