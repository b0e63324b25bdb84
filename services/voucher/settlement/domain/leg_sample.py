"""Decides which claim lines are inspected before they are paid: a share by count and by amount, by a promised seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from services.chassis.refusals import Refusal
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.settlement.domain.claim import ClaimLine
from services.voucher.wallet.domain.draw import Draw, order
from services.voucher.wallet.domain.sampling import enough

RULE = "settlement.audit_sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegSample:
    """A draw of claim lines of a round, all legs of which are stopped until somebody has looked.

    published: where anybody could read its seed; population, drawn: of how many lines it took how many; amount and
    drawn_amount: what was approved of these, in fen; turn: that of the promise which made the seed.
    """

    id: UUID
    round_id: UUID
    turn: int
    seed: str
    published: str
    share: Fraction
    clause: str
    currency: str
    population: int
    drawn: int
    amount: int
    drawn_amount: int
    drawn_by: str
    drawn_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledLine:
    """Where a line stood in a draw. number: its own, by its place in the queue; place: by its lot, 1 first."""

    sample_id: UUID
    claim_line_id: UUID
    number: int
    place: int
    picked: bool


def rule_of(scheme: Scheme) -> Rule[Fraction]:
    """The share that the scheme wants to be inspected; Refusal ``sample.not_asked``."""
    rule = scheme.settlement.audit_sample
    if rule is None:
        raise Refusal("sample.not_asked", rule=RULE, numbers={"kind": "legs"})
    return rule


def sample(
    promised: Draw, rule: Rule[Fraction], lines: Sequence[ClaimLine], *, id: UUID, by: str, at: datetime
) -> tuple[LegSample, list[SampledLine]]:
    """The sample of these lines by a draw that was carried out, with everybody's place, so that anybody may draw again.

    Lines are numbered from 1 as they were submitted. Refusal ``sample.nobody`` where there is none.
    """
    if not lines:
        raise Refusal("sample.nobody", rule=RULE)
    queue = dict(enumerate(sorted(lines, key=lambda line: (line.submitted_at, line.id)), start=1))
    in_order = order(promised.known_seed, queue)
    amounts = [queue[number].approved or 0 for number in in_order]
    count = enough(rule.value, amounts)
    made = LegSample(
        id=id,
        round_id=promised.round_id,
        turn=promised.turn,
        seed=promised.known_seed,
        published=f"{promised.public_source}: {promised.public_text}",
        share=rule.value,
        clause=rule.source,
        currency=lines[0].currency,
        population=len(lines),
        drawn=count,
        amount=sum(amounts),
        drawn_amount=sum(amounts[:count]),
        drawn_by=by,
        drawn_at=at,
    )
    places = [
        SampledLine(sample_id=id, claim_line_id=queue[number].id, number=number, place=place, picked=place <= count)
        for place, number in enumerate(in_order, start=1)
    ]
    return made, places
