"""Decides what an operator may set for the gateway: one environment prefix, no default for a secret."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.chassis.models import checked_key, key_bytes


class Settings(BaseSettings):
    """Read from ``INNOVOUCHER_GATEWAY_…``; immutable afterwards."""

    model_config = SettingsConfigDict(
        env_prefix="INNOVOUCHER_GATEWAY_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr | None = Field(default=None, description="The live database, as the gateway's own role.")
    test_database_url: SecretStr | None = Field(
        default=None, description="The sandbox that test tokens choose, as the same role."
    )
    master_key: SecretStr = Field(
        description="32 random bytes in base64. It wraps the key of every person: lost, their data are."
    )
    key_directory: Path = Field(
        description="A folder of P-256 private keys (PEM). The last by name signs, all are believed."
    )
    registry_url: str | None = Field(
        default=None, description="Where the registry listens; without it, in this process."
    )
    voucher_url: str | None = Field(
        default=None, description="Where the voucher service listens; without it, in this process."
    )
    calls_per_caller: int = Field(default=60_000, ge=1, description="Calls a minute of one caller, over all processes.")
    calls_per_address: int = Field(
        default=600, ge=1, description="Calls a minute from one address without a token, over all processes."
    )
    hash_threads: int = Field(default=2, ge=1, le=16, description="How many passwords are hashed at a time.")
    upstream_connections: int = Field(default=256, ge=1, description="Connections to each service behind the gateway.")
    upstream_seconds: float = Field(
        default=30.0, gt=0, description="How long a service behind the gateway may take to answer."
    )

    @field_validator("master_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        """Base64 of exactly 32 bytes; the value itself is never in the message."""
        return checked_key(value, called="a master key")

    @property
    def master_key_bytes(self) -> bytes:
        """The master key itself."""
        return key_bytes(self.master_key)
