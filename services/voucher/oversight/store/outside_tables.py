"""The tables of what others have supported. Rows are append-only by grant; a list is withdrawn whole."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Documents
from services.voucher.tables import VoucherBase

DOCUMENT = Documents.__table__.c.id
"""The chassis keeps its tables in a collection of its own, so that a key into it names the column itself."""


class OutsideLists(VoucherBase):
    """A list of what another city or programme supported: whose it is, the file behind it, and how many rows it has."""

    __tablename__ = "outside_lists"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme: Mapped[str]
    bureau: Mapped[str]
    document_id: Mapped[UUID] = mapped_column(ForeignKey(DOCUMENT))
    rows: Mapped[int]
    state: Mapped[str]
    taken_by: Mapped[str]
    taken_at: Mapped[datetime]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state IN ('standing', 'withdrawn')", name="state"),
        CheckConstraint("rows > 0", name="rows"),
        CheckConstraint("programme <> ''", name="programme"),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_by IS NOT NULL) AND (withdrawn_by IS NULL) = (withdrawn_at IS NULL)"
            " AND (withdrawn_by IS NULL) = (reason IS NULL)",
            name="withdrawn",
        ),
        Index("uq_outside_lists_document_id", "document_id", unique=True, postgresql_where=text("state = 'standing'")),
    )


class OutsideSupports(VoucherBase):
    """One row of a list, as it stands there, with the keys by which it is compared; amount in fen."""

    __tablename__ = "outside_supports"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    list_id: Mapped[UUID] = mapped_column(ForeignKey("outside_lists.id"))
    number: Mapped[int]
    name: Mapped[str | None]
    uscc: Mapped[str | None]
    project: Mapped[str | None]
    project_key: Mapped[str | None]
    contract: Mapped[str | None]
    contract_key: Mapped[str | None]
    invoice: Mapped[str | None]
    invoice_key: Mapped[str | None]
    amount: Mapped[int | None]
    currency: Mapped[str] = mapped_column(CHAR(3))
    granted_on: Mapped[date | None] = mapped_column(Date())
    __table_args__ = (
        UniqueConstraint("list_id", "number", name="uq_outside_supports_number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("num_nonnulls(uscc, project_key, contract_key, invoice_key) > 0", name="known"),
        CheckConstraint(
            "(project IS NULL) = (project_key IS NULL) AND (contract IS NULL) = (contract_key IS NULL)"
            " AND (invoice IS NULL) = (invoice_key IS NULL)",
            name="keys",
        ),
        Index("ix_outside_supports_uscc", "uscc", postgresql_where=text("uscc IS NOT NULL")),
        Index("ix_outside_supports_project_key", "project_key", postgresql_where=text("project_key IS NOT NULL")),
        Index("ix_outside_supports_contract_key", "contract_key", postgresql_where=text("contract_key IS NOT NULL")),
        Index("ix_outside_supports_invoice_key", "invoice_key", postgresql_where=text("invoice_key IS NOT NULL")),
    )
