"""Answers a worked case on a service: what a voucher pays of it, under which rate and limits, or why nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.chassis.refusals import Reason
from services.standards.split import largest_remainder
from services.voucher.scheme.domain import exclusions, holder_quote, leftover, validity
from services.voucher.scheme.domain.caps import SPENDING, TIMES, Cap, headroom
from services.voucher.scheme.domain.case import Case, Line
from services.voucher.scheme.domain.case_words import AGREED
from services.voucher.scheme.domain.deadlines import YEAR_END, voucher_dates
from services.voucher.scheme.domain.pricing import as_floored, price_lines
from services.voucher.scheme.domain.rate import Rate
from services.voucher.scheme.domain.rate_base import base_of
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.domain.settlement import parts_of
from services.voucher.scheme.domain.telling import Decided, Teller, refused
from services.voucher.scheme.domain.vocabulary import lineage

ASKING = frozenset({*AGREED, "invoice", "settled", "lines"})
"""Any of these asks for a price."""


@dataclass(frozen=True, slots=True)
class Service:
    """What is paid for: lines with the rate and the base (fen) of each, and the whole amount that somebody pays."""

    lines: tuple[tuple[Line, Rate, int], ...]
    whole: int

    @property
    def base(self) -> int:
        """The sum of the bases, in fen."""
        return sum(base for _, _, base in self.lines)


@dataclass(slots=True)
class Reckoning:
    """A sum as it grows and shrinks, in fen, the decisions that made it so, and the caps that leave nothing of it."""

    tell: Teller
    amount: int = 0
    decided: list[Decided] = field(default_factory=list)
    reached: list[Reason] = field(default_factory=list)

    def bound(self, rule: str, left: int, clause: str | None, *, above: int = 0, **numbers: Any) -> None:
        """Let no more than what is left (fen) through of what came on top of `above`; said only where it bites."""
        if above + left < self.amount:
            self.amount = above + left
            said = {**numbers, "left": self.tell.amount(left), "leaves": self.tell.amount(self.amount)}
            self.decided.append(Decided(rule, clause, said))


def answer(scheme: Scheme, case: Case) -> dict[str, Any]:
    """The price of the service that the case tells of; nothing where it tells of none, or asks for an award by name."""
    if "award" in case or not any(word in case for word in ASKING):
        return {}
    tell = Teller(scheme.currency)
    against = list(_against(scheme, case))
    service = _service(scheme, case)
    if against or not service.lines:
        return _nothing(case, service, [*against, *_no_line(scheme, case, service)], tell)
    reckoning = Reckoning(tell)
    _rated(scheme, case, service, reckoning)
    # a contract may count as base and less be invoiced: nobody gets more than what is paid for
    reckoning.bound("service.price", service.whole, scheme.rate.source)
    wallet = _wallet(case)
    if wallet is not None:
        reckoning.bound("voucher.available", sum(wallet), None)
    if wallet is not None and "vouchers" in case and scheme.leftover.value == "paid":
        _face(scheme, wallet, reckoning)
    _capped(scheme, case, reckoning)
    found: dict[str, Any] = {"base": tell.amount(service.base), "subsidy": tell.amount(reckoning.amount)}
    found |= {"self_paid": tell.amount(max(0, service.whole - reckoning.amount))}
    found |= _left(scheme, wallet, service, reckoning) | _split(scheme, case, reckoning)
    if not scheme.backing.value.full:
        found["up_to"] = True
    if reckoning.reached and not reckoning.amount:
        found["refused"] = refused(reckoning.reached)
    return found | {"decisions": [one.told() for one in reckoning.decided]}


def _service(scheme: Scheme, case: Case) -> Service:
    """The lines that may be paid for; one line of the whole where the case tells no lines."""
    if "lines" in case:
        told: tuple[Line, ...] = case.get("lines", ())
        eligible = [line for line in told if not list(_excluded(scheme, _categories(line, case)))]
        rated = [(line, _rate(scheme, case, _categories(line, case))) for line in eligible]
        lines = tuple(
            (line, rate, base_of(rate, contract=line.amount, invoice=line.amount, actual=line.amount, tax=line.tax))
            for line, rate in rated
        )
        return Service(lines, sum(line.amount for line in told))
    agreed = next((case.get(word) for word in AGREED if word in case), None)
    invoice, settled, tax = case.get("invoice"), case.get("settled"), case.get("tax", 0)
    rate = _rate(scheme, case, case.get("category", frozenset()))
    base = base_of(rate, contract=agreed, invoice=invoice, actual=settled, tax=tax)
    whole = next(one for one in (invoice, settled, agreed) if one is not None)
    return Service(((Line(None, whole, tax), rate, base),), whole)


def _rate(scheme: Scheme, case: Case, categories: frozenset[str]) -> Rate:
    as_of = scheme.rate.as_of
    return scheme.rates.of(case.known(as_of, category=categories), case.day(as_of))


def _categories(line: Line, case: Case) -> frozenset[str]:
    """What a line is, or lies under; one that says nothing is what the case says of the whole."""
    told: frozenset[str] = case.get("category", frozenset())
    return told if line.category is None else lineage({line.category})


def _against(scheme: Scheme, case: Case) -> Iterator[Reason]:
    yield from holder_quote.reasons(scheme.who, case, scheme.under_use)
    yield from _excluded(scheme, case.get("category", frozenset()))
    yield from exclusions.reasons(scheme.exclusions, case.deal)
    if "issued_on" in case:
        yield from _dated(scheme, case)
    if "completed_on" in case:
        yield from validity.outside(scheme.terms(backfilled=False), case.day("completion"))


def _dated(scheme: Scheme, case: Case) -> Iterator[Reason]:
    issued_on = case.day("issue")
    if "contract_date" in case:
        yield from validity.predating(scheme.validity, signed_on=case.day("contract"), issued_on=issued_on)
    dates = voucher_dates(scheme, issued=issued_on, backfilled=False)
    if "authorised_on" in case and case.day("authorise") > dates.use_by:
        by_year = dates.ends_by == YEAR_END
        rule = scheme.validity.year_end_void if by_year else scheme.validity.issued.use_by
        name = "validity.year_end_void" if by_year else "validity.use_by"
        yield Reason("voucher.expired", name, "/voucher_id", {"use_by": dates.use_by.isoformat()}, rule.source)


def _excluded(scheme: Scheme, categories: frozenset[str]) -> Iterator[Reason]:
    """That none of what a service's category is, or lies under, may be paid for; a category not told is not asked."""
    rule = scheme.exclusions.categories
    if categories and not scheme.exclusions.pays_for(categories):
        numbers = {"category": ", ".join(sorted(categories)), "eligible": ", ".join(rule.value)}
        yield Reason("category.excluded", "exclusions.categories", "/category", numbers, rule.source)


