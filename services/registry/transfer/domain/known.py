"""Decides by what lines are judged that anybody may know: the lists that ship, the words for them, and the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.registry.catalogue.domain.region import Region
from services.registry.parties.domain.size import SizeStandard
from services.registry.transfer.domain.places import places_of


@dataclass(frozen=True, slots=True)
class Known:
    """Regions by code, and codes by folded word; industry fields of spaces; the standard of sizes; the local day."""

    regions: Mapping[str, Region]
    places: Mapping[str, Sequence[str]]
    fields: Mapping[str, Mapping[str, Any]]
    standard: SizeStandard
    today: date

    @classmethod
    def of(
        cls, regions: Mapping[str, Region], fields: Mapping[str, Mapping[str, Any]], standard: SizeStandard, today: date
    ) -> "Known":
        """What is known on a day."""
        return cls(regions, places_of(regions), fields, standard, today)
