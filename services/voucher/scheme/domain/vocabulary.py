"""Decides which words a scheme file may use where a list is closed: the house's, and those that it explains itself."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from services.voucher.scheme import data

Document = Mapping[str, Any]
Names = Mapping[str, tuple[str, str]]
"""By the word: Chinese, English."""

HOLDERS = ("organization", "team", "person", "space", "provider")
SIZES = ("micro", "small", "medium", "large")
FIXED = {"holder": HOLDERS, "size_class": SIZES}
"""Lists that no file can add to: the service knows these and no others."""
KIND_OF: Mapping[str, str] = {
    "holder": "holder",
    "size_class": "size_class",
    "category": "category",
    "legal_form": "legal_form",
    "founder_class": "founder_class",
    "space_level": "level",
    "provider_level": "level",
    "level": "level",
    "grade": "grade",
    "item": "item",
}
"""Of which kind the values of a case's word are; a residency is of two, of a level and of a kind of space."""
RESIDENCY = ("level", "space_kind")


def known(document: Document) -> Mapping[str, frozenset[str]]:
    """By kind: every word that the document may use."""
    own = document.get("words", {})
    house = {kind: frozenset(words) | frozenset(own.get(kind, ())) for kind, words in data.words().items()}
    return house | {kind: frozenset(words) for kind, words in FIXED.items()}


def is_known(kind: str, word: str, words: Mapping[str, frozenset[str]]) -> bool:
    """Whether a word may be used; of a residency, written level-kind, both halves."""
    if kind == "residency":
        level, _, space = word.partition("-")
        return level in words[RESIDENCY[0]] and space in words[RESIDENCY[1]]
    return word in words[kind]


def choices(kind: str, words: Mapping[str, frozenset[str]]) -> list[str]:
    """Every word of a kind, in the order of the house and then of the file."""
    if kind == "residency":
        return [f"{level}-{space}" for level in choices("level", words) for space in choices("space_kind", words)]
    order = [*FIXED.get(kind, data.words().get(kind, ()))]
    return [*order, *sorted(words[kind] - set(order))]


@cache
def house_names(kind: str = "") -> Names:
    """What the house calls the words of a kind, or of every kind and the regions by their codes."""
    lists = [data.words()[kind]] if kind else [data.regions(), *data.words().values()]
    return {word: (row["zh"], row["en"]) for rows in lists for word, row in rows.items()}


def own_names(document: Document) -> Names:
    """What a document calls the words that it explains itself."""
    return {word: (row["zh"], row["en"]) for rows in document.get("words", {}).values() for word, row in rows.items()}


def lineage(categories: Iterable[str]) -> frozenset[str]:
    """Categories with all that they lie under in the house's tree."""
    tree, found = data.words()["category"], set(categories)
    found |= {tree[one]["under"] for one in found if one in tree and "under" in tree[one]}
    return frozenset(found)


def legal_form(registered: str) -> str:
    """The word for a legal form as it is registered (有限责任公司 is a `company`); itself where there is no word."""
    forms = data.words()["legal_form"].items()
    return next((word for word, row in forms if any(piece in registered for piece in row["registered"])), registered)


def used(document: Document) -> Iterator[tuple[str, str, str]]:
    """Every word of a closed list that a document uses: its JSON pointer, its kind, and the word."""
    for place, kind in _RULES.items():
        node: Any = document
        for step in place.split("/"):
            node = node.get(step, {}) if isinstance(node, Mapping) else {}
        yield from _listed(f"/{place}", kind, node if isinstance(node, list) else ())
    for number, cap in enumerate(document.get("caps", ())):
        yield from _listed(f"/caps/{number}/categories", "category", cap.get("categories", ()))
    for number, award in enumerate(document.get("awards", ())):
        for key, kind in (("spend_on", "item"), ("once_per", "fact")):
            yield from _listed(f"/awards/{number}/{key}/value", kind, award.get(key, {}).get("value", ()))
    yield from _cases("", document)


_RULES: Mapping[str, str] = {
    "who/legal_form/value": "legal_form",
    "who/team/value/resident_in": "space_kind",
    "exclusions/categories/value": "category",
    "exclusions/services/value": "service",
    "applications/refusal_reasons/value": "refusal_reason",
}
"""By where a list of words stands: their kind."""


def _cases(pointer: str, node: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            at = f"{pointer}/{key}"
            if key != "when":
                yield from _cases(at, value)
                continue
            for word, values in value.items():
                kind = KIND_OF.get(word, word)
                yield from _listed(f"{at}/{word}", kind, values if word in KIND_OF or word == "residency" else ())
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _cases(f"{pointer}/{place}", value)


def _listed(pointer: str, kind: str, words: Any) -> Iterator[tuple[str, str, str]]:
    for place, word in enumerate(words):
        yield f"{pointer}/{place}", kind, word
