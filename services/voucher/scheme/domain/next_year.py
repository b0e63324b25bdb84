"""Makes next year's draft of a scheme file: dates are questions, figures are kept and asked about, comments stay."""

import re
from dataclasses import dataclass

YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
DAY = re.compile(r"20\d\d-\d\d-\d\d( \d\d:\d\d)?")
FIGURES = ("limit", "share", "up_to", "amount", "staff", "sales", "assets", "pin_above", "at_most", "factor", "weight")
"""The keys whose values a new budget may change."""
SAME = "# as last year?"
BASIS = "to be confirmed"


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a text: its JSON pointer, where it begins and ends (characters), and its line, all from 0."""

    pointer: str
    start: int
    end: int
    line: int


def next_year(text: str, places: list[Place]) -> str:
    """The draft. Its dates and its basis are questions, so that it is no scheme until somebody has answered them."""
    changed = text
    for place in sorted(places, key=lambda one: one.start, reverse=True):
        new = _of(place.pointer, text[place.start : place.end])
        changed = changed[: place.start] + new + changed[place.end :]
    asked = {place.line for place in places if _may_differ(place.pointer, text[place.start : place.end])}
    return "\n".join(_asked(line) if number in asked else line for number, line in enumerate(changed.split("\n")))


def _of(pointer: str, old: str) -> str:
    """What stands in place of a value."""
    plain, section = old.strip("\"'"), pointer.split("/")[1]
    if pointer == "/scheme" or section == "title":
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
