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
        *overlap_faults(
            "mentor.overlap",
            mentor.period,
            {shown("mnt", one.id): one.period for one in known if one.person_id == mentor.person_id},
        ),
    ]


def fields_faults(codes: Iterable[str], *, fields: Collection[str]) -> list[Reason]:
    """List the industry fields that no paper names, each by its place."""
    return [
        fault
        for place, code in enumerate(codes)
        for fault in field_faults(code, fields=fields, pointer=f"/fields/{place}")
    ]


def overlap_faults(code: str, period: Period, others: dict[str, Period]) -> list[Reason]:
    """List the first of others, by id, that holds on a common day."""
    overlapping = [name for name, other in others.items() if other.overlaps(period)]
    rule = "one is named once a space on a day"
    return [Reason(code, rule=rule, pointer="/from", numbers={"id": name}) for name in overlapping[:1]]
