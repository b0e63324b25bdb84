"""What is known of an organisation, and what follows from it on a date: banned, related, admitted, in priority."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Span:
    """From a date until a date, both included, in the scheme's local calendar; open-ended when `until` is None."""

    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the day lies within."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Sanction:
    """A ban (失信/禁入) of some kind, such as `research_integrity`."""

    id: str
    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Relation:
    """A link to another organisation: ownership, subordination, co-founding or shared officers."""

    organization: UUID
    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class PriorityListing:
    """A place on a published list that puts a firm into a priority class."""

    list: str
    priority_class: str
    span: Span


@dataclass(frozen=True, slots=True)
class Admission:
    """A provider's admission to one service category."""

    category: str
    span: Span


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """The provider side of an organisation; only in the state `admitted` does it take anything new."""

    id: UUID
    state: str
    admissions: tuple[Admission, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as last heard of. Dates are local; `provider` is None for one that never applied to be one."""

    id: UUID
    uscc: str | None
    name: str
    region: str
    size_class: str | None = None
    legal_form: str | None = None
    registered_on: date | None = None
    status: str = "active"
    priority: tuple[PriorityListing, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    related: tuple[Relation, ...] = ()
    provider: ProviderFacts | None = None

    @property
    def is_active(self) -> bool:
        """In good standing with its registration: not deregistered."""
        return self.status == "active"

    def sanctioned_on(self, day: date) -> Sanction | None:
        """The first ban in force that day."""
        return next((sanction for sanction in self.sanctions if sanction.span.covers(day)), None)

    def related_to(self, other: UUID, day: date) -> Relation | None:
        """The link to another organisation in force that day; an organisation is always related to itself."""
        if other == self.id:
            return Relation(other, "same", Span(day))
        links = (link for link in self.related if link.organization == other and link.span.covers(day))
        return next(links, None)

    def admitted(self, category: str, day: date) -> bool:
        """Whether it may take something new in a category that day: admitted now, and for that category then."""
        provider = self.provider
        if provider is None or provider.state != "admitted":
            return False
        return any(one.category == category and one.span.covers(day) for one in provider.admissions)
