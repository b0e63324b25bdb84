"""Decides what of a thing in the feed is found by a search, and what of it everybody may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.registry.catalogue.domain.dossier import Document
from services.registry.search.domain.grams import pieces_of
from services.registry.search.domain.spelling import edged, fold, sort_key, spelled
from services.standards.region import contains

Parents = Mapping[str, str | None]
"""The broader one of each, None at the top."""
PROVIDER, OFFERING, INSTRUMENT = "provider", "offering", "instrument"
SHOWN_OF = {
    "space": ("kind", "form", "sponsor", "field", "premises"),
    OFFERING: ("kind", "price", "unit", "description"),
    INSTRUMENT: ("model", "maker", "accuracy", "address", "hours", "price"),
}
"""What everybody may see of a thing beside its name and place; nothing else of its document is kept here."""


@dataclass(frozen=True)
class Trees:
    """In which categories and regions others lie."""

    categories: Parents
    regions: Parents

    def category(self, one: str) -> list[str]:
        """A category and all that it lies in."""
        return list(_upward(one, self.categories))

    def within(self, bound: str) -> list[str]:
        """The regions that are the bound or lie in it: by the list, or by their codes (GB/T 2260)."""
        return [one for one in self.regions if any(contains(bound, above) for above in _upward(one, self.regions))]

    def around(self, near: str) -> list[list[str]]:
        """The regions around one, the nearest first: itself with those in it, then the rest of each that it lies in."""
        rings: list[list[str]] = []
        for above in _upward(near, self.regions):
            nearer = {one for ring in rings for one in ring}
            rings.append([one for one in self.within(above) if one not in nearer])
        return rings


@dataclass(frozen=True)
class Entry:
    """A thing as it is found. version: of the document that says so.

    owner_id: the organisation it is of; provider_id: whose offering or instrument it is; terms: its admissions, for
    which categories, when and for which schemes; barred_until: the last day on which a sanction keeps it out, as a date
    in ISO 8601; is_open: whether everybody may see it, as far as it says itself.
    """

    kind: str
    id: UUID
    name: str
    state: str
    version: int
    former_names: Sequence[str] = ()
    code: str = ""
    owner_id: UUID | None = None
    provider_id: UUID | None = None
    region: str | None = None
    categories: Sequence[str] = ()
    levels: Sequence[str] = ()
    terms: Sequence[Document] | None = None
    barred_until: str | None = None
    is_open: bool = False
    shown: Document = field(default_factory=dict)

    @property
    def row(self) -> dict[str, Any]:
        """The same with the forms by which it is compared and sorted; what a provider lists is as public as he is."""
        folded = [fold(name) for name in (self.name, *self.former_names)]
        names = edged(folded)
        forms = {
            "names": names,
            "pieces": sorted(pieces_of(names)),
            "spelled": edged([form for name in folded for form in spelled(name)]),
            "sort_key": sort_key(self.name),
            "is_public": self.is_open and self.provider_id is None,
        }
        return {**vars(self), **forms}


def entries_of(kind: str, document: Document, trees: Trees) -> list[Entry]:
    """List what is found of a changed thing: a provider beside its organisation; nothing of what nobody looks for."""
    if kind == "organization":
        return _of_organization(document, trees)
    if kind == "space":
        return [_of_space(document)]
    if kind in (OFFERING, INSTRUMENT):
        return [_of_listed(kind, document, trees)]
    return []


def _of_organization(document: Document, trees: Trees) -> list[Entry]:
    firm = Entry(
        "organization",
        _id(document["id"]),
        document["name"],
        document["status"],
        document["version"],
        former_names=_former(document),
        code=document["uscc"],
        owner_id=_id(document["id"]),
        region=document["region"],
    )
    provider = document["provider"]
    return [firm] if provider is None else [firm, _provider(firm, document, trees)]


def _provider(firm: Entry, document: Document, trees: Trees) -> Entry:
    provider = document["provider"]
    terms = [
        {
            "category": one["category"],
            "within": trees.category(one["category"]),
            "from_on": one["from"],
            "until_on": one["until"],
            "schemes": one.get("schemes") or None,
        }
        for one in provider["admissions"]
    ]
    about = {
        "kind": PROVIDER,
        "id": _id(provider["id"]),
        "state": provider["state"],
        "categories": _together(term["within"] for term in terms),
        "terms": terms,
        "barred_until": max((one["until"] for one in document["sanctions"]), default=None),
        "is_open": provider["state"] == "admitted" and document["status"] == "active",
    }
    return Entry(**{**vars(firm), **about})


def _of_space(document: Document) -> Entry:
    state = str(document.get("state", document["status"]))
    closed = document["status"] == "closed"
    return Entry(
        "space",
        _id(document["id"]),
        document["name"],
        document["status"] if closed else state,
        document["version"],
        owner_id=_id(document["operator"]),
        region=document["region"],
        levels=_together([one["level"]] for one in document.get("recognitions", ()) if one.get("ended_on") is None),
        is_open=state == "recognised" and not closed,
        shown=_shown("space", document),
    )


def _of_listed(kind: str, document: Document, trees: Trees) -> Entry:
    """What a provider lists. Its owner and terms are the provider's, and so is its place unless it has one itself."""
    return Entry(
        kind,
        _id(document["id"]),
        document["name"],
        document["state"],
        document["version"],
        provider_id=_id(document["provider"]),
        region=document.get("region"),
        categories=trees.category(document["category"]),
        terms=(),
        is_open=document["state"] == "published",
        shown=_shown(kind, document),
    )


def _former(document: Document) -> list[str]:
    """Names that it had; documents of the time before names had a history know none."""
    return [one["name"] for one in document.get("names", ()) if one["name"] != document["name"]]


def _shown(kind: str, document: Document) -> Document:
    return {name: document[name] for name in SHOWN_OF[kind] if document.get(name) is not None}


def _upward(one: str, parents: Parents) -> Iterable[str]:
    above: str | None = one
    while above is not None:
        yield above
        above = parents.get(above)


def _together(lists: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(one for some in lists for one in some))


def _id(text: str) -> UUID:
    return UUID(hex=text.partition("_")[2])
