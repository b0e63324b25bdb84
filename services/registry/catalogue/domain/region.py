"""Decides which regions there may be: national codes and local ones beside them."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.names import name_faults

_NATIONAL = re.compile(r"[0-9]{6}")
_LOCAL = re.compile(r"[a-z][a-z0-9-]{1,39}")


class RegionList(StrEnum):
    """Whose list a code is of: the national one, or a local one beside it."""

    NATIONAL = "national"
    LOCAL = "local"


@dataclass(frozen=True)
class Region:
    """A region by its code; ``parent`` is the region it lies in, None for the outermost."""

    code: str
    name_zh: str
    name_en: str
    parent: str | None
    listed_in: RegionList = RegionList.NATIONAL


def new_region_faults(region: Region, *, regions: Collection[str]) -> list[Reason]:
    """List all that is wrong with a new region: the form of its code, names, a parent that is not there."""
    pattern = _NATIONAL if region.listed_in is RegionList.NATIONAL else _LOCAL
    rule = "six digits in the national list, small letters, digits and hyphens in a local one"
    wrong_code = [Reason("region.code", rule=rule, pointer="/code", numbers={"region": region.code})]
    return [
        *([] if pattern.fullmatch(region.code) else wrong_code),
        *name_faults(region.name_zh, "/name_zh"),
        *name_faults(region.name_en, "/name_en"),
        *([] if region.parent is None else region_faults(region.parent, regions=regions, pointer="/parent")),
    ]


def region_faults(region: str, *, regions: Collection[str], pointer: str) -> list[Reason]:
    """List what is wrong with a region: the registry has none of that code."""
    if region in regions:
        return []
    return [Reason("region.unlisted", rule="regions are those listed", pointer=pointer, numbers={"region": region})]
