"""How a claim to an award enters review: its line, the shares of budget lines, and what held on the day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.standards.money import format_amount
from services.voucher.awards.domain.award_claim import AwardClaim
from services.voucher.awards.domain.claiming import Asked, Matter, Reckoned, Told
from services.voucher.redemption.domain.orders import Actor
from services.voucher.redemption.domain.world import Ruling
from services.voucher.scheme.domain.awards import Awarded
from services.voucher.settlement.domain.claim import Claim, ClaimLine, LineState, LineStep
from services.voucher.settlement.domain.granting import Take
from services.voucher.settlement.domain.legs import Share
from services.voucher.settlement.domain.spans import after_working_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a new claim, its line, its legs and the claim to the award are called."""

    claim_id: UUID
    line_id: UUID
    award_claim_id: UUID
    leg_ids: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Submitted:
    """A claim to an award as it enters review, with all that stands beside its line."""

    claim: Claim
    step: LineStep
    award_claim: AwardClaim
    shares: tuple[Share, ...]
    takes: tuple[Take, ...]


def submit(asked: Asked, said: Told, reckoned: Reckoned, *, matter: Matter, named: Named, by: Actor) -> Submitted:
    """The claim of an award that nothing speaks against, in review at the scheme's first stage.

    Refusal ``calendar.not_loaded``.
    """
    claim = Claim(
        id=named.claim_id,
        payee_id=matter.party.id,
        currency=matter.scheme.currency,
        submitted_at=matter.now,
        submitted_by=by.person,
        client=by.client,
        client_ref=asked.client_ref,
    )
    kept = AwardClaim(
        id=named.award_claim_id,
        claim_id=claim.id,
        claim_line_id=named.line_id,
        scheme_id=matter.scheme_id,
        scheme_version_id=asked.scheme_version_id,
        award=asked.award,
        payee_id=matter.party.id,
        space_id=asked.space_id,
        rests_on=asked.rests_on,
        on=said.on,
        facts=said.facts,
        figures=said.figures,
        known={word: tuple(sorted(values)) for word, values in said.known.items() if values},
        given=reckoned.given,
        base=reckoned.awarded.base,
        amount=reckoned.awarded.amount,
        currency=claim.currency,
        region=matter.region,
        report_within=_report_within(matter),
        submitted_at=matter.now,
        submitted_by=by.person,
    )
    shares = tuple(one.share(leg_id) for one, leg_id in zip(reckoned.backing, named.leg_ids, strict=True))
    line = _line(kept, shares[0], matter=matter)
    step = LineStep(
        event="submitted",
        before=None,
        after=line.after(by.person),
        at=matter.now,
        person=by.person,
        client=by.client,
        request_id=by.request_id,
        rulings=tuple(rulings(kept, reckoned.awarded, line, matter)),
    )
    return Submitted(claim, step, kept, shares, reckoned.takes)


def _report_within(matter: Matter) -> int | None:
    within = matter.award.report_within
    return None if matter.award.spend_on is None or within is None else within.value


def _line(kept: AwardClaim, first: Share, *, matter: Matter) -> ClaimLine:
    settlement = matter.scheme.settlement
    within = settlement.review_within.value
    due = after_working_days(within, scheme=matter.scheme, at=matter.now, calendar=matter.calendar)
    return ClaimLine(
        id=kept.claim_line_id,
        claim_id=kept.claim_id,
        number=1,
        capture_id=None,
        redemption_id=None,
        voucher_id=None,
        award_claim_id=kept.id,
        holder_id=kept.payee_id,
        holder_kind=matter.party.kind,
        payee_id=kept.payee_id,
        scheme_version_id=kept.scheme_version_id,
        budget_line_id=first.budget_line_id,
        treasury=first.treasury,
        region=kept.region,
        category=kept.award,
        currency=kept.currency,
        settlement=kept.amount,
        claimed=kept.amount,
        approved=None,
        state=LineState.IN_REVIEW,
        stage=settlement.review.value[0],
        submitted_at=matter.now,
        entered_at=matter.now,
        due_on=due.due_on,
        due_at=due.due_at,
        corrections=0,
        acted=(),
        steps=1,
    )


def rulings(kept: AwardClaim, awarded: Awarded, line: ClaimLine, matter: Matter) -> Iterator[Ruling]:
    """What held on the day of submission, rule by rule; kept, and never computed again."""
    currency, review = kept.currency, matter.scheme.settlement.review
    paid = _paid(kept, awarded, matter.award.mode.value)
    yield Ruling("award.amount", "claimed", f"award.{kept.award}", awarded.source, paid)
    for one in awarded.limits:
        leaves = {"leaves": format_amount(one.left, currency)}
        yield Ruling("award.limit", "asked", one.rule, one.clause, {**_plain(one.numbers, currency), **leaves})
    if awarded.split_source is not None:
        parts = {name: format_amount(fen, currency) for name, fen in awarded.parts}
        yield Ruling("award.split", "split", "award.split", awarded.split_source, parts)
    stages = {"stage": line.stage, "stages": " → ".join(review.value), "due_on": str(line.due_on)}
    yield Ruling("claim.review", "in_review", "settlement.review", review.source, stages)


def _paid(kept: AwardClaim, awarded: Awarded, mode: str) -> dict[str, str | int | None]:
    """The numbers by which the amount may be reckoned again: so much for each of so many, or a share of a base."""
    said: dict[str, str | int | None] = {"on": kept.on.isoformat(), "mode": mode, **kept.facts}
    if isinstance(awarded.paid, int):
        return {**said, "units": awarded.base, "each": format_amount(awarded.paid, kept.currency)}
    return {**said, "base": format_amount(awarded.base, kept.currency), "share": str(awarded.paid)}


def _plain(numbers: Mapping[str, Any], currency: str) -> dict[str, str | int | None]:
    return {name: format_amount(one, currency) if isinstance(one, int) else one for name, one in numbers.items()}
