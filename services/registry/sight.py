"""Decides how a list is narrowed in SQL to what its reader may see."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, false

from services.chassis.regions import lies_in


@dataclass(frozen=True)
class Sight:
    """What a reader may see: everything, or what is of one organisation, or what lies in one region, or both."""

    everything: bool = False
    organization: UUID | None = None
    region: str | None = None


def region_in_sight(column: ColumnElement[str], region: str | None) -> ColumnElement[bool]:
    """Whether a region is the reader's or lies in it; nothing does for a reader without one."""
    return false() if region is None else lies_in(column, region)
