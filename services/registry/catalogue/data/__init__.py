"""Remembers the regions, categories and policy papers that ship with the product, as data files."""

import json
from importlib.resources import files
from typing import Any


def shipped(name: str) -> list[dict[str, Any]]:
    """Give the rows of a shipped file, ``regions`` or ``categories``."""
    rows: list[dict[str, Any]] = json.loads(files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return rows


def shipped_paper(name: str) -> str:
    """Give the text of a shipped policy paper by its id, as it was found."""
    return files(__name__).joinpath("policies", f"{name}.txt").read_text(encoding="utf-8")
