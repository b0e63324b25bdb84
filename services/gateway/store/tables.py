"""Remembers nothing itself: declares the gateway's tables, found by search_path in the schema ``gateway``."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base, Xid8, new_metadata


class GatewayBase(Base):
    """The gateway's own tables."""

    __abstract__ = True
    metadata = new_metadata()


KINDS = "('organization', 'team', 'person')"
"""For what a person may act."""


class Persons(GatewayBase):
    """Natural persons. Erasing sets the key and the personal data to null; everything else stays whole."""

    __tablename__ = "persons"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    duty: Mapped[str]
    state: Mapped[str]
    wrapped_key: Mapped[bytes | None]
    personal: Mapped[bytes | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("id", "duty", name="uq_persons_id_duty"),
        CheckConstraint("duty IN ('none', 'member', 'staff', 'admin')", name="duty"),
        CheckConstraint("state IN ('active', 'disabled', 'erased')", name="state"),
        CheckConstraint(
            "(state = 'erased') = (wrapped_key IS NULL) AND (wrapped_key IS NULL) = (personal IS NULL)", name="erased"
        ),
    )


class Accounts(GatewayBase):
    """Logins, found by keyed hash, with their argon2id password hash; both go when the person is erased."""

    __tablename__ = "accounts"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    login_index: Mapped[bytes | None]
    password_hash: Mapped[str | None]
    password_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("login_index"),
        CheckConstraint("(login_index IS NULL) = (password_hash IS NULL)", name="erased"),
    )


class LoginFailures(GatewayBase):
    """Failed logins in a row, by keyed hash of what was typed, whether such a login exists or not."""

    __tablename__ = "login_failures"
    login_index: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_failed_at: Mapped[datetime]


class Activations(GatewayBase):
    """One-time links with which a person sets login and password; only the token's hash is kept."""

    __tablename__ = "activations"
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_activations_person_id", "person_id"),)


class Registrations(GatewayBase):
    """Claims to act for an organisation; one undisputed claim per credit code."""

    __tablename__ = "registrations"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    uscc: Mapped[str]
    claim: Mapped[dict[str, Any]]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    state: Mapped[str]
    contested: Mapped[bool]
    submitted_at: Mapped[datetime]
    organization_id: Mapped[UUID | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state IN ('submitted', 'contested', 'confirmed', 'rejected')", name="state"),
        CheckConstraint("(state IN ('confirmed', 'rejected')) = (decided_at IS NOT NULL)", name="decided"),
        CheckConstraint("(state = 'confirmed') = (organization_id IS NOT NULL)", name="organization"),
        CheckConstraint("char_length(uscc) = 18", name="uscc"),
        Index("ix_registrations_person_id", "person_id"),
        Index("ix_registrations_uscc", "uscc"),
        Index("ix_registrations_state", "state", "submitted_at", "id"),
        Index(
            "uq_registrations_undisputed",
            "uscc",
            unique=True,
            postgresql_where=text("NOT contested AND state IN ('submitted', 'confirmed')"),
        ),
    )


class Memberships(GatewayBase):
    """Persons acting for organisations, teams or natural persons, by ``kind`` of what ``organization_id`` names.

    ``duty`` is set while active and ties the person to one kind of work.
    """

    __tablename__ = "memberships"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    duty: Mapped[str | None]
    organization_id: Mapped[UUID]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    state: Mapped[str]
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(server_default=text("'organization'"))
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "duty"], ["persons.id", "persons.duty"], name="fk_memberships_duty_persons"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("duty = 'member'", name="duty"),
        CheckConstraint("state IN ('active', 'ended')", name="state"),
        CheckConstraint("(state = 'active') = (duty IS NOT NULL)", name="duty_while_active"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("cardinality(roles) > 0 AND roles <@ ARRAY['holder', 'provider', 'space']", name="roles"),
        Index("ix_memberships_organization_id", "organization_id"),
        Index(
            "uq_memberships_active",
            "person_id",
            "organization_id",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
    )


class RoleGrants(GatewayBase):
    """Staff roles. ``duty`` is set while active, so that the key to persons keeps an admin out of deciding roles."""

    __tablename__ = "role_grants"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    role: Mapped[str]
    office: Mapped[str]
    duty: Mapped[str | None]
    region: Mapped[str | None]
    stage: Mapped[str | None]
    bureau: Mapped[str | None]
    treasury: Mapped[str | None]
    state: Mapped[str]
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    proposed_at: Mapped[datetime]
    seconded_by: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    seconded_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    ended_at: Mapped[datetime | None]
    bootstrap_seat: Mapped[int | None]
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "duty"], ["persons.id", "persons.duty"], name="fk_role_grants_duty_persons"),
        CheckConstraint(
            "role IN ('reviewer', 'operator', 'finance_maker', 'finance_checker', 'auditor', 'admin')", name="role"
        ),
        CheckConstraint(
            "office = CASE WHEN role IN ('finance_maker', 'finance_checker') THEN 'finance' ELSE role END",
            name="office",
        ),
        CheckConstraint("duty = CASE role WHEN 'admin' THEN 'admin' ELSE 'staff' END", name="duty"),
        CheckConstraint("state IN ('proposed', 'active', 'ended', 'declined')", name="state"),
        CheckConstraint("(state = 'active') = (duty IS NOT NULL)", name="duty_while_active"),
        CheckConstraint("(role = 'reviewer') = (region IS NOT NULL AND stage IS NOT NULL)", name="region_stage"),
        CheckConstraint("(role = 'operator') = (bureau IS NOT NULL)", name="bureau"),
        CheckConstraint("(role IN ('finance_maker', 'finance_checker')) = (treasury IS NOT NULL)", name="treasury"),
        CheckConstraint(
            "proposed_by <> person_id AND proposed_by <> seconded_by AND seconded_by <> person_id", name="four_eyes"
        ),
        CheckConstraint(
            "CASE WHEN bootstrap_seat IS NULL THEN proposed_by IS NOT NULL"
            " AND (state NOT IN ('active', 'ended') OR seconded_by IS NOT NULL)"
            " ELSE role = 'admin' AND bootstrap_seat IN (1, 2) END",
            name="two_persons",
        ),
        UniqueConstraint("bootstrap_seat"),
        Index("ix_role_grants_state", "state", "proposed_at", "id"),
        Index("uq_role_grants_office", "person_id", "office", unique=True, postgresql_where=text("state = 'active'")),
    )


