"""Decides what an indicator 考核指标 is: where its figure comes from, and how many points a figure earns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults, optional_name_faults

WHOLE = 10_000
"""All points there are, in basis points."""
_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")


class IndicatorKind(StrEnum):
    """A scored indicator earns points; a veto fails the space when its figure lies outside its bounds."""

    SCORED = "scored"
    VETO = "veto"


class Unit(StrEnum):
    """What a figure counts; money is counted in fen."""

    FEN = "fen"
    TIMES = "times"
    PERSONS = "persons"
    TEAMS = "teams"
    FIRMS = "firms"
    CASES = "cases"


class Counter(StrEnum):
    """What the registry counts itself, from activities and residencies."""

    TRAINING_SESSIONS = "training_sessions"
    COACHING_SESSIONS = "coaching_sessions"
    TRAINEES = "trainees"
    RESIDENT_TEAMS = "resident_teams"
    GRADUATED_FIRMS = "graduated_firms"


COUNTED_IN = {
    Counter.TRAINING_SESSIONS: Unit.TIMES,
    Counter.COACHING_SESSIONS: Unit.TIMES,
    Counter.TRAINEES: Unit.PERSONS,
    Counter.RESIDENT_TEAMS: Unit.TEAMS,
    Counter.GRADUATED_FIRMS: Unit.FIRMS,
}


@dataclass(frozen=True)
class Step:
    """From a figure on, a share of the weight is earned, in basis points of the weight."""

    start: int
    share: int


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One indicator. ``counted_from`` is summed; without any, the space reports the figure itself.

    A scored one has a ``weight`` in basis points and a scale: a straight line from ``nothing_at`` (no points) to
    ``full_at`` (all of them), or ``steps``. A veto one has the ``least`` or ``most`` that its figure may be.
    """

    id: str
    zh: str
    en: str
    kind: IndicatorKind
    unit: Unit
    counted_from: tuple[Counter, ...] = ()
    weight: int = 0
    nothing_at: int = 0
    full_at: int | None = None
    steps: tuple[Step, ...] = ()
    least: int | None = None
    most: int | None = None
    clause: str | None = None


def points(indicator: Indicator, figure: int) -> int:
    """What a figure earns, in basis points; a fraction of a basis point is left out, never rounded up.

    A larger figure never earns less. A veto earns nothing. Source: the scale of the indicator system.
    """
    if indicator.full_at is None:
        share = max((step.share for step in indicator.steps if step.start <= figure), default=0)
        return indicator.weight * share // WHOLE
    length = indicator.full_at - indicator.nothing_at
    reached = min(max(figure - indicator.nothing_at, 0), length)
    return indicator.weight * reached // length


def vetoes(indicator: Indicator, figure: int) -> bool:
    """Whether a figure fails the space whatever its points are."""
    too_little = indicator.least is not None and figure < indicator.least
    return too_little or (indicator.most is not None and figure > indicator.most)


def indicator_faults(indicator: Indicator, place: int) -> list[Reason]:
    """List all that is wrong with an indicator by itself: id, names, counters, weight and scale, or bounds."""
    at = f"/indicators/{place}"
    return [
        *_id_faults(indicator.id, f"{at}/id"),
        *name_faults(indicator.zh, f"{at}/zh"),
        *name_faults(indicator.en, f"{at}/en"),
        *optional_name_faults(indicator.clause, f"{at}/clause", limit=TEXT_LENGTH),
        *_counter_faults(indicator, f"{at}/counted_from"),
        *(_scored_faults(indicator, at) if indicator.kind is IndicatorKind.SCORED else _veto_faults(indicator, at)),
    ]


def _id_faults(name: str, pointer: str) -> list[Reason]:
    if _ID.fullmatch(name):
        return []
    return [Reason("indicator.id", rule="small letters, digits and hyphens", pointer=pointer, numbers={"id": name})]


def _counter_faults(indicator: Indicator, pointer: str) -> list[Reason]:
    counters = indicator.counted_from
    if len(set(counters)) == len(counters) and {COUNTED_IN[one] for one in counters} <= {indicator.unit}:
        return []
    rule = "an indicator sums different counters of its own unit"
    return [Reason("indicator.counter", rule=rule, pointer=pointer, numbers={"unit": indicator.unit.value})]


def _scored_faults(indicator: Indicator, at: str) -> list[Reason]:
    faults = []
    if not 0 < indicator.weight <= WHOLE:
        rule = "a scored indicator has a weight"
        faults.append(Reason("indicator.weight", rule=rule, pointer=f"{at}/weight", numbers={"most": WHOLE}))
    if not _one_scale(indicator):
        rule = "one scale that rises to all points: a line, or steps"
        faults.append(Reason("indicator.scale", rule=rule, pointer=f"{at}/full_at"))
    if (indicator.least, indicator.most) != (None, None):
        faults.append(Reason("indicator.bound", rule="only a veto has bounds", pointer=f"{at}/least"))
    return faults


def _one_scale(indicator: Indicator) -> bool:
    if indicator.full_at is None:
        return _rising(indicator.steps) and indicator.nothing_at == 0
    return not indicator.steps and 0 <= indicator.nothing_at < indicator.full_at


def _rising(steps: Sequence[Step]) -> bool:
    starts, shares = [step.start for step in steps], [step.share for step in steps]
    rising = all(one == sorted(set(one)) and min(one, default=0) >= 0 for one in (starts, shares))
    return rising and shares[-1:] == [WHOLE]


def _veto_faults(indicator: Indicator, at: str) -> list[Reason]:
    faults = []
    if indicator.weight or indicator.nothing_at or indicator.steps or indicator.full_at is not None:
        faults.append(Reason("indicator.weight", rule="a veto earns nothing", pointer=f"{at}/weight"))
    least, most = indicator.least, indicator.most
    if (least is None and most is None) or (least is not None and most is not None and least > most):
        rule = "a veto has a least or a most, in this order"
        faults.append(Reason("indicator.bound", rule=rule, pointer=f"{at}/least"))
    return faults
