"""Decides what one item of the registry's feed is."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One item of the feed: a thing's whole document as it was at a position."""

    kind: str
    key: str
    document: dict[str, Any]
    position: str

    @property
    def provider(self) -> str | None:
        """The provider id inside an organisation's document."""
        inside = self.document.get("provider")
        return inside["id"] if self.kind == "organization" and inside is not None else None
