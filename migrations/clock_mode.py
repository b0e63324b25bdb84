"""Decides which clock a database is made with: a live one, or a sandbox that starts at a given instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ClockMode:
    """``start`` (aware) is the business instant at which a sandbox begins; None begins it now."""

    sandbox: bool = False
    start: datetime | None = None

    @property
    def name(self) -> str:
        return "sandbox" if self.sandbox else "live"


LIVE = ClockMode()
