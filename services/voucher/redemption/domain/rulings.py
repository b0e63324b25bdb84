"""What the rules said on the day of authorisation: kept, and never computed again."""

from collections.abc import Iterator, Sequence
from datetime import date

from services.standards.money import format_amount
from services.voucher.redemption.domain.caps import Room
from services.voucher.redemption.domain.case import Case
from services.voucher.redemption.domain.redemption import Measure
from services.voucher.redemption.domain.world import Ruling
from services.voucher.scheme.domain.pricing import Price
from services.voucher.scheme.domain.rule import Rule


def eligible(case: Case) -> Iterator[Ruling]:
    """That category, parties and dates are within the scheme."""
    terms, scheme = case.redemption.terms, case.scheme
    dates, exclusions = scheme.terms(backfilled=case.voucher.backfilled), scheme.exclusions
    window = {
        "from": _written(dates.completed_from.value),
        "until": _written(dates.completed_until.value),
        "signed_on": terms.contract.signed_on.isoformat(),
    }
    category = {"category": terms.category}
    yield Ruling("authorise.category", "eligible", "exclusions.categories", exclusions.categories.source, category)
    yield Ruling("authorise.parties", "unrelated", "exclusions.related_parties", exclusions.related_parties.source)
    yield from _named("provider", exclusions.providers, f"prv_{terms.provider_id.hex}")
    if terms.offering_id is not None:
        yield from _named("offering", exclusions.offerings, f"off_{terms.offering_id.hex}")
    yield Ruling("authorise.dates", "within", "validity.completed", dates.completed_until.source, window)


def _named(what: str, rule: Rule[tuple[str, ...]] | None, name: str) -> Iterator[Ruling]:
    """That it is one of those that the scheme names, where it names any."""
    if rule is not None:
        yield Ruling(f"authorise.{what}", "named", f"exclusions.{what}s", rule.source, {what: name})


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def within_caps(rooms: Sequence[Room], currency: str) -> Iterator[Ruling]:
    """What each cap left before."""
    for room in rooms:
        numbers = {"period": room.period, "left": _shown(room.left, room.take.measure, currency)}
        yield Ruling("authorise.cap", "within", f"cap.{room.cap.id}", room.cap.source, numbers)


def reckoning(price: Price, currency: str) -> str:
    """The steps of a price in their order, such as ``rate.flat 15000.00 > voucher.available 12000.00``."""
    return " > ".join(f"{step.rule} {format_amount(step.amount, currency)}" for step in price.steps)


def _shown(left: int, measure: Measure, currency: str) -> str:
    return format_amount(left, currency) if measure is Measure.AMOUNT else str(left)
