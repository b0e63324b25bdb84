"""Decides how a provider is suspended 暂停 or removed: heard first, or at once with a second person's word after it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, refuse_all
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults, shown


class SuspensionKind(StrEnum):
    """Notice: the provider is heard before anything happens; urgent: it stops at once, and lapses unless confirmed."""

    NOTICE = "notice"
    URGENT = "urgent"


class SuspensionState(StrEnum):
    """Notice: proposed → answered → in_force, removed or dropped, or without an answer once its time is over.

    Urgent: urgent → in_force, lapsed or ended. In force → ended.
    """

    PROPOSED = "proposed"
    ANSWERED = "answered"
    URGENT = "urgent"
    IN_FORCE = "in_force"
    ENDED = "ended"
    LAPSED = "lapsed"
    DROPPED = "dropped"
    REMOVED = "removed"


STOPS = frozenset({SuspensionState.URGENT, SuspensionState.IN_FORCE})
"""States in which the provider takes no new orders."""
OPEN = STOPS | {SuspensionState.PROPOSED, SuspensionState.ANSWERED}
"""States in which a second case against the same provider is not opened."""
CAN_BE_ANSWERED = frozenset({SuspensionState.PROPOSED, SuspensionState.URGENT})
HEARD = frozenset({SuspensionState.PROPOSED, SuspensionState.ANSWERED})


class Outcome(StrEnum):
    """What a second person makes of a notice."""

    SUSPEND = "suspend"
    REMOVE = "remove"
    DROP = "drop"


@dataclass(frozen=True)
class Answer:
    """What the provider says to it: a person, when (UTC), the words, and a document if there is one."""

    by: str
    at: datetime
    text: str
    document_id: UUID | None = None


@dataclass(frozen=True)
class Verdict:
    """What a second person decided: who, when (UTC), why, by which document, and the last day of a suspension."""

    by: str
    at: datetime
    reason: str
    document_id: UUID
    until: date | None = None


@dataclass(frozen=True)
class Ending:
    """Who ended it, and when (UTC)."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Suspension:
    """A case against a provider. due_at: until when an answer, or a second person's word, is waited for (UTC);
    ends_at: when what is in force ends by itself.
    """

    id: UUID
    provider_id: UUID
    kind: SuspensionKind
    reason: str
    document_id: UUID
    opened_by: str
    opened_at: datetime
    due_at: datetime
    state: SuspensionState
    answer: Answer | None = None
    verdict: Verdict | None = None
    ends_at: datetime | None = None
    ending: Ending | None = None


def open_faults(reason: str, running: Suspension | None) -> list[Reason]:
    """List what is wrong with opening a case: its reason, or another one that runs."""
    faults = name_faults(reason, "/reason", limit=TEXT_LENGTH)
    if running is not None:
        numbers = {"id": shown("sus", running.id)}
        faults.append(Reason("suspension.duplicate", rule="one case against a provider at a time", numbers=numbers))
    return faults


def again_faults(last: Suspension | None, by: str) -> list[Reason]:
    """List what is wrong with ordering an urgent suspension: a person's last one came to nothing by lapsing.

    last: the newest case against the provider. Otherwise one person, ordering anew each time, would suspend for ever.
    """
    if last is None or last.state is not SuspensionState.LAPSED or last.opened_by != by:
        return []
    numbers = {"id": shown("sus", last.id)}
    return [Reason("suspension.lapsed", rule="what nobody confirmed is ordered anew by another", numbers=numbers)]


def resume_faults(running: Suspension | None, by: str) -> list[Reason]:
    """List what is wrong with ending a suspension before its last day: whoever ordered it does not end it himself."""
    if running is None or running.opened_by != by:
        return []
    return [Reason("suspension.same_person", rule="four_eyes")]


def withdraw_faults(running: Suspension | None) -> list[Reason]:
    """List what is wrong with giving up being a provider: a case is not escaped from."""
    if running is None:
        return []
    numbers = {"id": shown("sus", running.id)}
    return [Reason("suspension.running", rule="nobody withdraws from a case against him", numbers=numbers)]


