"""Decides what of the voucher service differs from one installation to the next."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.chassis.models import checked_key, key_bytes
from services.voucher.ledger.domain import merkle
from services.voucher.signet import PublicKey


class Settings(BaseSettings):
    """Read from ``INNOVOUCHER_VOUCHER_…``; immutable afterwards, no default for a secret."""

    model_config = SettingsConfigDict(
        env_prefix="INNOVOUCHER_VOUCHER_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr | None = Field(default=None, description="The live database, as this service's own role.")
    test_database_url: SecretStr | None = Field(
        default=None, description="The sandbox that test tokens choose, as the same role."
    )
    gateway_url: str = Field(
        default="http://gateway",
        description="Where the gateway listens, which lets this service in and says whom to believe.",
    )
    registry_url: str = Field(
        default="http://registry", description="Where the registry listens, whose news this service follows."
    )
    client_id: str = Field(
        default="cli_voucher", description="Under which id this service proves itself at the gateway."
    )
    client_secret: SecretStr = Field(description="What it proves itself with.")
    code_key: SecretStr = Field(
        description="32 random bytes in base64: the key that signs QR codes. A new one ends those of a minute."
    )
    pepper: SecretStr = Field(
        description="32 random bytes in base64 that key what is kept of secrets and PINs: lost, all are set anew."
    )
    seal_key: SecretStr = Field(
        description="32 random bytes in base64: the key that signs seals and receipts; for another one see the runbook."
    )
    retired_seal_keys: str = Field(
        default="",
        description="Public keys of older seals and receipts that are still believed, as they were published (`x`),"
        " with spaces between.",
    )
    seal_algorithm: Literal["sha256", "sm3"] = Field(
        default="sha256", description="The hash of new seals; `sm3` where this machine's OpenSSL has it."
    )
    seal_seconds: float = Field(
        default=60,
        ge=0,
        le=3600,
        description="For how long a few rows wait for more to be sealed with: fewer seals, and a shorter audit.",
    )
    seal_heads: Path | None = Field(
        default=None,
        description="A folder in which the last head of the seals is kept, so that a restart does not forget it;"
        " shared by all that work. Without it, it is remembered in memory only.",
    )
    works: bool = Field(
        default=True, description="Whether this process also hears the registry, carries out jobs and what falls due."
    )

    @field_validator("code_key", "pepper", "seal_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        """Base64 of exactly 32 bytes; the value itself is never in the message."""
        return checked_key(value, called="this")

    @field_validator("retired_seal_keys")
    @classmethod
    def _are_public_keys(cls, value: str) -> str:
        """Each of them 32 bytes in base64url."""
        for word in value.split():
            _ = PublicKey(word).raw
        return value

    @field_validator("seal_algorithm")
    @classmethod
    def _is_at_hand(cls, value: str) -> str:
        """Only what this machine can compute."""
        if not merkle.available(value):
            raise ValueError(f"this machine's OpenSSL has no {value}")
        return value

    @property
    def seal_key_bytes(self) -> bytes:
        """The key that signs seals and receipts, itself."""
        return key_bytes(self.seal_key)

    @property
    def retired(self) -> tuple[PublicKey, ...]:
        """The public keys that were used before it."""
        return tuple(PublicKey(word) for word in self.retired_seal_keys.split())

    @property
    def code_key_bytes(self) -> bytes:
        """The key that signs codes, itself."""
        return key_bytes(self.code_key)

    @property
    def pepper_bytes(self) -> bytes:
        """The pepper itself."""
        return key_bytes(self.pepper)