def _no_line(scheme: Scheme, case: Case, service: Service) -> Iterator[Reason]:
    """Why no line may be paid for."""
    if not service.lines:
        for line in case.get("lines", ()):
            yield from _excluded(scheme, _categories(line, case))


def _nothing(case: Case, service: Service, against: list[Reason], tell: Teller) -> dict[str, Any]:
    """The answer where nothing is paid: the holder pays all himself, and his vouchers stay as they are."""
    wallet = _wallet(case)
    found = {"subsidy": tell.amount(0), "self_paid": tell.amount(service.whole)}
    if wallet is not None:
        found["left_in_wallet"] = tell.amount(sum(wallet))
    return {**found, "refused": refused(against)}


def _rated(scheme: Scheme, case: Case, service: Service, reckoning: Reckoning) -> None:
    """What the rate gives. Where caps are on buckets, each category is a service of its own, as it is when redeemed."""
    buckets = [cap for cap in scheme.caps if cap.counts in SPENDING and cap.subject == "bucket"]
    groups: dict[str | None, list[tuple[Line, Rate, int]]] = {}
    for one in service.lines:
        groups.setdefault(one[0].category if buckets else None, []).append(one)
    counted = dict(_counted(scheme, case))
    for category, lines in groups.items():
        above = reckoning.amount
        _rate_step(scheme, case, lines, reckoning)
        of_line = case.get("category", frozenset()) if category is None else lineage({category})
        caps = [cap for cap in buckets if of_line & set(cap.categories)]
        _bounds(case, caps, counted, reckoning, above=above)
        paid = reckoning.amount - above
        taken = {cap.id: paid if cap.counts not in TIMES else int(paid > 0) for cap in caps}
        counted |= {name: counted.get(name, 0) + fen for name, fen in taken.items()}


def _rate_step(scheme: Scheme, case: Case, lines: list[tuple[Line, Rate, int]], reckoning: Reckoning) -> None:
    priced = price_lines([(rate, base) for _, rate, base in lines])
    reckoning.amount += priced.subsidy
    tell, first, as_of = reckoning.tell, lines[0][1], scheme.rate.as_of
    each = as_floored([(rate, base) for _, rate, base in lines])
    numbers = {
        "as_of": as_of,
        "on": case.day(as_of).isoformat(),
        "lines": [{"base": tell.amount(base), "bands": tell.bands(rate.bands)} for rate, base in each],
        "floored": "line" if first.line_by_line else "sum",
        "amount": tell.amount(priced.subsidy),
    }
    clauses = dict.fromkeys(rate.source for _, rate, _ in lines)
    reckoning.decided.append(Decided(priced.steps[0].rule, "; ".join(clauses), numbers))


