"""Decides what may be set from outside for everything on one machine: ``INNOVOUCHER_…`` in the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from migrations.schemas import SERVICES

FOLDER_NAMED_BY = "INNOVOUCHER_SECRETS_DIR"
"""The environment variable with the folder where secrets lie, each in a file named as its variable is."""


class NoSecrets(Exception):
    """The folder of secrets is not there."""


def secrets_dir() -> Path | None:
    """Where this process finds secrets as files, None when nobody said so; raises NoSecrets when it is not there."""
    given = os.environ.get(FOLDER_NAMED_BY)
    if not given:
        return None
    if not Path(given).is_dir():
        raise NoSecrets(f"{FOLDER_NAMED_BY}: there is no folder {given}")
    return Path(given)


class StandaloneSettings(BaseSettings):
    """Where the data lies and which database is used. Without ``database_url`` a PostgreSQL of our own is started."""

    model_config = SettingsConfigDict(env_prefix="INNOVOUCHER_", env_ignore_empty=True, frozen=True, extra="ignore")

    data_dir: Path = Field(
        default=Path(".innovoucher"),
        description="The folder with the embedded database, its secrets and the demo callers.",
    )
    postgres_bin: Path | None = Field(
        default=None, description="A folder with `initdb` and `postgres`, instead of those that come along."
    )
    database_url: SecretStr | None = Field(
        default=None, description="A database that is already there, as the role that owns it and migrates."
    )
    test_database_url: SecretStr | None = Field(
        default=None, description="A sandbox beside it, for test tokens: on the same server, with the same logins."
    )
    gateway_database_url: SecretStr | None = Field(
        default=None, description="The given database as the gateway's own role."
    )
    registry_database_url: SecretStr | None = Field(
        default=None, description="The given database as the registry's own role."
    )
    voucher_database_url: SecretStr | None = Field(
        default=None, description="The given database as the voucher service's own role."
    )
    registry_client_secret: SecretStr | None = Field(
        default=None, description="Given to `migrate`, it lets a registry that runs apart in at the gateway."
    )
    voucher_client_secret: SecretStr | None = Field(
        default=None, description="The same for a voucher service that runs apart."
    )

    @model_validator(mode="after")
    def _services_need_an_owner(self) -> Self:
        if self.database_url is None and self.service_urls:
            raise ValueError("INNOVOUCHER_<SERVICE>_DATABASE_URL needs INNOVOUCHER_DATABASE_URL beside it")
        return self

    @model_validator(mode="after")
    def _a_sandbox_lies_beside_it(self) -> Self:
        live, test = self.database_url, self.test_database_url
        if test is not None and (live is None or _server(live) != _server(test)):
            raise ValueError("INNOVOUCHER_TEST_DATABASE_URL needs INNOVOUCHER_DATABASE_URL beside it, on one server")
        return self

    @property
    def service_urls(self) -> dict[str, str]:
        """The services whose own login is given."""
        given = {service: getattr(self, f"{service}_database_url") for service in SERVICES}
        return {service: url.get_secret_value() for service, url in given.items() if url is not None}

    @property
    def client_secrets(self) -> dict[str, str]:
        """What services that run apart prove themselves with, by service."""
        given = {"registry": self.registry_client_secret, "voucher": self.voucher_client_secret}
        return {service: secret.get_secret_value() for service, secret in given.items() if secret is not None}


def _server(url: SecretStr) -> str:
    """Host and port of a database URL, as they are written."""
    return urlsplit(url.get_secret_value()).netloc.rpartition("@")[2]
