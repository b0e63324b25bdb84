"""The tables of claim lines that stand on an award: which budget lines bear them, and what they use of caps."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class ClaimLineShares(VoucherBase):
    """What one budget line bears of a claim line, as a weight among its shares; leg_id: the leg that it makes."""

    __tablename__ = "claim_line_shares"
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey("claim_lines.id"), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger(), primary_key=True, autoincrement=False)
    leg_id: Mapped[UUID]
    part: Mapped[str]
    budget_line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_lines.id"))
    treasury: Mapped[str]
    funding_source: Mapped[str]
    weight: Mapped[int]
    __table_args__ = (
        CheckConstraint("weight > 0", name="weight"),
        UniqueConstraint("claim_line_id", "part", name="uq_claim_line_shares_part"),
        UniqueConstraint("leg_id", name="uq_claim_line_shares_leg_id"),
    )


class ClaimLineTakes(VoucherBase):
    """What a claim line uses of one cap; released_at: when it ended. What is given once has one live line."""

    __tablename__ = "claim_line_takes"
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey("claim_lines.id"), primary_key=True)
    cap: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    period: Mapped[str]
    counts: Mapped[str]
    released_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("counts IN ('fen', 'times')", name="counts"),
        Index(
            "uq_claim_line_takes_once",
            "cap",
            "subject",
            "period",
            unique=True,
            postgresql_where=text("counts = 'times' AND released_at IS NULL"),
        ),
        Index("ix_claim_line_takes_key", "cap", "subject", "period"),
    )
