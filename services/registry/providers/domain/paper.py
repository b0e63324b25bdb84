"""Decides which papers prove who a provider is, which of them it lacks, and when the next one is asked for.

A paper is sent, confirmed, rejected and ended as any certificate; its kind admits for nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.chassis.refusals import Reason
from services.registry.providers.domain.qualification import Qualification, QualificationState
from services.standards.calendar import end_of_day


@dataclass(frozen=True)
class Paper:
    """A kind of paper: its name, whether every provider needs one, and where that is written."""

    kind: str
    name: str
    required: bool
    source: str


def lacking(papers: Iterable[Paper], sent: Iterable[Qualification], *, on: date) -> list[Paper]:
    """The required papers of which a provider has none that is confirmed and holds on a day, in their order."""
    there = {one.kind for one in sent if one.carries(on)}
    return [paper for paper in papers if paper.required and paper.kind not in there]


def paper_faults(papers: Iterable[Paper], sent: Iterable[Qualification], *, on: date) -> list[Reason]:
    """List what is wrong with admitting a provider: all required papers that it lacks on a day, in one reason."""
    missing = lacking(papers, sent, on=on)
    if not missing:
        return []
    kinds, names = ", ".join(one.kind for one in missing), "、".join(one.name for one in missing)
    rule = "papers prove who a provider is before it is admitted"
    clause = missing[0].source
    return [Reason("provider.papers_missing", rule=rule, numbers={"kinds": kinds, "names": names}, clause=clause)]


def reminder(
    confirmed: Qualification, known: Iterable[Qualification], *, days: int, zone: str, at: datetime
) -> datetime | None:
    """When the next paper is asked for: ``days`` before the last day of this one, at once where that is past (UTC).

    None where this one has no end, or one that ends later was confirmed already.
    """
    last = confirmed.period.until
    if last is None or any(_follows(other, confirmed) for other in known):
        return None
    return max(at, end_of_day(last - timedelta(days=days + 1), zone))


def relieved(confirmed: Qualification, known: Iterable[Qualification]) -> list[Qualification]:
    """The papers that need no next one any more, now that this one is confirmed."""
    return [other for other in known if _follows(confirmed, other)]


def _follows(later: Qualification, one: Qualification) -> bool:
    """Whether a confirmed paper ends after another of its kind."""
    if later.kind != one.kind or later.state is not QualificationState.CONFIRMED or one.period.until is None:
        return False
    return later.period.until is None or later.period.until > one.period.until
