"""The directory's tables: one row a fact, one row for the feed itself, and what is heard anew beside what is known."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class DirectoryFacts(VoucherBase):
    """The latest document of one thing in the registry. provider: ``prv_…`` where an organisation is one.

    heard: the database counts every new document, in the order in which they were heard.
    """

    __tablename__ = "directory_facts"
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    provider: Mapped[str | None]
    document: Mapped[dict[str, Any]]
    heard: Mapped[int] = mapped_column(server_default=text("0"))
    __table_args__ = (
        Index("uq_directory_facts_provider", "provider", unique=True),
        Index("ix_directory_facts_uscc", text("(document ->> 'uscc')"), postgresql_where=text("kind = 'organization'")),
        Index("ix_directory_facts_heard", "heard", postgresql_where=text("kind = 'organization'")),
        Index(
            "ix_directory_facts_resident",
            text("(document ->> 'organization')"),
            postgresql_where=text("kind = 'residency'"),
        ),
    )


class DirectoryReplay(VoucherBase):
    """The latest document of one thing as it is heard anew, until all of it is there."""

    __tablename__ = "directory_replay"
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    provider: Mapped[str | None]
    document: Mapped[dict[str, Any]]


class DirectoryFeed(VoucherBase):
    """Where to read on, behind which event, and the real time at which the directory was last known to be complete.

    distrusted_since, distrusted_why: the registry told what cannot be true, and is not heard further. replay_…: that,
    and how far, everything is heard anew; replays: how often that was done.
    """

    __tablename__ = "directory_feed"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cursor: Mapped[str | None]
    heard_at: Mapped[datetime | None]
    event: Mapped[str | None]
    distrusted_since: Mapped[datetime | None]
    distrusted_why: Mapped[str | None]
    replay_asked_at: Mapped[datetime | None]
    replay_cursor: Mapped[str | None]
    replay_event: Mapped[str | None]
    replays: Mapped[int] = mapped_column(server_default=text("0"))
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("(distrusted_since IS NULL) = (distrusted_why IS NULL)", name="distrusted"),
        CheckConstraint("replay_asked_at IS NOT NULL OR replay_cursor IS NULL", name="replay"),
    )
