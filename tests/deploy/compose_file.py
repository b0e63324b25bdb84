"""Reads docker-compose.yml so strictly that whatever of it is neither used nor checked is a fault."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from services.standalone.postgres import ALWAYS

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
CONFINED = {
    "read_only": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
    "logging": {"driver": "local"},
}
"""What every container is held to; nothing on this machine enforces it, so the words are checked."""
OURS = {
    "image": "innovoucher:local",
    "build": {"context": ".", "dockerfile": "deploy/Dockerfile"},
    "init": True,
    "user": "10001:10001",
    "tmpfs": ["/tmp"],
    "stop_grace_period": "30s",
}
THEIRS = {
    "image": "postgres:18.6-bookworm",
    "user": "999:999",
    "tmpfs": ["/tmp", "/var/run/postgresql"],
    "shm_size": "256mb",
    "command": ["postgres", "-c", f"max_connections={ALWAYS['max_connections']}"],
    "stop_grace_period": "120s",
    "volumes": [
        "postgres:/var/lib/postgresql",
        "./deploy/postgres/databases.sql:/docker-entrypoint-initdb.d/databases.sql:ro",
    ],
}
NETWORKS: dict[str, Any] = {"front": {}, "services": {"internal": True}, "data": {"internal": True}}
ONE_OFF = "migrate"


@dataclass(frozen=True)
class HealthCheck:
    """A command, and how long its success may be waited for (seconds)."""

    command: tuple[str, ...]
    timeout: float
    patience: float


@dataclass(frozen=True)
class Part:
    """One service of the file. secrets: file in the container to file on the host; needs: service to condition."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    secrets: Mapping[str, str]
    networks: frozenset[str]
    ports: tuple[str, ...]
    needs: Mapping[str, str]
    health: HealthCheck | None
    grace: float


def parsed(file: Path = FILE) -> dict[str, Any]:
    """The file as YAML understands it, anchors and merges resolved."""
    document: dict[str, Any] = YAML(typ="safe").load(file)
    return document


def parts_of(document: Mapping[str, Any]) -> dict[str, Part]:
    """All services by name; AssertionError names what is neither used nor checked."""
    with every_key(document, "the file") as top:
        for template in [name for name in top if name.startswith("x-")]:
            del top[template]  # what it holds is seen where it is merged
        assert top.pop("name") == "innovoucher"
        assert top.pop("networks") == NETWORKS
        assert top.pop("volumes") == {"postgres": {}}
        files = {name: _file(name, given) for name, given in top.pop("secrets").items()}
        parts = {name: _part(name, given, files) for name, given in top.pop("services").items()}
    granted = {file for part in parts.values() for file in part.secrets.values()}
    assert granted == set(files.values()), "a secret that nobody is given"
    return parts


@contextmanager
def every_key(given: Mapping[str, Any], place: str) -> Iterator[dict[str, Any]]:
    """A copy from which each key is taken that is used or checked; what is left at the end is a fault."""
    rest = dict(given)
    yield rest
    assert not rest, f"{place}: neither used nor checked: {sorted(rest)}"


def _file(name: str, given: Mapping[str, Any]) -> str:
    with every_key(given, f"secret {name}") as rest:
        folder, _, file = rest.pop("file").rpartition("/")
    assert folder == "./secrets"
    return str(file)


def _part(name: str, given: Mapping[str, Any], files: Mapping[str, str]) -> Part:
    with every_key(given, name) as rest:
        expected = CONFINED | (THEIRS if name == "postgres" else OURS)
        grace = rest["stop_grace_period"]
        assert {key: rest.pop(key, None) for key in expected} == expected, name
        assert rest.pop("restart", None) == (None if name == ONE_OFF else "unless-stopped"), name
        return Part(
            name=name,
            command=tuple(rest.pop("command", ())),
            environment={key: str(value) for key, value in rest.pop("environment").items()},
            secrets=dict(_granted(one, files) for one in rest.pop("secrets")),
            networks=frozenset(rest.pop("networks")),
            ports=tuple(rest.pop("ports", ())),
            needs={other: _condition(how) for other, how in rest.pop("depends_on", {}).items()},
            health=_health(rest.pop("healthcheck")) if name != ONE_OFF else None,
            grace=seconds(grace),
        )


def _granted(one: Any, files: Mapping[str, str]) -> tuple[str, str]:
    if isinstance(one, str):
        return f"/run/secrets/{one}", files[one]
    with every_key(one, "a secret") as rest:
        return rest.pop("target"), files[rest.pop("source")]


def _condition(given: Mapping[str, Any]) -> str:
    with every_key(given, "depends_on") as rest:
        return str(rest.pop("condition"))


def _health(given: Mapping[str, Any]) -> HealthCheck:
    with every_key(given, "healthcheck") as rest:
        kind, *command = rest.pop("test")
        assert kind == "CMD", "no image here promises a shell"
        interval, polled = seconds(rest.pop("interval")), seconds(rest.pop("start_interval"))
        assert polled < interval
        patience = seconds(rest.pop("start_period")) + interval * int(rest.pop("retries"))
        return HealthCheck(tuple(command), seconds(rest.pop("timeout")), patience)


def seconds(text: str) -> float:
    """A duration as Compose writes it, in whole seconds."""
    match = re.fullmatch(r"(\d+)s", text)
    assert match, text
    return float(match[1])
