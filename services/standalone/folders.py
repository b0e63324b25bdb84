"""Decides where the data of one machine lies, and that only its own accounts can read it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from services.standalone.account import Account

ROOT_FOLDER = Path("/var/lib/innovoucher")
"""Where root's database lies when its account cannot reach the data folder, say below /root."""


@dataclass(frozen=True)
class Folders:
    """The data folder, and the place of the database files, which may have to lie elsewhere."""

    data: Path
    server: Path
    aside: Path


def prepare(data: Path, account: Account) -> Folders:
    """Make the data folder: 0700, or as root 0711 so that the database's account can pass through it.

    A folder that exists keeps its mode.
    """
    data = data.expanduser().resolve()
    _make(data, account)
    if account.reaches(data):
        return Folders(data, data, ROOT_FOLDER if account.switch else data)
    _make(_elsewhere(data), account)
    return Folders(data, _elsewhere(data), ROOT_FOLDER)


def remove(data: Path) -> None:
    """Remove a data folder with its database, wherever that lies. Nothing may be running on it."""
    data = data.expanduser().resolve()
    for folder in (data, _elsewhere(data)):
        shutil.rmtree(folder, ignore_errors=True)


def _elsewhere(data: Path) -> Path:
    return ROOT_FOLDER / hashlib.sha256(str(data).encode()).hexdigest()[:16]


def _make(folder: Path, account: Account) -> None:
    for missing in [part for part in reversed([folder, *folder.parents]) if not part.exists()]:
        missing.mkdir(exist_ok=True)
        missing.chmod(0o711 if account.switch else 0o700)


@dataclass(frozen=True)
class Secrets:
    """Generated passwords, remembered in one file that only its owner can read (0600)."""

    file: Path

    def read(self) -> dict[str, str]:
        """All that were generated so far."""
        if not self.file.exists():
            return {}
        kept: dict[str, str] = json.loads(self.file.read_text())
        return kept

    def of(self, name: str) -> str:
        """The password of ``name``; generated and written down when first asked for."""
        kept = self.read()
        if name not in kept:
            kept[name] = secrets.token_urlsafe(32)
            write_private(self.file, json.dumps(kept))
        return kept[name]

    def key_of(self, name: str) -> str:
        """The key of ``name``, 32 random bytes in base64; made and written down like a password."""
        return base64.b64encode(base64.urlsafe_b64decode(f"{self.of(name)}=")).decode()


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner reads: beside, then into place, so a power cut leaves the old or the new one.

    Its folder is made (0700) when it is not there.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.rename(file)
