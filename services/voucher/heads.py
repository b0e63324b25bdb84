"""Remembers outside of the database the last head of each chain of seals that this house has seen."""

import os
from pathlib import Path
from urllib.parse import quote

from services.chassis.database import Database
from services.voucher.ledger.domain.tampering import Head


class Heads:
    """In memory, and in a folder where there is one: several processes may share it, and a restart forgets nothing."""

    def __init__(self, folder: Path | None = None) -> None:
        """folder: is made when there is something to keep."""
        self.folder = folder
        self._seen: dict[str, Head] = {}

    def last(self, database: Database) -> Head | None:
        """The newest head seen of a database's chain; None before the first. OSError, ValueError: not to be read."""
        known = [self._seen.get(_name(database)), self._kept(_name(database))]
        return max((one for one in known if one is not None), key=lambda head: head.number, default=None)

    def keep(self, database: Database, head: Head) -> None:
        """This one of a chain that holds the last has been seen. OSError: it cannot be kept."""
        last = self.last(database)
        if last is not None and head.number <= last.number:
            return
        name = _name(database)
        self._seen[name] = head
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            beside = self.folder / f".{name}.{os.getpid()}"
            beside.write_text(f"{head.number} {head.head.hex()}\n", encoding="utf-8")
            beside.replace(self.folder / name)

    def _kept(self, name: str) -> Head | None:
        if self.folder is None or not (file := self.folder / name).exists():
            return None
        number, head = file.read_text(encoding="utf-8").split()
        return Head(int(number), bytes.fromhex(head))


def _name(database: Database) -> str:
    return quote(str(database.engine.url.database), safe="")
