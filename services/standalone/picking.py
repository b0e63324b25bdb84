"""Decides what of an answer is shown: all of it, or the values at the places that a person names."""

from __future__ import annotations

import json
import re
from typing import Any

from rich.cells import cell_len, set_cell_size

STEP = re.compile(r"([^.\[\]]+)|\[(-?\d+)\]")
GAP = "  "


class NotThere(Exception):
    """The answer has nothing at a place that was named."""


def shown(answer: Any, pick: str | None = None) -> str:
    """An answer as text: readable JSON, or what ``pick`` names of it.

    ``a.b[0].c`` is one value, ``id,state`` several in one line, ``items:id,state`` a line of them for each item; text
    stands without quotes, so that a shell can keep it in a variable. Raises NotThere.
    """
    if pick is None:
        return _text(answer)
    place, _, columns = pick.rpartition(":")
    found = _value(answer, place)
    rows = [[_value(one, column) for column in columns.split(",")] for one in (found if place else [found])]
    if [len(row) for row in rows] == [1]:
        return _text(rows[0][0])
    return _aligned([[_word(value) for value in row] for row in rows])


def _value(answer: Any, place: str) -> Any:
    for name, number in STEP.findall(place):
        try:
            answer = answer[name] if name else answer[int(number)]
        except (KeyError, IndexError, TypeError):
            raise NotThere(f"the answer has no {place}") from None
    return answer


def _text(value: Any) -> str:
    """A value alone: text as it is, anything else as readable JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _aligned(rows: list[list[str]]) -> str:
    """Columns as wide as their widest value on a terminal, where a Chinese character takes two places."""
    widths = [max(cell_len(value) for value in column) for column in zip(*rows, strict=True)]
    lines = [GAP.join(map(set_cell_size, row, widths)).rstrip() for row in rows]
    return "\n".join(lines)
