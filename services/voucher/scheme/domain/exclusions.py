"""What a voucher may not pay for, and everything in a contract that it may not, all at once."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from services.chassis.refusals import Reason
from services.voucher.scheme.domain.facts import DealFacts
from services.voucher.scheme.domain.rule import Rule

ALL = "all"
"""What stands for every category that there is."""
NOT_NAMED = {"provider": "provider.not_named", "offering": "offering.not_named"}
"""What is refused where a scheme names with whom, or for which, its vouchers are used."""


@dataclass(frozen=True, slots=True)
class Exclusions:
    """The categories that a voucher may pay for (or `ALL`), and what it may not; a rule that is None is not asked.

    services: kinds of work that are refused within an eligible category (`statutory_test`, `production_batch_test`,
    `standard_training`, `software_purchase`, `advertising`); funded: whether work that other money paid is refused;
    subcontracted: whether work that the provider hands on is. providers: the only ones with whom it is used, by id
    (`prv_…`) or credit code; offerings: the only ones of the catalogue for which it is (`off_…`).
    """

    categories: Rule[tuple[str, ...]]
    related_parties: Rule[bool]
    services: Rule[tuple[str, ...]] | None = None
    funded: Rule[bool] | None = None
    subcontracted: Rule[bool] | None = None
    providers: Rule[tuple[str, ...]] | None = None
    offerings: Rule[tuple[str, ...]] | None = None

    def pays_for(self, lineage: Collection[str]) -> bool:
        """Whether it pays for a category, told with all that it lies under."""
        return ALL in self.categories.value or not set(lineage).isdisjoint(self.categories.value)


def reasons(exclusions: Exclusions, deal: DealFacts, *, at: str = "") -> list[Reason]:
    """What a contract declares that may not be paid for; an empty list when nothing is in the way.

    at: the JSON pointer under which the contract declares it. The category, which is one by all that it lies under,
    and the parties are checked where the tree of categories and the links between parties are known.
    """
    return [
        *_services(exclusions.services, deal, at),
        *_told("work.funded_elsewhere", "funded", exclusions.funded, f"{at}/funded_by", ", ".join(deal.funded_by)),
        *_told(
            "work.subcontracted", "subcontracted", exclusions.subcontracted, f"{at}/subcontracted", deal.subcontracted
        ),
        *_named("provider", exclusions.providers, f"{at}/provider_id", deal.provider),
        *_named("offering", exclusions.offerings, f"{at}/offering_id", deal.offering),
    ]


def _services(rule: Rule[tuple[str, ...]] | None, deal: DealFacts, at: str) -> Iterator[Reason]:
    for service in rule.value if rule is not None else ():
        if rule is not None and service in deal.services:
            numbers = {"service": service}
            yield Reason("service.excluded", "exclusions.services", f"{at}/services", numbers, rule.source)


def _told(code: str, name: str, rule: Rule[bool] | None, pointer: str, found: str | bool) -> Iterator[Reason]:
    if rule is not None and rule.value and found:
        yield Reason(code, f"exclusions.{name}", pointer, {name: found}, rule.source)


def _named(
    what: str, rule: Rule[tuple[str, ...]] | None, pointer: str, found: frozenset[str] | None
) -> Iterator[Reason]:
    """That no name by which something goes is one of those that a rule names; what nobody told is not asked."""
    if rule is not None and found is not None and found.isdisjoint(rule.value):
        numbers = {"found": ", ".join(sorted(found)) or None, "named": ", ".join(rule.value)}
        yield Reason(NOT_NAMED[what], f"exclusions.{what}s", pointer, numbers, rule.source)
