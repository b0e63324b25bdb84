"""The table of pairs that were looked at; append-only by grant."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class ClearedMatches(VoucherBase):
    """A pair of supported things that somebody found not to be the same, and why."""

    __tablename__ = "cleared_matches"
    one: Mapped[str] = mapped_column(primary_key=True)
    other: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    cleared_by: Mapped[str]
    cleared_at: Mapped[datetime]
    request_id: Mapped[str | None]
    __table_args__ = (CheckConstraint("one < other", name="pair"), CheckConstraint("reason <> ''", name="reason"))
