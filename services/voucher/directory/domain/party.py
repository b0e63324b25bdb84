"""What is known of an organisation, a team or a person, and what follows from it on a date, such as a ban."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.standards.holding import Kind
from services.standards.shareholding import SHARE_LEAST

INCORPORATED = "incorporated"
"""The status of a team that is a firm by now."""


@dataclass(frozen=True, slots=True)
class Span:
    """From a date until a date, both included, in the scheme's local calendar; open-ended when `until` is None."""

    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the day lies within."""
        return self.since <= day and (self.until is None or day <= self.until)

    def within(self, other: "Span") -> "Span | None":
        """The days that lie in both; None where there is none."""
        ends = [one for one in (self.until, other.until) if one is not None]
        both = Span(max(self.since, other.since), min(ends, default=None))
        return None if both.until is not None and both.until < both.since else both


@dataclass(frozen=True, slots=True)
class Sanction:
    """A ban (失信/禁入) of some kind, such as `research_integrity`."""

    id: str
    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Relation:
    """A link to another organisation: ownership, subordination, co-founding or shared officers.

    id: ``rel_…``; share and owner: of ownership, who of the two holds how many basis points, where that was recorded.
    """

    organization: UUID
    kind: str
    span: Span
    id: str | None = None
    share: int | None = None
    owner: UUID | None = None

    @property
    def counts(self) -> bool:
        """Whether it joins the two by itself: not a share that is too small, see `services.standards.shareholding`."""
        return self.share is None or self.share >= SHARE_LEAST


@dataclass(frozen=True, slots=True)
class PriorityListing:
    """A place on a published list that puts a firm into a priority class."""

    list: str
    priority_class: str
    span: Span


@dataclass(frozen=True, slots=True)
class Admission:
    """A provider's admission to one service category; under the schemes named, or where none is, under all."""

    category: str
    span: Span
    schemes: tuple[str, ...] = ()

    def covers(self, category: str, day: date, scheme: str | None) -> bool:
        """Whether it holds for a category on a day, under a scheme where one is asked for."""
        among = scheme is None or not self.schemes or scheme in self.schemes
        return self.category == category and self.span.covers(day) and among


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """The provider side of an organisation; only in the state `admitted` does it take anything new."""

    id: UUID
    state: str
    admissions: tuple[Admission, ...] = ()


@dataclass(frozen=True, slots=True)
class Called:
    """A name, and the days on which it is an organisation's."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Figures:
    """What was declared for a year: heads, and revenue and assets in fen; None: not declared."""

    year: int
    staff: int | None = None
    revenue: int | None = None
    assets: int | None = None


@dataclass(frozen=True, slots=True)
class Recognised:
    """A level at which a space is or was recognised."""

    level: str
    span: Span


@dataclass(frozen=True, slots=True)
class Residency:
    """A stay in a space 入驻: what kind of space, its recognitions, and whether it is an incubator, since when."""

    space: str
    kind: str
    span: Span
    recognitions: tuple[Recognised, ...] = ()
    incubator_since: date | None = None

    def levels_on(self, day: date) -> tuple[str, ...]:
        """The levels at which the space is recognised that day."""
        return tuple(sorted({one.level for one in self.recognitions if one.span.covers(day)}))


@dataclass(frozen=True, slots=True)
class FounderClass:
    """Of which class of founder one of its founders or core members is, such as `returnee`, and when."""

    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Associate:
    """A person of an organisation or a team, by reference only: a founder, or a core member as last heard of."""

    person: UUID
    span: Span


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation, a team or a person as last heard of. Dates are local.

    region: six digits (GB/T 2260), empty for a person of whom nobody recorded one. name: today's, empty for a person,
    whose name stays in the registry; names: all that it has or had, oldest first, none of one whose changes nobody
    told. provider: None for one that never applied to be one. quota_roots: the teams that became it, or whose people
    did, oldest first. figures: what it declared, oldest year first. residencies, founder_classes, runs: where it
    resides or did, of what class its people are, how the spaces that it runs are or were recognised, all as far as
    whoever read it asked for that. members: how many core members a team has; people: who founded it, or they, or
    the person itself.
    """

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
    names: tuple[Called, ...] = ()
    quota_roots: tuple[UUID, ...] = ()
    figures: tuple[Figures, ...] = ()
    residencies: tuple[Residency, ...] = ()
    kind: Kind = Kind.ORGANIZATION
    members: int | None = None
    people: tuple[Associate, ...] = ()
    founder_classes: tuple[FounderClass, ...] = ()
    runs: tuple[Recognised, ...] = ()

    @property
    def quota_root(self) -> UUID:
        """Whom caps are counted for: the oldest team that it was, else itself. The same people get no second quota."""
        return self.quota_roots[0] if self.quota_roots else self.id

    def name_on(self, day: date) -> str:
        """What it was called that day; the oldest name known holds for every day before, too."""
        begun = [one.name for one in self.names if one.span.since <= day]
        return begun[-1] if begun else self.names[0].name if self.names else self.name

    @property
    def public_name(self) -> str:
        """What it is called before everybody: a natural person by the end of his id alone."""
        return self.name or f"自然人（尾号 {self.id.hex[-4:]}）"

    @property
    def is_active(self) -> bool:
        """In good standing with its registration: not deregistered, dissolved or erased."""
        return self.status == "active"

    @property
    def uses(self) -> bool:
        """Whether it may use what it was given: a team also once it is a firm, whose people are the same."""
        return self.is_active or self.status == INCORPORATED

    def levels_on(self, day: date) -> frozenset[str]:
        """The levels at which the spaces that it runs are recognised that day, as the registry calls them."""
        return frozenset(one.level for one in self.runs if one.span.covers(day))

    def people_on(self, day: date) -> frozenset[UUID]:
        """Who its people are that day, by reference."""
        return frozenset(one.person for one in self.people if one.span.covers(day))

    def classes_on(self, day: date) -> frozenset[str]:
        """The classes of founder that its people are of that day."""
        return frozenset(one.kind for one in self.founder_classes if one.span.covers(day))

    def sanctioned_on(self, day: date) -> Sanction | None:
        """The first ban in force that day."""
        return next((sanction for sanction in self.sanctions if sanction.span.covers(day)), None)

    def related_to(self, other: UUID, day: date) -> Relation | None:
        """The link to another organisation in force that day; an organisation is always related to itself."""
        if other == self.id:
            return Relation(other, "same", Span(day))
        known = (link for link in self.related if link.organization == other and link.counts)
        links = (link for link in known if link.span.covers(day))
        return next(links, None)

    def admitted(self, category: str, day: date, *, scheme: str | None = None) -> bool:
        """Whether it may take something new in a category that day: admitted now, and for that category then.

        scheme: under which it would be paid; None asks whether there is any.
        """
        provider = self.provider
        if provider is None or provider.state != "admitted":
            return False
        return any(one.covers(category, day, scheme) for one in provider.admissions)
