"""Decides which indicators together judge a space, and that two persons stand behind each version of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, another_person, refuse_all
from services.registry.assessment.domain.indicator import WHOLE, Indicator, IndicatorKind, indicator_faults
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults

_CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")


class SystemState(StrEnum):
    """draft → published; a draft or a published version is replaced by a later one of its code."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REPLACED = "replaced"


@dataclass(frozen=True)
class SystemFacts:
    """What a version of an indicator system 评价指标体系 says; nobody changes it afterwards.

    ``pass_from`` and ``excellent_from`` are the fewest points, in basis points, of these grades; ``clause`` is where
    the assessment is ordered.
    """

    code: str
    zh: str
    en: str
    clause: str
    pass_from: int
    excellent_from: int
    indicators: tuple[Indicator, ...]

    @property
    def by_id(self) -> dict[str, Indicator]:
        """The indicators by id."""
        return {one.id: one for one in self.indicators}


@dataclass(frozen=True)
class IndicatorSystem:
    """A version of an indicator system; persons are references, None is the product that ships it."""

    id: UUID
    number: int
    facts: SystemFacts
    state: SystemState = SystemState.DRAFT
    made_by: str | None = None
    published_by: str | None = None


def system_faults(facts: SystemFacts) -> list[Reason]:
    """List all that is wrong with an indicator system: code, names, each indicator, weights, bounds of the grades."""
    return [
        *_code_faults(facts.code),
        *name_faults(facts.zh, "/zh"),
        *name_faults(facts.en, "/en"),
        *name_faults(facts.clause, "/clause", limit=TEXT_LENGTH),
        *(fault for place, one in enumerate(facts.indicators) for fault in indicator_faults(one, place)),
        *_twice_faults(facts.indicators),
        *_weight_faults(facts.indicators),
        *_grade_faults(facts),
    ]


def publish(system: IndicatorSystem, *, by: str) -> IndicatorSystem:
    """Put a draft into force, by another person than made it.

    Refusal ``indicator_system.state``, ``indicator_system.same_person``, and ``indicator_system.shipped`` for what
    ships with the product: nobody stands behind it until a person has drafted it as a version of his own.
    """
    refuse_all(in_force_faults(system, SystemState.DRAFT, "publish"))
    if system.made_by is None:
        raise Refusal("indicator_system.shipped", rule="two persons", numbers={"code": system.facts.code})
    another_person(by, than=[system.made_by], otherwise="indicator_system.same_person")
    return replace(system, state=SystemState.PUBLISHED, published_by=by)


def replaced(system: IndicatorSystem) -> IndicatorSystem:
    """Give the version that a later one replaces; campaigns that were drafted with it go on with it."""
    if system.state is SystemState.REPLACED:
        raise Refusal("indicator_system.state", numbers={"state": system.state.value, "verb": "replace"})
    return replace(system, state=SystemState.REPLACED)


def in_force_faults(
    system: IndicatorSystem, wanted: SystemState, verb: str, pointer: str | None = None
) -> list[Reason]:
    """List what is wrong with an act on a version: its state does not allow it."""
    if system.state is wanted:
        return []
    numbers = {"state": system.state.value, "verb": verb}
    rule = "the life cycle of an indicator system"
    return [Reason("indicator_system.state", rule=rule, pointer=pointer, numbers=numbers)]


def _code_faults(code: str) -> list[Reason]:
    if _CODE.fullmatch(code):
        return []
    return [Reason("indicator.id", rule="small letters, digits and hyphens", pointer="/code", numbers={"id": code})]


def _twice_faults(indicators: Sequence[Indicator]) -> list[Reason]:
    ids = [one.id for one in indicators]
    return [
        Reason("indicator.twice", rule="an id names one indicator", pointer=f"/indicators/{place}/id")
        for place, name in enumerate(ids)
        if name in ids[:place]
    ]


def _weight_faults(indicators: Sequence[Indicator]) -> list[Reason]:
    total = sum(one.weight for one in indicators if one.kind is IndicatorKind.SCORED)
    if total == WHOLE:
        return []
    rule = "the weights of the scored indicators make up all points"
    numbers = {"total": total, "whole": WHOLE}
    return [Reason("indicator_system.weights", rule=rule, pointer="/indicators", numbers=numbers)]


def _grade_faults(facts: SystemFacts) -> list[Reason]:
    if 0 < facts.pass_from <= facts.excellent_from <= WHOLE:
        return []
    numbers = {"pass_from": facts.pass_from, "excellent_from": facts.excellent_from, "whole": WHOLE}
    rule = "something is needed to pass, and no less to be excellent"
    return [Reason("indicator_system.grades", rule=rule, pointer="/pass_from", numbers=numbers)]
