"""Whether a PIN is taken, from when on it counts, and how long whoever guesses is made to wait."""

from collections.abc import Mapping, Set
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


class Count(StrEnum):
    """Which wrong tries are counted together."""

    CALLER = "caller"
    AT_WALLET = "at_wallet"
    WALLET = "wallet"


LIMITS: Mapping[Count, Limit] = {
    Count.CALLER: Limit(20, within=timedelta(hours=1), rest=timedelta(hours=1)),
    Count.AT_WALLET: Limit(5, within=timedelta(days=1), rest=timedelta(minutes=15)),
    Count.WALLET: Limit(50, within=timedelta(days=1), rest=timedelta(days=1)),
}
"""Of one organisation at all wallets; of one organisation at one wallet, which may be its own; at one wallet, of all.

The last is of tries by secret alone: whoever guesses elsewhere closes that way for a day, and never a holder's own use
of his PIN. A right one clears what its caller did wrong at this wallet, and nothing else.
"""


class Verdict(StrEnum):
    """What a try came to. While a count rests, a right one is told like a wrong one."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, the counts it leaves, and for how long whoever is locked must still wait."""

    verdict: Verdict
    counts: Mapping[Count, Tries]
    rests: timedelta = timedelta(0)


def resting(counts: Mapping[Count, Tries], real: datetime) -> Judged | None:
    """Why a try is not looked at, by any of its counts; None when it is.

    What rests is not counted further: it stays as it is until its time is over. A caller who tries at a wallet that
    rests is counted all the same, so that no number of tries tells a secret that lives from one that never did.
    """
    for count in Count:
        if count in counts and (rests := counts[count].rests(real)) is not None:
            if count is Count.CALLER:
                return Judged(Verdict.TOO_MANY, counts, rests)
            return Judged(Verdict.LOCKED, {**counts, **_wrong(counts, {Count.CALLER}, real)}, rests)
    return None


def judge(counts: Mapping[Count, Tries], *, right: bool, real: datetime) -> Judged:
    """Count one try in all its counts, none of which rests."""
    if right:
        return Judged(Verdict.RIGHT, {**counts, Count.AT_WALLET: Tries(0, real)})
    return Judged(Verdict.WRONG, _wrong(counts, counts.keys(), real))


def _wrong(counts: Mapping[Count, Tries], of: Set[Count], real: datetime) -> dict[Count, Tries]:
    return {count: LIMITS[count].after_wrong(counts[count], real) for count in of & counts.keys()}
