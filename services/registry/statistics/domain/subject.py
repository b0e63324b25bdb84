"""Decides what is counted, and by which dimensions each of it can be told."""

from collections.abc import Sequence
from enum import StrEnum

from services.chassis.refusals import Reason


class Subject(StrEnum):
    """What is counted."""

    ORGANIZATIONS = "organizations"
    SPACES = "spaces"
    PROVIDERS = "providers"
    ADMISSIONS = "admissions"
    TEAMS = "teams"
    RESIDENCIES = "residencies"
    ACTIVITIES = "activities"
    OFFERINGS = "offerings"


DIMENSIONS: dict[Subject, tuple[str, ...]] = {
    Subject.ORGANIZATIONS: ("region", "size", "form", "year"),
    Subject.SPACES: ("region", "kind", "form", "level", "track", "field", "sponsor", "year"),
    Subject.PROVIDERS: ("region", "size", "year"),
    Subject.ADMISSIONS: ("region", "category", "ground", "year"),
    Subject.TEAMS: ("region", "kind", "year"),
    Subject.RESIDENCIES: ("region", "kind", "resident", "year"),
    Subject.ACTIVITIES: ("region", "kind", "year"),
    Subject.OFFERINGS: ("region", "category", "year"),
}
"""The columns that `store.counting` gives each subject."""

TOLD_OF_EACH: dict[Subject, tuple[str, ...]] = {
    Subject.SPACES: DIMENSIONS[Subject.SPACES],
    Subject.PROVIDERS: ("region", "year"),
    Subject.ADMISSIONS: ("region", "category", "year"),
    Subject.OFFERINGS: DIMENSIONS[Subject.OFFERINGS],
}
"""What stands in public by name, and what is told of each: its counts give nobody away (decision 0026)."""


def told_of_each(subject: Subject, dimensions: Sequence[str]) -> bool:
    """Whether everybody can count a table himself, from what is public one by one."""
    return subject in TOLD_OF_EACH and set(dimensions) <= set(TOLD_OF_EACH[subject])


def alone_faults(subject: Subject, dimensions: Sequence[str]) -> list[Reason]:
    """List what is not told of each member of a public subject and asked for beside something else.

    Withheld counts of such a table would lie between sums that are told exactly elsewhere.
    """
    known = TOLD_OF_EACH.get(subject, DIMENSIONS[subject])
    rule = "what is not public of each is told by itself"
    return [
        Reason("statistics.alone", rule=rule, pointer="/group_by", numbers={"dimension": one})
        for one in dimensions
        if one not in known and one in DIMENSIONS[subject] and len(dimensions) > 1
    ]


def dimension_faults(subject: Subject, dimensions: Sequence[str], *, most: int) -> list[Reason]:
    """List all that is wrong with the dimensions asked for: unknown ones, one named twice, too many."""
    known = DIMENSIONS[subject]
    shown = {"subject": subject.value, "known": ", ".join(known)}
    unknown = [
        Reason(
            "statistics.dimension",
            rule="each subject has its dimensions",
            pointer="/group_by",
            numbers={**shown, "dimension": one},
        )
        for one in dimensions
        if one not in known
    ]
    numbers = {"most": most}
    many = Reason("statistics.too_many", rule="a table has few dimensions", pointer="/group_by", numbers=numbers)
    twice = Reason("statistics.twice", rule="a dimension is named once", pointer="/group_by")
    return [
        *unknown,
        *([many] if len(dimensions) > most else []),
        *([twice] if len(set(dimensions)) < len(dimensions) else []),
    ]
