"""Finds cases that never hold: words that nobody knows there, dates that end before they begin, earlier cases first."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from services.standards.region import contains
from services.voucher.scheme.domain.checking.fault import Document, Fault, order
from services.voucher.scheme.domain.rule import REGIONS, When
from services.voucher.scheme.domain.words import Words

OF_PARTY = frozenset(
    {"holder", "size_class", "legal_form", "listed", "founder_class", "residency", "space_level", "region"}
)
"""Words on whoever applies: known from the application on."""
OF_DEAL = OF_PARTY | {"category", "resource_region", "provider_level"}
"""Words on a contract too: known once a provider and a service are agreed."""
OF_AWARD = OF_PARTY | {"level", "grade", "item"}
"""Words on whoever is awarded and on what for; there is no contract."""
CODE_DIGITS = 6


def cases(pointer: str, said: Sequence[Document], words: Words, *, known: frozenset[str]) -> Iterator[Fault]:
    """Faults of the cases of one rule, of which the first that holds counts. known: the words that are known there."""
    read: list[When] = []
    for place, case in enumerate(said):
        at = f"{pointer}/{place}/when"
        found = list(when(at, case["when"], known=known))
        yield from found
        if found:
            continue
        this = words.when(case["when"])
        if any(_covers(earlier, this) for earlier in read):
            yield Fault(at, "scheme.case_unreachable")
        read.append(this)


def when(pointer: str, said: Document, *, known: frozenset[str]) -> Iterator[Fault]:
    """Faults of whom and which days one case is about."""
    for word in sorted(said.keys() - known - {"from", "until"}):
        yield Fault(f"{pointer}/{word}", "scheme.when_unknown", {"word": word})
    if said.get("from", "") > said.get("until", "9"):
        yield order(f"{pointer}/until", later="until", earlier="from")


def _covers(earlier: When, later: When) -> bool:
    """Whether whatever the later case is about is about the earlier one already."""
    values = dict(later.words)
    told = all(_all_among(word, values.get(word, ()), wanted) for word, wanted in earlier.words)
    since = (earlier.since or date.min) <= (later.since or date.min)
    return told and since and (earlier.until or date.max) >= (later.until or date.max)


def _all_among(word: str, values: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    if word in REGIONS:
        return bool(values) and all(any(contains(bound, one) for bound in wanted) for one in values)
    return bool(values) and set(values) <= set(wanted)


def places(document: Document) -> Iterator[Fault]:
    """Regions named anywhere that are neither codes nor explained under `regions`."""
    explained = document.get("regions", {})
    for name in explained:
        if _is_code(name):
            yield Fault(f"/regions/{name}", "scheme.region_is_code", {"name": name})
    for pointer, name in _each_place("", document):
        if not _is_code(name) and name not in explained:
            yield Fault(pointer, "scheme.region_unknown", {"name": name})


def _each_place(pointer: str, node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            at = f"{pointer}/{key}"
            if key in REGIONS:
                yield from ((f"{at}/{place}", name) for place, name in enumerate(value))
            elif at == "/who/registered_in":
                yield from ((f"{at}/value/{place}", name) for place, name in enumerate(value["value"]))
            else:
                yield from _each_place(at, value)
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _each_place(f"{pointer}/{place}", value)


def _is_code(name: str) -> bool:
    return len(name) == CODE_DIGITS and name.isascii() and name.isdigit()
