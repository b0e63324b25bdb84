"""What a voucher holds and may still do: its identity of value, its dates, and its state at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.standards.holding import Kind
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.ledger.domain.posting import Funding, Posting
from services.voucher.scheme.domain.deadlines import CANCELLED


class VoucherState(StrEnum):
    """The states. Exhausted and expired are left again by a refund or an extension."""

    DRAFT = "draft"
    ACTIVE = "active"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


VOUCHER_AWAITS: Mapping[VoucherState, str] = MappingProxyType(
    {
        VoucherState.DRAFT: "the operator activates or cancels; timer wallet.expire",
        VoucherState.ACTIVE: "the holder spends; timer wallet.expire",
        VoucherState.SUSPENDED: "the operator resumes or cancels; timer wallet.expire",
    }
)
"""Who or what moves each state that is not final. What comes free on an ended voucher is the same timer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """A voucher. Amounts in fen; always face = available + held + captured + reclaimed, each at least zero.

    The `…_ends` are UTC instants at which the date's last day is over in the scheme's zone, no longer part of it.
    `ends_at` is the first instant at which nothing more may be authorised, and `ends_by` the rule that set it: its
    `use_by`, the end of the budget's year, a cancellation, or that it gives no change. `activated_at` is None for a
    draft, `suspended_at` unless it is suspended; `extended` counts extensions; `remind_at` is when its holder is told
    next that it ends. `quota_root_id` is whom caps are counted for: shared by a team and the firm it becomes.
    `moved_at` is when value last moved, so that a sweep never books before what it sweeps. `backfilled` says which of
    the scheme's terms hold. lost_by_provider: what was held and ended without any delivery by a provider's doing.
    """

    id: UUID
    number: str
    application_id: UUID
    round_id: UUID
    pool_class: str
    scheme_version_id: UUID
    holder_id: UUID
    holder_kind: Kind = Kind.ORGANIZATION
    quota_root_id: UUID
    state: VoucherState
    currency: str
    face: int
    available: int
    held: int
    captured: int
    reclaimed: int
    funding: Funding
    backfilled: bool
    use_by: date
    use_by_ends: datetime
    deliver_by: date
    deliver_by_ends: datetime
    claim_by: date
    claim_by_ends: datetime
    ends_at: datetime
    ends_by: str
    issued_at: datetime
    activated_at: datetime | None
    moved_at: datetime
    suspended_at: datetime | None = None
    extended: int = 0
    remind_at: datetime | None = None
    lost_by_provider: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError when a part is below zero or the parts are not the face."""
        parts = (self.available, self.held, self.captured, self.reclaimed)
        if min(parts) < 0 or sum(parts) != self.face:
            raise ValueError(f"voucher {self.number}: {parts} are not the parts of {self.face}")

    def after(self, posting: Posting, *, at: datetime) -> "Voucher":
        """This voucher once a posting is booked at an instant (UTC); what leaves its places is reclaimed.

        ValueError when a place would stand below zero: the caller decided without the limit.
        """
        available = posting.moved(PlaceKind.AVAILABLE, self.id)
        held = posting.moved(PlaceKind.HELD, self.id)
        captured = posting.moved(PlaceKind.CAPTURED, self.id)
        moved = replace(
            self,
            available=self.available + available,
            held=self.held + held,
            captured=self.captured + captured,
            reclaimed=self.reclaimed - (available + held + captured),
            moved_at=max(at, self.moved_at),
        )
        state = moved.state_at(at)
        return moved if state is self.state else replace(moved, state=state)

    def state_at(self, instant: datetime) -> VoucherState:
        """The state at an instant: spent is exhausted, past its end is cancelled or expired, else what was done to it.

        A voucher past its end may still hold value for an order that was authorised in time.
        """
        if self.captured == self.face:
            return VoucherState.EXHAUSTED
        if instant >= self.ends_at:
            return VoucherState.CANCELLED if self.ends_by == CANCELLED else VoucherState.EXPIRED
        if self.activated_at is None:
            return VoucherState.DRAFT
        if self.available == 0 and self.held == 0:
            return VoucherState.EXHAUSTED
        return VoucherState.SUSPENDED if self.suspended_at is not None else VoucherState.ACTIVE

    def spendable_at(self, instant: datetime) -> int:
        """What may be spent at an instant, in fen: what is available while the voucher is active, else nothing."""
        return self.available if self.state_at(instant) is VoucherState.ACTIVE else 0

    @property
    def due_back(self) -> datetime:
        """The instant (UTC) as of which what is available goes back: when it ended, or when it came free later."""
        return max(self.ends_at, self.moved_at)
