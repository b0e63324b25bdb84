"""Remembers the working-day announcements that ship with the product; later years arrive as data."""

import json
from importlib.resources import files
from typing import Any


def shipped(country: str = "cn") -> list[dict[str, Any]]:
    """Give one calendar document per announced year: `{"year": 2020, "off": […], "worked": […]}`, dates as text."""
    announced = json.loads(files(__name__).joinpath(f"{country}.json").read_text(encoding="utf-8"))
    return [{"year": int(year), **days} for year, days in announced.items() if year.isdigit()]
