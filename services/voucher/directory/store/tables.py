"""The directory's tables: one row a fact, and one row for the feed itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class DirectoryFacts(VoucherBase):
    """The latest document of one thing in the registry. provider: ``prv_…`` where an organisation is one."""

    __tablename__ = "directory_facts"
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    provider: Mapped[str | None]
    document: Mapped[dict[str, Any]]
    __table_args__ = (
        Index("uq_directory_facts_provider", "provider", unique=True),
        Index("ix_directory_facts_uscc", text("(document ->> 'uscc')"), postgresql_where=text("kind = 'organization'")),
    )


class DirectoryFeed(VoucherBase):
    """Where to read on, and the real time at which the directory was last known to be complete."""

    __tablename__ = "directory_feed"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cursor: Mapped[str | None]
    heard_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
