"""Remembers scheme versions: the file as it was handed in, what it says, who published it when, and whom it follows."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class SchemeVersions(VoucherBase):
    """One version of a scheme. The service may update the state and its instants only: the rules never change.

    root: the first scheme of its lineage, None of a version that an older release kept. accepted: the codes of what
    those who asked for its publication, or published it, were warned of.
    """

    __tablename__ = "scheme_versions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    scheme_id: Mapped[str]
    version: Mapped[int]
    bureau: Mapped[str]
    state: Mapped[str]
    file: Mapped[str]
    document: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    effective: Mapped[date | None]
    publish_asked_by: Mapped[str | None]
    publish_asked_at: Mapped[datetime | None]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    root: Mapped[str | None]
    accepted: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'published', 'superseded', 'withdrawn')", name="state"),
        CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", name="published"),
        CheckConstraint("state NOT IN ('published', 'superseded') OR published_at IS NOT NULL", name="published_state"),
        CheckConstraint("(publish_asked_by IS NULL) = (publish_asked_at IS NULL)", name="publish_asked"),
        CheckConstraint("publish_asked_by <> published_by", name="two_persons"),
        CheckConstraint(
            "published_by IS NULL OR publish_asked_by IS NOT NULL"
            """ OR NOT jsonb_path_exists(document, '$."basis"[*]?(@."draft" == true)')""",
            name="draft_basis",
        ),
        CheckConstraint(
            "published_by IS NULL OR publish_asked_by IS NOT NULL OR accepted IS NULL OR accepted = '[]'",
            name="accepted",
        ),
        UniqueConstraint("scheme_id", "version", name="uq_scheme_versions_version"),
        Index("uq_scheme_versions_published", "scheme_id", unique=True, postgresql_where=text("state = 'published'")),
    )


class SchemeSuccessions(VoucherBase):
    """Which scheme follows which, since the first publication that said so; root: the first of all that follow."""

    __tablename__ = "scheme_successions"
    scheme_id: Mapped[str] = mapped_column(primary_key=True)
    follows: Mapped[str]
    root: Mapped[str]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("scheme_id NOT IN (follows, root)", name="another"),
        UniqueConstraint("follows", name="uq_scheme_successions_follows"),
    )
