"""Decides what a figure says: the median of the rounds' ratios, and how far they lie apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """What was measured in each round of ours and of what it is compared with; goal: the ratio aimed at."""

    name: str
    ours: Sequence[float]
    theirs: Sequence[float]
    unit: str = "a second"
    goal: float | None = None

    def __post_init__(self) -> None:
        """Raise ValueError unless both were measured in every round, and the other side did something."""
        if not self.ours or len(self.ours) != len(self.theirs) or min(self.theirs) <= 0:
            raise ValueError(f"{self.name}: {self.ours} cannot be compared with {self.theirs}")

    @property
    def ratios(self) -> list[float]:
        """Ours by theirs, round by round: what one round has in common falls out."""
        return [one / other for one, other in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return median(self.ratios)

    @property
    def row(self) -> str:
        """The figure as a row of a Markdown table."""
        low, high = min(self.ratios), max(self.ratios)
        of_each = " | ".join(f"{median(side):,.0f}" for side in (self.ours, self.theirs))
        goal = "–" if self.goal is None else f"≥ {self.goal:g}"
        return f"| {self.name} | {of_each} | {self.unit} | {self.ratio:.2f} | {goal} | {low:.2f}–{high:.2f} |"


HEAD = "| figure | ours | against | unit | ratio | goal | low–high |\n|---|---:|---:|---|---:|---:|---:|"


def table(figures: Sequence[Figure]) -> str:
    """All figures as a Markdown table."""
    return "\n".join([HEAD, *(figure.row for figure in figures)])


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that so large a share of them does not exceed; of none it is 0."""
    ranked = sorted(values)
    place = max(0, -int(-share * len(ranked) // 1) - 1)
    return ranked[place] if ranked else 0.0