def answer(suspension: Suspension, given: Answer) -> Suspension:
    """Keep what the provider says; once, in time.

    Refusal ``suspension.state``, ``suspension.answered``, ``suspension.too_late``, with the faults of the words.
    """
    again = Reason("suspension.answered", rule="an answer is given once")
    refuse_all(
        [
            *name_faults(given.text, "/answer", limit=TEXT_LENGTH),
            *([again] if suspension.answer is not None else _state_faults(suspension, CAN_BE_ANSWERED, "answer")),
            *_late_faults(suspension, given.at),
        ]
    )
    heard = suspension.kind is SuspensionKind.NOTICE
    return replace(suspension, answer=given, state=SuspensionState.ANSWERED if heard else suspension.state)


def decide(suspension: Suspension, outcome: Outcome, verdict: Verdict, *, ends_at: datetime | None) -> Suspension:
    """End the hearing of a notice by a second person's word, once it was answered or the time for that is over.

    ends_at: the end (UTC) of the verdict's last day. Refusal ``suspension.state``, ``suspension.not_heard``,
    ``suspension.same_person``, ``suspension.until``, with the faults of the reason.
    """
    waiting = suspension.state is SuspensionState.PROPOSED and verdict.at < suspension.due_at
    numbers = {"due": suspension.due_at.isoformat()}
    not_heard = [Reason("suspension.not_heard", rule="the provider is heard first", numbers=numbers)]
    refuse_all(
        [
            *_verdict_faults(suspension, verdict, needs_end=outcome is Outcome.SUSPEND),
            *_state_faults(suspension, HEARD, outcome.value),
            *(not_heard if waiting else []),
        ]
    )
    if outcome is Outcome.SUSPEND:
        return replace(suspension, state=SuspensionState.IN_FORCE, verdict=verdict, ends_at=ends_at)
    state = SuspensionState.REMOVED if outcome is Outcome.REMOVE else SuspensionState.DROPPED
    return replace(suspension, state=state, verdict=verdict)


def confirm(suspension: Suspension, verdict: Verdict, *, ends_at: datetime | None) -> Suspension:
    """Confirm an urgent suspension by a second person, until the end (UTC) of a last day.

    Refusal ``suspension.state``, ``suspension.same_person``, ``suspension.until``, ``suspension.too_late``, with the
    faults of the reason.
    """
    refuse_all(
        [
            *_verdict_faults(suspension, verdict, needs_end=True),
            *_state_faults(suspension, {SuspensionState.URGENT}, "confirm"),
            *_late_faults(suspension, verdict.at),
        ]
    )
    return replace(suspension, state=SuspensionState.IN_FORCE, verdict=verdict, ends_at=ends_at)


def over(suspension: Suspension, ending: Ending) -> Suspension:
    """Give what stopped a provider as it is when it stops no more: ended, or lapsed where its time came unconfirmed.

    ValueError for one that stops nothing.
    """
    if suspension.state not in STOPS:
        raise ValueError(f"suspension {suspension.id} is {suspension.state}")
    lapses = suspension.state is SuspensionState.URGENT and suspension.ends_at == ending.at
    state = SuspensionState.LAPSED if lapses else SuspensionState.ENDED
    return replace(suspension, state=state, ending=ending, ends_at=None)


def _verdict_faults(suspension: Suspension, verdict: Verdict, *, needs_end: bool) -> list[Reason]:
    faults = name_faults(verdict.reason, "/reason", limit=TEXT_LENGTH)
    if (verdict.until is not None) != needs_end:
        faults.append(Reason("suspension.until", rule="a suspension has a last day, and only that", pointer="/until"))
    if verdict.by == suspension.opened_by:
        faults.append(Reason("suspension.same_person", rule="four_eyes"))
    return faults


def until_faults(until: date | None, *, today: date) -> list[Reason]:
    """List what is wrong with the last day of a suspension: it lies before today."""
    if until is None or until >= today:
        return []
    return [Reason("suspension.over", rule="a suspension ends today or later", pointer="/until")]


def _late_faults(suspension: Suspension, at: datetime) -> list[Reason]:
    if at < suspension.due_at:
        return []
    return [Reason("suspension.too_late", rule="a word has its time", numbers={"due": suspension.due_at.isoformat()})]


def _state_faults(suspension: Suspension, allowed: Collection[SuspensionState], verb: str) -> list[Reason]:
    if suspension.state in allowed:
        return []
    numbers = {"state": suspension.state.value, "verb": verb}
    return [Reason("suspension.state", rule="due process of a suspension", numbers=numbers)]
