"""Which rate counts for a contract: of the version in force on the day that the rate names, and of its cases which."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.standards.calendar import local_date
from services.voucher.directory.domain.party import Party
from services.voucher.redemption.domain.redemption import ContractLine, LineRate, Redemption, Terms
from services.voucher.redemption.domain.work import Rated, agreed_lines
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain.facts import DealFacts
from services.voucher.scheme.domain.pricing import Line
from services.voucher.scheme.domain.rate import Rate, Rates
from services.voucher.scheme.domain.rule import Known
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.domain.versions import in_force
from services.voucher.wallet.domain.facts import facts_of, provider_levels


@dataclass(frozen=True, slots=True)
class Tariff:
    """The rate that counts, and of which version of the scheme it is.

    rate: that of the category that the contract is known by; lines: of each line of a contract that has lines.
    """

    version_id: UUID
    rate: Rate
    lines: Rated = ()

    @property
    def rates(self) -> Rated:
        """The rate of each line; of a contract without lines, of its only one."""
        return self.lines or (self.rate,)

    @property
    def line_rates(self) -> tuple[LineRate, ...]:
        """What is kept of the lines, by which `agreed` finds their rates again."""
        return tuple(LineRate(rate is not None, rate.case if rate is not None else None) for rate in self.lines)

    def priced(self, terms: Terms) -> list[Line]:
        """Each line that is paid for, with its base in fen, before anything is delivered."""
        return agreed_lines(terms, self.rates)

    @property
    def named(self) -> dict[str, str | int | None]:
        """Which version and which of its cases, for the decision that rests on it; the general rate is no case."""
        return {"rate_version": f"scv_{self.version_id.hex}", "rate_case": self.rate.case}


def tariff_of(world: World, terms: Terms) -> Tariff:
    """The rate for terms that are not authorised yet: never stored, since another version may come before they are."""
    own = world.scheme(world.voucher(terms.voucher_id))
    day = day_of(own.rate.as_of, world, terms)
    version_id = in_force(world.facts.published.get(own.id, ()), day) or terms.scheme_version_id
    rates = world.facts.schemes[version_id].rates
    lines = tuple(_of_line(world, terms, line, rates, day) for line in terms.contract.lines)
    return Tariff(version_id, _of(world, terms, terms.category, rates, day), lines)


def _of(world: World, terms: Terms, category: str, rates: Rates, day: date) -> Rate:
    if not rates.cases:  # nearly every contract of nearly every scheme: nothing has to be known of anybody
        return rates.general
    return rates.of(known_of(world, terms, day, category=category), day)


def _of_line(world: World, terms: Terms, line: ContractLine, rates: Rates, day: date) -> Rate | None:
    """None for a line of a category that the voucher does not pay for: it stands in the contract all the same."""
    own = world.scheme(world.voucher(terms.voucher_id))
    if not own.exclusions.pays_for(world.facts.categories.lineage(line.category)):
        return None
    return _of(world, terms, line.category, rates, day)


def agreed(schemes: Mapping[UUID, Scheme], redemption: Redemption) -> Tariff:
    """The rate by which a redemption was authorised, as it was found then."""
    version_id = redemption.rate_version_id or redemption.terms.scheme_version_id
    rates = schemes[version_id].rates
    lines = tuple(rates.at(one.case) if one.paid else None for one in redemption.line_rates)
    return Tariff(version_id, rates.at(redemption.rate_case), lines)


def day_of(as_of: str | None, world: World, terms: Terms) -> date:
    """The local date that a rule on a contract names; today for the day of authorisation, or where it names none.

    ValueError for a day that is not known then, which no file that was checked names.
    """
    voucher = world.voucher(terms.voucher_id)
    zone = world.scheme(voucher).zone
    days = {None: world.now, "authorise": world.now, "issue": voucher.issued_at}
    if as_of == "contract":
        return terms.contract.signed_on
    if as_of not in days:
        raise ValueError(f"the day of {as_of} is not known of a contract")
    return local_date(days[as_of], zone)


def known_of(world: World, terms: Terms, day: date, *, category: str | None = None) -> Known:
    """What is known of the holder and of the contract on a local date, in the words of a scheme's cases.

    A category is known by all that it lies under, too. category: of one line, where that is not the contract's own.
    """
    parties = world.facts.parties
    holder, payee = parties.get(terms.holder_id), parties.get(terms.payee_id)
    lineage = frozenset(world.facts.categories.lineage(category or terms.category))
    deal = {**deal_of(terms, payee, day).known(), "category": lineage}
    return deal if holder is None else {**facts_of(holder, day).known(), **deal}


def deal_of(terms: Terms, payee: Party | None, day: date) -> DealFacts:
    """A contract as a scheme's rules see it on a local date."""
    declared = terms.declared
    code = payee.uscc if payee is not None else None
    return DealFacts(
        category=terms.category,
        resource_region=payee.region if payee is not None else None,
        provider_level=provider_levels(payee, day) if payee is not None else (),
        services=frozenset(declared.services),
        subcontracted=declared.subcontracted,
        funded_by=declared.funded_by,
        provider=frozenset({f"prv_{terms.provider_id.hex}"} | ({code} if code else set())),
        offering=frozenset() if terms.offering_id is None else frozenset({f"off_{terms.offering_id.hex}"}),
    )
