"""Decides what an import 导入 is, what each of its lines came to, and what a line says before anything is looked up."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.transfer.domain.known import Known
from services.registry.transfer.domain.normalising import CellFault, Meant

_Value = TypeVar("_Value")

RECORDED = "recorded"
"""The rule of a change that is no normalising: what was recorded had another value."""
CELL_MAX = 4_096
"""Characters of a cell: nothing that is asked for is longer."""
DOCUMENTS_MAX = 16
MAPPING_MAX = 64


class ImportKind(StrEnum):
    """What the lines of an import are about."""

    ORGANIZATIONS = "organizations"
    SPACES = "spaces"
    RESIDENCIES = "residencies"
    REGISTER_ENTRIES = "register_entries"


class ImportState(StrEnum):
    """How far an import has come; refused: one of its files cannot be read, and none was carried out."""

    TAKEN = "taken"
    DONE = "done"
    REFUSED = "refused"


class Outcome(StrEnum):
    """What a line came to, or would have come to but for the dry run."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Change:
    """A value that was not taken as it stood: a cell that was normalised, or a fact that was there with another."""

    field: str
    before: str | None
    after: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line as read: its place in the import and in its file, its cells, and what they mean where that can be told.

    key: by what the same thing is known again; meant: facts by field. digest: of the meaning, so that a key that
    stands twice in an import is told from one that says two things.
    """

    line: int
    document: int
    row: int
    key: str | None
    meant: Mapping[str, Any]
    changes: tuple[Change, ...]
    faults: tuple[Reason, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of what it means."""
        text = json.dumps({name: str(value) for name, value in self.meant.items()}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with its outcome. subject_id: what it is about now; None when rejected, or new in a dry run."""

    line: Line
    outcome: Outcome
    subject_id: UUID | None = None
    changes: tuple[Change, ...] = ()
    faults: tuple[Reason, ...] = ()

    @classmethod
    def rejected(cls, line: Line, faults: Sequence[Reason]) -> "Judged":
        """The line with all that is wrong with it; it leaves no trace but this."""
        return cls(line, Outcome.REJECTED, None, line.changes, tuple(faults))


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier line of the same import with the same key, that was not rejected."""

    line: int
    digest: str
    subject_id: UUID | None


@dataclass(frozen=True, slots=True)
class FileHeading:
    """A header of a file of an import, which are counted from 1; field None: it was not known, and its column ignored.

    unit: what its amounts are told in.
    """

    document: int
    header: str
    field: str | None
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Lists to be taken in. mapping: fields by headers of the sender's own.

    client and requested_by: account and person; counts: of lines, by outcome; faults: why none was carried out;
    headers: how each header of its files was understood, once they were read; as_of: the local day of which an extract
    of a register tells, None of other lists.
    """

    id: UUID
    kind: ImportKind
    documents: tuple[UUID, ...]
    mapping: Mapping[str, str]
    dry_run: bool
    job_id: UUID
    client: str
    requested_by: str
    requested_at: datetime
    as_of: date | None = None
    state: ImportState = ImportState.TAKEN
    counts: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[Mapping[str, Any], ...] = ()
    headers: tuple[FileHeading, ...] = ()
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Some lines of an import. earlier: those of earlier batches, by key; zone: in which local days are told."""

    of: Import
    lines: Sequence[Line]
    earlier: Mapping[str, Earlier]
    known: Known
    zone: str

    def sound(self, name: str) -> list[Any]:
        """One fact of each line in which nothing is wrong."""
        return [line.meant[name] for line in self.lines if not line.faults]


@dataclass(slots=True)
class Cells:
    """Reads the cells of one line and gathers what was changed and what is wrong, all of it.

    columns: the fields that the file has a column for; None where it has all.
    """

    cells: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    columns: Collection[str] | None = None
    changes: list[Change] = field(default_factory=list)
    faults: list[Reason] = field(default_factory=list)

    def read(self, name: str, how: Callable[[str], Meant[_Value]]) -> _Value | None:
        """What a cell means; None when it is empty or wrong."""
        cell = self.cells.get(name)
        if cell is None:
            return None
        if len(cell) > CELL_MAX:
            numbers = {"limit": CELL_MAX}
            self.faults.append(Reason("name.too_long", rule="cells are bounded", pointer=f"/{name}", numbers=numbers))
            return None
        try:
            value, rules = how(cell)
        except CellFault as wrong:
            rule = "a cell means one thing"
            self.faults.append(Reason(wrong.code, rule=rule, pointer=f"/{name}", numbers=wrong.numbers))
            return None
        self.changes += [Change(name, cell, str(value), rule) for rule in rules]
        return value

    def require(self, *names: str) -> None:
        """Note those of these cells that are empty."""
        rule = "a line names what it is about"
        for name in names:
            if self.columns is not None and name not in self.columns:
                self.faults.append(Reason("cell.no_column", rule=rule, pointer=f"/{name}"))
            elif name not in self.cells:
                self.faults.append(Reason("cell.missing", rule=rule, pointer=f"/{name}"))


def settle(lines: Sequence[Line], earlier: Mapping[str, Earlier], judge: Callable[[Line], Judged]) -> list[Judged]:
    """Decide what the lines of a batch come to, one after the other.

    earlier: lines of earlier batches by key. A line whose key stood before says the same again, or is rejected; so the
    same import a second time finds everything as it left it.
    """
    seen, judged = dict(earlier), list[Judged]()
    for line in lines:
        before = None if line.key is None else seen.get(line.key)
        if line.faults:
            one = Judged.rejected(line, line.faults)
        elif before is None:
            one = judge(line)
        elif before.digest == line.digest:
            one = Judged(line, Outcome.UNCHANGED, before.subject_id, line.changes)
        else:
            rule = "an import says one thing of a thing"
            numbers = {"line": before.line}
            one = Judged.rejected(line, [Reason("import.contradiction", rule=rule, numbers=numbers)])
        if line.key is not None and one.outcome is not Outcome.REJECTED:
            seen.setdefault(line.key, Earlier(line.line, line.digest, one.subject_id))
        judged.append(one)
    return judged


def tally(judged: Sequence[Judged]) -> dict[str, int]:
    """Count lines by outcome, and those of which a cell was normalised."""
    counts = {outcome.value: sum(1 for one in judged if one.outcome is outcome) for outcome in Outcome}
    return {**counts, "lines": len(judged), "normalised": sum(1 for one in judged if one.line.changes)}