def _wallet(case: Case) -> tuple[int, ...] | None:
    """The faces of the vouchers, in fen; one for a wallet that is told in one sum, None where none is told."""
    if "vouchers" in case:
        faces: tuple[int, ...] = case.get("vouchers", ())
        return faces
    return (case.get("wallet", 0),) if "wallet" in case else None


def _used(faces: tuple[int, ...], amount: int) -> int:
    """How much the vouchers hold together that it takes to pay an amount, in the order of use."""
    total = 0
    for face in faces:
        if total >= amount:
            break
        total += face
    return total


def _face(scheme: Scheme, faces: tuple[int, ...], reckoning: Reckoning) -> None:
    """Whoever takes the vouchers that it takes gets their face, be the price ever so much less."""
    tell, price = reckoning.tell, reckoning.amount
    face = _used(faces, price)
    reckoning.amount = leftover.outcome(scheme.leftover, face, price).pays
    if reckoning.amount > price:
        numbers = {"price": tell.amount(price), "face": tell.amount(face)}
        reckoning.decided.append(Decided("leftover", scheme.leftover.source, numbers))


def _capped(scheme: Scheme, case: Case, reckoning: Reckoning) -> None:
    caps = (cap for cap in scheme.caps if cap.counts in SPENDING and cap.subject != "bucket")
    _bounds(case, caps, _counted(scheme, case), reckoning)


def _bounds(
    case: Case, caps: Iterable[Cap], counted: Mapping[str, int], reckoning: Reckoning, *, above: int = 0
) -> None:
    """Let no more through than caps leave, in their order, of what came on top of `above` (fen)."""
    for one in caps:
        as_of, used = one.as_of or "authorise", counted.get(one.id, 0)
        room = headroom(one, used, known=case.known(as_of), day=case.day(as_of))
        if room.allows is not None:
            cap = room.cap
            limit, so_far = (cap.limit, used) if cap.counts in TIMES else map(reckoning.tell.amount, (cap.limit, used))
            reckoning.bound(f"cap.{cap.id}", room.allows, cap.source, above=above, limit=limit, counted=so_far)
            if not room.allows:
                numbers = {"limit": limit, "counted": so_far}
                reckoning.reached.append(Reason("cap.reached", f"cap.{cap.id}", "/amount", numbers, cap.source))


def _counted(scheme: Scheme, case: Case) -> Mapping[str, int]:
    """What counts already under each cap: what was used this year, under those of a year, or as told by name."""
    this_year = case.get("used_this_year", 0)
    of_year = {cap.id: this_year for cap in scheme.caps_on("authorised") if cap.period == "year"}
    return {**of_year, **case.get("counted", {})}


def _left(scheme: Scheme, wallet: tuple[int, ...] | None, service: Service, reckoning: Reckoning) -> dict[str, str]:
    """What stays in the wallet, what goes back to the pool, and what was paid above the price."""
    tell, amount = reckoning.tell, reckoning.amount
    if wallet is None:
        return {}
    face = _used(wallet, amount)
    untouched = sum(wallet) - face
    if scheme.leftover.value == "paid":
        over_price = max(0, amount - service.whole)
        return {"left_in_wallet": tell.amount(sum(wallet) - amount), "over_price": tell.amount(over_price)}
    outcome = leftover.outcome(scheme.leftover, face, amount)
    back = {"reclaimed": tell.amount(outcome.reclaimed)} if outcome.reclaimed else {}
    return {"left_in_wallet": tell.amount(untouched + outcome.stays), **back}


def _split(scheme: Scheme, case: Case, reckoning: Reckoning) -> dict[str, Any]:
    split, as_of = scheme.settlement.split, scheme.rate.as_of
    if split is None:
        return {}
    parts, source = parts_of(split, case.known(as_of), case.day(as_of))
    amounts = largest_remainder(reckoning.amount, [part.weight for part in parts])
    reckoning.decided.append(Decided("settlement.split", source, {part.name: part.weight for part in parts}))
    return {"split": {part.name: reckoning.tell.amount(fen) for part, fen in zip(parts, amounts, strict=True)}}
