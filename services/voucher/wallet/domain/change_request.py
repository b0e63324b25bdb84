"""What takes two persons on a voucher: one asks with a reason, another of the bureau grants or refuses it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import DECIDE_WITHIN, Refusal, another_person
from services.voucher.wallet.domain import lives
from services.voucher.wallet.domain.ground import Ground
from services.voucher.wallet.domain.lives import Life, Said

DECIDE = "change_request.decide"
"""The task of the second person, an operator of the round's bureau, until a request is decided or withdrawn."""


class RequestKind(StrEnum):
    """What is asked: more value, an early end, or, by the holder, later dates."""

    TOP_UP = "top_up"
    CANCEL = "cancel"
    EXTEND = "extend"


class RequestState(StrEnum):
    """asked → granted | refused | withdrawn; all three are final."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """A request on one voucher. amount: fen of `currency`, of a top-up alone; document: the number of the paper.

    decided_by, decided_at and note: who granted, refused or withdrew it, when, and why it was refused.
    Persons are `per_…`; a person is not an account, so the same person twice is refused however he came in.
    """

    id: UUID
    voucher_id: UUID
    kind: RequestKind
    amount: int | None
    currency: str | None
    reason: str
    document: str | None
    client: str
    client_ref: str | None
    asked_by: str
    asked_at: datetime
    state: RequestState = RequestState.ASKED
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str | None = None

    @property
    def is_told(self) -> bool:
        """Whether the holder hears of it: of what he may ask for himself, and of what was granted.

        What the bureau weighs is its own until then: who hears of a cancellation spends before it comes.
        """
        return self.kind is RequestKind.EXTEND or self.state is RequestState.GRANTED

    @property
    def decide_by(self) -> datetime:
        """When the task of the second person is overdue (UTC)."""
        return self.asked_at + DECIDE_WITHIN

    @property
    def moved_at(self) -> datetime:
        """When it was asked, or once it is decided, when that was (UTC)."""
        return self.decided_at or self.asked_at

    @property
    def moved_by(self) -> str:
        """The person who asked, or once it is decided, who decided."""
        return self.decided_by or self.asked_by

    def decided(self, state: RequestState, *, by: str, at: datetime, note: str | None) -> "ChangeRequest":
        """This request, granted or refused by another person at an instant (UTC).

        Refusals ``change_request.state`` (it already is), ``change_request.same_person``.
        """
        self._must_wait()
        another_person(by, than=[self.asked_by], otherwise="change_request.same_person")
        return replace(self, state=state, decided_by=by, decided_at=at, note=note)

    def withdrawn(self, *, by: str, at: datetime) -> "ChangeRequest":
        """This request, taken back by the person who asked at an instant (UTC).

        Refusals ``change_request.state`` (it was decided), ``change_request.other_person``.
        """
        self._must_wait()
        if by != self.asked_by:
            raise Refusal("change_request.other_person", rule="own_request")
        return replace(self, state=RequestState.WITHDRAWN, decided_by=by, decided_at=at)

    def _must_wait(self) -> None:
        if self.state is not RequestState.ASKED:
            raise Refusal("change_request.state", rule="decided_once", numbers={"state": self.state})

    def play(self, ground: Ground, said: Said) -> Life:
        """What granting it does to the voucher; refusals of `lives.top_up`, `lives.cancel` and `lives.extend`.

        ValueError when a top-up names no amount.
        """
        if self.kind is RequestKind.EXTEND:
            return lives.extend(ground, said)
        if self.kind is RequestKind.CANCEL:
            return lives.cancel(ground, said)
        if self.amount is None or self.currency is None:
            raise ValueError(f"top-up {self.id} names no amount")
        return lives.top_up(ground, said, amount=self.amount, currency=self.currency)
