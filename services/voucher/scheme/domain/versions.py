"""Which states a version of a scheme has, who publishes one, and which version counts on a date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Refusal, another_person

DRAFT_WARNING = "a basis is a draft that was not in force"
"""What both persons were warned of; it stands with the decision of each."""


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


def may_withdraw(state: VersionState, *, standing: int | None) -> None:
    """A draft is withdrawn at any time, what was published only while nothing rests on its scheme.

    standing: the rounds of its scheme that are neither settled nor cancelled; None for a scheme that has no rounds.
    Refusals ``scheme.not_draft``, ``scheme.in_use``.
    """
    if state is VersionState.DRAFT:
        return
    if state is not VersionState.PUBLISHED or standing is None:
        raise Refusal("scheme.not_draft", numbers={"state": state})
    if standing:
        raise Refusal("scheme.in_use", numbers={"rounds": standing})


def in_order(effective: date, *, published: date | None) -> None:
    """A version counts no earlier than the one that it supersedes. Refusal ``scheme.effective_before``."""
    if published is not None and effective < published:
        numbers = {"effective": effective.isoformat(), "published": published.isoformat()}
        raise Refusal("scheme.effective_before", pointer="/effective/value", numbers=numbers)


def second_person(person: str, *, basis: str | None, accepted: bool, asked_by: str | None) -> bool:
    """Whether a publication is complete: at once, unless a basis is a draft; then it takes two who were both warned.

    basis: the draft as rules cite it, None where every basis was in force. Refusals ``scheme.draft_basis`` to whoever
    has not said that he read the warning, ``scheme.same_person`` to the first person once more.
    """
    if basis is None:
        return True
    if not accepted:
        raise Refusal("scheme.draft_basis", rule="basis", pointer="/draft_basis_accepted", numbers={"basis": basis})
    another_person(person, than=[asked_by], otherwise="scheme.same_person")
    return asked_by is not None


def in_force(versions: Sequence[Dated], day: date) -> UUID | None:
    """Which of a scheme's published versions counts on a local date: the last that is effective by then.

    Before the first is effective the first counts: a service may come before the voucher. Of two that are effective
    from the same date the later one counts. None when nothing was ever published.
    """
    by_date = sorted(versions, key=lambda one: (one.effective or date.min, one.version))
    effective = [one for one in by_date if (one.effective or date.min) <= day]
    return (effective[-1] if effective else by_date[0]).id if by_date else None


def may_open_round(state: VersionState) -> None:
    """Only a published version carries a round. Refusal ``scheme.not_published``."""
    if state is not VersionState.PUBLISHED:
        raise Refusal("scheme.not_published", numbers={"state": state})
