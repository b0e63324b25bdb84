"""Decides how what was found looks in answers, and how a search is asked for."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import Field

from services.chassis.ids import show
from services.chassis.models import StrictModel
from services.registry.search.domain.question import TEXT_MAX, Narrowed
from services.registry.search.store.finding import Found

OpenKind = Literal["space", "provider", "offering", "instrument"]
Kind = Literal["organization"] | OpenKind
PREFIXES: Mapping[str, str] = MappingProxyType(
    {"organization": "org", "space": "spc", "provider": "prv", "offering": "off", "instrument": "ins"}
)
Typed = Annotated[
    str | None,
    Query(
        max_length=TEXT_MAX,
        description="Part of a name it has or had, of its pinyin or its initials, or the beginning of its credit code.",
    ),
]
Said = Annotated[str | None, Query(min_length=1, max_length=64)]

Near = Annotated[
    str | None,
    Query(
        min_length=1, max_length=64, description="A region: what lies in it comes first, then its city, then others."
    ),
]


class TermView(StrictModel):
    """For which category its provider is admitted, when, and under which schemes; null: under all."""

    category: str
    from_: date = Field(alias="from")
    until: date | None
    schemes: list[str] | None


class RatingView(StrictModel):
    """The mean of so many ratings, in stars from 1 to 5 with two decimals."""

    mean: str
    count: int


class DirectoryEntry(StrictModel):
    """Something that is found.

    categories: with those that they lie in; levels: at which a space is recognised; admissions: of its provider;
    rating: of its provider, from five on; about: what else is told of it, with the fields of its own documents.
    """

    kind: Kind
    id: str
    name: str
    former_names: list[str]
    provider: str | None
    region: str | None
    categories: list[str]
    levels: list[str]
    state: str
    admissions: list[TermView]
    rating: RatingView | None
    about: dict[str, Any]


class SearchEntry(DirectoryEntry):
    """The same for who is signed in: whose it is, and by which credit code that is known."""

    organization: str | None
    uscc: str | None


async def _narrowed(
    category: Said = None,
    region: Said = None,
    level: Said = None,
    scheme: Said = None,
    state: Said = None,
    near: Near = None,
) -> Narrowed:
    return Narrowed(None, category, region, level, scheme, state, near)


Narrowing = Annotated[Narrowed, Depends(_narrowed)]


def directory_entry(found: Found) -> DirectoryEntry:
    """An entry as everybody sees it."""
    return DirectoryEntry.model_validate(_fields(found))


def search_entry(found: Found) -> SearchEntry:
    """An entry as shown to who is signed in."""
    owner = found.owner_id
    known = {"organization": None if owner is None else show("org", owner), "uscc": found.code or None}
    return SearchEntry.model_validate({**_fields(found), **known})


def _fields(found: Found) -> dict[str, Any]:
    same = ("kind", "name", "former_names", "region", "categories", "levels", "state")
    terms = found.terms or ()
    return {
        **{name: getattr(found, name) for name in same},
        "id": show(PREFIXES[found.kind], found.id),
        "provider": None if found.provider_id is None else show("prv", found.provider_id),
        "admissions": [
            {
                "category": one["category"],
                "from": date.fromisoformat(one["from_on"]),
                "until": None if one["until_on"] is None else date.fromisoformat(one["until_on"]),
                "schemes": one["schemes"],
            }
            for one in terms
        ],
        "rating": None if found.rating is None else {"mean": found.rating.mean, "count": found.rating.count},
        "about": found.shown,
    }