class Clients(GatewayBase):
    """Machine clients of organisations and of our own services; only the secret's hash is kept."""

    __tablename__ = "clients"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    organization_id: Mapped[UUID | None]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    secret_hash: Mapped[bytes]
    state: Mapped[str]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime]
    rotated_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(server_default=text("'program'"))
    last_used_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state IN ('active', 'disabled')", name="state"),
        CheckConstraint("kind = 'program' OR kind = 'device' AND organization_id IS NOT NULL", name="kind"),
        CheckConstraint(
            "CASE WHEN organization_id IS NULL THEN roles = ARRAY['service'] ELSE made_by IS NOT NULL"
            " AND cardinality(roles) > 0 AND roles <@ ARRAY['holder', 'provider', 'space'] END",
            name="roles",
        ),
        Index("ix_clients_organization_id", "organization_id", "made_at", "id"),
        Index("ix_clients_made_by", "made_by"),
        Index("uq_clients_service", "name", unique=True, postgresql_where=text("organization_id IS NULL")),
    )


class Pairings(GatewayBase):
    """Devices that members wait for, one a member; only the PIN's keyed hash is kept."""

    __tablename__ = "pairings"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    organization_id: Mapped[UUID]
    name: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    pin_hash: Mapped[bytes]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    __table_args__ = (
        UniqueConstraint("pin_hash"),
        CheckConstraint("cardinality(roles) > 0 AND roles <@ ARRAY['holder', 'provider', 'space']", name="roles"),
        CheckConstraint("tries BETWEEN 0 AND 100", name="tries"),
    )


class Sessions(GatewayBase):
    """One device's login; ``kind`` is of what ``organization_id`` names."""

    __tablename__ = "sessions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    organization_id: Mapped[UUID | None]
    device: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(server_default=text("'organization'"))
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        Index("ix_sessions_live", "person_id", postgresql_where=text("ended_at IS NULL")),
        Index("ix_sessions_expires_at", "expires_at"),
    )


class RefreshTokens(GatewayBase):
    """The chain of a session's refresh tokens, each known by hash and by its predecessor."""

    __tablename__ = "refresh_tokens"
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    predecessor: Mapped[bytes | None]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("predecessor"), Index("ix_refresh_tokens_session_id", "session_id"))


class Revocations(GatewayBase):
    """Whose access tokens, issued up to an instant, are worth nothing; of interest until the last has expired."""

    __tablename__ = "revocations"
    position: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    xact: Mapped[str] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    kind: Mapped[str]
    subject: Mapped[str]
    not_after: Mapped[datetime]
    until: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'subject', 'session', 'token')", name="kind"),
        Index("ix_revocations_xact_position", "xact", "position"),
        Index("ix_revocations_until", "until"),
    )


class RateLeases(GatewayBase):
    """How much of a shared limit has been leased in one window, over all processes."""

    __tablename__ = "rate_leases"
    key: Mapped[str] = mapped_column(primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True)
    leased: Mapped[int]
    __table_args__ = (Index("ix_rate_leases_window", "window"),)
