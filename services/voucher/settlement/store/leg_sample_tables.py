"""The tables of samples of claim lines: what was drawn of how many, and everybody's place; nothing is ever changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CHAR, BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class LegSamples(VoucherBase):
    """A draw of claim lines of a round, amounts in fen; one of each promise."""

    __tablename__ = "leg_samples"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[UUID] = mapped_column(ForeignKey("rounds.id"))
    turn: Mapped[int]
    seed: Mapped[str]
    published: Mapped[str]
    share: Mapped[str]
    clause: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    population: Mapped[int]
    drawn: Mapped[int]
    amount: Mapped[int]
    drawn_amount: Mapped[int]
    drawn_by: Mapped[str]
    drawn_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("round_id", "turn", name="uq_leg_samples_turn"),
        CheckConstraint("drawn BETWEEN 1 AND population AND drawn_amount BETWEEN 0 AND amount", name="drawn"),
    )


class LegSampleLines(VoucherBase):
    """A claim line's place in a draw; a line is drawn from once, so that nobody tries again until it fits."""

    __tablename__ = "leg_sample_lines"
    sample_id: Mapped[UUID] = mapped_column(ForeignKey("leg_samples.id"), primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger(), primary_key=True, autoincrement=False)
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey("claim_lines.id"))
    number: Mapped[int]
    picked: Mapped[bool]
    __table_args__ = (
        CheckConstraint("place > 0 AND number > 0", name="place"),
        UniqueConstraint("claim_line_id", name="uq_leg_sample_lines_claim_line_id"),
    )
