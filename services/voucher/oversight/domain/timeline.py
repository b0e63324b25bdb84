"""How long a claim line has been where: each stage with when it began, was due and ended, and when payment is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from services.standards.calendar import WorkingDays, end_of_day
from services.voucher.scheme.domain.scheme import Rulebook
from services.voucher.settlement.domain.claim import ENDED, ClaimLine, Leg, LegState, LineState
from services.voucher.settlement.domain.spans import Due, payment_expected

ONE_DAY = timedelta(days=1)
PAID: Final = "paid"
"""No state of a line: all its legs are paid."""

State = LineState | Literal["paid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Something that began at an instant (UTC). state: a line's, or paid; stage: of its review, where it has one.

    due_at: when it should be over (UTC); due_on: the last local day before that.
    """

    state: State
    stage: str | None = None
    at: datetime
    due_at: datetime | None = None
    due_on: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the way. left_at (UTC) is None for the one that lasts."""

    entered: Entered
    left_at: datetime | None
    age_days: int
    breached: bool


def stages(entered: Sequence[Entered], *, now: datetime, ended: bool) -> tuple[Stage, ...]:
    """The stages in their order, each until the next began; the last one lasts until now, unless all has ended.

    A stage is breached when it ended after it was due, or lasts longer than that.
    """
    found = []
    for place, one in enumerate(entered):
        last = place == len(entered) - 1
        left_at = None if last else entered[place + 1].at
        over = one.at if last and ended else left_at or now
        breached = one.due_at is not None and over > one.due_at
        found.append(Stage(one, left_at, age_days=(over - one.at) // ONE_DAY, breached=breached))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A claim line as stored, with what its course is told from as of an instant (UTC).

    history: what it entered, oldest first; objected: an objection against it lives.
    """

    line: ClaimLine
    scheme: Rulebook
    calendar: WorkingDays
    history: tuple[Entered, ...]
    legs: tuple[Leg, ...]
    objected: bool
    now: datetime

    @property
    def entered(self) -> tuple[Entered, ...]:
        """All that it entered by now, whether or not the timers have run."""
        later = self._fallen_due(), self._paid()
        return (*self.history, *(one for one in later if one is not None))

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Its stages up to now."""
        entered = self.entered
        return stages(entered, now=self.now, ended=entered[-1].state in {*ENDED, PAID})

    @property
    def payment_expected_by(self) -> date | None:
        """The local day by which it should be paid: as told when it was released; while it is disclosed, what that
        will be unless somebody objects. None before, and where the calendar of that year is not known.
        """
        released = next((one for one in self.entered if one.state == LineState.RELEASED), None)
        if released is not None:
            return released.due_on
        if self.line.state is LineState.DISCLOSED and self.line.due_at is not None and not self.objected:
            due = self._pay_within(self.line.due_at)
            return due.due_on if due is not None else None
        return None

    def _fallen_due(self) -> Entered | None:
        """What a timer that may not have run yet makes of the line."""
        due_at, state = self.line.due_at, self.line.state_at(self.now, objected=self.objected)
        if due_at is None or state is self.line.state:
            return None
        if state is LineState.REJECTED:
            return Entered(state=state, at=due_at, reason="no_answer")
        due = self._pay_within(due_at)
        return Entered(
            state=state,
            at=due_at,
            due_at=due.due_at if due is not None else None,
            due_on=due.due_on if due is not None else None,
        )

    def _paid(self) -> Entered | None:
        """The bank tells days only: it counts as paid when the day on which the last leg was booked is over."""
        owed = [leg for leg in self.legs if leg.state is not LegState.DROPPED]
        days = [leg.paid_on for leg in owed if leg.paid_on is not None]
        if not owed or len(days) < len(owed):
            return None
        over = end_of_day(max(days), self.scheme.zone)
        return Entered(state=PAID, at=over) if self.now >= over else None

    def _pay_within(self, start: datetime) -> Due | None:
        return payment_expected(scheme=self.scheme, released_at=start, calendar=self.calendar)


@dataclass(frozen=True, slots=True)
class Published:
    """The disclosure that names a line in public; closes_at in UTC, closes_on its last local day."""

    id: UUID
    closes_on: date
    closes_at: datetime
