"""Whether a PIN is taken, from when on it counts, and how long whoever guesses is made to wait."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

DIGITS = 6
COOLING = timedelta(hours=24)
"""How long a PIN does not count that was set without the old one: long enough to be heard of and undone."""


def is_weak(pin: str) -> bool:
    """Whether six digits are among the first that anybody tries: one or three repeated, or counted up or down."""
    steps = {(int(later) - int(earlier)) % 10 for earlier, later in pairwise(pin)}
    repeated = any(pin == pin[:length] * (DIGITS // length) for length in (2, 3))
    return repeated or steps in ({0}, {1}, {9})


@dataclass(frozen=True, slots=True)
class Tries:
    """How often one subject was wrong since an instant, and until when its next try is refused unread (real, UTC)."""

    wrong: int
    since: datetime
    locked_until: datetime | None = None

    def rests(self, real: datetime) -> timedelta | None:
        """For how long the next try is still refused; None when it is taken."""
        return self.locked_until - real if self.locked_until is not None and real < self.locked_until else None


@dataclass(frozen=True, slots=True)
class Limit:
    """How many wrong tries within a span lock a subject, and for how long."""

    at_most: int
    within: timedelta
    rest: timedelta

    def after_wrong(self, tries: Tries, real: datetime) -> Tries:
        """The count after one more; it begins anew once the span or a lock is over."""
        over = real >= tries.since + self.within or (tries.locked_until is not None and real >= tries.locked_until)
        counted = Tries(1, real) if over or not tries.wrong else replace(tries, wrong=tries.wrong + 1)
        return replace(counted, locked_until=real + self.rest) if counted.wrong >= self.at_most else counted


CALLER = Limit(20, within=timedelta(hours=1), rest=timedelta(hours=1))
"""Of one calling organisation, over all vouchers: right tries between the wrong ones do not clear it."""
WALLET = Limit(5, within=timedelta(days=1), rest=timedelta(minutes=15))
"""Of one holder's PIN, whoever tries: cleared by a right one."""


class Verdict(StrEnum):
    """What a try came to. While a subject is locked, a right one is told like a wrong one."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, the counts it leaves, and for how long whoever is locked must still wait."""

    verdict: Verdict
    caller: Tries
    wallet: Tries | None
    rests: timedelta = timedelta(0)


def judge(caller: Tries, wallet: Tries | None, *, right: bool, real: datetime) -> Judged:
    """Count one try of a caller at a wallet, None where what was shown belongs to none.

    What is locked is not counted further: it stays as it is until its time is over.
    """
    if (rests := caller.rests(real)) is not None:
        return Judged(Verdict.TOO_MANY, caller, wallet, rests)
    if wallet is not None and (rests := wallet.rests(real)) is not None:
        return Judged(Verdict.LOCKED, caller, wallet, rests)
    if right:
        return Judged(Verdict.RIGHT, caller, Tries(0, real) if wallet is not None else None)
    counted = WALLET.after_wrong(wallet, real) if wallet is not None else None
    return Judged(Verdict.WRONG, CALLER.after_wrong(caller, real), counted)
