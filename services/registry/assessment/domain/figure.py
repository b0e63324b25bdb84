"""Decides which figures stand for a space: counted here, reported by it, or corrected by its reviewer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.assessment.domain.indicator import Indicator, Unit
from services.registry.assessment.domain.indicator_system import SystemFacts
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults
from services.registry.spaces.domain.counting import Counted

LARGEST = 10**15
"""More than any figure is, in fen ten million million yuan."""


@dataclass(frozen=True)
class Told:
    """A figure that a space tells: a reported one with its document, or in place of a counted one with a reason too.

    money: whether it was told as an amount, in fen inside, or as a plain number.
    """

    indicator: str
    value: int
    money: bool = False
    reason: str | None = None
    document_id: UUID | None = None


@dataclass(frozen=True)
class Ruling:
    """What a reviewer says of a figure: it stands (no value), or another does for this reason. money: as in `Told`."""

    indicator: str
    value: int | None = None
    money: bool = False
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure with all that it came from: counted here, told by the space, ruled by a reviewer; the last stands.

    points and vetoed: what it was found to be worth, in basis points; None before that.
    """

    indicator: str
    counted: int | None = None
    counted_corrected: bool = False
    told: int | None = None
    reason: str | None = None
    document_id: UUID | None = None
    ruled: int | None = None
    ruling: str | None = None
    points: int | None = None
    vetoed: bool = False

    @property
    def value(self) -> int | None:
        """What stands."""
        return next((one for one in (self.ruled, self.told, self.counted) if one is not None), None)

    @property
    def typed(self) -> bool:
        """Whether somebody typed a figure in the place of what was counted."""
        return self.counted is not None and (self.told is not None or self.ruled is not None)


def counted(system: SystemFacts, counts: Counted) -> tuple[Figure, ...]:
    """Give the figures of all indicators as far as the registry counts them itself."""
    return tuple(_counted(one, counts) for one in system.indicators)


def reported(figures: Sequence[Figure], told: Sequence[Told]) -> tuple[Figure, ...]:
    """Give the figures with what the space tells of them; only after `report_faults` found nothing."""
    said = {one.indicator: one for one in told}
    return tuple(_with_told(one, said[one.indicator]) if one.indicator in said else one for one in figures)


def ruled(figures: Sequence[Figure], rulings: Sequence[Ruling]) -> tuple[Figure, ...]:
    """Give the figures with what the reviewer says of them; only after `ruling_faults` found nothing."""
    said = {one.indicator: one for one in rulings if one.value is not None}
    return tuple(
        replace(one, ruled=said[one.indicator].value, ruling=said[one.indicator].reason)
        if one.indicator in said
        else one
        for one in figures
    )


def report_faults(
    system: SystemFacts, figures: Sequence[Figure], told: Sequence[Told], *, documents: Collection[UUID]
) -> list[Reason]:
    """List all that is wrong with a report: a figure left out, unknown, told twice, too large, without evidence.

    A typed correction of a counted figure needs its reason beside its document.
    """
    typed = {one.indicator for one in figures if one.counted is not None}
    return [
        *_naming_faults(system, [one.indicator for one in told]),
        *(fault for place, one in enumerate(told) for fault in _value_faults(system, one, place)),
        *(fault for place, one in enumerate(told) for fault in _ground_faults(one, typed, documents, place)),
        *missing_faults(reported(figures, told)),
    ]


def ruling_faults(system: SystemFacts, rulings: Sequence[Ruling], *, every: bool) -> list[Reason]:
    """List all that is wrong with rulings: unknown, twice, a correction without reason, or (every) one left out."""
    named = [one.indicator for one in rulings]
    corrections = [(place, one) for place, one in enumerate(rulings) if one.value is not None]
    return [
        *_naming_faults(system, named),
        *(fault for place, one in corrections for fault in _value_faults(system, one, place)),
        *(fault for place, one in corrections for fault in _reason_faults(one.reason, place)),
        *(_unruled_faults(system, named) if every else []),
    ]


def missing_faults(figures: Sequence[Figure]) -> list[Reason]:
    """List the figures that nobody has given."""
    rule = "every indicator has a figure"
    return [
        Reason("assessment.figure_missing", rule=rule, pointer="/figures", numbers={"indicator": one.indicator})
        for one in figures
        if one.value is None
    ]


def _counted(indicator: Indicator, counts: Counted) -> Figure:
    if not indicator.counted_from:
        return Figure(indicator=indicator.id)
    total = sum(vars(counts)[one.value] for one in indicator.counted_from)
    return Figure(indicator=indicator.id, counted=total, counted_corrected=counts.corrected)


def _with_told(figure: Figure, told: Told) -> Figure:
    return replace(figure, told=told.value, reason=told.reason, document_id=told.document_id)


def _naming_faults(system: SystemFacts, names: Sequence[str]) -> list[Reason]:
    unknown = [
        Reason(
            "assessment.figure_unknown",
            rule="figures are those of the indicator system",
            pointer=f"/figures/{place}/indicator",
            numbers={"indicator": name},
        )
        for place, name in enumerate(names)
        if name not in system.by_id
    ]
    twice = [
        Reason("assessment.figure_twice", rule="a figure is told once", pointer=f"/figures/{place}/indicator")
        for place, name in enumerate(names)
        if name in names[:place]
    ]
    return unknown + twice


def _unruled_faults(system: SystemFacts, named: Collection[str]) -> list[Reason]:
    rule = "a reviewer says something of every figure"
    return [
        Reason("assessment.figure_unruled", rule=rule, pointer="/figures", numbers={"indicator": name})
        for name in system.by_id
        if name not in named
    ]


def _value_faults(system: SystemFacts, said: Told | Ruling, place: int) -> list[Reason]:
    pointer = f"/figures/{place}/value"
    indicator = system.by_id.get(said.indicator)
    if indicator is not None and (indicator.unit is Unit.FEN) is not said.money:
        unit = {"unit": indicator.unit.value}
        return [Reason("assessment.figure_unit", rule="money is told as money", pointer=pointer, numbers=unit)]
    if said.value is not None and not 0 <= said.value <= LARGEST:
        numbers = {"most": LARGEST}
        return [Reason("assessment.figure_size", rule="figures are bounded", pointer=pointer, numbers=numbers)]
    return []


def _ground_faults(told: Told, typed: Collection[str], documents: Collection[UUID], place: int) -> list[Reason]:
    needless = told.reason is None and told.indicator not in typed
    there = told.document_id in documents
    pointer = f"/figures/{place}/document"
    no_evidence = [Reason("assessment.evidence", rule="a figure that is told has its document", pointer=pointer)]
    return [*([] if needless else _reason_faults(told.reason, place)), *([] if there else no_evidence)]


def _reason_faults(reason: str | None, place: int) -> list[Reason]:
    return name_faults(reason or "", f"/figures/{place}/reason", limit=TEXT_LENGTH)
