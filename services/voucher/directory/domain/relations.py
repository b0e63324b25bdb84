"""Decides whether two parties are related on a date: by a link between them, by who owns them, or by their people."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.standards.holding import Kind
from services.standards.shareholding import Stake, holding, owners_in_common
from services.voucher.directory.domain.party import Party, Relation, Span

COMMON_OWNER = "common_owner"
CO_FOUNDING = "co_founding"


def relation(one: Party, other: Party, parties: Mapping[UUID, Party], day: date) -> Relation | None:
    """What relates two organisations on a local date, if anything does; one is always related to itself.

    parties: all who own either of them, directly or through others; one that is not among them owns nothing further.
    """
    direct = one.related_to(other.id, day) or _same_people(one, other, day)
    if direct is not None:
        return direct
    stakes = stakes_above((one, other), parties, day)
    if holding(one.id, other.id, stakes) or holding(other.id, one.id, stakes):
        return Relation(other.id, "ownership", Span(day, day))
    return Relation(other.id, COMMON_OWNER, Span(day, day)) if owners_in_common(one.id, other.id, stakes) else None


def _same_people(one: Party, other: Party, day: date) -> Relation | None:
    """Whether a team or a person is of the other's people: two firms are related by the links that are recorded."""
    firms = one.kind is other.kind is Kind.ORGANIZATION
    return (
        None
        if firms or not one.people_on(day) & other.people_on(day)
        else Relation(other.id, CO_FOUNDING, Span(day, day))
    )


def stakes_above(of: tuple[Party, ...], parties: Mapping[UUID, Party], day: date) -> frozenset[Stake]:
    """What is held that day of these organisations, and of all who hold some of them."""
    found, new, seen = set[Stake](), list(of), {one.id for one in of}
    while new:
        held = new.pop()
        for link in held.related:
            if link.owner is None or link.share is None or link.owner == held.id or not link.span.covers(day):
                continue
            found.add(Stake(link.owner, held.id, link.share))
            if link.owner in parties and link.owner not in seen:
                seen.add(link.owner)
                new.append(parties[link.owner])
    return frozenset(found)


def stakes_among(parties: Mapping[UUID, Party], day: date) -> frozenset[Stake]:
    """Everything that any of these organisations holds of another, or another of it, on a local date."""
    return frozenset(
        Stake(link.owner, link.organization if link.owner == one.id else one.id, link.share)
        for one in parties.values()
        for link in one.related
        if link.owner is not None and link.share is not None and link.span.covers(day)
    )
