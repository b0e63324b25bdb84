"""Makes a database ready for the services: roles with passwords, schemas, migrations, and the clock's mode."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from migrations import runner
from migrations.clock_mode import LIVE, ClockMode
from migrations.schemas import SERVICE_ROLES

ROLES_FILE = Path(__file__).parents[2] / "deploy" / "postgres" / "roles.sql"
OWNER = "innovoucher_owner"


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[Any]:
    """The driver's own connection, for what knows no transaction (databases) or has many statements (scripts)."""
    async with runner.connected(url) as connection:
        yield (await connection.get_raw_connection()).driver_connection


def as_role(url: str, role: str, password: str) -> str:
    """The same server and database, logged in as another role."""
    parts = urlsplit(url)
    address = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(role)}:{quote(password, safe='')}@{address}"))


def role_of(url: str) -> tuple[str, str]:
    """Whom a URL logs in as, and with which password; empty where the URL leaves them out."""
    parts = urlsplit(url)
    return unquote(parts.username or ""), unquote(parts.password or "")


def in_database(url: str, name: str) -> str:
    """The same server and role, in another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def make_owner(superuser_url: str, password: str) -> None:
    """On a server of our own: the role that owns databases and migrates, without a superuser's rights."""
    async with connected(superuser_url) as connection:
        if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", OWNER):
            await connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE CREATEDB")
        await connection.execute(f"ALTER ROLE {OWNER} PASSWORD '{_word(password)}'")


async def make_database(owner_url: str, name: str) -> str:
    """The URL of the database ``name`` on the owner's server, made when it is not there."""
    async with connected(owner_url) as connection:
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
            await connection.execute(
                f"CREATE DATABASE \"{_word(name)}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
            )
    return in_database(owner_url, name)


async def drop_database(owner_url: str, name: str) -> None:
    """Remove the database ``name`` from the owner's server, whoever is still connected."""
    async with connected(owner_url) as connection:
        await connection.execute(f'DROP DATABASE IF EXISTS "{_word(name)}" WITH (FORCE)')


async def existing_roles(owner_url: str) -> set[str]:
    """Those of the services' roles that the server already knows."""
    async with connected(owner_url) as connection:
        rows = await connection.fetch("SELECT rolname FROM pg_roles WHERE rolname = ANY($1)", [*SERVICE_ROLES.values()])
    return {row["rolname"] for row in rows}


async def make_roles(owner_url: str, passwords: Mapping[str, str]) -> None:
    """Run the DBA's own file in this database, then give the roles in ``passwords`` theirs."""
    async with connected(owner_url) as connection:
        await connection.execute(ROLES_FILE.read_text())
        for role, password in passwords.items():
            await connection.execute(
                await connection.fetchval(
                    "SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)", role, password
                )
            )


async def prepare(owner_url: str, passwords: Mapping[str, str], clock: ClockMode = LIVE) -> None:
    """Roles, schemas and migrations; the clock's mode counts only when the database is new."""
    await make_roles(owner_url, passwords)
    await runner.upgrade(owner_url, clock)


def role_urls(owner_url: str, passwords: Mapping[str, str]) -> dict[str, str]:
    """The URL with which each service logs in as its own role."""
    return {service: as_role(owner_url, role, passwords[role]) for service, role in SERVICE_ROLES.items()}


def _word(value: str) -> str:
    """Names and passwords are generated here; anything that would need quoting is a mistake."""
    if not value.replace("-", "").replace("_", "").isalnum():
        raise ValueError("only letters, digits, - and _ can be written into SQL")
    return value
