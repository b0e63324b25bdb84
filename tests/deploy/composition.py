"""Runs the services of docker-compose.yml as processes here, with their own commands, settings and checks."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from services.standalone import binaries, postgres, secret_files
from services.standalone.cli import METRICS_PORT_NAMED_BY
from services.standalone.parent import ASKED_BY
from services.standalone.postgres import SUPERUSER, Server
from tests.deploy.compose_file import ROOT, HealthCheck, Part

PORT_INSIDE = 8000
POLL_SECONDS = 0.2
ONE_OFF_SECONDS = 120
INITIAL_SQL = ROOT / "deploy" / "postgres" / "databases.sql"
SERVING = ("gateway", "registry", "worker", "voucher")
"""The services that stay, in the order in which they start."""
KEPT = ("HOME", "LANG", "LC_ALL", "TZ")
"""What a process is given of this machine's environment; all else comes from the file."""
PROGRAMS = (str(Path(sys.executable).parent), str(binaries.locate().folder), os.environ["PATH"])
"""Where commands are found: those of our image, of the postgres image, and the machine's own."""


class NotUp(Exception):
    """A service ended, or was not well in the time its health check allows."""


@dataclass
class Composition:
    """What runs. Only host names, ports and the places of secrets differ from the file."""

    parts: Mapping[str, Part]
    folder: Path
    server: Server
    ports: dict[str, int]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the outside reaches in."""
        return f"http://127.0.0.1:{self.ports['gateway']}"

    def up(self) -> None:
        """Start everything in the order that ``depends_on`` asks for; NotUp when a condition is not met."""
        for name in self.order():
            self.start(name)

    def order(self) -> list[str]:
        """All services, each after what it depends on; among equals as the file has them."""
        order: list[str] = []
        while len(order) < len(self.parts):
            ready = [name for name, part in self.parts.items() if name not in order and part.needs.keys() <= set(order)]
            assert ready, "services that wait for each other"
            order.append(ready[0])
        return order

    def start(self, name: str) -> None:
        """Start one service and wait until it is well, or done where it has no health check."""
        part = self.parts[name]
        if name == "postgres":
            self._first_start()
        else:
            self.running[name] = self._process(part)
        if part.health is None:
            self._wait_for_end(part)
        else:
            self._wait_for_health(part, part.health)

    def stop(self, name: str) -> int:
        """Ask a service to stop, as the engine does; its exit code. TimeoutExpired when its grace is not enough."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(self.parts[name].grace)

    def down(self) -> dict[str, int]:
        """Stop all, the last started first; their exit codes."""
        return {name: self.stop(name) for name in reversed(list(self.running))}

    def other_than(self, name: str, **changes: Any) -> "Composition":
        """The same with one service changed and at a port of its own, beside what runs already."""
        changed = {**self.parts, name: replace(self.parts[name], **changes)}
        return Composition(changed, self.folder, self.server, self.ports | {name: free_ports(1)[0]})

    def run(self, name: str, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """``docker compose run --rm NAME COMMAND``."""
        return subprocess.run(command, **self._like(self.parts[name]), capture_output=True, text=True, check=False)

    def log(self, name: str) -> str:
        """What a service has said."""
        return (self.place(name) / "log").read_text(errors="replace")

    def secret(self, name: str, secret: str) -> str:
        """What a service reads from one of the secrets it is granted."""
        return (self.place(name) / "run" / "secrets" / secret).read_text()

    def place(self, name: str) -> Path:
        """The root of a service's file system, as far as it has one of its own."""
        return self.folder / name

    def as_superuser(self, *command: str) -> None:
        """``docker compose exec postgres COMMAND``, where the local superuser needs no password."""
        like = self._like(self.parts["postgres"])
        like["env"] |= {"PGHOST": postgres.HOST, "PGUSER": SUPERUSER, "PGPASSWORD": self.server.superuser_password}
        subprocess.run(command, **like, check=True)

    def _first_start(self) -> None:
        """What the postgres image does when its data folder is new; the embedded server stands for it."""
        self.as_superuser("psql", "-v", "ON_ERROR_STOP=1", "--no-password", "--no-psqlrc", "-q", "-f", str(INITIAL_SQL))

    def _process(self, part: Part) -> "subprocess.Popen[bytes]":
        with (self.place(part.name) / "log").open("ab") as log:
            return subprocess.Popen(
                [self._translated(word, part) for word in part.command],
                **self._like(part),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _wait_for_end(self, part: Part) -> None:
        code = self.running.pop(part.name).wait(ONE_OFF_SECONDS)
        if code != 0:
            raise NotUp(f"{part.name} ended with {code}: {self.log(part.name)}")

    def _wait_for_health(self, part: Part, health: HealthCheck) -> None:
        deadline = time.monotonic() + health.patience
        check = [self._translated(word, part) for word in health.command]
        like = self._like(part)
        while time.monotonic() < deadline:
            process = self.running.get(part.name)
            if process is not None and process.poll() is not None:
                raise NotUp(f"{part.name} ended with {process.returncode}: {self.log(part.name)}")
            asked = subprocess.run(check, **like, timeout=health.timeout, capture_output=True, text=True, check=False)
            if asked.returncode == 0:
                return
            time.sleep(POLL_SECONDS)
        raise NotUp(f"{part.name} is not well after {health.patience} s: {asked.stdout} {asked.stderr}")

    def _like(self, part: Part) -> dict[str, Any]:
        """Environment and working folder of a service's processes, its health check's too."""
        kept = {"PATH": os.pathsep.join(PROGRAMS)} | {name: os.environ[name] for name in KEPT if name in os.environ}
        given = {name: self._translated(value, part) for name, value in part.environment.items()}
        if METRICS_PORT_NAMED_BY in given:
            given[METRICS_PORT_NAMED_BY] = "0"  # many compositions share this machine
        theirs = {"PGPORT": str(self.server.port)} if part.name == "postgres" else {}
        ours = {ASKED_BY: str(os.getpid()), **theirs}
        return {"env": kept | given | ours, "cwd": self.place(part.name) / "root"}

    def _translated(self, text: str, part: Part) -> str:
        """The same with this machine's hosts, ports and folders; a neighbour must share a network to be named."""
        for other, port in self.ports.items():
            if f"//{other}:" in text or f"@{other}:" in text:
                assert self.parts[other].networks & part.networks, f"{part.name} cannot reach {other}"
            text = re.sub(rf"(?<=[/@]){other}:\d+", f"127.0.0.1:{port}", text)
        own = str(self.ports.get(part.name, PORT_INSIDE))
        text = text.replace(f"127.0.0.1:{PORT_INSIDE}", f"127.0.0.1:{own}")
        text = re.sub(rf"^{PORT_INSIDE}$", own, re.sub(r"^0\.0\.0\.0$", postgres.HOST, text))
        return re.sub(r"^/run/", f"{self.place(part.name)}/run/", text)

    def furnish(self, secrets: Path) -> None:
        """Give each service its folders and the secrets it is granted, under the names it is granted them by."""
        for part in self.parts.values():
            for folder in ("root", "run/secrets"):
                (self.place(part.name) / folder).mkdir(parents=True)
            for target, source in part.secrets.items():
                file = self.place(part.name) / target.removeprefix("/")
                file.parent.mkdir(exist_ok=True)
                file.write_text(self._translated((secrets / source).read_text(), part))


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on: services need each other's addresses before they are there."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


@contextmanager
def composed(parts: Mapping[str, Part], folder: Path, secrets: Path | None = None) -> Iterator[Composition]:
    """A composition on a PostgreSQL of its own; nothing is started yet, and nothing is left at the end.

    secrets: those of another one, whose data it takes over; else new ones are made.
    """
    if secrets is None:
        secrets = folder / "secrets"
        secret_files.make(secrets, "postgres:5432")
    with postgres.start(folder / "server", durability=postgres.THROW_AWAY) as server:
        names = [name for name in parts if name != "postgres"]
        ports = {"postgres": server.port} | dict(zip(names, free_ports(len(names)), strict=True))
        composition = Composition(parts, folder, server, ports)
        composition.furnish(secrets)
        try:
            yield composition
        finally:
            for process in composition.running.values():
                process.kill()
                process.wait()
