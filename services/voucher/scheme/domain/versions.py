"""Which states a version of a scheme has, who publishes one, and which version counts on a date."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, another_person, refuse_all


class VersionState(StrEnum):
    """draft → published → superseded | withdrawn; draft → withdrawn. What is published never changes."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Dated:
    """A version that is or was published. effective: the local date from which it counts; None: from the beginning."""

    id: UUID
    version: int
    effective: date | None


def may_publish(state: VersionState) -> None:
    """Only a draft is published. Refusal ``scheme.not_draft``."""
    if state is not VersionState.DRAFT:
        raise Refusal("scheme.not_draft", numbers={"state": state})


def may_withdraw(state: VersionState, *, standing: int | None, awards: int = 0) -> None:
    """A draft is withdrawn at any time, what was published only while nothing rests on its scheme.

    standing: the rounds of its scheme that are neither settled nor cancelled; None for a scheme that has no rounds.
    awards: the fundings of its awards that are proposed or approved: whoever is awarded is paid from one. Refusals
    ``scheme.not_draft``, ``scheme.in_use``.
    """
    if state is VersionState.DRAFT:
        return
    if state is not VersionState.PUBLISHED or standing is None:
        raise Refusal("scheme.not_draft", numbers={"state": state})
    if standing or awards:
        raise Refusal("scheme.in_use", numbers={"rounds": standing, "awards": awards})


def in_order(effective: date, *, counting: Collection[date]) -> None:
    """A version counts later than every one that counts by now, so that of each day one says what holds.

    Refusal ``scheme.effective_before``.
    """
    latest = max(counting, default=None)
    if latest is not None and effective <= latest:
        numbers = {"effective": effective.isoformat(), "published": latest.isoformat()}
        raise Refusal("scheme.effective_before", pointer="/effective/value", numbers=numbers)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for a publication, if anybody, and of what he was warned (codes)."""

    by: str | None
    accepted: frozenset[str]


def second_person(person: str, *, doubts: Sequence[Reason], accepted: Collection[str], asked: Asked) -> bool:
    """Whether a publication is complete: at once, unless there are doubts; then it takes two who were both warned.

    Who comes upon a doubt that the first person was not warned of asks anew himself. Refusals: every doubt of which
    the person has not said that he read it; ``scheme.same_person`` to the first person once more.
    """
    refuse_all([one for one in doubts if one.code not in accepted])
    if not doubts:
        return True
    if asked.by is None or not {one.code for one in doubts} <= asked.accepted:
        return False
    another_person(person, than=[asked.by], otherwise="scheme.same_person")
    return True


def in_force(versions: Sequence[Dated], day: date) -> UUID | None:
    """Which of a scheme's published versions counts on a local date: the last that is effective by then.

    Before the first is effective the first counts: a service may come before the voucher. Of two that an older
    release let count from the same date the later one does. None when nothing was ever published.
    """
    by_date = sorted(versions, key=lambda one: (one.effective or date.min, one.version))
    effective = [one for one in by_date if (one.effective or date.min) <= day]
    return (effective[-1] if effective else by_date[0]).id if by_date else None


def may_open_round(state: VersionState) -> None:
    """Only a published version carries a round. Refusal ``scheme.not_published``."""
    if state is not VersionState.PUBLISHED:
        raise Refusal("scheme.not_published", numbers={"state": state})
