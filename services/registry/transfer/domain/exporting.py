"""Decides what an export 导出 is: of which things, seen by whom, in which format, and how long it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Refusal

KEPT = timedelta(days=7)
"""Whoever needs it longer asks again: what is downloaded late tells of what was."""


class ExportKind(StrEnum):
    """What the rows of an export are."""

    ORGANIZATIONS = "organizations"
    SPACES = "spaces"
    PROVIDERS = "providers"
    OFFERINGS = "offerings"


class ExportFormat(StrEnum):
    """As what it is downloaded."""

    CSV = "csv"
    XLSX = "xlsx"


class ExportState(StrEnum):
    """asked → ready → expired."""

    ASKED = "asked"
    READY = "ready"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which rows: in a region or below it, in a state; both may be left open."""

    region: str | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A file as it was made: its rows without the heading, its bytes, and their SHA-256."""

    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """An export. everything, organization and region: what whoever asked for it was allowed to see then."""

    id: UUID
    kind: ExportKind
    format: ExportFormat
    wanted: Bounds
    sight: Mapping[str, str | bool | None]
    job_id: UUID
    client: str
    requested_by: str
    requested_at: datetime
    state: ExportState = ExportState.ASKED
    made: Made | None = None
    ready_at: datetime | None = None
    expires_at: datetime | None = None

    def ready(self, made: Made, *, at: datetime) -> "Export":
        """Give the same with its file, which is kept for seven days."""
        return replace(self, state=ExportState.READY, made=made, ready_at=at, expires_at=at + KEPT)

    def file(self) -> Made:
        """The file to be downloaded; Refusal ``export.not_ready`` before it is made and when it is over."""
        if self.state is not ExportState.READY or self.made is None:
            raise Refusal("export.not_ready", numbers={"state": self.state.value})
        return self.made
