"""Decides whether what the registry tells can be true: a registry that was rewound, or lies, is not believed.

The feed is kept whole and only grows. So whoever asks behind a change finds that change where it was; a thing never
goes back to an older version; and a page that is not full reaches to the end.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from services.voucher.directory.domain.change import Change, Heard, Place

Versions = Mapping[tuple[str, str], int]
"""How often each thing had changed by what is known of it; those that do not count are left out."""


class Lie(StrEnum):
    """What cannot be true."""

    REWOUND = "rewound"
    REPEATED = "repeated"
    MISNAMED = "misnamed"
    OLDER = "older"
    CUT = "cut"


def lie(heard: Heard, place: Place, known: Versions) -> Lie | None:
    """What is wrong with a page that was asked for behind a place; None where nothing is."""
    return next(_lies(heard, place, known), None)


def _lies(heard: Heard, place: Place, known: Versions) -> Iterator[Lie]:
    positions = [change.position for change in heard.changes]
    events = [change.event for change in heard.changes if change.event is not None]
    if place.cursor in positions or place.event in events or _twice(positions) or _twice(events):
        yield Lie.REPEATED
    if heard.cursor != (positions[-1] if positions else place.cursor):
        yield Lie.REPEATED
    if any(change.document.get("id", change.key) != change.key for change in heard.changes):
        yield Lie.MISNAMED
    if _goes_back(heard.changes, known):
        yield Lie.OLDER
    if heard.complete and place.event is not None and heard.head not in (None, place.cursor, *positions):
        yield Lie.CUT


def _twice(names: list[str]) -> bool:
    return len(set(names)) < len(names)


def _goes_back(changes: tuple[Change, ...], known: Versions) -> bool:
    """Whether a thing is told at an older version than it was known at, or was told at before."""
    latest = dict(known)
    for change in changes:
        if change.version is None:
            continue
        if change.version < latest.get(change.name, 0):
            return True
        latest[change.name] = change.version
    return False
