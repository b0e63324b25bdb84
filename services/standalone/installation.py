"""Decides which databases one machine works with, makes them ready, and remembers where a running one is."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from migrations import runner
from migrations.clock_mode import LIVE, ClockMode
from migrations.schemas import SERVICE_ROLES
from services.chassis.database import Mode
from services.standalone import folders, postgres, provision
from services.standalone.account import database_account
from services.standalone.folders import Secrets
from services.standalone.settings import StandaloneSettings

LIVE_DATABASE = "innovoucher"
SANDBOX_DATABASE = "innovoucher_sandbox"
UNFINISHED_SANDBOX = "sandbox.unfinished"
"""A file that stands while demo callers are made: found at a start, the sandbox was cut off and is made anew."""

GIVEN = "the database of INNOVOUCHER_DATABASE_URL"
SANDBOX = ClockMode(sandbox=True)


class Unusable(Exception):
    """The installation cannot work like this; the text says what to do."""


@dataclass(frozen=True)
class Logins:
    """One database: as the owner that migrates, and as each service."""

    owner: str = field(repr=False)
    services: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Installation:
    """What the services work with. ``live`` is the real thing; ``test`` is a sandbox, chosen by a token's mode."""

    live: Logins | None
    test: Logins | None
    where: str
    data: Path
    gateway_url: str | None = None
    """Where its gateway listens, when another process serves it."""

    @property
    def is_live(self) -> bool:
        return self.live is not None

    @property
    def main(self) -> Logins:
        """The database that commands mean: the live one where there is one."""
        chosen = self.live or self.test
        if chosen is None:
            raise Unusable("this installation has no database")
        return chosen

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes that a token can choose here."""
        present: tuple[tuple[Mode, Logins | None], ...] = (("live", self.live), ("test", self.test))
        return tuple(mode for mode, logins in present if logins is not None)

    def url(self, service: str, mode: Mode) -> str | None:
        """How a service logs in to the database of a mode, None when there is no such database."""
        logins = self.live if mode == "live" else self.test
        return None if logins is None else logins.services[service]


@contextmanager
def opened(settings: StandaloneSettings, *, live: bool = False) -> Iterator[Installation]:
    """The installation, migrated and ready: the given database, else an embedded server for as long as the block."""
    if settings.database_url is not None:
        kind(settings, live=live)
        yield asyncio.run(_external(settings, settings.database_url.get_secret_value()))
        return
    server = postgres.start(settings.data_dir, configured=settings.postgres_bin)
    with server:
        yield asyncio.run(_embedded(server, _data(settings), live=live))


@contextmanager
def attached(settings: StandaloneSettings, *, live: bool = False) -> Iterator[Installation]:
    """The installation that another process runs on this data folder, else one opened for this block."""
    running = None if settings.database_url is not None else _running(_data(settings))
    if running is not None:
        yield running
        return
    with opened(settings, live=live) as installation:
        yield installation


@contextmanager
def announced(installation: Installation, url: str) -> Iterator[None]:
    """While the block runs, other commands on this machine find the installation, and its gateway at ``url``."""
    note = _note(installation.data)
    databases = {"live": installation.live, "test": installation.test}
    content = {"pid": os.getpid(), "url": url, "where": installation.where, **databases}
    folders.write_private(note, json.dumps(content, default=asdict))
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


async def _external(settings: StandaloneSettings, owner: str) -> Installation:
    """Databases that somebody else keeps: a clock was decided when each was made, live unless it says otherwise.

    A data folder is made only when a secret has to be generated and kept in it.
    """
    data = settings.data_dir.expanduser().resolve()
    passwords = await _passwords(settings, owner, data)
    await provision.prepare(owner, passwords, LIVE)
    logins = _logins(settings, owner, passwords)
    live = await clock_mode(owner) == "live"
    if settings.test_database_url is None:
        return Installation(logins if live else None, None if live else logins, GIVEN, data)
    beside = _beside(logins, settings.test_database_url.get_secret_value())
    await provision.prepare(beside.owner, passwords, SANDBOX)
    if not live or await clock_mode(beside.owner) == "live":
        raise Unusable("INNOVOUCHER_DATABASE_URL is live and INNOVOUCHER_TEST_DATABASE_URL a sandbox, or none is given")
    return Installation(logins, beside, GIVEN, data)


def _logins(settings: StandaloneSettings, owner: str, passwords: Mapping[str, str]) -> Logins:
    """The logins that were given, and for the others the role's own with its generated password."""
    given = settings.service_urls
    services = {
        service: given.get(service) or provision.as_role(owner, role, passwords.get(role, ""))
        for service, role in SERVICE_ROLES.items()
    }
    return Logins(owner, services)


def _beside(logins: Logins, owner: str) -> Logins:
    """The same logins in another database of the same server."""
    name = urlsplit(owner).path.removeprefix("/")
    return Logins(owner, {service: provision.in_database(url, name) for service, url in logins.services.items()})


