"""Decides what an organisation is called on which day: one name a day, from the first that is known to today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from services.chassis.refusals import Reason, refuse_all
from services.registry.catalogue.domain.names import clean, name_faults
from services.registry.catalogue.domain.period import Period, future_faults, period_faults
from services.registry.parties.domain.organization import Organization, standing_faults

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Name:
    """A name that an organisation has or had, while it had it; the document is the register's notice of the change."""

    id: UUID
    organization_id: UUID
    text: str
    period: Period
    document_id: UUID | None = None


@dataclass(frozen=True)
class Renamed:
    """What a new name makes of an organisation: itself, the neighbour that gave up days, and the name that is new."""

    organization: Organization
    shortened: Name
    added: Name


def first_name(organization: Organization, name_id: UUID, *, otherwise: date) -> Name:
    """Give the name of an organisation whose history begins: since its registration, or since another day."""
    facts = organization.facts
    return Name(name_id, organization.id, facts.name, Period(facts.registered_on or otherwise))


def names_told(organization: Organization, kept: Sequence[Name]) -> list[Name]:
    """Give the names oldest first; the open one is the organisation's own, however that was corrected."""
    return [name if name.period.until else replace(name, text=organization.facts.name) for name in kept]


def rename(
    organization: Organization, kept: Sequence[Name], new: Name, *, today: date, also: Sequence[Reason] = ()
) -> Renamed:
    """Give an organisation a new name from a day on, or put a former one, which has a last day, before its oldest.

    The name beside it gives up its days, so that every day from the first has one name. kept: not empty, oldest first.
    Refusal with ``also`` and all of: the faults of a name, a period and a day to come, ``organization.deregistered``,
    ``organization_name.same`` and ``organization_name.place`` (its neighbour would be left without a day, or some day
    without a name).
    """
    names = names_told(organization, kept)
    new = replace(new, text=clean(new.text))
    is_former = new.period.until is not None
    refuse_all(
        [
            *name_faults(new.text, "/name"),
            *([] if is_former else standing_faults(organization)),
            *future_faults(new.period.start, today=today, pointer="/from"),
            *period_faults(new.period),
            *_same_faults(new, names[0] if is_former else names[-1]),
            *(_former_faults(new.period, names[0].period, today) if is_former else _place_faults(new, names[-1])),
            *also,
        ]
    )
    if new.period.until is not None:
        oldest = names[0].period
        return Renamed(organization, replace(names[0], period=Period(new.period.until + ONE_DAY, oldest.until)), new)
    closed = replace(names[-1], period=Period(names[-1].period.start, new.period.start - ONE_DAY))
    return Renamed(replace(organization, facts=replace(organization.facts, name=new.text)), closed, new)


def _same_faults(new: Name, neighbour: Name) -> list[Reason]:
    if new.text != neighbour.text:
        return []
    return [Reason("organization_name.same", rule="a new name is another one", pointer="/name")]


def _place_faults(new: Name, current: Name) -> list[Reason]:
    earliest = current.period.start + ONE_DAY
    if new.period.start >= earliest:
        return []
    numbers = {"earliest": earliest.isoformat(), "latest": None}
    return [Reason("organization_name.place", rule="a name holds for a day at least", pointer="/from", numbers=numbers)]


def _former_faults(former: Period, oldest: Period, today: date) -> list[Reason]:
    """A former name begins on the first known day or before it, and leaves the oldest name a day at least."""
    latest = (oldest.until or today) - ONE_DAY
    rule = "a former name goes before the oldest"
    faults = []
    if former.start > oldest.start:
        numbers = {"earliest": None, "latest": oldest.start.isoformat()}
        faults.append(Reason("organization_name.place", rule=rule, pointer="/from", numbers=numbers))
    if former.until is not None and former.until > latest:
        numbers = {"earliest": None, "latest": latest.isoformat()}
        faults.append(Reason("organization_name.place", rule=rule, pointer="/until", numbers=numbers))
    return faults
