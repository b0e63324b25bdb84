"""Which rate counts for a contract: of the version in force on the day that the rate names, and of its cases which."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.standards.calendar import local_date
from services.voucher.directory.domain.party import Party
from services.voucher.redemption.domain.redemption import Redemption, Terms
from services.voucher.redemption.domain.world import World
from services.voucher.scheme.domain.facts import DealFacts
from services.voucher.scheme.domain.rate import Rate
from services.voucher.scheme.domain.rule import Known
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.domain.versions import in_force
from services.voucher.wallet.domain.facts import facts_of, provider_levels


@dataclass(frozen=True, slots=True)
class Tariff:
    """The rate that counts, and of which version of the scheme it is."""

    version_id: UUID
    rate: Rate

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
    if not rates.cases:  # nearly every contract of nearly every scheme: nothing has to be known of anybody
        return Tariff(version_id, rates.general)
    return Tariff(version_id, rates.of(known_of(world, terms, day), day))


def agreed(schemes: Mapping[UUID, Scheme], redemption: Redemption) -> Rate:
    """The rate by which a redemption was authorised, as it was found then."""
    version_id = redemption.rate_version_id or redemption.terms.scheme_version_id
    return schemes[version_id].rates.at(redemption.rate_case)


def day_of(as_of: str | None, world: World, terms: Terms) -> date:
    """The local date that a rule on a contract names; today for the day of authorisation, or where it names none."""
    voucher = world.voucher(terms.voucher_id)
    zone = world.scheme(voucher).zone
    today = local_date(world.now, zone)
    days = {
        "contract": terms.contract.signed_on,
        "completion": terms.contract.completed_on or today,
        "issue": local_date(voucher.issued_at, zone),
    }
    return days.get(as_of or "", today)


def known_of(world: World, terms: Terms, day: date) -> Known:
    """What is known of the holder and of the contract on a local date, in the words of a scheme's cases.

    A category is known by all that it lies under, too.
    """
    parties = world.facts.parties
    holder, payee = parties.get(terms.holder_id), parties.get(terms.payee_id)
    lineage = frozenset(world.facts.categories.lineage(terms.category))
    deal = {**deal_of(terms, payee, day).known(), "category": lineage}
    return deal if holder is None else {**facts_of(holder, day).known(), **deal}


def deal_of(terms: Terms, payee: Party | None, day: date) -> DealFacts:
    """A contract as a scheme's rules see it on a local date."""
    declared = terms.declared
    return DealFacts(
        category=terms.category,
        resource_region=payee.region if payee is not None else None,
        provider_level=provider_levels(payee, day) if payee is not None else (),
        services=frozenset(declared.services),
        subcontracted=declared.subcontracted,
        funded_by=declared.funded_by,
    )
