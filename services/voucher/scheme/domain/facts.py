"""What is known of a party and of a deal when a rule of a scheme is asked: frozen values as of a date."""

from dataclasses import dataclass, field
from datetime import date

from services.voucher.scheme.domain.rule import Known


@dataclass(frozen=True, slots=True)
class Figures:
    """What a firm declared for a year: heads, and sales and assets in fen; None: not declared."""

    year: int
    staff: int | None = None
    sales: int | None = None
    assets: int | None = None


@dataclass(frozen=True, slots=True)
class Ban:
    """A ban in force on the day of the facts, until a local date (None: open)."""

    kind: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A place on a published list that is in force on the day of the facts."""

    list: str
    listed_as: str


@dataclass(frozen=True, slots=True)
class Residence:
    """Where a party resides on the day of the facts: a space's kind and the levels at which it is recognised."""

    kind: str
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """A party as of a local date. None and empty: nothing is known, and no rule is kept by what is not known.

    holder: organization, team, person or space. region: six digits (GB/T 2260). members: core members of a team.
    ended_under_use: whether it is suspended because it used too little of an earlier voucher.
    """

    as_of: date
    holder: str = "organization"
    region: str | None = None
    size_class: str | None = None
    legal_form: str | None = None
    registered_on: date | None = None
    active: bool = True
    bans: tuple[Ban, ...] = ()
    listings: tuple[Listing, ...] = ()
    figures: tuple[Figures, ...] = ()
    members: int | None = None
    residences: tuple[Residence, ...] = ()
    founder_classes: tuple[str, ...] = ()
    suspended_for_under_use: bool = False

    def known(self) -> Known:
        """The same in the words that a scheme file's `when` uses."""
        return {
            "holder": frozenset({self.holder}),
            "region": _one(self.region),
            "size_class": _one(self.size_class),
            "legal_form": _one(self.legal_form),
            "listed": frozenset(one.list for one in self.listings),
            "residency": frozenset(f"{level}-{one.kind}" for one in self.residences for level in one.levels),
            "space_level": frozenset(level for one in self.residences for level in one.levels),
            "founder_class": frozenset(self.founder_classes),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFacts:
    """A contract as its rules see it, local dates. resource_region: the provider's, six digits.

    services: what kinds of work it contains beside its category, as exclusions name them (`statutory_test`, …).
    provider, offering: the names by which each goes, such as id and credit code; None where nobody told.
    """

    category: str | None = None
    resource_region: str | None = None
    provider_level: tuple[str, ...] = ()
    services: frozenset[str] = field(default_factory=frozenset)
    subcontracted: bool = False
    funded_by: tuple[str, ...] = ()
    provider: frozenset[str] | None = None
    offering: frozenset[str] | None = None

    def known(self) -> Known:
        """The same in the words that a scheme file's `when` uses."""
        return {
            "category": _one(self.category),
            "resource_region": _one(self.resource_region),
            "provider_level": frozenset(self.provider_level),
        }


def _one(value: str | None) -> frozenset[str]:
    return frozenset() if value is None else frozenset({value})
