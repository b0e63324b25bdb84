"""One claim line under decision: who acts on it, as of when, by which rules; and how its next step is made."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.standards.calendar import WorkingDays
from services.voucher.ledger.domain.posting import Posting
from services.voucher.redemption.domain.orders import Actor
from services.voucher.redemption.domain.world import Ruling
from services.voucher.scheme.domain.scheme import Rulebook
from services.voucher.settlement.domain.claim import ClaimLine, LineState, LineStep
from services.voucher.settlement.domain.spans import Due, after_working_days


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCase:
    """A locked claim line with the rules frozen on it. at: the instant as of which its step counts (UTC).

    takes_part: whether who acts decides on the case; who publishes a list or lets time act does not.
    """

    line: ClaimLine
    scheme: Rulebook
    calendar: WorkingDays
    by: Actor
    at: datetime
    takes_part: bool = True

    @property
    def state(self) -> LineState:
        """Its state as of that instant, whether or not the timer of a correction has run."""
        return self.line.state_at(self.at)

    def due_in(self, working_days: int) -> Due:
        """The end of the n-th working day from now; Refusal ``calendar.not_loaded``."""
        return after_working_days(working_days, scheme=self.scheme, at=self.at, calendar=self.calendar)

    def step(
        self,
        event: str,
        *,
        due: Due | None = None,
        reason: str | None = None,
        document_id: UUID | None = None,
        posting: Posting | None = None,
        rulings: tuple[Ruling, ...] = (),
        **changes: Any,
    ) -> LineStep:
        """The transition that makes these changes, with the acting person among those who took part, if he does."""
        before, person = self.line, self.by.person
        after = replace(
            before.after(person) if self.takes_part else before,
            entered_at=self.at,
            due_at=due.due_at if due is not None else None,
            due_on=due.due_on if due is not None else None,
            steps=before.steps + 1,
            **changes,
        )
        return LineStep(
            event=event,
            before=before,
            after=after,
            at=self.at,
            person=person,
            client=self.by.client,
            reason=reason,
            document_id=document_id,
            request_id=self.by.request_id,
            posting=posting,
            rulings=rulings,
        )
