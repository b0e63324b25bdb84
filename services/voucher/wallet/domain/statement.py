"""What a statement says: the lines of the journals in plain words, with the balance that each of them left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from services.voucher.ledger.domain.movement import Moved, Movement
from services.voucher.ledger.domain.posting import ISSUED


@dataclass(frozen=True, slots=True)
class Balance:
    """What stood on a voucher or in a wallet, or by how much that changed, in fen of one currency."""

    available: int = 0
    held: int = 0
    captured: int = 0
    reclaimed: int = 0

    @property
    def face(self) -> int:
        """What was issued of it by then: all parts together."""
        return self.available + self.held + self.captured + self.reclaimed

    def after(self, moved: Moved) -> "Balance":
        """The balance once something has moved."""
        gone = 0 if moved.event in ISSUED else moved.available + moved.held + moved.captured
        return Balance(
            self.available + moved.available,
            self.held + moved.held,
            self.captured + moved.captured,
            self.reclaimed - gone,
        )


NOTHING = Balance()


@dataclass(frozen=True, slots=True)
class Account:
    """The voucher of a line: its number, when it was issued, and since when it may be used (UTC), None for a draft."""

    number: str
    issued_at: datetime
    activated_at: datetime | None

    def drafted(self, at: datetime) -> bool:
        """Whether it was a draft at an instant (UTC)."""
        return self.activated_at is None or (self.issued_at < self.activated_at and at < self.activated_at)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line: what moved, by how much each part changed, and what stood after it, in the line's currency."""

    movement: Movement
    change: Balance
    after: Balance


def balances(moved: Iterable[Moved]) -> dict[str, Balance]:
    """What stands in each currency when all of it has moved; in which order does not matter."""
    found: dict[str, Balance] = {}
    for one in moved:
        found[one.currency] = found.get(one.currency, NOTHING).after(one)
    return found


def lines(opening: Mapping[str, Balance], movements: Sequence[Movement]) -> list[AccountLine]:
    """The lines of movements, oldest first, upon what stood in each currency before the first of them."""
    standing = dict(opening)
    found = []
    for movement in movements:
        moved = movement.moved
        after = standing[moved.currency] = standing.get(moved.currency, NOTHING).after(moved)
        found.append(AccountLine(movement, NOTHING.after(moved), after))
    return found


@dataclass(frozen=True, slots=True)
class Words:
    """What an event is called for those who read a statement."""

    en: str
    zh: str


EVENTS: Mapping[str, Words] = MappingProxyType(
    {
        "issued": Words("issued", "发放"),
        "topped_up": Words("topped up", "增额"),
        "reissued": Words("given again upon extension", "延期后重新发放"),
        "authorised": Words("held for a redemption", "冻结"),
        "captured": Words("captured", "核销"),
        "redeemed": Words("redeemed at the counter", "即时核销"),
        "rest_released": Words("rest after the last capture", "核销后余额解冻"),
        "voided": Words("redemption voided", "用券作废解冻"),
        "lapsed": Words("redemption lapsed", "用券失效解冻"),
        "refunded": Words("refunded", "退回"),
        "claim_expired": Words("not claimed in time", "逾期未申请兑付退回"),
        "claim_line_approved": Words("part not approved on a claim", "兑付核减退回"),
        "claim_line_rejected": Words("rejected on a claim", "兑付驳回退回"),
        "pro_rata_cut": Words("cut pro rata to the budget", "按预算比例核减"),
        "objection_upheld": Words("objection upheld", "异议成立"),
        "expired": Words("expired", "到期收回"),
        "cancelled": Words("cancelled", "作废收回"),
        "leftover_reclaimed": Words("leftover, no change is given", "余额不找零收回"),
        "year_end_voided": Words("void at the year's end", "年末收回"),
    }
)
"""What every event is called."""

DRAFTED: Mapping[str, Words] = MappingProxyType(
    {
        "issued": Words("issued as a draft, not to be used yet", "发放（草稿，尚不可用）"),
        "topped_up": Words("draft topped up, not to be used yet", "草稿增额（尚不可用）"),
    }
)
"""What an event is called that happened to a draft, where that says more."""


def said(movement: Movement, of: Account) -> Words:
    """What a movement on a voucher is called."""
    event = movement.moved.event
    return DRAFTED.get(event, EVENTS[event]) if of.drafted(movement.booked_at) else EVENTS[event]
