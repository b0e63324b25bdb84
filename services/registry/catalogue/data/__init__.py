"""Remembers the regions and categories that ship with the product, as data files."""

import json
from importlib.resources import files
from typing import Any


def shipped(name: str) -> list[dict[str, Any]]:
    """Give the rows of a shipped file, ``regions`` or ``categories``."""
    rows: list[dict[str, Any]] = json.loads(files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return rows
