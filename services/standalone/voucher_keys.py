"""Remembers on this machine what the voucher service signs codes and seals with and keys secrets and PINs by."""

from __future__ import annotations

import base64
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


def heads_of(data: Path) -> Path:
    """The folder in which the last heads of the seals are kept, beside the database and not in it."""
    return data / "seal-heads"


class GivenRetired(BaseSettings):
    """Older keys that are still believed, as the service itself is told."""

    model_config = SettingsConfigDict(env_prefix="INNOVOUCHER_VOUCHER_", extra="ignore")

    retired_seal_keys: str = ""


def seal_keys(data: Path) -> tuple[bytes | None, tuple[str, ...]]:
    """The key that signs seals, None where this machine has none, and older public ones; nothing is made here."""
    given, kept = Given(_secrets_dir=secrets_dir()).seal_key, Secrets(data / "voucher.json")
    retired = tuple(GivenRetired().retired_seal_keys.split())
    if given is None and "seal_key" not in kept.read():
        return None, retired
    return base64.b64decode(given.get_secret_value() if given else kept.key_of("seal_key")), retired
