"""Decides what an organisation 单位 is: one credit code, one name, one place, whatever roles it plays."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.chassis.refusals import Reason, refuse_all
from services.registry.catalogue.domain.names import clean, name_faults, optional_name_faults
from services.registry.catalogue.domain.period import future_faults
from services.registry.catalogue.domain.region import region_faults
from services.standards import uscc

LEGAL_FORM_LENGTH = 80
DECLARED_BY_ITSELF = frozenset({"size_class"})
"""What an organisation may say of itself, once: all else, and every change of it, is recorded by an operator."""


class SizeClass(StrEnum):
    """Size as the organisation declares it itself; the ceilings behind it are a scheme's."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class OrganizationStatus(StrEnum):
    """Whether the organisation still stands in the business register; how it came to leave it, its succession says."""

    ACTIVE = "active"
    DEREGISTERED = "deregistered"


class SuccessionHow(StrEnum):
    """How an organisation ends: taken up by another 合并, wound up 清算, or bankrupt 破产."""

    MERGER = "merger"
    WINDING_UP = "winding_up"
    BANKRUPTCY = "bankruptcy"


@dataclass(frozen=True)
class Succession:
    """How an organisation ended, on which local day, and who answers for it since; None where nobody took it up."""

    how: SuccessionHow
    on: date
    document_id: UUID
    successor_id: UUID | None = None


@dataclass(frozen=True)
class OrganizationFacts:
    """What is told about an organisation when it is recorded.

    uscc: unified social credit code 统一社会信用代码; region: county-level code; registered_on: day of registration.
    """

    uscc: str
    name: str
    region: str
    legal_form: str | None = None
    size_class: SizeClass | None = None
    registered_on: date | None = None

    def written(self) -> "OrganizationFacts":
        """Give the same facts as they are stored: code normalised, names in NFC."""
        return OrganizationFacts(
            uscc=uscc.normalise(self.uscc),
            name=clean(self.name),
            region=self.region,
            legal_form=None if self.legal_form is None else clean(self.legal_form),
            size_class=self.size_class,
            registered_on=self.registered_on,
        )


@dataclass(frozen=True)
class Organization:
    """An organisation as recorded; ``version`` counts its changes and is its ETag."""

    id: UUID
    facts: OrganizationFacts
    status: OrganizationStatus = OrganizationStatus.ACTIVE
    version: int = 0
    succession: Succession | None = None

    @property
    def region(self) -> str:
        """Where it is registered: the code of a county."""
        return self.facts.region

    def of_size(self, size_class: SizeClass) -> "Organization":
        """Give the same in the size class that its figures put it into."""
        return replace(self, facts=replace(self.facts, size_class=size_class))

    @property
    def may_declare(self) -> frozenset[str]:
        """What it may still say of itself: what nobody has recorded, or an operator's word could be undone by it."""
        return frozenset(name for name in DECLARED_BY_ITSELF if getattr(self.facts, name) is None)


def organization_faults(facts: OrganizationFacts, *, regions: Collection[str], today: date) -> list[Reason]:
    """List all that is wrong with the facts: code, name, legal form, region, day of registration."""
    return [
        *uscc_faults(facts.uscc, "/uscc"),
        *name_faults(facts.name, "/name"),
        *region_faults(facts.region, regions=regions, pointer="/region"),
        *optional_name_faults(facts.legal_form, "/legal_form", limit=LEGAL_FORM_LENGTH),
        *future_faults(facts.registered_on, today=today, pointer="/registered_on"),
    ]


def amend(
    organization: Organization,
    changes: Mapping[str, Any],
    *,
    by_itself: bool,
    regions: Collection[str],
    today: date,
    is_sized: bool = False,
) -> Organization:
    """Change facts or status, by name. The credit code never changes; a name so changed was mistyped.

    is_sized: whether its size class is computed from figures. Refusal with all faults of the facts, ``field.not_yours``
    for each that an organisation may not change of itself, ``organization.sized`` for a class that is computed, and
    ``organization.succeeded`` where one that ended with a succession should be active again.
    """
    foreign = sorted(changes.keys() - organization.may_declare) if by_itself else []
    told = {name: value for name, value in changes.items() if name != "status"}
    facts = replace(organization.facts, **told)
    status = OrganizationStatus(changes.get("status", organization.status))
    refuse_all(
        [
            *(Reason("field.not_yours", rule="recorded by an operator", pointer=f"/{name}") for name in foreign),
            *_size_faults(organization, facts, is_sized=is_sized),
            *_status_faults(organization, status),
            *organization_faults(facts, regions=regions, today=today),
        ]
    )
    return replace(organization, facts=facts.written(), status=status)


def standing_faults(organization: Organization, pointer: str | None = None) -> list[Reason]:
    """List what keeps an organisation from anything new: it is no longer registered."""
    if organization.status is OrganizationStatus.ACTIVE:
        return []
    return [Reason("organization.deregistered", rule="a deregistered organisation begins nothing", pointer=pointer)]


def _size_faults(organization: Organization, facts: OrganizationFacts, *, is_sized: bool) -> list[Reason]:
    if not is_sized or facts.size_class == organization.facts.size_class:
        return []
    return [Reason("organization.sized", rule="a size class computed from figures counts", pointer="/size_class")]


def _status_faults(organization: Organization, status: OrganizationStatus) -> list[Reason]:
    if organization.succession is None or status is organization.status:
        return []
    return [Reason("organization.succeeded", rule="what has been taken up does not come back", pointer="/status")]


def uscc_faults(text: str, pointer: str) -> list[Reason]:
    """List what is wrong with a credit code (GB 32100-2015): length, character, region, either check character."""
    try:
        uscc.check(text)
    except uscc.UsccFault as fault:
        return [Reason(fault.code, rule="GB 32100-2015", pointer=pointer, numbers={"position": fault.position})]
    return []
