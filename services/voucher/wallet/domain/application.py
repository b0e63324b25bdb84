"""What an application is, and which steps it may take: drafted, submitted once, ranked, issued or left waiting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.chassis.refusals import Reason, Refusal
from services.standards.holding import Kind
from services.voucher.directory.domain.party import Party
from services.voucher.wallet.domain.queue import Standing
from services.voucher.wallet.domain.states import WAITING, ApplicationState


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application of one party in one round. amount: what it asks for, in fen; instants in UTC.

    `number` is drawn by the database at submission; `rank` is its place in the queue once the round is ranked.
    `reasons` are why it was rejected, as they held when it was. answers: what its party said to the form; facts: what
    was known of the party when it was submitted. stage and due_at: where it stands in review and until when; turn: how
    often it has come there, 1 at first. Points are in hundredths. window_turn: the how manieth time the window of its
    round came when it was submitted, or ranked.
    project: by what its project is compared with those of others, where the form asks for one; people: who was behind
    the party when it was submitted, by reference.
    """

    id: UUID
    round_id: UUID
    holder_id: UUID
    holder_kind: Kind = Kind.ORGANIZATION
    quota_root_id: UUID
    region: str
    client: str
    client_ref: str | None
    state: ApplicationState
    amount: int
    created_by: str
    created_at: datetime
    queue_class: str | None = None
    queue_order: int | None = None
    number: int | None = None
    rank: int | None = None
    reasons: tuple[Reason, ...] = ()
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    answers: Mapping[str, Any] | None = None
    facts: Mapping[str, Any] | None = None
    stage: str | None = None
    due_at: datetime | None = None
    turn: int = 1
    points: int | None = None
    project: str | None = None
    people: Sequence[str] | None = None
    window_turn: int = 1

    def submitted(
        self, standing: Standing, *, facts: Mapping[str, Any], number: int, window_turn: int, at: datetime
    ) -> "Application":
        """This draft, submitted with its number, and what is known of its party then."""
        return replace(
            self,
            state=ApplicationState.SUBMITTED,
            queue_class=standing.queue_class,
            queue_order=standing.order,
            facts=facts,
            number=number,
            window_turn=window_turn,
            submitted_at=at,
        )

    def may_submit(self) -> None:
        """Only a draft is submitted. Refusal ``application.not_draft``."""
        if self.state is not ApplicationState.DRAFT:
            raise Refusal("application.not_draft", numbers={"state": self.state})

    def withdrawn(self, *, at: datetime) -> "Application":
        """This application, taken back by its party before anything was issued. Refusal ``application.state``."""
        if self.state is not ApplicationState.DRAFT and self.state not in WAITING:
            raise Refusal("application.state", numbers={"state": self.state})
        return self._left(ApplicationState.WITHDRAWN, at=at)

    def at_stage(self, stage: str, *, due_at: datetime | None) -> "Application":
        """This application, waiting for the reviewers of a stage, who are due at an instant (UTC)."""
        return replace(self, state=ApplicationState.IN_REVIEW, stage=stage, due_at=due_at)

    def returned(self, *, due_at: datetime) -> "Application":
        """This application, waiting for its party's correction until an instant (UTC)."""
        return replace(self, state=ApplicationState.RETURNED, due_at=due_at)

    def reviewed(self) -> "Application":
        """This application, through its review: it keeps its number."""
        return replace(self, state=ApplicationState.REVIEWED, stage=None, due_at=None)

    def _left(self, state: ApplicationState, *, at: datetime) -> "Application":
        return replace(self, state=state, stage=None, due_at=None, decided_at=at)

    def ranked(self, rank: int, against: Sequence[Reason], *, at: datetime) -> "Application":
        """This application with its rank: approved, or rejected when something speaks against its party."""
        state = ApplicationState.REJECTED if against else ApplicationState.APPROVED
        return replace(self, state=state, rank=rank, reasons=tuple(against), decided_at=at)

    def rejected(self, reasons: Sequence[Reason], *, at: datetime) -> "Application":
        """This application, rejected for reasons that stay with it."""
        return replace(self._left(ApplicationState.REJECTED, at=at), reasons=tuple(reasons))

    def decided(self, state: ApplicationState, *, at: datetime) -> "Application":
        """This application after the allocation: issued or waitlisted."""
        return replace(self, state=state, decided_at=at)

    def finished(self, *, at: datetime) -> "Application":
        """What the end of the allocation makes of it: who still waits is unserved, a draft is withdrawn."""
        if self.state in WAITING:
            return self._left(ApplicationState.UNSERVED, at=at)
        if self.state is ApplicationState.DRAFT:
            return replace(self, state=ApplicationState.WITHDRAWN, decided_at=at)
        return self

    def state_at(self, instant: datetime, *, allocation_ends: datetime) -> ApplicationState:
        """The state at an instant, whether or not the timer has run."""
        return self.finished(at=allocation_ends).state if instant >= allocation_ends else self.state


def behind(party: Party, day: date) -> tuple[str, ...] | None:
    """Who is behind a party on a local date, by reference; None where nobody is known."""
    return tuple(sorted(f"per_{one.hex}" for one in party.people_on(day))) or None
