"""Decides whether a party may hold a voucher of a scheme: every reason against it, all at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.chassis.refusals import Reason
from services.standards.money import format_amount
from services.voucher.directory.domain.party import Party
from services.voucher.scheme.domain import eligibility
from services.voucher.scheme.domain.facts import PartyFacts
from services.voucher.scheme.domain.rule import Known
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.facts import facts_of


@dataclass(frozen=True, slots=True)
class Days:
    """The local dates that the rules on holders are applied as of."""

    submission: date
    issue: date


def reasons(scheme: Scheme, party: Party, days: Days, *, known: PartyFacts | None = None) -> list[Reason]:
    """What speaks against a party as a holder; an empty list when nothing does.

    known: what was known of it when it applied; a rule that is asked as of then is asked of that and of nothing later.
    """
    facts, issue = known or facts_of(party, days.submission), facts_of(party, days.issue)
    return [*_unplaced(party), *eligibility.reasons(scheme.who, facts, issue=issue, under_use=scheme.under_use)]


def _unplaced(party: Party) -> Iterator[Reason]:
    """Whoever lives nowhere that the registry knows: reviewers are bound to regions, and nobody could look at him."""
    if not party.region:
        yield Reason("application.no_region", rule="review.region", pointer="/holder")


def amount_reasons(scheme: Scheme, amount: int, facts: PartyFacts) -> list[Reason]:
    """What speaks against a party's asking for an amount (fen): the caps on a single application, or its face value."""
    caps = [cap.for_whom(facts.known(), facts.as_of) for cap in scheme.caps_on("application_amount")]
    faces = [
        Reason(
            "application.not_the_face",
            rule=f"caps.{cap.id}",
            pointer="/amount",
            numbers={
                "face": format_amount(cap.limit, scheme.currency),
                "asked": format_amount(amount, scheme.currency),
            },
            clause=cap.source,
        )
        for cap in caps
        if cap.fixed and amount < cap.limit
    ]
    return [*faces, *over_application(scheme, amount, facts.known(), facts.as_of)]


def over_application(scheme: Scheme, amount: int, known: Known, day: date) -> list[Reason]:
    """The caps on a single application that are below an amount (fen), for what is known of a party on a local date."""
    caps = [cap.for_whom(known, day) for cap in scheme.caps_on("application_amount")]
    return [
        Reason(
            "application.over_cap",
            rule=f"caps.{cap.id}",
            pointer="/amount",
            numbers={
                "limit": format_amount(cap.limit, scheme.currency),
                "asked": format_amount(amount, scheme.currency),
            },
            clause=cap.source,
        )
        for cap in caps
        if amount > cap.limit
    ]
