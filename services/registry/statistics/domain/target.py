"""Decides what a target of a policy paper is, which of them can be counted here, and whether one is reached."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.names import name_faults
from services.registry.catalogue.domain.region import region_faults


class Measure(StrEnum):
    """What a target counts; the capital that investors manage in fen, everything else in pieces."""

    SPACES = "spaces"
    RECOGNISED_SPACES = "recognised_spaces"
    COVERED_COUNTIES = "covered_counties"
    INVESTORS = "investors"
    MENTORS = "mentors"
    MANAGED_CAPITAL = "managed_capital"
    TALENTS = "talents"
    TECHNOLOGY_FIRMS = "technology_firms"
    HIGH_TECHNOLOGY_FIRMS = "high_technology_firms"


NOT_COUNTED = frozenset({Measure.TALENTS, Measure.TECHNOLOGY_FIRMS, Measure.HIGH_TECHNOLOGY_FIRMS})
"""What other offices decide and count: who is a talent, a technology firm, a high-technology firm."""

UNNAMED = frozenset({Measure.INVESTORS, Measure.MENTORS, Measure.MANAGED_CAPITAL})
"""What is nowhere published by name, so that a small number of it is withheld (decision 0026)."""


@dataclass(frozen=True)
class TargetFacts:
    """What is wanted where by which day, in which clause of which paper; ``beyond``: more than the value."""

    measure: Measure
    region: str
    value: int
    due_on: date
    policy: str
    clause: str
    beyond: bool = False


@dataclass(frozen=True)
class Target:
    """A target as recorded."""

    id: UUID
    facts: TargetFacts


@dataclass(frozen=True)
class Progress:
    """A target against what there is. actual: None where it is not counted here, or withheld; ``on``: the day counted.

    After its day a target is judged as of that day: what came later did not come in time.
    """

    target: Target
    on: date
    actual: int | None
    withheld: bool = False

    @property
    def counted_here(self) -> bool:
        """Whether this registry knows what is counted."""
        return self.target.facts.measure not in NOT_COUNTED

    @property
    def reached(self) -> bool | None:
        """Whether there are as many as wanted, or more where more than the value was wanted."""
        facts = self.target.facts
        if self.actual is None:
            return None
        return self.actual > facts.value if facts.beyond else self.actual >= facts.value


def counting_day(facts: TargetFacts, *, today: date) -> date:
    """The day as of which a target is counted: today until it is due, its last day ever after."""
    return min(facts.due_on, today)


def target_faults(facts: TargetFacts, *, regions: Collection[str]) -> list[Reason]:
    """List all that is wrong with a target: no such region, nothing wanted, no paper or clause named."""
    nothing = Reason("target.value", rule="a target wants more than nothing", pointer="/value")
    return [
        *region_faults(facts.region, regions=regions, pointer="/region"),
        *([] if facts.value > 0 else [nothing]),
        *name_faults(facts.policy, "/policy"),
        *name_faults(facts.clause, "/clause"),
    ]
