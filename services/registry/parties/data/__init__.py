"""Remembers the size ceilings and founder classes that ship with the product, as data files."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from services.registry.parties.domain.founder import FounderKind
from services.registry.parties.domain.size import Industry, Measure, SizeStandard

FEN_PER_WAN_YUAN = 1_000_000
"""The standard writes amounts in 万元."""


@cache
def size_standard() -> SizeStandard:
    """Give the standard by which size classes are computed, amounts in fen."""
    told = _shipped("size_ceilings")
    industries = [
        Industry(row["id"], row["name_zh"], row["name_en"], {Measure(one): _least(one, row[one]) for one in row["by"]})
        for row in told["industries"]
    ]
    return SizeStandard(told["number"], {one.id: one for one in industries})


@cache
def founder_kinds() -> dict[str, FounderKind]:
    """Give the classes of founders that the papers name, by id."""
    return {row["id"]: _kind(row) for row in _shipped("founder_classes")["classes"]}


def _kind(row: dict[str, Any]) -> FounderKind:
    clauses = tuple((one["policy"], one["clause"]) for one in row["clauses"])
    return FounderKind(row["id"], row["name_zh"], row["name_en"], clauses, row["keeps_employment"])


def _least(measure: str, bounds: list[int]) -> tuple[int, int, int]:
    unit = 1 if measure == Measure.STAFF else FEN_PER_WAN_YUAN
    small, medium, large = (bound * unit for bound in bounds)
    return small, medium, large


def _shipped(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return told
