"""Makes next year's draft of a scheme file: dates are questions, figures are kept and asked about, comments stay."""

import re
from dataclasses import dataclass

from services.voucher.scheme.domain.checking.sources import DEFAULT_SOURCE

YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
DAY = re.compile(r"20\d\d-\d\d-\d\d( \d\d:\d\d)?")
FIGURES = ("limit", "share", "up_to", "amount", "staff", "sales", "assets", "pin_above", "at_most", "factor", "weight")
"""The keys whose values a new budget may change."""
SAME = "# as last year?"
BASIS = "to be confirmed"
NAME, FOLLOWS = "/scheme", "/follows/value"


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a text: its JSON pointer, where it begins and ends (characters), and its line, all from 0."""

    pointer: str
    start: int
    end: int
    line: int


def next_year(text: str, places: list[Place]) -> str:
    """The draft. Its dates and its basis are questions, so that it is no scheme until somebody has answered them.

    It follows the scheme that it is made of, unless that bears no year and goes on under its own name.
    """
    changed, follows = text, _followed(text, places)
    for place in sorted(places, key=lambda one: one.start, reverse=True):
        old = text[place.start : place.end]
        new = follows if follows and place.pointer == FOLLOWS else _of(place.pointer, old)
        changed = changed[: place.start] + new + changed[place.end :]
    asked = {place.line for place in places if _may_differ(place.pointer, text[place.start : place.end])}
    lines = [_asked(line) if number in asked else line for number, line in enumerate(changed.split("\n"))]
    if follows and all(place.pointer != FOLLOWS for place in places):
        named = next(place.line for place in places if place.pointer == NAME)
        lines.insert(named + 1, f'follows: {{value: {follows}, source: "{DEFAULT_SOURCE}"}}')
    return "\n".join(lines)


def _followed(text: str, places: list[Place]) -> str:
    """The name of the scheme where next year's bears another one; else nothing."""
    name = next((text[place.start : place.end] for place in places if place.pointer == NAME), "")
    return name if _later(name) != name else ""


def _of(pointer: str, old: str) -> str:
    """What stands in place of a value."""
    plain, section = old.strip("\"'"), pointer.split("/")[1]
    if pointer == NAME or section == "title":
        return _later(old)
    if section == "basis" and pointer.endswith(("/row", "/clause")):
        return f'"{_later(plain)}? ({BASIS}, was {plain})"'
    if DAY.fullmatch(plain):
        time = " ??:??" if " " in plain else ""
        return f'"{int(plain[:4]) + 1}-??-??{time} (was {plain})"'
    return old


def _later(text: str) -> str:
    return YEAR.sub(lambda found: str(int(found[0]) + 1), text)


def _may_differ(pointer: str, value: str) -> bool:
    """Whether a value that stays is one of a year: a figure of its budget, or the name of its list."""
    figure = pointer.removesuffix("/value").rsplit("/", 1)[-1] in FIGURES
    named = pointer.split("/")[1] in ("who", "allocation") and not pointer.endswith("/source")
    return figure or (named and YEAR.search(value) is not None and DAY.fullmatch(value) is None)


def _asked(line: str) -> str:
    return f"{line} – {SAME.removeprefix('# ')}" if " # " in line else f"{line}  {SAME}"
