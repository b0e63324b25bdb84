"""Remembers the industry fields that the policy papers name for spaces, as a data file."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def fields() -> dict[str, dict[str, Any]]:
    """Give the fields by code, each with its names and the clause that names it."""
    rows: list[dict[str, Any]] = json.loads(files(__name__).joinpath("fields.json").read_text(encoding="utf-8"))
    return {row["code"]: row for row in rows}
