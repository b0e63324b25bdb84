"""Decides what a space 众创空间 is and what may be recorded about it."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.names import name_faults, optional_name_faults, shown
from services.registry.catalogue.domain.region import region_faults
from services.registry.spaces.domain.act import Changed

LARGEST = 100_000_000
"""More square metres or seats than any space has: what is above is a slip of the pen."""


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


class Sponsor(StrEnum):
    """Who stands behind a space: the Jiangmen paper, clauses （二） to （六）; overseas: 本地注册，异地孵化."""

    LEADING_ENTERPRISE = "leading_enterprise"
    RESEARCH_OR_UNIVERSITY = "research_or_university"
    INDUSTRIAL_CLUSTER = "industrial_cluster"
    INNOVATION_ZONE = "innovation_zone"
    OVERSEAS = "overseas"


class SpaceState(StrEnum):
    """recorded → filed → recognised; revoked and closed lead back only through a new filing."""

    RECORDED = "recorded"
    FILED = "filed"
    RECOGNISED = "recognised"
    REVOKED = "revoked"
    CLOSED = "closed"


class SpaceStatus(StrEnum):
    """Whether the space is open, which every state but one is."""

    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True)
class Premises:
    """Where the space is and how large: square metres, seats, address."""

    area_square_metres: int | None = None
    seats: int | None = None
    address: str | None = None


NOT_TOLD = Premises()


@dataclass(frozen=True)
class SpaceFacts:
    """What is recorded about a space.

    ``operator_id`` is the organisation that runs it; ``field`` the code of an industry; ``parent_id`` the space, often
    a national brand, that it is a branch of.
    """

    name: str
    kind: SpaceKind
    form: SpaceForm
    operator_id: UUID
    region: str
    sponsor: Sponsor | None = None
    field: str | None = None
    premises: Premises = NOT_TOLD
    parent_id: UUID | None = None


@dataclass(frozen=True)
class Space:
    """A space as recorded; ``version`` is its ETag.

    ``revoked_on``: since when it is barred, until it is recognised again; ``incubator_on``: when it was upgraded to an
    incubator 科技企业孵化器.
    """

    id: UUID
    facts: SpaceFacts
    state: SpaceState = SpaceState.RECORDED
    version: int = 0
    revoked_on: date | None = None
    incubator_on: date | None = None

    @property
    def status(self) -> SpaceStatus:
        """Whether it is open."""
        return SpaceStatus.CLOSED if self.state is SpaceState.CLOSED else SpaceStatus.ACTIVE

    def changed(self) -> "Space":
        """Give the same with its change counted."""
        return replace(self, version=self.version + 1)


def differences(before: SpaceFacts, after: SpaceFacts) -> tuple[Changed, ...]:
    """Each fact whose value is another, by name, those of the premises too."""
    told: list[tuple[str, object, object]] = [
        (name, before, after) for name in ("name", "kind", "form", "region", "sponsor", "field", "parent_id")
    ]
    told += [(field.name, before.premises, after.premises) for field in fields(Premises)]
    pairs = [(name, getattr(one, name), getattr(other, name)) for name, one, other in told]
    return tuple(Changed(name, _said(one), _said(other)) for name, one, other in pairs if one != other)


def space_faults(facts: SpaceFacts, *, regions: Collection[str], fields: Collection[str]) -> list[Reason]:
    """List all that is wrong with a space's facts: name, region, field, premises."""
    return [
        *name_faults(facts.name, "/name"),
        *region_faults(facts.region, regions=regions, pointer="/region"),
        *field_faults(facts.field, fields=fields, pointer="/field"),
        *_premises_faults(facts.premises),
    ]


def field_faults(code: str | None, *, fields: Collection[str], pointer: str) -> list[Reason]:
    """List what is wrong with an industry field: no paper names one of that code."""
    if code is None or code in fields:
        return []
    return [Reason("space.field", rule="fields are those listed", pointer=pointer, numbers={"field": code})]


def branch_faults(space_id: UUID | None, parent: Space | None, *, has_branches: bool) -> list[Reason]:
    """List what is wrong with making a space a branch of another: itself, more than two levels, a closed parent."""
    if parent is None:
        return []
    rule = "a branch has a parent, and a parent is no branch"
    deep = parent.id == space_id or has_branches or parent.facts.parent_id is not None
    levels = [Reason("space.branch", rule=rule, pointer="/parent")] if deep else []
    return [*levels, *(closed_faults(parent, "/parent") if parent.state is SpaceState.CLOSED else [])]


def closed_faults(space: Space, pointer: str) -> list[Reason]:
    """List what is wrong with moving into a space: it is closed, or revoked and not recognised since."""
    if space.state is SpaceState.CLOSED:
        return [Reason("space.closed", rule="a closed space takes nobody in", pointer=pointer)]
    if space.revoked_on is not None:
        numbers = {"date": space.revoked_on.isoformat()}
        rule = "a revoked space takes nobody in until it is recognised again"
        return [Reason("space.revoked", rule=rule, pointer=pointer, numbers=numbers)]
    return []


def _said(value: object) -> str | None:
    if isinstance(value, UUID):
        return shown("spc", value)
    return None if value is None else str(value)


def _premises_faults(premises: Premises) -> list[Reason]:
    counted = (("/premises/area_square_metres", premises.area_square_metres), ("/premises/seats", premises.seats))
    rule = f"more than nothing, at most {LARGEST}"
    return [
        *(
            Reason("space.premises", rule=rule, pointer=pointer, numbers={"most": LARGEST})
            for pointer, number in counted
            if number is not None and not 0 < number <= LARGEST
        ),
        *optional_name_faults(premises.address, "/premises/address"),
    ]
