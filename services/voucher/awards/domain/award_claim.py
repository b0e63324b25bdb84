"""What a claim to an award is: what was asked and told, what was known then, and what that came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.refusals import Reason
from services.standards.spelling import compared
from services.voucher.ledger.domain.counters import CounterKey
from services.voucher.scheme.domain import awards
from services.voucher.scheme.domain.awards import Award, Awarded
from services.voucher.scheme.domain.scheme import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardClaim:
    """A claim to one award of a version, behind one claim line, which says how far it has come.

    on: the local date that the award's rule names. facts: what the payee says it is given for, by the words of the
    file; figures: fen, or how many where the award pays an amount for each; known: what held of the payee on that day;
    given: what was given already in the period (fen). base and amount: what these came to, never computed again unless
    what it rests on shrinks. rests_on: the claim of the award that this one matches or tops up, where it is ours.
    report_within: working days from its release in which a report on the spending is owed; None: on anything.
    """

    id: UUID
    claim_id: UUID
    claim_line_id: UUID
    scheme_id: str
    scheme_version_id: UUID
    award: str
    payee_id: UUID
    space_id: UUID | None
    rests_on: UUID | None
    on: date
    facts: Mapping[str, str]
    figures: Mapping[str, int]
    known: Mapping[str, tuple[str, ...]]
    given: int
    base: int
    amount: int
    currency: str
    region: str
    report_within: int | None
    submitted_at: datetime
    submitted_by: str

    def reckoned(self, award: Award, figures: Mapping[str, int] | None = None) -> Awarded:
        """What the award comes to by what was known then; with other figures where those have shrunk."""
        known = {word: frozenset(values) for word, values in self.known.items()}
        return awards.award_of(award, known, self.on, {**self.figures, **(figures or {})}, given=self.given)


def of_currency(claim: AwardClaim, currency: str | None, *, pointer: str) -> list[Reason]:
    """``award.currency`` where amounts are told in another currency than the award's; None: none are told."""
    if currency in (None, claim.currency):
        return []
    return [Reason("award.currency", "award.currency", pointer, {"currency": claim.currency})]


def award_in(scheme: Rulebook, name: str) -> Award | None:
    """The award of a scheme with this name."""
    return next((one for one in scheme.awards if one.id == name), None)


def award_of(scheme: Rulebook, claim: AwardClaim) -> Award:
    """The award that was claimed; KeyError when it is another scheme's."""
    return {one.id: one for one in scheme.awards}[claim.award]


def limit_key(lineage: str, award: Award, *, subject: str, day: date) -> CounterKey:
    """Where what an award gives somebody is counted: in the year of the day, or once for all."""
    period = str(day.year) if award.period == "year" else "once"
    return CounterKey(f"{lineage}/award:{award.id}", subject, period)


def once_key(lineage: str, award: Award, *, subject: str, facts: Mapping[str, str]) -> CounterKey:
    """Where it is counted that an award was given for these facts: what is given once has one live line.

    However a payee writes a fact, with other spaces, signs or letters, it is the same one.
    """
    said = "/".join(f"{fact}={compared(facts[fact])}" for fact in sorted(facts))
    return CounterKey(f"{lineage}/award:{award.id}/once", subject, said)


def rests_key(lineage: str, award: Award, *, upper_id: UUID) -> CounterKey:
    """Where it is counted that an award matches or tops up another one of ours: each is matched once."""
    return CounterKey(f"{lineage}/award:{award.id}/rests", f"acl_{upper_id.hex}", "once")
