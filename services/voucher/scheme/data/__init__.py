"""Remembers the words and names that ship with the house, and what it takes where a scheme file says nothing."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Give the words of each closed list by their kind: each with `zh`, `en` and, of a form, as it is `registered`."""
    return {kind: {row["word"]: row for row in rows} for kind, rows in _shipped("words").items()}


@cache
def regions() -> Mapping[str, Mapping[str, str]]:
    """Give the names (`zh`, `en`) of regions by their code (GB/T 2260)."""
    return _shipped("regions")


@cache
def defaults() -> Mapping[str, Any]:
    """Give the rules that the house takes where a file says none, by the sections of a file."""
    return _shipped("defaults")


def _shipped(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return told
