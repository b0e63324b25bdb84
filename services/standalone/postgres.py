"""Runs a real PostgreSQL on this machine for exactly as long as the calling process lives."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from services.standalone import binaries, folders, supervisor
from services.standalone.account import Account, database_account
from services.standalone.binaries import Binaries
from services.standalone.folders import Folders, Secrets

SUPERUSER = "postgres"
HOST = "127.0.0.1"
WELL_KNOWN_PORT = 5432
"""Never used: a PostgreSQL of the machine may come and claim it."""
START_SECONDS = 60.0
HAND_OVER_SECONDS = 30.0
"""How long a start waits for the server of a process that was killed to finish its shutdown."""

DURABLE: Mapping[str, str] = {"fsync": "on", "synchronous_commit": "on"}
THROW_AWAY: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
"""For tests: what a power cut leaves does not matter."""

ALWAYS: Mapping[str, str] = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "jit": "off",
}
ACCESS = f"host all all {HOST}/32 scram-sha-256\n"


class AlreadyRunning(Exception):
    """Another living process uses this data folder."""


class DidNotStart(Exception):
    """PostgreSQL did not come up; the text ends with the last lines of its log."""


@dataclass
class Server:
    """A running server. It ends with ``stop``, with the ``with`` block, or with this process, however that ends."""

    port: int
    superuser_password: str = field(repr=False)
    origin: str
    log: Path
    process: subprocess.Popen[bytes]

    def url(self, database: str, role: str = SUPERUSER, password: str | None = None) -> str:
        """The connection URL of a database as a role; the superuser needs no password given."""
        return f"postgresql://{role}:{password or self.superuser_password}@{HOST}:{self.port}/{database}"

    def stop(self) -> None:
        """Shut down and wait until no process is left."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(
    data: Path, *, configured: Path | None = None, durability: Mapping[str, str] = DURABLE, port: int = 0
) -> Server:
    """Start the server whose files lie in ``data``, making them when there are none; port 0 takes a free one.

    Raises AlreadyRunning, DidNotStart, NoBinaries, NoAccount.
    """
    account = database_account()
    places = folders.prepare(data, account)
    found = binaries.reachable(binaries.locate(configured), account, places.aside)
    lock = _take(places.data / "postgres.lock")
    try:
        return _Start(places, account, found, durability, lock).serve(port)
    finally:
        os.close(lock)


def _take(file: Path) -> int:
    """An open, locked file: held by this start and then by the supervisor, so it outlives a killed parent."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + HAND_OVER_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode().strip()
            if _lives(holder) or time.monotonic() > deadline:
                os.close(descriptor)
                raise AlreadyRunning(f"process {holder or 'unknown'} already uses {file.parent}") from None
            time.sleep(0.05)
        else:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            return descriptor


def _lives(pid: str) -> bool:
    """Whether the process of the lock's text is there; what is not a number yet is being written right now."""
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@dataclass(frozen=True)
class _Start:
    """The steps of one start."""

    places: Folders
    account: Account
    found: Binaries
    durability: Mapping[str, str]
    lock: int

    @property
    def cluster(self) -> Path:
        return self.places.server / "postgres"

    @property
    def log(self) -> Path:
        return self.places.data / "postgres.log"

    @property
    def pid_file(self) -> Path:
        return self.cluster / "postmaster.pid"

    def serve(self, port: int) -> Server:
        kept = Secrets(self.places.data / "superuser.json")
        if self.cluster.exists() and SUPERUSER not in kept.read():
            self.forget_cluster(kept.file)
        password = kept.of(SUPERUSER)
        if not (self.cluster / "PG_VERSION").exists():
            self.initialise(password)
        self.clear_stale_pid()
        for remaining in (3, 2, 1, 0):
            chosen = port or free_port()
            process = self.launch(chosen)
            if self.ready(process):
                return Server(chosen, password, self.found.origin, self.log, process)
            Server(chosen, "", "", self.log, process).stop()
            if port or not remaining or "Address already in use" not in self.log.read_text(errors="replace"):
                break
        raise DidNotStart(f"PostgreSQL did not start:\n{_last_lines(self.log)}")

    def forget_cluster(self, password_file: Path) -> None:
        """Files whose password is lost: left from a data folder that was removed, when they lie outside it.

        Inside it they are not ours to remove: DidNotStart.
        """
        if self.places.server == self.places.data:
            raise DidNotStart(f"{self.cluster} is there but its password is not: put {password_file} back")
        shutil.rmtree(self.cluster)

    def initialise(self, password: str) -> None:
        """Make the files aside and move them into place, so that a power cut leaves no half-made cluster."""
        unfinished = self.places.server / ".postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.account.own(unfinished)
        secret = self.places.server / ".superuser-password"
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            stream.write(password)
        self.account.own(secret)
        command = [self.found.initdb, "-D", str(unfinished), "-U", SUPERUSER, f"--pwfile={secret}"]
        command += ["--auth=scram-sha-256", "--locale=C.UTF-8", "--encoding=UTF8", "--no-instructions"]
        command += [] if self.durability is DURABLE else ["--no-sync"]
        try:
            made = subprocess.run(
                command,
                check=False,
                cwd="/",
                env=_environment(),
                capture_output=True,
                text=True,
                **self.account.spawn(),
            )
        finally:
            secret.unlink()
        if made.returncode != 0:
            raise DidNotStart(f"initdb failed:\n{made.stderr or made.stdout}")
        (unfinished / "pg_hba.conf").write_text(ACCESS)
        unfinished.rename(self.cluster)

    def launch(self, port: int) -> subprocess.Popen[bytes]:
        settings = {**ALWAYS, **self.durability, "port": str(port)}
        command = [sys.executable, "-I", supervisor.__file__, str(self.account.uid), str(self.account.gid)]
        command += [self.found.postgres, "-D", str(self.cluster)]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("wb") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                start_new_session=True,
                pass_fds=(self.lock,),
            )

    def ready(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait until the server says in its pid file that it takes connections; False when it ended instead."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                return False
            with contextlib.suppress(FileNotFoundError):
                lines = self.pid_file.read_text().splitlines()
                if len(lines) > 7 and lines[7].strip() == "ready":
                    return True
            time.sleep(0.01)
        return False

    def clear_stale_pid(self) -> None:
        """Nobody holds the lock: a pid file is left from a crash, or names a server that still shuts down.

        A number that meanwhile belongs to another program would make PostgreSQL refuse for ever, so it is removed.
        """
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            pid = int(self.pid_file.read_text().splitlines()[0])
            deadline = time.monotonic() + HAND_OVER_SECONDS
            while self.is_ours(pid):
                if time.monotonic() > deadline:
                    raise DidNotStart(f"an older PostgreSQL, process {pid}, does not end")
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)
                time.sleep(0.1)
            self.pid_file.unlink()

    def is_ours(self, pid: int) -> bool:
        """Whether this process is a PostgreSQL on this cluster's files."""
        if Path("/proc/self/cmdline").exists():
            line = Path(f"/proc/{pid}/cmdline")
            told = line.read_text(errors="replace") if line.exists() else ""
        else:
            ask = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
            told = subprocess.run(ask, check=False, capture_output=True, text=True).stdout
        return str(self.cluster) in told


def free_port() -> int:
    """A free TCP port of the loopback address, never 5432."""
    while True:
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port: int = probe.getsockname()[1]
        if port != WELL_KNOWN_PORT:
            return port


def _environment() -> dict[str, str]:
    """Nothing of the caller's: PGDATA, PGPORT or a locale must not change what is started."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _last_lines(log: Path, count: int = 12) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:]) if log.exists() else ""
