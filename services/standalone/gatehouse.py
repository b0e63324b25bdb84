"""Remembers the gateway's own secrets on this machine, and opens its door for what no API may do."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.chassis.database import Database, Mode
from services.chassis.ids import show
from services.gateway.app import Vault, found_admins, make_key, provide_service_client
from services.gateway.settings import Settings
from services.standalone.folders import Secrets
from services.standalone.installation import Installation, Unusable
from services.standalone.settings import secrets_dir

SANDBOX_CALLS = 60_000
"""A minute: in a sandbox everybody calls from one address, a demonstration's whole cast too."""


class Given(BaseSettings):
    """What somebody else keeps: from the environment, or as files in the folder of secrets."""

    model_config = SettingsConfigDict(env_prefix="INNOVOUCHER_GATEWAY_", env_ignore_empty=True, extra="ignore")

    master_key: SecretStr | None = None
    key_directory: Path | None = None


def settings_of(installation: Installation) -> Settings:
    """The gateway's settings; secrets that the environment does not give are made once and kept in the data folder."""
    live, test = installation.url("gateway", "live"), installation.url("gateway", "test")
    settings = Settings(
        database_url=SecretStr(live) if live else None,
        test_database_url=SecretStr(test) if test else None,
        master_key=SecretStr(_master_key(installation.data)),
        key_directory=_given().key_directory or _key_directory(installation.data),
    )
    return settings if installation.is_live else settings.model_copy(update={"calls_per_address": SANDBOX_CALLS})


def _given() -> Given:
    return Given(_secrets_dir=secrets_dir())


def _master_key(data: Path) -> str:
    """32 random bytes in base64; whoever loses it loses what is personal in the database."""
    given = _given().master_key
    if given is not None:
        return given.get_secret_value()
    return Secrets(data / "gateway.json").key_of("master_key")


def _key_directory(data: Path) -> Path:
    folder = data / "keys"
    if not any(folder.glob("*.pem")):
        make_key(folder, at=datetime.now(UTC))
    return folder


async def make_admins(installation: Installation, names: Sequence[str], mode: Mode) -> list[str]:
    """One-time tokens of the first two admins of a mode's database; Refusal ``admins.founded`` when there are any."""
    database = _database(installation, mode)
    try:
        return await found_admins(database, _vault(installation), names, mode=mode)
    finally:
        await database.dispose()


def _vault(installation: Installation) -> Vault:
    """What keeps the persons' names, without the keys that sign: who opens accounts need not hold those."""
    return Vault(base64.b64decode(_master_key(installation.data)))


async def make_service_client(installation: Installation, name: str, secret: str, mode: Mode) -> str:
    """The client id with which a service proves itself in a mode's database; made again, it gets this secret."""
    database = _database(installation, mode)
    try:
        return show("cli", (await provide_service_client(database, name=name, secret=secret)).id)
    finally:
        await database.dispose()


async def provide_clients(installation: Installation, given: Mapping[str, str]) -> None:
    """In every database each service is known by the secret it was given elsewhere."""
    for service, secret in given.items():
        for mode in installation.modes:
            await make_service_client(installation, service, secret, mode)


def _database(installation: Installation, mode: Mode) -> Database:
    url = installation.url("gateway", mode)
    if url is None:
        raise Unusable(f"this installation has no {mode} database")
    return Database(url, "gateway")
