"""Knows the kinds of import: which columns their files have, how a line is read, and how a batch is carried out."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.transfer.domain import organization_lines, register_lines, residency_lines, space_lines
from services.registry.transfer.domain.headers import Column
from services.registry.transfer.domain.importing import Batch, Cells, ImportKind, Judged
from services.registry.transfer.domain.known import Known
from services.registry.transfer.operations import (
    organization_batches,
    register_batches,
    residency_batches,
    space_batches,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. read: gives the key of a line and its facts; carry_out: writes a batch and gives what it came to.

    choices: by field the words that a cell may say, where these are few.
    """

    columns: Sequence[Column]
    read: Callable[[Cells, Known], tuple[str | None, dict[str, Any]]]
    carry_out: Callable[[AsyncConnection, Batch], Awaitable[list[Judged]]]
    choices: Callable[[Known], Mapping[str, Sequence[str]]]


KINDS = {
    ImportKind.ORGANIZATIONS: Kind(
        organization_lines.COLUMNS,
        organization_lines.read,
        organization_batches.carry_out,
        organization_lines.choices,
    ),
    ImportKind.SPACES: Kind(space_lines.COLUMNS, space_lines.read, space_batches.carry_out, space_lines.choices),
    ImportKind.RESIDENCIES: Kind(
        residency_lines.COLUMNS, residency_lines.read, residency_batches.carry_out, lambda _: {}
    ),
    ImportKind.REGISTER_ENTRIES: Kind(
        register_lines.COLUMNS, register_lines.read, register_batches.carry_out, register_lines.choices
    ),
}
