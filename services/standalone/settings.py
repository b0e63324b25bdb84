"""Decides what may be set from outside for everything on one machine: ``INNOVOUCHER_…`` in the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from migrations.schemas import SERVICES


class StandaloneSettings(BaseSettings):
    """Where the data lies and which database is used. Without ``database_url`` a PostgreSQL of our own is started."""

    model_config = SettingsConfigDict(env_prefix="INNOVOUCHER_", env_ignore_empty=True, frozen=True, extra="ignore")

    data_dir: Path = Path(".innovoucher")
    postgres_bin: Path | None = None
    """A folder with ``initdb`` and ``postgres``, instead of those of the wheel."""
    database_url: SecretStr | None = None
    """A database that is already there, as the role that owns it and migrates."""
    gateway_database_url: SecretStr | None = None
    registry_database_url: SecretStr | None = None
    voucher_database_url: SecretStr | None = None

    @model_validator(mode="after")
    def _services_need_an_owner(self) -> Self:
        if self.database_url is None and self.service_urls:
            raise ValueError("INNOVOUCHER_<SERVICE>_DATABASE_URL needs INNOVOUCHER_DATABASE_URL beside it")
        return self

    @property
    def service_urls(self) -> dict[str, str]:
        """The services whose own login is given."""
        given = {service: getattr(self, f"{service}_database_url") for service in SERVICES}
        return {service: url.get_secret_value() for service, url in given.items() if url is not None}
