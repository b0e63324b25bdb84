"""Decides of which classes a founder 创业者 is and what he founded, each with its days and its evidence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.names import clean, optional_name_faults, shown
from services.registry.catalogue.domain.period import Period, future_faults, period_faults, years_after

EMPLOYMENT_YEARS = 3
EMPLOYMENT_CLAUSE = "tongzhou-2018-5 三(五)"
"""A researcher who founds in a space may be kept on by his institute for three years; so 嘉兴 四(四), 辽宁 三(四)."""


@dataclass(frozen=True)
class FounderKind:
    """A class of founders that some paper favours: its names, the clauses that name it, and whether it keeps a post."""

    id: str
    name_zh: str
    name_en: str
    clauses: tuple[tuple[str, str], ...]
    keeps_employment: bool = False


@dataclass(frozen=True)
class FounderClass:
    """A person is of a class while its period holds; employer and kept_until: who keeps a post for him, until when."""

    id: UUID
    person_id: UUID
    kind: str
    period: Period
    document_id: UUID
    employer: str | None = None
    kept_until: date | None = None

    def written(self) -> "FounderClass":
        """Give the same as it is stored: the employer's name in NFC."""
        return self if self.employer is None else replace(self, employer=clean(self.employer))


class FounderRole(StrEnum):
    """What a person is in what he founded."""

    FOUNDER = "founder"
    CO_FOUNDER = "co_founder"
    LEGAL_REPRESENTATIVE = "legal_representative"
    EXECUTIVE = "executive"


@dataclass(frozen=True)
class Founding:
    """A person founded or leads an organisation, or a team, while the period holds."""

    id: UUID
    person_id: UUID
    organization_id: UUID | None
    team_id: UUID | None
    role: FounderRole
    period: Period
    document_id: UUID


def class_faults(
    wanted: FounderClass, known: Iterable[FounderClass], *, kinds: Mapping[str, FounderKind], today: date
) -> list[Reason]:
    """List what is wrong with a class: unlisted, its days, held twice on a day, or a post kept against the papers."""
    rule = "one fact holds once on a day"
    twice = [
        Reason("founder_class.overlap", rule=rule, pointer="/from", numbers={"id": shown("fcl", other.id)})
        for other in known
        if other.kind == wanted.kind and other.period.overlaps(wanted.period)
    ]
    kind = kinds.get(wanted.kind)
    unlisted = Reason(
        "founder_class.unlisted", rule="classes are those listed", pointer="/class", numbers={"class": wanted.kind}
    )
    return [
        *([unlisted] if kind is None else []),
        *future_faults(wanted.period.start, today=today, pointer="/from"),
        *period_faults(wanted.period),
        *_employment_faults(wanted, may_keep=kind is not None and kind.keeps_employment),
        *twice[:1],
    ]


def founding_faults(wanted: Founding, known: Iterable[Founding], *, today: date) -> list[Reason]:
    """List what is wrong with a founding: of one organisation or one team, its days, or held twice on a day."""
    both = Reason("founding.founded", rule="a founding is of one organisation or of one team", pointer="/organization")
    rule = "one fact holds once on a day"
    twice = [
        Reason("founding.overlap", rule=rule, pointer="/from", numbers={"id": shown("fnd", other.id)})
        for other in known
        if _what(other) == _what(wanted) and other.period.overlaps(wanted.period)
    ]
    return [
        *([both] if (wanted.organization_id is None) == (wanted.team_id is None) else []),
        *future_faults(wanted.period.start, today=today, pointer="/from"),
        *period_faults(wanted.period),
        *twice[:1],
    ]


def _what(founding: Founding) -> tuple[UUID | None, UUID | None, FounderRole]:
    return founding.organization_id, founding.team_id, founding.role


def _employment_faults(wanted: FounderClass, *, may_keep: bool) -> list[Reason]:
    """A post is kept by a named employer until a day, at most three years on, and only where a paper says so."""
    if wanted.employer is None and wanted.kept_until is None:
        return []
    latest = years_after(wanted.period.start, EMPLOYMENT_YEARS)
    faults = optional_name_faults(wanted.employer, "/employer")
    until = wanted.kept_until
    if not may_keep or wanted.employer is None or until is None or not wanted.period.start <= until <= latest:
        fault = Reason(
            "founder_class.employment",
            rule="a researcher's post is kept for three years at most",
            pointer="/kept_until",
            numbers={"latest": latest.isoformat()},
            clause=EMPLOYMENT_CLAUSE,
        )
        faults.append(fault)
    return faults
