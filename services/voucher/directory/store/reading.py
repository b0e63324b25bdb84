"""Decides what the documents of the registry's feed say of a party: of an organisation, a team or a person."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from services.chassis.ids import parse
from services.standards.holding import Kind, holder_of
from services.standards.money import parse_amount
from services.voucher.directory.domain.party import (
    Admission,
    Associate,
    Called,
    Figures,
    FounderClass,
    Party,
    PriorityListing,
    ProviderFacts,
    Recognised,
    Relation,
    Residency,
    Sanction,
    Span,
)

Document = Mapping[str, Any]
EVER = date.min
"""Since when something holds of which nobody tells a beginning."""


def party_of(document: Document, beside: Document | None = None) -> Party:
    """The party that a document describes, by the kind that its id tells.

    beside: what was read together with it: `stays` with their spaces, `people` of whom it speaks, `spaces` that it
    runs or lives in.
    """
    return _READERS[holder_of(document["id"]).kind](document, beside or {})


def _organization(document: Document, beside: Document) -> Party:
    registered_on = document["registered_on"]
    return Party(
        id=parse("org", document["id"]),
        uscc=document["uscc"],
        name=document["name"],
        region=document["region"],
        size_class=document["size_class"],
        legal_form=document["legal_form"],
        registered_on=date.fromisoformat(registered_on) if registered_on is not None else None,
        status=document["status"],
        priority=tuple(PriorityListing(one["list"], one["class"], _span(one)) for one in document["priority_lists"]),
        sanctions=tuple(Sanction(one["id"], one["kind"], _span(one)) for one in document["sanctions"]),
        related=tuple(_relation(one) for one in document["related_parties"]),
        provider=_provider(document["provider"]),
        names=tuple(Called(one["name"], _span(one)) for one in document.get("names", ())),
        quota_roots=tuple(parse("tea", one) for one in document.get("quota_roots", ())),
        figures=tuple(_figures(one) for one in document.get("sizes", ())),
        residencies=_in_order(_residency(one["stay"], one["space"]) for one in beside.get("stays") or ()),
        people=tuple(Associate(parse("per", one["person"]), _span(one)) for one in document.get("founders", ())),
        founder_classes=tuple(_founders_classes(document.get("founders", ()), _by_id(beside, "people"))),
        runs=tuple(_recognised(one) for space in beside.get("spaces") or () for one in space["recognitions"]),
    )


def _team(document: Document, beside: Document) -> Party:
    """A team is known by what it is called and where it lives; its region is that of the space that recorded it.

    Its core members are those of today. A firm that it became is of the same people.
    """
    spaces, people = _by_id(beside, "spaces"), _by_id(beside, "people")
    members, firm = document["core_members"], document["incorporated_as"]
    became = () if firm is None else (Relation(parse("org", firm), "same", Span(EVER)),)
    return Party(
        id=parse("tea", document["id"]),
        uscc=None,
        name=document["name"],
        region=document["region"],
        status=document["status"],
        related=became,
        quota_roots=(parse("tea", document["root"]),),
        residencies=_in_order(
            _residency(stay, spaces[stay["space"]]) for stay in document["residencies"] if stay["space"] in spaces
        ),
        kind=Kind.TEAM,
        members=len(members),
        people=tuple(Associate(parse("per", one), Span(EVER)) for one in members),
        founder_classes=tuple(_class(one) for who in members for one in people.get(who, {}).get("founder_classes", ())),
    )


def _person(document: Document, _: Document) -> Party:
    """Of a person the registry tells no name; the region is where he said that he lives."""
    return Party(
        id=parse("per", document["id"]),
        uscc=None,
        name="",
        region=document["region"] or "",
        status=document["status"],
        kind=Kind.PERSON,
        people=(Associate(parse("per", document["id"]), Span(EVER)),),
        founder_classes=tuple(_class(one) for one in document["founder_classes"]),
    )


_READERS: Mapping[Kind, Callable[[Document, Document], Party]] = MappingProxyType(
    {Kind.ORGANIZATION: _organization, Kind.TEAM: _team, Kind.PERSON: _person}
)


def _by_id(beside: Document, name: str) -> Mapping[str, Document]:
    return {one["id"]: one for one in beside.get(name) or ()}


def _founders_classes(founders: Sequence[Document], people: Mapping[str, Document]) -> Iterator[FounderClass]:
    """The classes of each founder, for the days on which he was both: of that class, and a founder."""
    for founder in founders:
        for one in people.get(founder["person"], {}).get("founder_classes", ()):
            span = _span(founder).within(_span(one))
            if span is not None:
                yield FounderClass(one["class"], span)


def _class(document: Document) -> FounderClass:
    return FounderClass(document["class"], _span(document))


def _in_order(residencies: Iterator[Residency]) -> tuple[Residency, ...]:
    return tuple(sorted(residencies, key=_oldest_first))


def _figures(document: Document) -> Figures:
    revenue, assets = (
        None if document[name] is None else parse_amount(document[name]["amount"]) for name in ("revenue", "assets")
    )
    return Figures(document["year"], document["staff"], revenue, assets)


def _residency(stay: Document, space: Document) -> Residency:
    since = space["incubator_since"]
    return Residency(
        space=space["id"],
        kind=space["kind"],
        span=_span(stay),
        recognitions=tuple(_recognised(one) for one in space["recognitions"]),
        incubator_since=None if since is None else date.fromisoformat(since),
    )


def _recognised(document: Document) -> Recognised:
    """A recognition; ``ended_on`` is the first day on which it is no longer in force."""
    ended = document["ended_on"]
    until = None if ended is None else date.fromisoformat(ended) - timedelta(days=1)
    return Recognised(document["level"], Span(date.fromisoformat(document["decided_on"]), until))


def _oldest_first(residency: Residency) -> tuple[date, str]:
    return residency.span.since, residency.space


def _relation(document: Document) -> Relation:
    """A link; one of an older registry has neither id nor share."""
    owner = document.get("owner")
    return Relation(
        organization=parse("org", document["organization"]),
        kind=document["kind"],
        span=_span(document),
        id=document.get("id"),
        share=document.get("share_basis_points"),
        owner=None if owner is None else parse("org", owner),
    )


def _provider(document: Document | None) -> ProviderFacts | None:
    if document is None:
        return None
    admissions = tuple(
        Admission(one["category"], _span(one), tuple(one.get("schemes", ()))) for one in document["admissions"]
    )
    return ProviderFacts(parse("prv", document["id"]), document["state"], admissions)


def _span(document: Document) -> Span:
    until = document["until"]
    return Span(date.fromisoformat(document["from"]), date.fromisoformat(until) if until is not None else None)
