"""Decides which bureaus a paragraph of a policy paper names at its end, and what it asks of each.

Three ways are in print: （责任单位：甲、乙）, (牵头单位:甲,配合单位:乙) and (甲牽頭,乙配合) or (甲負責).
"""

import re
from collections.abc import Iterator

from services.registry.catalogue.domain.policy import Charge, Part

_PARTS = {
    "责任单位": Part.RESPONSIBLE,
    "責任單位": Part.RESPONSIBLE,
    "负责": Part.RESPONSIBLE,
    "負責": Part.RESPONSIBLE,
    "牵头单位": Part.LEAD,
    "牽頭單位": Part.LEAD,
    "牵头": Part.LEAD,
    "牽頭": Part.LEAD,
    "配合单位": Part.SUPPORT,
    "配合單位": Part.SUPPORT,
    "配合": Part.SUPPORT,
}
_BEFORE = re.compile(r"(责任单位|責任單位|牵头单位|牽頭單位|配合单位|配合單位)[:：]")
_BEHIND = re.compile(r"(牵头|牽頭|配合|负责|負責)(?=[,，;；]|$)")
_BETWEEN = re.compile(r"[、,，;；]|及")
_OPEN, _CLOSE = "(（", ")）"
_WHOLE = re.compile(r"(政府|部门|部門|单位|單位|[局委厅廳办辦院会會校学學关關处處]|中心|公司)$")
"""How the name of a bureau ends. One that does not borrows the end of the next: 沈阳、大连市政府 are two cities."""


def charges_of(paragraph: str) -> tuple[Charge, ...]:
    """Give the bureaus in the brackets that close a paragraph, before or after its full stop; none is no fault."""
    inside = _last_brackets(paragraph.rstrip("。. \u3000"))
    if inside is None:
        return ()
    told = [*_named_before(inside)] if _BEFORE.match(inside) else [*_named_behind(inside)]
    return tuple(Charge(name, part) for names, part in told for name in _names(names))


def _last_brackets(text: str) -> str | None:
    """What stands in the outermost brackets at the end of a text: names may have their own."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] in _CLOSE) - (text[place] in _OPEN)
        if depth == 0:
            return text[place + 1 : -1] if text[place] in _OPEN else None
    return None


def _named_before(inside: str) -> Iterator[tuple[str, Part]]:
    _, *told = _BEFORE.split(inside)
    for part, names in zip(told[::2], told[1::2], strict=True):
        yield names, _PARTS[part]


def _named_behind(inside: str) -> Iterator[tuple[str, Part]]:
    *told, _ = _BEHIND.split(inside)
    for names, part in zip(told[::2], told[1::2], strict=True):
        yield names, _PARTS[part]


def _names(text: str) -> list[str]:
    names = [name.strip() for name in _BETWEEN.split(text) if name.strip()]
    return [_completed(name, names[place + 1 : place + 2]) for place, name in enumerate(names)]


def _completed(name: str, following: list[str]) -> str:
    if _WHOLE.search(name) or not following:
        return name
    return name + following[0][len(name) :]
