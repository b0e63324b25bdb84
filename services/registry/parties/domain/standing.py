"""Decides what may be said about an organisation's standing: priority lists, related parties and sanctions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, refuse_all
from services.registry.catalogue.domain.names import clean, name_faults, optional_name_faults, shown
from services.registry.catalogue.domain.period import Period, future_faults, period_faults, years_after
from services.standards import resident_card
from services.standards.shareholding import WHOLE, Stake

ONE_DAY = timedelta(days=1)
SANCTION_YEARS_LEAST = 1
SANCTION_YEARS_MOST = 3
CLASS_LENGTH = 40
ROLE_LENGTH = 40


class LinkKind(StrEnum):
    """How two organisations are related parties 关联方. The same address is no kind: one address, many licences."""

    OWNERSHIP = "ownership"
    SUBORDINATION = "subordination"
    CO_FOUNDING = "co_founding"
    SHARED_OFFICERS = "shared_officers"


class SanctionKind(StrEnum):
    """Why an organisation is kept out 失信/禁入."""

    BAN = "ban"
    ABNORMAL_OPERATION = "abnormal_operation"
    RESEARCH_INTEGRITY = "research_integrity"


@dataclass(frozen=True)
class PriorityListing:
    """An organisation stands on a named list, which puts it into a class of the queue while it holds."""

    id: UUID
    organization_id: UUID
    list_name: str
    priority_class: str
    period: Period
    document_id: UUID

    def written(self) -> "PriorityListing":
        """Give the same as it is stored: texts in NFC."""
        return replace(self, list_name=clean(self.list_name), priority_class=clean(self.priority_class))


@dataclass(frozen=True)
class Link:
    """Two organisations are related parties; ``a_id`` is the smaller id, since the relation has no direction.

    share and owner_id: of ownership, in basis points, which of the two holds so much of the other; None where nobody
    recorded it. officer_role: of shared officers, what they are, such as 法定代表人.
    """

    id: UUID
    a_id: UUID
    b_id: UUID
    kind: LinkKind
    period: Period
    document_id: UUID
    share: int | None = None
    owner_id: UUID | None = None
    officer_role: str | None = None

    def other(self, organization_id: UUID) -> UUID:
        """Give the organisation at the other end."""
        return self.b_id if organization_id == self.a_id else self.a_id

    @property
    def stake(self) -> Stake | None:
        """Who holds how much of whom; None unless that was recorded."""
        if self.owner_id is None or self.share is None:
            return None
        return Stake(self.owner_id, self.other(self.owner_id), self.share, self.id)

    def written(self) -> "Link":
        """Give the same as it is stored: texts in NFC."""
        return self if self.officer_role is None else replace(self, officer_role=clean(self.officer_role))


@dataclass(frozen=True)
class Sanction:
    """An organisation is kept out from the day of the decision until a last day, included.

    ``case_id``: the case in which it was decided here; else ``authority`` decided it, by the decision of that number.
    """

    id: UUID
    organization_id: UUID
    kind: SanctionKind
    start: date
    until: date
    document_id: UUID
    case_id: UUID | None = None
    lifted_on: date | None = None
    authority: str | None = None
    decision_number: str | None = None

    def written(self) -> "Sanction":
        """Give the same as it is stored: texts in NFC."""
        authority, number = self.authority, self.decision_number
        return replace(self, authority=authority and clean(authority), decision_number=number and clean(number))

    @property
    def period(self) -> Period:
        """The days on which it holds: until the day before it was lifted, or else until its last."""
        return Period(self.start, self.until if self.lifted_on is None else self.lifted_on - ONE_DAY)

    @property
    def was_in_force(self) -> bool:
        """Whether there is a day on which it holds: not when it was lifted on its first."""
        return self.lifted_on is None or self.lifted_on > self.start


def listing_faults(listing: PriorityListing, known: Iterable[PriorityListing]) -> list[Reason]:
    """List what is wrong with a listing: its texts, its dates, or the same list covering the same days twice."""
    return [
        *name_faults(listing.list_name, "/list"),
        *name_faults(listing.priority_class, "/class", limit=CLASS_LENGTH),
        *period_faults(listing.period),
        *_twice(
            "priority_list.overlap",
            listing.period,
            {shown("pls", other.id): other.period for other in known if other.list_name == listing.list_name},
        ),
    ]


def link_faults(link: Link, known: Collection[Link]) -> list[Reason]:
    """List what is wrong with a link: an organisation with itself, its dates, the same link twice on a day, or owners
    who hold more than the whole. known: the links of both.
    """
    itself = [Reason("related_party.itself", rule="a link joins two organisations", pointer="/b")]
    return [
        *(itself if link.a_id == link.b_id else []),
        *period_faults(link.period),
        *(_share_faults(link) or _whole_faults(link, known)),
        *_role_faults(link),
        *_twice(
            "related_party.overlap",
            link.period,
            {shown("rel", other.id): other.period for other in known if _same_link(link, other)},
        ),
    ]


def end(link: Link, last_day: date, *, today: date, also: Sequence[Reason] = ()) -> Link:
    """End an open link with its last day, included. Refusal ``related_party.ended``, ``period.reversed`` and more.

    A last day in the past changes what held since; one to come is refused, for what is recorded has happened.
    """
    ended = replace(link, period=Period(link.period.start, last_day))
    over = [Reason("related_party.ended", rule="a link ends once", numbers={"until": str(link.period.until)})]
    refuse_all(
        [
            *(over if link.period.until is not None else []),
            *period_faults(ended.period),
            *future_faults(last_day, today=today, pointer="/until"),
            *also,
        ]
    )
    return ended


def authority_faults(sanction: Sanction) -> list[Reason]:
    """List what is wrong with naming who decided what was not decided here: an authority, by a numbered decision."""
    return [
        *name_faults(sanction.authority or "", "/authority"),
        *name_faults(sanction.decision_number or "", "/decision_number"),
    ]


def sanction_faults(sanction: Sanction, known: Iterable[Sanction], *, today: date) -> list[Reason]:
    """List what is wrong with a sanction: a decision day to come, a wrong length, or the same kind twice on a day.

    The length is counted from the day of the decision: one year from 2020-09-14 ends with 2021-09-14.
    """
    return [
        *future_faults(sanction.start, today=today, pointer="/from"),
        *_length_faults(sanction),
        *_twice(
            "sanction.overlap",
            sanction.period,
            {shown("san", other.id): other.period for other in known if other.kind == sanction.kind},
        ),
    ]


def _share_faults(link: Link) -> list[Reason]:
    """A share is of ownership, between one basis point and the whole, and held by one of the two."""
    if link.share is None and link.owner_id is None:
        return []
    fits = (
        link.kind is LinkKind.OWNERSHIP
        and link.owner_id in (link.a_id, link.b_id)
        and link.share is not None
        and 1 <= link.share <= WHOLE
    )
    rule = "a share is of ownership and names its owner, one of the two"
    return [] if fits else [Reason("related_party.share", rule=rule, pointer="/share_basis_points")]


def _whole_faults(link: Link, known: Iterable[Link]) -> list[Reason]:
    """On no day do the owners of an organisation hold more than the whole of it; the first day on which they would."""
    stake = link.stake
    if stake is None:
        return []
    others = [other for other in known if _also_owns(other, stake)]
    days = {link.period.start, *(one.period.start for one in others if link.period.covers(one.period.start))}
    for day in sorted(days):
        held = sum(one.share or 0 for one in others if one.period.covers(day))
        if held + stake.share > WHOLE:
            left: dict[str, str | int] = {"date": day.isoformat(), "left": max(WHOLE - held, 0)}
            rule = "nobody is owned beyond the whole"
            return [Reason("related_party.whole", rule=rule, pointer="/share_basis_points", numbers=left)]
    return []


def _also_owns(other: Link, stake: Stake) -> bool:
    """Whether a link is another owner's share in the same organisation."""
    return other.stake is not None and other.stake.held == stake.held and other.stake.owner != stake.owner


