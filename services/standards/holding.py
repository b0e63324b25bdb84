"""Decides of which kinds whoever holds a voucher may be, and with what the ids of each kind begin outside."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a holder is."""

    ORGANIZATION = "organization"
    TEAM = "team"
    PERSON = "person"


PREFIXES: Mapping[Kind, str] = MappingProxyType({Kind.ORGANIZATION: "org", Kind.TEAM: "tea", Kind.PERSON: "per"})
"""What the ids of each kind begin with."""
