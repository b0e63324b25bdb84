"""Remembers on this machine what the registry seals persons with."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.standalone.folders import Secrets
from services.standalone.settings import secrets_dir


class Given(BaseSettings):
    """What somebody else keeps: from the environment, or as a file in the folder of secrets."""

    model_config = SettingsConfigDict(env_prefix="INNOVOUCHER_REGISTRY_", env_ignore_empty=True, extra="ignore")

    master_key: SecretStr | None = None


def master_key_of(data: Path) -> SecretStr:
    """The registry's master key; one that nobody gives is made once and kept in the data folder."""
    given = Given(_secrets_dir=secrets_dir()).master_key
    return given or SecretStr(Secrets(data / "registry.json").key_of("master_key"))