def _role_faults(link: Link) -> list[Reason]:
    if link.officer_role is not None and link.kind is not LinkKind.SHARED_OFFICERS:
        return [Reason("related_party.role", rule="only shared officers have a role", pointer="/officer_role")]
    if link.officer_role is not None and resident_card.within(link.officer_role):
        rule = "identity numbers are kept with persons only"
        return [Reason("related_party.identity_number", rule=rule, pointer="/officer_role")]
    return optional_name_faults(link.officer_role, "/officer_role", limit=ROLE_LENGTH)


def _same_link(link: Link, other: Link) -> bool:
    """Whether two links say the same: two may own parts of each other, which are two links."""
    ends = (link.a_id, link.b_id, link.kind) == (other.a_id, other.b_id, other.kind)
    return ends and (link.owner_id is None or other.owner_id is None or link.owner_id == other.owner_id)


def _length_faults(sanction: Sanction) -> list[Reason]:
    reversed_faults = period_faults(sanction.period)
    if reversed_faults:
        return reversed_faults
    earliest = years_after(sanction.start, SANCTION_YEARS_LEAST)
    latest = years_after(sanction.start, SANCTION_YEARS_MOST)
    if earliest <= sanction.until <= latest:
        return []
    numbers = {"earliest": earliest.isoformat(), "latest": latest.isoformat()}
    return [Reason("sanction.length", rule="a sanction holds for 1 to 3 years", pointer="/until", numbers=numbers)]


def _twice(code: str, period: Period, others: dict[str, Period]) -> list[Reason]:
    for name, other in others.items():
        if period.overlaps(other):
            return [Reason(code, rule="one fact holds once on a day", pointer="/from", numbers={"id": name})]
    return []
