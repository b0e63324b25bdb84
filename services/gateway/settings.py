"""Decides what an operator may set for the gateway: one environment prefix, no default for a secret."""

import base64
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MASTER_KEY_BYTES = 32


class Settings(BaseSettings):
    """Read from ``INNOVOUCHER_GATEWAY_…``; immutable afterwards.

    master_key: 32 bytes in base64; wraps the key of every person. key_directory: PEM files of P-256 private keys,
    the last by name signs. Limits are calls a minute over all processes; a URL left out means an upstream in this
    process.
    """

    model_config = SettingsConfigDict(
        env_prefix="INNOVOUCHER_GATEWAY_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr | None = None
    test_database_url: SecretStr | None = None
    master_key: SecretStr
    key_directory: Path
    registry_url: str | None = None
    voucher_url: str | None = None
    calls_per_caller: int = Field(default=60_000, ge=1)
    calls_per_address: int = Field(default=600, ge=1)
    hash_threads: int = Field(default=2, ge=1, le=16)
    upstream_connections: int = Field(default=256, ge=1)
    upstream_seconds: float = Field(default=30.0, gt=0)

    @field_validator("master_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        """Base64 of exactly 32 bytes; the value itself is never in the message."""
        try:
            length = len(base64.b64decode(value.get_secret_value(), validate=True))
        except ValueError:
            length = 0
        if length != MASTER_KEY_BYTES:
            raise ValueError(f"a master key is {MASTER_KEY_BYTES} random bytes in base64")
        return value

    @property
    def master_key_bytes(self) -> bytes:
        """The master key itself."""
        return base64.b64decode(self.master_key.get_secret_value())
