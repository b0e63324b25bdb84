"""Whether the rules let a voucher pay for a contract: every failing rule at once, each with numbers and clause.

None of these tells anything of a balance, so a provider may hear them without the holder's consent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.chassis.refusals import Reason
from services.standards.calendar import local_date
from services.voucher.directory.domain.party import Party
from services.voucher.directory.domain.relations import relation
from services.voucher.redemption.domain import lines
from services.voucher.redemption.domain.redemption import Contract, Terms
from services.voucher.redemption.domain.tariff import deal_of
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain import exclusions, validity
from services.voucher.scheme.domain.deadlines import CANCELLED, LEFTOVER, YEAR_END
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.domain.validity import dated
from services.voucher.wallet.domain.voucher import Voucher

SIGNED_FROM = date(2000, 1, 1)
"""No scheme of this kind is older: an earlier signature is a slip, or hides the real one."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What is checked: the terms, with the voucher, the rules and both parties as they stand today (local).

    parties: whoever owns them, too.
    """

    terms: Terms
    voucher: Voucher
    scheme: Scheme
    holder: Party
    payee: Party
    today: date
    parties: Mapping[UUID, Party]

    def day(self, as_of: str | None) -> date:
        """The date that a rule names by `as_of`; today where it names the day of authorisation or none."""
        return self.terms.contract.signed_on if as_of == "contract" else self.today


def failing(world: World, terms: Terms) -> list[Reason]:
    """All rules that say no to these terms just now."""
    voucher = world.voucher(terms.voucher_id)
    scheme = world.scheme(voucher)
    parties = world.facts.parties
    matter = Matter(
        terms,
        voucher,
        scheme,
        parties[terms.holder_id],
        parties[terms.payee_id],
        local_date(world.now, scheme.zone),
        parties,
    )
    return [
        *_voucher(matter, world),
        *_category(matter, world),
        *_lines(matter, world),
        *exclusions.reasons(scheme.exclusions, deal_of(terms, matter.payee, matter.today)),
        *_parties(matter),
        *contract_dates(matter),
        *_redeemed(matter, world),
    ]


def _voucher(matter: Matter, world: World) -> Iterator[Reason]:
    voucher = matter.voucher
    yield from usable(voucher, matter.scheme, at=world.now)
    if matter.terms.currency != voucher.currency:
        numbers = {"currency": voucher.currency}
        yield Reason("voucher.currency", "scheme.currency", "/contract/amount/currency", numbers)


def usable(voucher: Voucher, scheme: Scheme, *, at: datetime) -> Iterator[Reason]:
    """What keeps a voucher from being used at an instant: that it ended, and by which rule, or what was done to it."""
    if at >= voucher.ends_at:
        yield _ended(voucher, scheme)
    elif voucher.activated_at is None:
        yield Reason("voucher.draft", "voucher.activated", "/voucher_id")
    elif voucher.suspended_at is not None:
        numbers = {"since": voucher.suspended_at.isoformat()}
        yield Reason("voucher.suspended", "voucher.suspended", "/voucher_id", numbers)


def _ended(voucher: Voucher, scheme: Scheme) -> Reason:
    if voucher.ends_by == CANCELLED:
        return Reason("voucher.cancelled", "voucher.cancelled", "/voucher_id")
    if voucher.ends_by == LEFTOVER:
        return Reason("voucher.no_change", "leftover", "/voucher_id", clause=scheme.leftover.source)
    by_year = voucher.ends_by == YEAR_END
    rule = scheme.validity.year_end_void if by_year else scheme.terms(backfilled=voucher.backfilled).use_by
    name = "validity.year_end_void" if by_year else "validity.use_by"
    return Reason("voucher.expired", name, "/voucher_id", {"use_by": voucher.use_by.isoformat()}, rule.source)


def _category(matter: Matter, world: World) -> Iterator[Reason]:
    rule, category = matter.scheme.exclusions.categories, matter.terms.category
    lineage = world.facts.categories.lineage(category)
    if not lineage:
        yield Reason("category.unlisted", pointer="/category", numbers={"category": category})
    elif not matter.scheme.exclusions.pays_for(lineage):
        numbers = {"category": category, "eligible": ", ".join(rule.value)}
        yield Reason("category.excluded", "exclusions.categories", "/category", numbers, rule.source)
    provider = matter.payee.provider
    state = provider.state if provider is not None else "none"
    if state != "admitted":
        yield Reason("provider.not_admitted", "provider.state", "/provider_id", {"state": state})
    elif not any(matter.payee.admitted(one, matter.today, scheme=matter.scheme.id) for one in lineage):
        yield Reason("provider.category", "provider.admissions", "/provider_id", {"category": category})


def _lines(matter: Matter, world: World) -> Iterator[Reason]:
    """What the contract says of its tax and its lines."""

    def admitted(category: str) -> bool:
        lineage = world.facts.categories.lineage(category)
        return any(matter.payee.admitted(one, matter.today, scheme=matter.scheme.id) for one in lineage)

    yield from lines.of_contract(matter.terms, matter.scheme, world.facts.categories, admitted=admitted)


def _parties(matter: Matter) -> Iterator[Reason]:
    rule = matter.scheme.exclusions.related_parties
    link = relation(matter.holder, matter.payee, matter.parties, matter.day(rule.as_of))
    if link is not None and (rule.value or link.kind == "same"):
        yield Reason("party.related", "exclusions.related_parties", "/provider_id", {"link": link.kind}, rule.source)
    standing = matter.scheme.who.good_standing
    for party, who, pointer in ((matter.holder, "holder", "/voucher_id"), (matter.payee, "provider", "/provider_id")):
        ban = party.sanctioned_on(matter.today)
        if ban is not None:
            until = ban.span.until.isoformat() if ban.span.until is not None else None
            numbers = {"who": who, "ban": ban.kind, "until": until}
            yield Reason("party.sanctioned", "who.good_standing", pointer, numbers, standing.source)
        if not party.uses:
            yield Reason("party.deregistered", "who.good_standing", pointer, {"who": who}, standing.source)


def _redeemed(matter: Matter, world: World) -> Iterator[Reason]:
    """A contract is paid for once, under one voucher, while any of it is held or stands captured.

    The other redemption may be named: its parties are the same two.
    """
    other, rate = world.redeemed(matter.terms), matter.scheme.rate
    if other is not None:
        numbers = {"number": matter.terms.contract.number, "redemption": f"red_{other.hex}"}
        yield Reason("contract.already_redeemed", "rate.base", "/contract/number", numbers, rate.source)


def contract_dates(matter: Matter) -> Iterator[Reason]:
    """The dates of the contract: signed before completed, and, once known, completed within the scheme's window.

    Nothing of it lies ahead, and it was not signed before the first day that any scheme could mean.
    """
    contract, voucher, scheme = matter.terms.contract, matter.voucher, matter.scheme
    yield from _no_later(contract.signed_on, matter.today, "/contract/signed_on")
    if contract.signed_on < SIGNED_FROM:
        numbers = {"signed_on": contract.signed_on.isoformat(), "from": SIGNED_FROM.isoformat()}
        yield Reason("contract.signed_too_early", pointer="/contract/signed_on", numbers=numbers)
    issued = local_date(voucher.issued_at, scheme.zone)
    yield from validity.predating(scheme.validity, signed_on=contract.signed_on, issued_on=issued)
    if contract.completed_on is not None:
        yield from completion(contract, contract.completed_on, voucher=voucher, scheme=scheme, today=matter.today)


def completion(
    contract: Contract, completed_on: date, *, voucher: Voucher, scheme: Scheme, today: date
) -> Iterator[Reason]:
    """A completion date: neither before the signature nor ahead, and within the window of the voucher's own dates."""
    yield from _no_later(completed_on, today, "/completed_on")
    if completed_on < contract.signed_on:
        numbers = {"signed_on": contract.signed_on.isoformat(), "completed_on": completed_on.isoformat()}
        yield Reason("contract.dates", pointer="/completed_on", numbers=numbers)
    terms = scheme.terms(backfilled=voucher.backfilled)
    yield from validity.outside(terms, completed_on, later=_later(voucher, scheme))


def _later(voucher: Voucher, scheme: Scheme) -> timedelta:
    """By how much an extension moved the last day on which work may be completed: as much as that of its delivery."""
    if not voucher.extended:
        return timedelta()
    own = scheme.terms(backfilled=voucher.backfilled).deliver_by.value
    return max(voucher.deliver_by - dated(own, local_date(voucher.issued_at, scheme.zone)), timedelta())


def _no_later(day: date, today: date, pointer: str) -> Iterator[Reason]:
    if day > today:
        yield Reason("contract.date_ahead", None, pointer, {"date": day.isoformat(), "today": today.isoformat()})
