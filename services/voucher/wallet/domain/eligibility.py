"""Decides whether a party may hold a voucher of a scheme: every reason against it, all at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.chassis.refusals import Reason
from services.standards.money import format_amount
from services.standards.region import contains
from services.voucher.directory.domain.party import Party
from services.voucher.scheme.domain.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Days:
    """The local dates that the rules on holders are applied as of."""

    submission: date
    issue: date


def reasons(scheme: Scheme, party: Party, days: Days) -> list[Reason]:
    """What speaks against a party as a holder; an empty list when nothing does."""
    return [*_registration(scheme, party), *_size(scheme, party), *_standing(scheme, party, days)]


def amount_reasons(scheme: Scheme, amount: int) -> list[Reason]:
    """What speaks against asking for an amount (fen): the caps on a single application."""
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
        for cap in scheme.caps_on("application_amount")
        if amount > cap.limit
    ]


def _registration(scheme: Scheme, party: Party) -> Iterator[Reason]:
    rule = scheme.who.registered_in
    if rule is not None and not any(contains(bound, party.region) for bound in rule.value):
        numbers = {"region": party.region, "regions": ", ".join(rule.value)}
        yield _against("application.not_local", "who.registered_in", rule.source, numbers)


def _size(scheme: Scheme, party: Party) -> Iterator[Reason]:
    rule = scheme.who.size_class
    if rule is not None and party.size_class not in rule.value:
        numbers = {"size_class": party.size_class, "size_classes": ", ".join(rule.value)}
        yield _against("application.size_class", "who.size_class", rule.source, numbers)


def _standing(scheme: Scheme, party: Party, days: Days) -> Iterator[Reason]:
    rule = scheme.who.good_standing
    if not rule.value:
        return
    if not party.is_active:
        yield _against("application.not_active", "who.good_standing", rule.source, {"status": party.status})
    sanction = party.sanctioned_on(days.issue if rule.as_of == "issue" else days.submission)
    if sanction is not None:
        until = sanction.span.until
        numbers = {"kind": sanction.kind, "until": until.isoformat() if until is not None else None}
        yield _against("application.sanctioned", "who.good_standing", rule.source, numbers)


def _against(code: str, name: str, source: str, numbers: Mapping[str, str | None]) -> Reason:
    return Reason(code, rule=name, pointer="/holder", numbers=dict(numbers), clause=source)
