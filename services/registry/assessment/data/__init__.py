"""Remembers the indicator systems that ship with the product, as data files."""

import json
from importlib.resources import files
from typing import Any

SYSTEMS = ("tongzhou-2018",)


def shipped(name: str) -> dict[str, Any]:
    """Give a shipped indicator system, written as it is sent to `/v1/indicator-systems`."""
    told: dict[str, Any] = json.loads(files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return told
