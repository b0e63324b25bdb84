"""How much of a cap somebody has used in a period: counters that go up and down and never below zero."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, order=True)
class CounterKey:
    """Which cap, whose, and in which period.

    `cap` is the rule's name over all versions of a scheme, `subject` whoever is counted (a prefixed id, or several
    joined by a slash) and `period` the year or month in which it counts ("2020", "2020-09"), or "once". Keys sort;
    locks are taken so.
    """

    cap: str
    subject: str
    period: str


@dataclass(frozen=True, slots=True)
class Counter:
    """What is used of one cap: fen or a number of times, as the cap counts."""

    key: CounterKey
    used: int = 0

    def headroom(self, limit: int) -> int:
        """What is left under a limit; zero when it is used up or was lowered since."""
        return max(0, limit - self.used)

    def take(self, amount: int) -> "Counter":
        """Count `amount` more. Whether the limit allows it is the caller's rule; ValueError unless positive."""
        if amount <= 0:
            raise ValueError(f"{self.key}: {amount} cannot be taken")
        return replace(self, used=self.used + amount)

    def give(self, amount: int) -> "Counter":
        """Give `amount` back, in the period in which it was taken; ValueError for more than is used."""
        if not 0 < amount <= self.used:
            raise ValueError(f"{self.key}: {amount} cannot be given back of {self.used}")
        return replace(self, used=self.used - amount)
