"""Remembers on which grounds providers are admitted category by category, as a data file."""

import json
from importlib.resources import files

from services.registry.providers.domain.ground import LEVELS, GroundKind, Requirement


def requirements() -> tuple[Requirement, ...]:
    """Give the shipped requirements in their order; which of them holds for a category its tree decides."""
    rows = json.loads(files(__name__).joinpath("grounds.json").read_text(encoding="utf-8"))
    return tuple(
        Requirement(
            category=row["category"],
            kind=GroundKind(row["ground"]),
            clause=row["clause"],
            qualifications=tuple(row.get("qualifications", ())),
            space_kinds=tuple(row.get("space_kinds", ())),
            least_level=row.get("least_level", LEVELS[0]),
        )
        for row in rows
    )
