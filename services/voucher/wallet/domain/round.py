"""What a round is and what may be done to it at an instant: open by its window, allocating until its last date."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.chassis.refusals import Reason, Refusal
from services.voucher.ledger.domain.posting import Funding
from services.voucher.scheme.domain.allocation import FIRST_COME, QUEUE
from services.voucher.wallet.domain.states import RoundState

ALLOCATING = frozenset({RoundState.PUBLISHED, RoundState.RUNNING, RoundState.PAUSED})
"""A published round until its allocation ends."""

OVER = frozenset({RoundState.FINISHED, RoundState.SETTLED, RoundState.CANCELLED})
"""A round that allocates nothing any more."""

POOL_CLASS = "all"
"""The one class of a round whose scheme shares its budget among no classes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round. Instants in UTC; `…_ends` and `closes_at` are the first instants that no longer belong to it.

    The budget line is the one that first funded it: entries on its vouchers name that line's funder. `method` is how
    its scheme gives it out. `over_issued` is what it may issue beyond its budget, in fen: from `prorata_from` on, the
    end of the day `prorata_on`, what was approved is cut to the budget, which was done at `prorated_at`. `resumes_to`
    is the state to which a paused round goes back. scheme_window: the how manieth of the scheme's windows it has;
    window_turn: how often that has come, 1 at first.
    """

    id: UUID
    name: str
    client: str
    client_ref: str | None
    scheme_version_id: UUID
    bureau: str
    state: RoundState
    currency: str
    opens_at: datetime
    closes_at: datetime
    results_by: date
    results_by_ends: datetime
    allocate_until: date
    allocate_until_ends: datetime
    budget_line_id: UUID | None
    funding_source: str | None
    created_by: str
    created_at: datetime
    published_at: datetime | None
    method: str = QUEUE
    over_issued: int = 0
    prorata_on: date | None = None
    prorata_from: datetime | None = None
    prorated_at: datetime | None = None
    resumes_to: RoundState | None = None
    scheme_window: int = 1
    window_turn: int = 1

    @property
    def first_come(self) -> bool:
        """Whether who applies is served at once, so that nothing is ranked."""
        return self.method == FIRST_COME

    @property
    def up_to(self) -> bool:
        """Whether what it issued may still be cut to its budget, so that every amount is one that is paid at most."""
        return self.prorata_on is not None and self.prorated_at is None

    @property
    def funding(self) -> Funding:
        """How entries on this round's vouchers name their money. Refusal ``round.not_funded``."""
        if self.funding_source is None:
            raise Refusal("round.not_funded")
        return Funding(self.currency, self.funding_source, round_id=self.id)

    @property
    def fiscal_year(self) -> int:
        """The year whose budget the round gives out: that of the last day of its allocation."""
        return self.allocate_until.year

    def require_funded(self) -> None:
        """Refuse while no line has funded it: ``round.not_funded``."""
        _ = self.funding

    def state_at(self, instant: datetime) -> RoundState:
        """The state at an instant: past allocate_until it is finished, whether or not the timer has run."""
        allocating = self.state in ALLOCATING
        return RoundState.FINISHED if allocating and instant >= self.allocate_until_ends else self.state

    def require_standing(self, at: datetime) -> None:
        """Refuse once nothing is allocated any more: ``round.was_cancelled``, ``round.finished``."""
        state = self.state_at(at)
        if state is RoundState.CANCELLED:
            raise Refusal("round.was_cancelled", rule="allocation.window")
        if state in OVER:
            raise Refusal("round.finished", numbers={"allocate_until": self.allocate_until.isoformat()})

    def is_open(self, instant: datetime) -> bool:
        """Whether applications are taken: published, and inside the window."""
        return self.state is RoundState.PUBLISHED and self.opens_at <= instant < self.closes_at

    def published(self, *, at: datetime) -> "Round":
        """This round, published. Refusals ``round.not_draft``, ``round.window_passed``.

        Who comes first is served at once, so a round of that method needs its money before: ``round.not_funded``.
        """
        if self.state is not RoundState.DRAFT:
            raise Refusal("round.not_draft", numbers={"state": self.state})
        if at >= self.closes_at:
            raise Refusal("round.window_passed", numbers={"closes_at": self.closes_at.isoformat()})
        if self.first_come:
            self.require_funded()
        return replace(self, state=RoundState.PUBLISHED, published_at=at)

    def require_rankable(self, *, at: datetime) -> None:
        """Refuse unless its queue may be ranked now: after the window closed and once only.

        ``round.first_come``, ``round.not_published``, ``round.still_open``, ``round.finished``.
        """
        if self.first_come:
            raise Refusal("round.first_come", rule="allocation.method")
        self.require_standing(at)
        if self.state is not RoundState.PUBLISHED:
            raise Refusal("round.not_published", numbers={"state": self.state})
        if at < self.closes_at:
            raise Refusal("round.still_open", numbers={"closes_at": self.closes_at.isoformat()})

    def running(self, *, at: datetime) -> "Round":
        """This round once all of its queue is ranked. Refusals of `require_rankable`."""
        self.require_rankable(at=at)
        return replace(self, state=RoundState.RUNNING)

    def allocating(self, at: datetime, *, use_by_ends: datetime) -> None:
        """Refuse unless vouchers that may be used until ``use_by_ends`` may be issued now.

        ``round.finished``, ``round.is_paused``, ``round.not_ranked``, ``round.use_by_passed``.
        """
        self.require_standing(at)
        if self.state is RoundState.PAUSED:
            raise Refusal("round.is_paused", rule="allocation.window")
        if self.state is not RoundState.RUNNING and not (self.first_come and self.state is RoundState.PUBLISHED):
            raise Refusal("round.not_ranked", numbers={"state": self.state})
        if at >= use_by_ends:
            raise Refusal("round.use_by_passed", numbers={"use_by_ends": use_by_ends.isoformat()})

    def funded_by(self, line_id: UUID, source: str, *, at: datetime) -> "Round":
        """This round with money of a line. Refusals ``round.second_line``, ``round.finished``.

        One line funds a round: the frozen split of several is not built, and a second line is refused, not guessed.
        A draft past its last date takes nothing either: it is never published, and its pool would keep the money.
        """
        self.require_standing(at)
        if at >= self.allocate_until_ends:
            raise Refusal("round.finished", numbers={"allocate_until": self.allocate_until.isoformat()})
        if self.budget_line_id not in {None, line_id}:
            raise Refusal("round.second_line", pointer="/budget_line")
        return replace(self, budget_line_id=line_id, funding_source=source)

    def window_reasons(self, instant: datetime, *, drafting: bool) -> list[Reason]:
        """What speaks against an application now; a draft may be made before the window opens."""
        if self.state is not RoundState.PUBLISHED:
            return [Reason("round.not_open", rule="allocation.window", numbers={"state": self.state})]
        if instant >= self.closes_at:
            return [Reason("round.closed", rule="allocation.window", numbers={"at": self.closes_at.isoformat()})]
        if instant < self.opens_at and not drafting:
            return [Reason("round.opens_later", rule="allocation.window", numbers={"at": self.opens_at.isoformat()})]
        return []