async def _passwords(settings: StandaloneSettings, owner: str, data: Path) -> dict[str, str]:
    """Passwords that roles get: a generated one where no URL was given, and the URL's where the role is new.

    A role made elsewhere keeps the password it has. Raises Unusable when it is not known here.
    """
    kept = _role_secrets(data, owner)
    existing = await provision.existing_roles(owner)
    wanted = {role for service, role in SERVICE_ROLES.items() if service not in settings.service_urls}
    strangers = (existing & wanted) - kept.read().keys()
    if strangers:
        service = min(strangers).removeprefix("innovoucher_").upper()
        raise Unusable(
            f"role {min(strangers)} exists already: set INNOVOUCHER_{service}_DATABASE_URL with its password"
        )
    given = dict(provision.role_of(url) for url in settings.service_urls.values())
    new = {role: given[role] for role in SERVICE_ROLES.values() if given.get(role) and role not in existing}
    return {**new, **{role: kept.of(role) for role in sorted(wanted)}}


async def _embedded(server: postgres.Server, data: Path, *, live: bool) -> Installation:
    kept = Secrets(data / "roles.json")
    await provision.make_owner(server.url("postgres"), kept.of(provision.OWNER))
    admin = server.url("postgres", provision.OWNER, kept.of(provision.OWNER))
    passwords = {role: kept.of(role) for role in SERVICE_ROLES.values()}
    if (data / UNFINISHED_SANDBOX).exists():
        await provision.drop_database(admin, SANDBOX_DATABASE)
    return Installation(
        live=await _made(admin, LIVE_DATABASE, passwords, LIVE) if live else None,
        test=await _made(admin, SANDBOX_DATABASE, passwords, SANDBOX),
        where=f"an embedded PostgreSQL ({server.origin}) with its data in {data}",
        data=data,
    )


def kind(settings: StandaloneSettings, *, live: bool) -> str:
    """``live`` or ``sandbox``, told before anything is made: a given database that has no clock yet becomes live."""
    if settings.database_url is None:
        return "live" if live else "sandbox"
    try:
        return asyncio.run(clock_mode(settings.database_url.get_secret_value()))
    except ProgrammingError:
        return "live"
    except (OSError, SQLAlchemyError) as error:
        raise Unusable(f"the database of INNOVOUCHER_DATABASE_URL does not answer: {type(error).__name__}") from None


async def clock_mode(url: str) -> str:
    """``live`` or ``sandbox``, as the database was made."""
    async with runner.connected(url) as connection:
        mode: str = (await connection.execute(text("SELECT mode FROM business.clock"))).scalar_one()
    return mode


def _role_secrets(data: Path, owner: str) -> Secrets:
    """Where the generated passwords of one server's roles are kept, whichever database and owner are given."""
    server = owner.rpartition("@")[2].partition("/")[0]
    return Secrets(data / f"roles-{hashlib.sha256(server.encode()).hexdigest()[:16]}.json")


def _data(settings: StandaloneSettings) -> Path:
    return folders.prepare(settings.data_dir, database_account()).data


def _note(data: Path) -> Path:
    return data / "running.json"


def _running(data: Path) -> Installation | None:
    """What another process announced, unless it is gone."""
    try:
        told = json.loads(_note(data).read_text())
        os.kill(told["pid"], 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    live, test = (Logins(**told[name]) if told[name] else None for name in ("live", "test"))
    return Installation(live, test, told["where"], data, told["url"])


def known(settings: StandaloneSettings) -> Installation | None:
    """The installation as it is, without starting, making or changing anything; None when there is none to look at."""
    data = settings.data_dir.expanduser().resolve()
    if settings.database_url is None:
        return _running(data)
    owner = settings.database_url.get_secret_value()
    logins = _logins(settings, owner, _role_secrets(data, owner).read())
    if settings.test_database_url is not None:
        return Installation(logins, _beside(logins, settings.test_database_url.get_secret_value()), GIVEN, data)
    try:
        live = asyncio.run(clock_mode(owner)) == "live"
    except (OSError, SQLAlchemyError):
        live = True
    return Installation(logins if live else None, None if live else logins, GIVEN, data)


async def sandbox_of(server: postgres.Server, data: Path, name: str, clock: ClockMode) -> Installation:
    """A sandbox alone, on an embedded server of its own whose folder is ``data``."""
    kept = Secrets(data / "roles.json")
    await provision.make_owner(server.url("postgres"), kept.of(provision.OWNER))
    admin = server.url("postgres", provision.OWNER, kept.of(provision.OWNER))
    passwords = {role: kept.of(role) for role in SERVICE_ROLES.values()}
    return Installation(None, await _made(admin, name, passwords, clock), f"an embedded PostgreSQL in {data}", data)


@contextmanager
def sandbox_beside(settings: StandaloneSettings, name: str, clock: ClockMode) -> Iterator[Installation]:
    """A sandbox alone, made on the server of the given database and dropped after the block."""
    if settings.database_url is None:
        raise Unusable("there is no given database to make a sandbox beside")
    owner, data = settings.database_url.get_secret_value(), _data(settings)
    passwords = asyncio.run(_passwords(settings, owner, data))
    try:
        yield Installation(None, asyncio.run(_made(owner, name, passwords, clock)), GIVEN, data)
    finally:
        asyncio.run(provision.drop_database(owner, name))


async def _made(admin: str, name: str, passwords: Mapping[str, str], clock: ClockMode) -> Logins:
    owner = await provision.make_database(admin, name)
    await provision.prepare(owner, passwords, clock)
    return Logins(owner, provision.role_urls(owner, passwords))
