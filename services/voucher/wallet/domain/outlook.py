"""Decides what a simulation tells: when the budget runs dry, who is refused and why, what a point of rate costs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.voucher.scheme.domain.rate import Band
from services.voucher.wallet.domain.applicant import Applicant, asked_at
from services.voucher.wallet.domain.simulation import Against, Place, Ranked, Served, Trial, give_out, rank

POINTS = (-1, 0, 1)
"""By how many points the rate is tried."""

UNKNOWN = "unknown"
CURVE = 200
"""Of how many places at most the curve of what is left is told."""


@dataclass(frozen=True, slots=True)
class Dry:
    """Where the budget ran dry: the rank, the number in the queue, the local day on which that one came."""

    rank: int
    number: int
    came_on: date


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many applicants one rule refuses and what they asked for (fen); one applicant may break several."""

    code: str
    rule: str | None
    clause: str | None
    applicants: int
    asked: int


@dataclass(frozen=True, slots=True)
class Point:
    """The same with so many points of rate more or less: what everybody in line would need, and what is issued, in fen.

    served: how many get a voucher; dry: where the budget runs dry.
    """

    points: int
    needed: int
    issued: int
    served: int
    dry: Dry | None


@dataclass(frozen=True, slots=True)
class Group:
    """What became of one group: how many applied and for how much, how many got a voucher and how much, in fen."""

    by: str
    value: str
    applicants: int
    asked: int
    served: int
    issued: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a simulation says; amounts in fen. curve: what is left of the budget after so many places in line."""

    applicants: int
    asked: int
    refused: int
    served: int
    waiting: int
    budget: int
    issued: int
    left: int
    dry: Dry | None
    refusals: tuple[Refusals, ...]
    points: tuple[Point, ...]
    groups: tuple[Group, ...]
    curve: tuple[tuple[int, int], ...]


def outlook(trial: Trial, applicants: Sequence[Applicant], against: Against | None = None) -> Outlook:
    """What the scheme would do with applicants, of whom each has a number of its own.

    against: what speaks against each, by number, where that was found out before.
    """
    ranked = rank(trial, applicants, against)
    served = give_out(trial, ranked)
    got = {place.applicant.number: place.face for place in served.line if place.face}
    return Outlook(
        applicants=len(applicants),
        asked=sum(one.asked for one in applicants),
        refused=len(ranked.refused),
        served=len(got),
        waiting=len(served.line) - len(got),
        budget=served.budget,
        issued=served.issued,
        left=served.left,
        dry=_dry(served.dry),
        refusals=_refusals(ranked),
        points=tuple(_point(trial, ranked, served, points) for points in POINTS),
        groups=tuple(_groups(applicants, got)),
        curve=tuple(_curve(served)),
    )


def _dry(place: Place | None) -> Dry | None:
    return None if place is None else Dry(place.rank, place.applicant.number, place.applicant.came_on)


def _refusals(ranked: Ranked) -> tuple[Refusals, ...]:
    """The rules that refuse, the one that refuses most first."""
    found: dict[tuple[str, str | None, str | None], list[int]] = {}
    for one, reasons in ranked.refused:
        for said in dict.fromkeys((reason.code, reason.rule, reason.clause) for reason in reasons):
            found.setdefault(said, []).append(one.asked)
    told = [Refusals(*said, applicants=len(asked), asked=sum(asked)) for said, asked in found.items()]
    return tuple(sorted(told, key=lambda one: (-one.applicants, one.code)))


def _point(trial: Trial, ranked: Ranked, as_is: Served, points: int) -> Point:
    """The same budget at another rate; with none given, the money that the present rate needs."""
    budget = Trial(trial.scheme, as_is.budget, trial.day, trial.seed)
    asks = {one.number: asked_at(one.asked, one.price, _bands(trial, one), points) for _, one in ranked.sound}
    served = give_out(budget, ranked, asks) if points else as_is
    got = sum(1 for place in served.line if place.face)
    return Point(points, served.needed, served.issued, got, _dry(served.dry))


def _bands(trial: Trial, one: Applicant) -> tuple[Band, ...]:
    return trial.scheme.rates.of(one.facts.known(), trial.day).bands


def _groups(applicants: Sequence[Applicant], got: dict[int, int]) -> Iterator[Group]:
    """By class of the queue, size and region, each in the order of its names."""
    for by, value_of in _BY:
        found: dict[str, list[Applicant]] = {}
        for one in applicants:
            found.setdefault(value_of(one), []).append(one)
        for value, ones in sorted(found.items()):
            faces = [got[one.number] for one in ones if one.number in got]
            yield Group(by, value, len(ones), sum(one.asked for one in ones), len(faces), sum(faces))


_BY: tuple[tuple[str, Callable[[Applicant], str]], ...] = (
    ("queue_class", lambda one: one.queue_class),
    ("size_class", lambda one: one.facts.size_class or UNKNOWN),
    ("region", lambda one: one.facts.region or UNKNOWN),
)


def _curve(served: Served) -> Iterator[tuple[int, int]]:
    """What is left after each of some places, the first and the last among them."""
    left, every = served.budget, max(1, -(-len(served.line) // CURVE))
    yield 0, left
    for place, one in enumerate(served.line, start=1):
        left -= one.face
        if place % every == 0 or place == len(served.line):
            yield place, left
