"""Decides whom a region supports in a year, and that the list of them is published by another than who prepared it.

Sources: 通政办发〔2018〕5号 四（一） (who is supported is made plain and published), 四（五） (a space that passed its
yearly assessment comes into the scope).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, another_person, refuse_all


class SupportedKind(StrEnum):
    """What is supported."""

    SPACE = "space"
    PROVIDER = "provider"


class Basis(StrEnum):
    """On what ground."""

    EXCELLENT = "assessed_excellent"
    PASSED = "assessed_pass"
    RECOGNISED = "recognised_this_year"
    ADMITTED = "admitted"


class ListState(StrEnum):
    """How far a list is; one that was published is replaced by the next of its region and year."""

    PREPARED = "prepared"
    PUBLISHED = "published"
    REPLACED = "replaced"
    DROPPED = "dropped"


@dataclass(frozen=True)
class SpaceCase:
    """What speaks for a space in a year. recognised: on the day of the list; recognised_in_year: since New Year."""

    id: UUID
    name: str
    region: str
    recognised: bool
    recognised_in_year: bool
    grade: str | None


@dataclass(frozen=True)
class Entry:
    """One line of a list: nobody but the object itself is named."""

    kind: SupportedKind
    subject_id: UUID
    name: str
    region: str
    grounds: tuple[str, ...]


@dataclass(frozen=True)
class SupportedList:
    """Whom a region supports in a year. digest: what whoever publishes must send back, having seen it."""

    id: UUID
    region: str
    year: int
    entries: tuple[Entry, ...]
    prepared_by: str
    prepared_at: datetime
    state: ListState = ListState.PREPARED
    decided_by: str | None = None
    decided_at: datetime | None = None

    @property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, over the canonical JSON of the list: sorted keys, no spaces."""
        told = [
            {
                "position": position,
                "kind": entry.kind.value,
                "id": entry.subject_id.hex,
                "name": entry.name,
                "region": entry.region,
                "grounds": list(entry.grounds),
            }
            for position, entry in enumerate(self.entries, start=1)
        ]
        whole = {"region": self.region, "year": self.year, "entries": told}
        text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Cover:
    """A list without its lines: how many they are, their digest, and when somebody decided on it."""

    id: UUID
    region: str
    year: int
    state: ListState
    digest: str
    lines: int
    decided_at: datetime | None


def cover_of(whole: SupportedList) -> Cover:
    """The cover of a list."""
    lines = len(whole.entries)
    return Cover(whole.id, whole.region, whole.year, whole.state, whole.digest, lines, whole.decided_at)


def space_entry(case: SpaceCase) -> Entry | None:
    """A space's line; None for one that is not recognised, or that neither passed this year nor is new in it."""
    by_grade = {"excellent": Basis.EXCELLENT, "pass": Basis.PASSED}
    grounds = [by_grade[case.grade]] if case.grade in by_grade else []
    if case.grade != "fail" and case.recognised_in_year:
        grounds.append(Basis.RECOGNISED)
    if not case.recognised or not grounds:
        return None
    return Entry(SupportedKind.SPACE, case.id, case.name, case.region, tuple(ground.value for ground in grounds))


def prepare(drafted: SupportedList) -> SupportedList:
    """A list that may be prepared, spaces first, then by name. Refusal ``supported.nothing`` when nobody is on it."""
    if not drafted.entries:
        raise Refusal("supported.nothing", numbers={"region": drafted.region, "year": drafted.year})
    ordered = sorted(drafted.entries, key=lambda one: (one.kind is not SupportedKind.SPACE, one.name, one.subject_id))
    return replace(drafted, entries=tuple(ordered))


def publish(prepared: SupportedList, *, digest: str, by: str, at: datetime, today: Sequence[Entry]) -> SupportedList:
    """Publish a prepared list; today: whom the region supports now.

    Refusal ``supported.state``; ``supported.own`` for who prepared it; ``supported.digest`` when it is not the list
    that was seen; ``supported.outdated`` when somebody on it is not supported as it says any more, or somebody else is.
    """
    refuse_all(_state_faults(prepared, "publish"))
    another_person(by, than=[prepared.prepared_by], otherwise="supported.own")
    if digest != prepared.digest:
        raise Refusal("supported.digest", rule="what is published was seen", pointer="/digest")
    lines = len(set(prepared.entries) ^ set(today))
    if lines:
        raise Refusal("supported.outdated", rule="what is published is so", numbers={"lines": lines})
    return replace(prepared, state=ListState.PUBLISHED, decided_by=by, decided_at=at)


def drop(prepared: SupportedList, *, by: str, at: datetime) -> SupportedList:
    """Drop a prepared list. Refusal ``supported.state``."""
    refuse_all(_state_faults(prepared, "drop"))
    return replace(prepared, state=ListState.DROPPED, decided_by=by, decided_at=at)


def _state_faults(found: SupportedList, verb: str) -> Sequence[Reason]:
    if found.state is ListState.PREPARED:
        return []
    numbers = {"state": found.state.value, "verb": verb}
    return [Reason("supported.state", rule="the life cycle of a list", numbers=numbers)]
