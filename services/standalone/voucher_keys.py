"""Remembers on this machine what the voucher service signs codes and seals with and keys secrets and PINs by."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.standalone.folders import Secrets
from services.standalone.settings import secrets_dir


class Given(BaseSettings):
    """What somebody else keeps: from the environment, or as files in the folder of secrets."""

    model_config = SettingsConfigDict(env_prefix="INNOVOUCHER_VOUCHER_", env_ignore_empty=True, extra="ignore")

    code_key: SecretStr | None = None
    pepper: SecretStr | None = None
    seal_key: SecretStr | None = None


def keys_of(data: Path) -> dict[str, SecretStr]:
    """The service's settings of these names; those that nobody gives are made once and kept in the data folder."""
    given, kept = Given(_secrets_dir=secrets_dir()), Secrets(data / "voucher.json")
    return {name: getattr(given, name) or SecretStr(kept.key_of(name)) for name in Given.model_fields}
