"""Declares what is remembered of consent: codes used, secrets and PINs as digests, tries, and codes of providers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class CodeUses(VoucherBase):
    """A QR code, by its nonce, or a secret, by its id, that has passed, and for what. used_at: business time."""

    __tablename__ = "code_uses"
    nonce: Mapped[UUID] = mapped_column(primary_key=True)
    voucher_id: Mapped[UUID] = mapped_column(ForeignKey("vouchers.id"))
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("redemptions.id"))
    used_at: Mapped[datetime]


class VoucherSecrets(VoucherBase):
    """The last secret code of a voucher: its keyed digest and its last four characters, never itself.

    Its id is the nonce that makes it pass once.
    """

    __tablename__ = "voucher_secrets"
    voucher_id: Mapped[UUID] = mapped_column(ForeignKey("vouchers.id"), primary_key=True)
    id: Mapped[UUID]
    digest: Mapped[bytes]
    last_four: Mapped[str]
    minted_at: Mapped[datetime]
    minted_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("length(digest) = 32", name="digest"),
        CheckConstraint("length(last_four) = 4", name="last_four"),
        UniqueConstraint("id", name="uq_voucher_secrets_id"),
        UniqueConstraint("digest", name="uq_voucher_secrets_digest"),
    )


class WalletPins(VoucherBase):
    """The PIN of a holder's wallet as a keyed digest of both. counts_from: real time, UTC, from when on it counts."""

    __tablename__ = "wallet_pins"
    holder_id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes]
    set_at: Mapped[datetime]
    set_by: Mapped[str]
    counts_from: Mapped[datetime]
    __table_args__ = (CheckConstraint("length(digest) = 32", name="digest"),)


class ConsentTries(VoucherBase):
    """How often a wrong secret or PIN was shown: by a caller's organisation, by one at one wallet, or at a wallet.

    An id is nil where it is of all of them. Real time, UTC: since the first of the count; until when the next is
    refused unread, None while it is not.
    """

    __tablename__ = "consent_tries"
    kind: Mapped[str] = mapped_column(primary_key=True)
    wallet_id: Mapped[UUID] = mapped_column(primary_key=True)
    caller_id: Mapped[UUID] = mapped_column(primary_key=True)
    wrong: Mapped[int]
    since: Mapped[datetime]
    locked_until: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("kind IN ('caller', 'at_wallet', 'wallet')", name="kind"),
        CheckConstraint("wrong >= 0", name="wrong"),
    )


class ProviderCodes(VoucherBase):
    """A static code that a provider hangs up and a holder scans; it is public, and dead once retired."""

    __tablename__ = "provider_codes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    provider_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    label: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("(retired_at IS NULL) = (retired_by IS NULL)", name="retired"),
        UniqueConstraint("code", name="uq_provider_codes_code"),
        Index("ix_provider_codes_of_organization", "organization_id", "created_at", "id"),
    )
