"""Decides under which account PostgreSQL runs: as root it is ``nobody``, because PostgreSQL refuses root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class NoAccount(Exception):
    """There is no account that PostgreSQL could run under."""


@dataclass(frozen=True)
class Account:
    """The account of the database; ``switch`` is true when a child process has to change to it."""

    uid: int
    gid: int
    switch: bool

    def spawn(self) -> dict[str, Any]:
        """Arguments for ``subprocess`` that start a child under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def own(self, path: Path) -> None:
        """Give ``path`` to this account."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def reaches(self, folder: Path) -> bool:
        """Whether this account may enter ``folder``; asked of the kernel, so that every rule of the machine counts."""
        if not self.switch:
            return os.access(folder, os.X_OK)
        ask = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
        return subprocess.run(ask, check=False, cwd="/", stderr=subprocess.DEVNULL, **self.spawn()).returncode == 0


def database_account() -> Account:
    """The caller's own account, or ``nobody`` when the caller is root.

    Raises NoAccount when root has nobody to change to.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise NoAccount("PostgreSQL does not run as root, and this machine has no account 'nobody'") from None
    return Account(entry.pw_uid, entry.pw_gid, switch=True)
