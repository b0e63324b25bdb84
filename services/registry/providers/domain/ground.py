"""Decides on what ground a provider is admitted for a category, and how long that ground carries the admission."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.category import Category
from services.registry.catalogue.domain.names import name_faults
from services.registry.catalogue.domain.period import Period
from services.registry.providers.domain.qualification import Qualification
from services.standards.region import SIX_DIGITS, contains

LEVELS = ("county", "city", "province", "national")
"""Levels of recognition, lowest first."""
LIST_LENGTH = 100


class GroundKind(StrEnum):
    """A decision of its own, a qualification, a recognised space that the organisation runs, another region's list."""

    DECISION = "decision"
    QUALIFICATION = "qualification"
    CARRIER = "carrier"
    FOREIGN_LIST = "foreign_list"


@dataclass(frozen=True)
class Ground:
    """What an admission rests on: ``id`` is the qualification's or the space's, ``list_region`` whose list names it.

    ``ends_on`` is the last day on which it carries the admission, as far as is known; None while no end is known.
    ``least_level`` is the lowest level at which the space must be recognised for that.
    """

    kind: GroundKind = GroundKind.DECISION
    id: UUID | None = None
    list_name: str | None = None
    list_region: str | None = None
    ends_on: date | None = None
    least_level: str | None = None


BY_DECISION = Ground()
"""An admission that rests on nothing but its own decision."""


@dataclass(frozen=True)
class Requirement:
    """One way to be admitted for a category and those below it, or for each there is, with the clause that opens it.

    qualifications: kinds, any of which suffices; space_kinds: kinds of spaces, any where none is named; least_level:
    the lowest level of recognition.
    """

    category: str | None
    kind: GroundKind
    clause: str
    qualifications: tuple[str, ...] = ()
    space_kinds: tuple[str, ...] = ()
    least_level: str = LEVELS[0]


@dataclass(frozen=True)
class Recognised:
    """One recognition of a space: its level, and the days from the first to the last (None: it goes on)."""

    level: str
    period: Period


@dataclass(frozen=True)
class Carrier:
    """A space that carries an admission: who runs it, its kind, and how it is and was recognised."""

    operator_id: UUID
    kind: str
    recognitions: tuple[Recognised, ...] = ()


@dataclass(frozen=True)
class Found:
    """What the registry knows of the ground that a decision names; None for what is not there or not its own."""

    organization_id: UUID
    region: str
    qualification: Qualification | None = None
    carrier: Carrier | None = None


def open_ways(
    category: str, kind: GroundKind, requirements: Iterable[Requirement], tree: Mapping[str, Category]
) -> list[Requirement]:
    """The requirements of this kind that lead to a category: its own, and those of the broader ones above it."""
    above = lineage(category, tree)
    reached = {*above, None} if above else set()
    return [one for one in requirements if one.kind is kind and one.category in reached]


def ground_faults(ground: Ground, period: Period, found: Found, ways: Sequence[Requirement]) -> list[Reason]:
    """List what is wrong with the ground of an admission: no way leads there, or this one does not carry its first day.

    An end that comes later is no fault: the admission ends with its ground.
    """
    if not ways:
        return [_insufficient(ground.kind)]
    if ground.kind is GroundKind.QUALIFICATION:
        return _qualification_faults(found.qualification, period, ways)
    if ground.kind is GroundKind.CARRIER:
        return _carrier_faults(found, period, ways)
    return _list_faults(ground, found.region) if ground.kind is GroundKind.FOREIGN_LIST else []


def resting(ground: Ground, found: Found, ways: Sequence[Requirement]) -> Ground:
    """Give a ground without faults as the admission keeps it: with the lowest level at which its space carries it."""
    if found.carrier is None or ground.kind is not GroundKind.CARRIER:
        return ground
    open_to_it = [way.least_level for way in ways if not way.space_kinds or found.carrier.kind in way.space_kinds]
    return replace(ground, least_level=min(open_to_it, key=LEVELS.index))


def clause_of(ways: Sequence[Requirement]) -> str:
    """The clause on which an admission without faults rests: that of the first way."""
    return ways[0].clause


def _qualification_faults(
    qualification: Qualification | None, period: Period, ways: Sequence[Requirement]
) -> list[Reason]:
    if qualification is None:
        return [_unknown("qualification")]
    if qualification.kind not in {kind for way in ways for kind in way.qualifications}:
        return [_insufficient(GroundKind.QUALIFICATION)]
    return [] if qualification.carries(period.start) else [_not_in_force(period.start)]


def _carrier_faults(found: Found, period: Period, ways: Sequence[Requirement]) -> list[Reason]:
    carrier = found.carrier
    if carrier is None or carrier.operator_id != found.organization_id:
        return [_unknown("space")]
    now = [one for one in carrier.recognitions if one.period.covers(period.start)]
    if not now:
        return [_not_in_force(period.start)]
    levels = {one.level for one in now}
    return [] if any(_suffices(way, carrier.kind, levels) for way in ways) else [_insufficient(GroundKind.CARRIER)]


def _suffices(way: Requirement, kind: str, levels: Collection[str]) -> bool:
    least = LEVELS.index(way.least_level)
    return (not way.space_kinds or kind in way.space_kinds) and any(LEVELS.index(level) >= least for level in levels)


def _list_faults(ground: Ground, region: str) -> list[Reason]:
    listed_in = ground.list_region or ""
    faults = name_faults(ground.list_name or "", "/ground/list", limit=LIST_LENGTH)
    rule = "a list is another region's"
    if not SIX_DIGITS.fullmatch(listed_in) or contains(listed_in, region):
        numbers = {"region": listed_in}
        faults.append(Reason("ground.list_region", rule=rule, pointer="/ground/region", numbers=numbers))
    return faults


def lineage(category: str, tree: Mapping[str, Category]) -> list[str]:
    """Give a category and all above it, as far as they are listed."""
    found: list[str] = []
    current: str | None = category
    while current is not None and current in tree:
        found.append(current)
        current = tree[current].parent
    return found


def _insufficient(kind: GroundKind) -> Reason:
    rule = "admission by category: what suffices is listed"
    return Reason("ground.insufficient", rule=rule, pointer="/ground", numbers={"ground": kind.value})


def _not_in_force(day: date) -> Reason:
    rule = "a ground holds on the first day of what rests on it"
    return Reason("ground.not_in_force", rule=rule, pointer="/ground/id", numbers={"date": day.isoformat()})


def _unknown(kind: str) -> Reason:
    rule = "what is referred to exists"
    return Reason("reference.unknown", rule=rule, pointer="/ground/id", numbers={"kind": kind})
