"""Decides which applications a sample takes: a share of them by the lots of a published seed, others named by risk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from math import ceil
from types import MappingProxyType
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain import draw

SEED, RISK = "seed", "risk"
"""What picks an application: its lot, or a person who says why."""


class SampleKind(StrEnum):
    """What a sample is for: an inspection before anything is issued, or a second review blind to the first."""

    AUDIT = "audit"
    SECOND_REVIEW = "second_review"


RULES: Mapping[SampleKind, str] = MappingProxyType(
    {SampleKind.AUDIT: "applications.audit_sample", SampleKind.SECOND_REVIEW: "applications.second_review"}
)
"""The rule of a scheme that asks for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDraw:
    """A draw. published: where anybody could read its seed; population and drawn: of how many it took how many.

    amount and drawn_amount: what these asked for, in fen; turn: of the promise that made the seed. None where it was
    drawn before samples were promised.
    """

    id: UUID
    round_id: UUID
    kind: SampleKind
    seed: str
    published: str
    share: Fraction
    clause: str
    population: int
    drawn: int
    drawn_by: str
    drawn_at: datetime
    turn: int | None = None
    amount: int | None = None
    drawn_amount: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an application stood in a draw, 1 first, and what picked it, if anything did; reason: of a pick by risk."""

    draw_id: UUID
    application_id: UUID
    kind: SampleKind
    number: int
    place: int
    picked: str | None = None
    reason: str | None = None


def rule_of(scheme: Scheme, kind: SampleKind) -> Rule[Fraction]:
    """The share that the scheme wants in a sample of a kind; Refusal ``sample.not_asked``."""
    asks = scheme.applications
    if asks is not None and kind is SampleKind.AUDIT and asks.audit_sample is not None:
        return asks.audit_sample
    if asks is None or kind is SampleKind.AUDIT or asks.second_review is None:
        raise Refusal("sample.not_asked", pointer="/kind", numbers={"kind": kind.value})
    return asks.second_review


def size(share: Fraction, population: int) -> int:
    """How many of a population a sample takes: the share rounded up, and at least one."""
    return max(1, ceil(share * population))


def taken(kind: SampleKind, share: Fraction, amounts: Sequence[int]) -> int:
    """How many of the first of a draw a sample takes: the share by count, and for an audit by amount as well.

    amounts: what each is about, in fen, in the order of the draw.
    """
    return enough(share, amounts) if kind is SampleKind.AUDIT else size(share, len(amounts))


def enough(share: Fraction, amounts: Sequence[int]) -> int:
    """How many of the first of a draw it takes to have the share by count and by amount (fen, in order of the draw)."""
    wanted, least = share * sum(amounts), size(share, len(amounts))
    return next(count for count, total in enumerate(accumulate(amounts), start=1) if count >= least and total >= wanted)


def places(about: SampleDraw, numbers: Mapping[int, UUID], risks: Mapping[UUID, str]) -> list[Place]:
    """Everybody's place in a draw, by the lots of its seed: the first `drawn` are in the sample, as is who is named.

    numbers: the applications by the number that the database drew; risks: why some are named. Whoever was drawn anyhow
    counts as drawn. Refusal ``sample.not_among`` for a name that is not in the population.
    """
    among = set(numbers.values())
    refuse_all(
        [Reason("sample.not_among", pointer=f"/picks/{at}") for at, named in enumerate(risks) if named not in among]
    )
    found = []
    for place, number in enumerate(draw.order(about.seed, numbers), start=1):
        one = numbers[number]
        picked = SEED if place <= about.drawn else RISK if one in risks else None
        found.append(
            Place(
                draw_id=about.id,
                application_id=one,
                kind=about.kind,
                number=number,
                place=place,
                picked=picked,
                reason=risks[one] if picked == RISK else None,
            )
        )
    return found
