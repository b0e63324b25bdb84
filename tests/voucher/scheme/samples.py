"""The Jiangmen scheme file as text, document and values, and ways to spoil it."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from services.standards.calendar import WorkingDays
from services.voucher.scheme.domain import document
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.operations import reading

SCHEMES = Path(__file__).parents[3] / "schemes"
FILE = (SCHEMES / "jiangmen-service-2020.yaml").read_text(encoding="utf-8")
YEAR_2020: dict[str, Any] = {"year": 2020, "off": ["2020-10-01", "2020-10-02"], "worked": ["2020-09-27"]}
DAYS = WorkingDays.of([YEAR_2020])


@cache
def _document() -> dict[str, Any]:
    read = reading.read(FILE)
    assert not read.faults
    return read.document


def a_document(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """The document with some values changed, each named by its path: {"rate/share": "0.30"}."""
    changed = deepcopy(_document())
    for path, value in (changes or {}).items():
        *way, last = path.split("/")
        node: Any = changed
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node[step]
        node[last] = value
    return changed


def a_scheme(changes: dict[str, Any] | None = None) -> Scheme:
    return document.read(a_document(changes))


def spoilt(old: str, new: str) -> str:
    """The file with a piece of its text replaced."""
    assert old in FILE
    return FILE.replace(old, new)
