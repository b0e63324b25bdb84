"""Decides who mentors 创业导师 in a space: a person by reference, from day to day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.names import name_faults, shown
from services.registry.catalogue.domain.period import Period, period_faults
from services.registry.spaces.domain.space import field_faults


@dataclass(frozen=True)
class Mentor:
    """A person mentors in a space; ``title`` is his calling, ``fields`` the codes of the industries he knows."""

    id: UUID
    space_id: UUID
    person_id: UUID
    title: str
    fields: tuple[str, ...]
    period: Period


def mentor_faults(mentor: Mentor, known: Iterable[Mentor], *, fields: Collection[str]) -> list[Reason]:
    """List all that is wrong with a mentor: title, fields, dates, or the same person twice on a day."""
    return [
        *name_faults(mentor.title, "/title"),
        *fields_faults(mentor.fields, fields=fields),
        *period_faults(mentor.period),
        *_overlap_faults(mentor, known),
    ]


def fields_faults(codes: Iterable[str], *, fields: Collection[str]) -> list[Reason]:
    """List the industry fields that no paper names, each by its place."""
    return [
        fault
        for place, code in enumerate(codes)
        for fault in field_faults(code, fields=fields, pointer=f"/fields/{place}")
    ]


def _overlap_faults(mentor: Mentor, known: Iterable[Mentor]) -> list[Reason]:
    for other in known:
        if other.person_id == mentor.person_id and other.period.overlaps(mentor.period):
            numbers = {"id": shown("mnt", other.id)}
            return [Reason("mentor.overlap", rule="nobody mentors twice", pointer="/from", numbers=numbers)]
    return []
