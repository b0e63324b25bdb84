"""Decides what a branch 服务网点 of a provider is: where its customers are served."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.names import name_faults
from services.registry.catalogue.domain.region import region_faults


@dataclass(frozen=True)
class BranchFacts:
    """What a provider tells of a branch; one that is no longer active stays known."""

    name: str
    address: str
    region: str
    active: bool = True


@dataclass(frozen=True)
class Branch:
    """A branch as recorded; ``version`` is its ETag."""

    id: UUID
    provider_id: UUID
    facts: BranchFacts
    version: int = 1

    def revised(self, facts: BranchFacts) -> "Branch":
        """Give the same with other facts, counted as a change."""
        return replace(self, facts=facts, version=self.version + 1)


def branch_faults(facts: BranchFacts, *, regions: Collection[str]) -> list[Reason]:
    """List all that is wrong with a branch: name, address, region."""
    return [
        *name_faults(facts.name, "/name"),
        *name_faults(facts.address, "/address"),
        *region_faults(facts.region, regions=regions, pointer="/region"),
    ]
