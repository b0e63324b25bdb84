"""What a voucher should say and what may be done to it, written after docs/voucher-cycle.md, not after the code."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.standards.calendar import end_of_day

YUAN = 100
ZONE = "Asia/Shanghai"
USE_BY, CLAIM_BY, MORE = date(2020, 10, 15), date(2020, 12, 15), timedelta(days=30)
ENDS, LATER = end_of_day(USE_BY, ZONE), end_of_day(USE_BY + MORE, ZONE)
CLAIMED, CLAIMED_LATER = end_of_day(CLAIM_BY, ZONE), end_of_day(CLAIM_BY + MORE, ZONE)
FINISHED = end_of_day(date(2020, 10, 30), ZONE)
ISSUED_MOST = 20_000 * YUAN


class No(Exception):
    """The answer is no, for these codes."""

    def __init__(self, *codes: str) -> None:
        self.codes = set(codes)


def refuse(codes: dict[str, bool]) -> None:
    """Raise No with every code that applies."""
    if found := [code for code, applies in codes.items() if applies]:
        raise No(*found)


@dataclass
class Purse:
    """A voucher with the pool of its round, in fen."""

    number: str
    face: int
    available: int
    pool: int
    held: int = 0
    captured: int = 0
    reclaimed: int = 0
    expired: int = 0
    ends_at: datetime = ENDS
    deliver_ends: datetime = ENDS
    claim_ends: datetime = CLAIMED
    completed_until: date = USE_BY
    cancelled: bool = False
    suspended: bool = False
    extended: bool = False

    def state(self, now: datetime) -> str:
        if self.captured == self.face:
            return "exhausted"
        if now >= self.ends_at:
            return "cancelled" if self.cancelled else "expired"
        if not self.available + self.held:
            return "exhausted"
        return "suspended" if self.suspended else "active"

    def unusable(self, now: datetime) -> str | None:
        """Why nothing may be authorised."""
        if now >= self.ends_at:
            return "voucher.cancelled" if self.cancelled else "voucher.expired"
        return "voucher.suspended" if self.suspended else None

    def hold(self, fen: int) -> None:
        self.available -= fen
        self.held += fen

    def take(self, fen: int) -> None:
        """From available to captured; back again below zero."""
        self.available -= fen
        self.captured += fen

    def sweep(self, now: datetime) -> None:
        """What is left once it has ended goes back to the pool."""
        if now >= self.ends_at:
            self.reclaimed += self.available
            self.pool += self.available
            self.expired += 0 if self.cancelled else self.available
            self.available = 0

    def suspend(self, now: datetime) -> None:
        refuse({"voucher.not_active": self.state(now) != "active"})
        self.suspended = True

    def resume(self, now: datetime) -> None:
        refuse({"voucher.not_suspended": self.state(now) != "suspended"})
        self.suspended = False

    def cancel(self, now: datetime) -> None:
        refuse({"voucher.ended": self.state(now) not in {"active", "suspended"}})
        self.cancelled, self.ends_at = True, now
        self.sweep(now)

    def top_up(self, now: datetime, amount: int, issued: int) -> None:
        """issued: the face of all vouchers of the holder."""
        ended = now >= self.ends_at
        refuse(
            {
                "voucher.ended": ended,
                "voucher.not_active": not ended and self.state(now) == "suspended",
                "round.finished": now >= FINISHED,
                "topup.pool_short": amount > self.pool,
                "topup.over_cap": issued + amount > ISSUED_MOST,
            }
        )
        self.face += amount
        self.available += amount
        self.pool -= amount

    def extend(self, now: datetime) -> None:
        """Once, by thirty days; what expired comes again while the round allocates and the pool has it."""
        for code, applies in (
            ("voucher.extended_already", self.extended),
            ("voucher.ended", self.cancelled),
            ("extension.no_gain", now >= LATER),
        ):
            refuse({code: applies})
        again = 0 if now >= FINISHED else min(self.pool, self.expired)
        refuse({"extension.nothing_left": not self.available + again + self.held})
        self.available += again
        self.reclaimed -= again
        self.pool -= again
        self.extended, self.completed_until = True, USE_BY + MORE
        self.ends_at, self.deliver_ends, self.claim_ends = LATER, LATER, CLAIMED_LATER
