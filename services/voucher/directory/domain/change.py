"""Decides what one item of the registry's feed is, and what a page of it says beside its items."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One item of the feed: a thing's whole document as it was at a position. event: its id, of a registry that tells.

    A document counts its own changes in `version`, where it has one.
    """

    kind: str
    key: str
    document: dict[str, Any]
    position: str
    event: str | None = None

    @property
    def provider(self) -> str | None:
        """The provider id inside an organisation's document."""
        inside = self.document.get("provider")
        return inside["id"] if self.kind == "organization" and inside is not None else None

    @property
    def name(self) -> tuple[str, str]:
        """Which thing it is of."""
        return self.kind, self.key

    @property
    def version(self) -> int | None:
        """How often the thing had changed; None for one that does not count."""
        found: int | None = self.document.get("version")
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader of the feed stands: behind which cursor, and behind which event, if it was told."""

    cursor: str | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A page of the feed. cursor: where to read on; complete: nothing was left behind it.

    head: the position of the last of all changes just before the page was read, of a registry that tells.
    """

    changes: tuple[Change, ...]
    cursor: str | None
    complete: bool
    head: str | None = None
