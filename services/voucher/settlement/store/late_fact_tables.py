"""The tables of facts that came after a capture, and of how far what was heard is looked at."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class LateFacts(VoucherBase):
    """A fact that would have forbidden a redemption, and was heard after it; append-only, each once a redemption."""

    __tablename__ = "late_facts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("redemptions.id"))
    fact: Mapped[str]
    kind: Mapped[str]
    organization_id: Mapped[UUID]
    numbers: Mapped[dict[str, Any]]
    noted_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("kind IN ('relation', 'sanction', 'admission')", name="kind"),
        UniqueConstraint("redemption_id", "fact", name="uq_late_facts_fact"),
    )


class LateFactCursor(VoucherBase):
    """Up to which of the documents heard late facts were looked for; one row."""

    __tablename__ = "late_fact_cursor"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    heard: Mapped[int]
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
