"""Decides how a space is revoked by due process: proposed with evidence, heard, decided by another person."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, refuse_all
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults, shown


class RevocationState(StrEnum):
    """proposed → answered → revoked or dropped; without an answer once the time for it is over."""

    PROPOSED = "proposed"
    ANSWERED = "answered"
    REVOKED = "revoked"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Answer:
    """What the space says to it: the words, a person, when (UTC)."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Verdict:
    """Who decided, when (UTC), and why: of a revocation the reason with which the space was revoked."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Revocation:
    """A case against a space; due_at: until when an answer is waited for (UTC)."""

    id: UUID
    space_id: UUID
    reason: str
    clause: str
    document_id: UUID
    proposed_by: str
    proposed_at: datetime
    due_at: datetime
    state: RevocationState = RevocationState.PROPOSED
    answer: Answer | None = None
    verdict: Verdict | None = None

    @property
    def running(self) -> bool:
        """Whether it waits to be decided."""
        return self.verdict is None


def proposal_faults(reason: str, clause: str, running: Revocation | None) -> list[Reason]:
    """List what is wrong with proposing a revocation: its reason, its clause, or a case that runs."""
    return [
        *name_faults(reason, "/reason", limit=TEXT_LENGTH),
        *name_faults(clause, "/clause"),
        *running_faults(running),
    ]


def running_faults(running: Revocation | None) -> list[Reason]:
    """List what keeps a space from leaving a case, and anybody from opening a second: one that runs."""
    if running is None:
        return []
    numbers = {"id": shown("rvc", running.id)}
    return [Reason("revocation.running", rule="a case is decided before anything else", numbers=numbers)]


def answer(case: Revocation, given: Answer) -> Revocation:
    """Keep what the space says; once, in time.

    Refusal with all of: the faults of the words, ``revocation.state``, ``revocation.too_late``.
    """
    late = [Reason("revocation.too_late", rule="an answer is given in time", numbers={"due": case.due_at.isoformat()})]
    refuse_all(
        [
            *name_faults(given.text, "/answer", limit=TEXT_LENGTH),
            *([] if case.state is RevocationState.PROPOSED else _state_faults(case)),
            *(late if given.at >= case.due_at else []),
        ]
    )
    return replace(case, state=RevocationState.ANSWERED, answer=given)


def decide(case: Revocation, state: RevocationState, verdict: Verdict) -> Revocation:
    """Revoke, or drop the case: by another person, once the space has answered or the time for that is over.

    Refusal with all of: ``revocation.state``, ``revocation.same_person``, the faults of the reason; for a revocation
    ``revocation.not_heard``.
    """
    waiting = case.state is RevocationState.PROPOSED and verdict.at < case.due_at
    due = {"due": case.due_at.isoformat()}
    not_heard = [Reason("revocation.not_heard", rule="a space is heard first", numbers=due)]
    same_person = [Reason("revocation.same_person", rule="four_eyes")]
    refuse_all(
        [
            *name_faults(verdict.reason, "/reason", limit=TEXT_LENGTH),
            *([] if case.running else _state_faults(case)),
            *(same_person if verdict.by == case.proposed_by else []),
            *(not_heard if waiting and state is RevocationState.REVOKED else []),
        ]
    )
    return replace(case, state=state, verdict=verdict)


def _state_faults(case: Revocation) -> list[Reason]:
    return [Reason("revocation.state", rule="due process", numbers={"state": case.state.value})]
