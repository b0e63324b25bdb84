"""The tables of what is found by a search, and of how far the feed has been read for it."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.tables import RegistryBase

AT_ONCE = {"fastupdate": "off"}
"""Pieces go into the index as they come: a list of those that do not would be read by every search."""


class SearchEntries(RegistryBase):
    """Things as they are found, put together from the feed alone; whatever is here can be made again from there."""

    __tablename__ = "search_entries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    former_names: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    code: Mapped[str]
    names: Mapped[str]
    pieces: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    spelled: Mapped[str]
    sort_key: Mapped[str] = mapped_column(Text(collation="C"))
    owner_id: Mapped[UUID | None] = mapped_column(index=True)
    provider_id: Mapped[UUID | None] = mapped_column(index=True)
    region: Mapped[str | None]
    categories: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    levels: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    state: Mapped[str]
    is_open: Mapped[bool]
    is_public: Mapped[bool]
    terms: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    barred_until: Mapped[date | None]
    shown: Mapped[dict[str, Any]] = mapped_column(JSONB())
    version: Mapped[int]
    __table_args__ = (
        CheckConstraint("kind IN ('organization', 'space', 'provider', 'offering', 'instrument')", name="kind"),
        CheckConstraint("NOT is_public OR (is_open AND kind <> 'organization')", name="is_public"),
        CheckConstraint("(provider_id IS NOT NULL) = (kind IN ('offering', 'instrument'))", name="provider_id"),
        CheckConstraint("(terms IS NOT NULL) = (kind IN ('provider', 'offering', 'instrument'))", name="terms"),
        Index("ix_search_entries_pieces", "pieces", postgresql_using="gin", postgresql_with=AT_ONCE),
        Index(
            "ix_search_entries_spelled",
            "spelled",
            postgresql_using="gin",
            postgresql_ops={"spelled": "gin_trgm_ops"},
            postgresql_with=AT_ONCE,
        ),
        Index("ix_search_entries_categories", "categories", postgresql_using="gin", postgresql_with=AT_ONCE),
        Index("ix_search_entries_code", "code", postgresql_ops={"code": "text_pattern_ops"}),
        Index("ix_search_entries_place", "sort_key", "id"),
        Index("ix_search_entries_kind", "kind", "sort_key", "id"),
        Index("ix_search_entries_region", "region", "sort_key", "id"),
        Index("ix_search_entries_public", "sort_key", "id", postgresql_where=text("is_public")),
    )


class SearchCursor(RegistryBase):
    """How far the feed has been read; without a cursor it is read from its beginning."""

    __tablename__ = "search_cursor"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cursor: Mapped[str | None]
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
