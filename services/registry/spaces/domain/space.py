"""Decides what a space 众创空间 is and who lives in it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.names import name_faults, shown
from services.registry.catalogue.domain.period import Period, period_faults
from services.registry.catalogue.domain.region import region_faults


class SpaceKind(StrEnum):
    """The kinds of 嘉政办发〔2015〕90号."""

    DEMONSTRATION_LEADING = "demonstration_leading"
    INVESTMENT_PROMOTING = "investment_promoting"
    PROFESSIONAL_SERVICE = "professional_service"
    MAKER_INCUBATING = "maker_incubating"


class SpaceForm(StrEnum):
    """The forms named in the Jiangmen paper, clause （一）: 创客空间, 创业咖啡, 创新工场."""

    MAKER_SPACE = "maker_space"
    CAFE = "cafe"
    INNOVATION_WORKSHOP = "innovation_workshop"


class SpaceStatus(StrEnum):
    """Whether the space is open; recognition and assessment are told apart from it."""

    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True)
class SpaceFacts:
    """What an operator records about a space; ``operator_id`` is the organisation that runs it."""

    name: str
    kind: SpaceKind
    form: SpaceForm
    operator_id: UUID
    region: str


@dataclass(frozen=True)
class Space:
    """A space as recorded; ``version`` is its ETag."""

    id: UUID
    facts: SpaceFacts
    status: SpaceStatus = SpaceStatus.ACTIVE
    version: int = 0

    def changed(self) -> "Space":
        """Give the same with its change counted."""
        return replace(self, version=self.version + 1)


@dataclass(frozen=True)
class Residency:
    """A team or an organisation (exactly one of them) is resident 入驻 in a space."""

    id: UUID
    space_id: UUID
    team_id: UUID | None
    organization_id: UUID | None
    period: Period


def space_faults(facts: SpaceFacts, *, regions: Collection[str]) -> list[Reason]:
    """List all that is wrong with a space's facts: name, region."""
    return [*name_faults(facts.name, "/name"), *region_faults(facts.region, regions=regions, pointer="/region")]


def residency_faults(
    residency: Residency, space: Space, known: Iterable[Residency], *, inside: str = ""
) -> list[Reason]:
    """List what is wrong with a residency: nobody or two at once, dates, a closed space, the same resident twice.

    ``inside`` is the pointer of the object in which it was told.
    """
    return [
        *_resident_faults(residency),
        *period_faults(residency.period, f"{inside}/until"),
        *closed_faults(space, f"{inside}/space"),
        *_overlap_faults(residency, known),
    ]


def closed_faults(space: Space, pointer: str) -> list[Reason]:
    """List what is wrong with moving into a space: it is closed."""
    if space.status is SpaceStatus.ACTIVE:
        return []
    return [Reason("space.closed", rule="a closed space takes nobody in", pointer=pointer)]


def _resident_faults(residency: Residency) -> list[Reason]:
    if (residency.team_id is None) != (residency.organization_id is None):
        return []
    return [Reason("residency.resident", rule="a residency is of one team or one organisation", pointer="/team")]


def _overlap_faults(residency: Residency, known: Iterable[Residency]) -> list[Reason]:
    for other in known:
        if other.space_id == residency.space_id and other.period.overlaps(residency.period):
            numbers = {"id": shown("rsd", other.id)}
            return [Reason("residency.overlap", rule="nobody is resident twice", pointer="/from", numbers=numbers)]
    return []
