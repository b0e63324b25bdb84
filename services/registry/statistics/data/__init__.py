"""Remembers the targets of the five policy papers that ship with the product, as a data file."""

import json
from datetime import date
from importlib.resources import files

from services.registry.statistics.domain.target import Measure, TargetFacts


def shipped_targets() -> list[TargetFacts]:
    """Give the targets with the clauses that set them."""
    rows = json.loads(files(__name__).joinpath("targets.json").read_text(encoding="utf-8"))
    return [
        TargetFacts(**{**row, "measure": Measure(row["measure"]), "due_on": date.fromisoformat(row["due_on"])})
        for row in rows
    ]
