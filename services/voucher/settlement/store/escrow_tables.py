"""The table of holders' own money: what came in for a redemption, what is used of it, what went back."""

from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class Escrows(VoucherBase):
    """A holder's money for one redemption, in fen; never more is used and given back than came in."""

    __tablename__ = "escrows"
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("redemptions.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(CHAR(3))
    received: Mapped[int]
    used: Mapped[int]
    refunded: Mapped[int]
    __table_args__ = (
        CheckConstraint("used >= 0 AND refunded >= 0 AND used + refunded <= received", name="amounts"),
        Index("ix_escrows_free", "redemption_id", postgresql_where=text("received > used + refunded")),
    )
