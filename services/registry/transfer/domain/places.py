"""Decides under which names a region is found: its code, its name, and its name behind those around it."""

from collections import defaultdict
from collections.abc import Mapping

from services.registry.catalogue.domain.region import Region
from services.registry.transfer.domain.headers import fold

_ENDINGS = ("自治县", "自治区", "区", "市", "县", "省")
_SHORTEST = 2
"""Characters of a name without its ending: 沙市 without 市 would be no name any more."""


def places_of(regions: Mapping[str, Region]) -> dict[str, tuple[str, ...]]:
    """Give the codes of regions by folded word; several where a name alone does not tell them apart."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for code, region in regions.items():
        for word in (code, *_names(region, regions)):
            found[fold(word)][code] = None
    return {word: tuple(codes) for word, codes in found.items()}


def _names(region: Region, regions: Mapping[str, Region]) -> set[str]:
    """江门市蓬江区, 江门蓬江区, 蓬江区, 蓬江, and the English name."""
    own = {region.name_zh, _short(region.name_zh)}
    around = regions.get(region.parent) if region.parent is not None else None
    outer = set() if around is None else {name for name in _names(around, regions) if name != around.name_en}
    return {*own, region.name_en, *(before + name for before in outer for name in own)}


def _short(name: str) -> str:
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= _SHORTEST:
            return name.removesuffix(ending)
    return name
