"""Decides how what is known of a party is kept with its application, so that it is never looked up again."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from types import MappingProxyType
from typing import Any

from services.voucher.scheme.domain.facts import Ban, Figures, Listing, PartyFacts, Residence

KINDS: Mapping[str, type[Any]] = MappingProxyType(
    {"bans": Ban, "listings": Listing, "figures": Figures, "residences": Residence}
)
DATES = frozenset({"as_of", "registered_on", "until"})


def frozen(facts: PartyFacts) -> dict[str, Any]:
    """Facts as an application keeps them: JSON, dates as text, amounts in fen."""
    said: dict[str, Any] = _plain(asdict(facts))
    return said


def thawed(said: Mapping[str, Any]) -> PartyFacts:
    """The same facts again; what another release knew beside them is left out."""
    return PartyFacts(**_of(PartyFacts, said))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _of(kind: type[Any], said: Mapping[str, Any]) -> dict[str, Any]:
    known = {one.name for one in fields(kind)}
    return {name: _value(name, value) for name, value in said.items() if name in known}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, str) and name in DATES:
        return date.fromisoformat(value)
    if not isinstance(value, list):
        return value
    kind = KINDS.get(name)
    return tuple(value) if kind is None else tuple(kind(**_of(kind, one)) for one in value)
