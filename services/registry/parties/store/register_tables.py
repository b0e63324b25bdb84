"""The tables of what official registers say, what a look into them came to, and why that may be; all append-only."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.tables import RegistryBase

REGISTERS = "register IN ('business', 'institutions', 'social_organizations')"


class RegisterEntries(RegistryBase):
    """Entries of extracts, one a credit code and extract."""

    __tablename__ = "register_entries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"))
    register: Mapped[str]
    as_of: Mapped[date]
    uscc: Mapped[str]
    name: Mapped[str]
    region: Mapped[str | None]
    legal_form: Mapped[str | None]
    status: Mapped[str | None]
    registered_on: Mapped[date | None]
    __table_args__ = (
        CheckConstraint(REGISTERS, name="register"),
        CheckConstraint("uscc ~ '^[0-9A-HJ-NP-RT-UW-Y]{18}$'", name="uscc"),
        CheckConstraint("status IN ('active', 'deregistered')", name="status"),
        Index("uq_register_entries_import_id_uscc", "import_id", "uscc", unique=True),
        Index("ix_register_entries_uscc", "uscc", "as_of", "id"),
        Index("ix_register_entries_register", "register", "as_of"),
    )


class RegisterChecks(RegistryBase):
    """Looks into a register, as they came out."""

    __tablename__ = "register_checks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    register: Mapped[str]
    outcome: Mapped[str]
    as_of: Mapped[date]
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("register_entries.id"))
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("imports.id"))
    differences: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    checked_at: Mapped[datetime]
    checked_by: Mapped[str]
    __table_args__ = (
        CheckConstraint(REGISTERS, name="register"),
        CheckConstraint("outcome IN ('equal', 'differs', 'not_found')", name="outcome"),
        CheckConstraint(
            "(outcome = 'not_found') = (entry_id IS NULL) AND (entry_id IS NULL) = (import_id IS NULL)", name="entry"
        ),
        CheckConstraint("(outcome = 'differs') = (jsonb_array_length(differences) > 0)", name="differences"),
        Index("ix_register_checks_organization_id", "organization_id", "id"),
    )


class RegisterAcceptances(RegistryBase):
    """Why what a look found may differ."""

    __tablename__ = "register_acceptances"
    check_id: Mapped[UUID] = mapped_column(ForeignKey("register_checks.id"), primary_key=True)
    reason: Mapped[str]
    accepted_at: Mapped[datetime]
    accepted_by: Mapped[str]
