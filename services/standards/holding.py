"""Decides what whoever holds a voucher may be, and how each is named outside: by a prefix of its kind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID


class Kind(StrEnum):
    """What a holder is."""

    ORGANIZATION = "organization"
    TEAM = "team"
    PERSON = "person"


PREFIXES: Mapping[Kind, str] = MappingProxyType({Kind.ORGANIZATION: "org", Kind.TEAM: "tea", Kind.PERSON: "per"})
"""What the ids of each kind begin with."""
FORM = "^(org|tea|per)_[0-9a-f]{32}$"
_KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds something, or acts for itself: a kind, and which one of it."""

    kind: Kind
    id: UUID

    @property
    def shown(self) -> str:
        """The outside form, such as ``tea_0190…``."""
        return f"{PREFIXES[self.kind]}_{self.id.hex}"


def holder_of(text: str) -> Holder:
    """Read the outside form back; ValueError when prefix, length or digits are wrong."""
    if not re.fullmatch(FORM, text):
        raise ValueError("an id of an organisation (org_…), a team (tea_…) or a person (per_…) is expected")
    prefix, _, digits = text.partition("_")
    return Holder(_KINDS[prefix], UUID(hex=digits))
