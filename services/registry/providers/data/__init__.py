"""Remembers on which grounds providers are admitted, and which papers prove who they are, as data files."""

import json
from importlib.resources import files
from typing import Any

from services.registry.providers.domain.ground import LEVELS, GroundKind, Requirement
from services.registry.providers.domain.paper import Paper


def requirements() -> tuple[Requirement, ...]:
    """Give the shipped requirements in their order; which of them holds for a category its tree decides."""
    return tuple(
        Requirement(
            category=row["category"],
            kind=GroundKind(row["ground"]),
            clause=row["clause"],
            qualifications=tuple(row.get("qualifications", ())),
            space_kinds=tuple(row.get("space_kinds", ())),
            least_level=row.get("least_level", LEVELS[0]),
        )
        for row in _rows("grounds.json")
    )


def papers() -> tuple[Paper, ...]:
    """Give the kinds of papers that prove who a provider is, those that everybody needs and those that some do."""
    return tuple(Paper(**row) for row in _rows("papers.json"))


def _rows(name: str) -> Any:
    return json.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))
