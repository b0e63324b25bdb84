"""Decides by what lines are judged that anybody may know: the regions there are, the words for them, and the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.registry.catalogue.domain.region import Region
from services.registry.transfer.domain.places import places_of


@dataclass(frozen=True, slots=True)
class Known:
    """Regions by code, codes by folded word, and the local day."""

    regions: Mapping[str, Region]
    places: Mapping[str, Sequence[str]]
    today: date

    @classmethod
    def of(cls, regions: Mapping[str, Region], today: date) -> "Known":
        """What is known on a day."""
        return cls(regions, places_of(regions), today)
