"""Decides whether every county of a city has a recognised space: the full coverage 全覆盖 that a city sets itself.

Source: 天水市实施方案（2015年）一（二）, two districts and five counties 二区五县.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.registry.catalogue.domain.region import Region, RegionList
from services.standards.region import contains


@dataclass(frozen=True)
class County:
    """A county of a city, and how many recognised spaces it has."""

    region: str
    spaces: int

    @property
    def covered(self) -> bool:
        """Whether it has one at least."""
        return self.spaces > 0


@dataclass(frozen=True)
class Coverage:
    """A city's counties by code."""

    city: str
    counties: tuple[County, ...]

    @property
    def covered(self) -> int:
        """How many of them are covered."""
        return sum(county.covered for county in self.counties)

    @property
    def full(self) -> bool:
        """Whether there are counties, and all of them are covered."""
        return bool(self.counties) and self.covered == len(self.counties)


def counties_of(city: str, regions: Collection[Region]) -> list[str]:
    """The counties of a city by code: of a province those of all its cities, of a county itself."""
    national = [one for one in regions if one.listed_in is RegionList.NATIONAL]
    parents = {region.parent for region in national}
    within = [one.code for one in national if contains(city, one.code)]
    return sorted(code for code in within if code not in parents)


def coverage_of(city: str, regions: Collection[Region], recognised: Mapping[str, int]) -> Coverage:
    """A city's coverage from the number of recognised spaces by region; one recorded at no county covers none."""
    return Coverage(city, tuple(County(code, recognised.get(code, 0)) for code in counties_of(city, regions)))
