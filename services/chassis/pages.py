"""Decides how long lists are turned over: keyset pages with an opaque cursor."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from services.chassis.models import in_utc
from services.chassis.refusals import Refusal

PAGE_MAX = 200
PAGE_DEFAULT = 50
CURSOR_MAX = 512

Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="Items a page, 200 at the most.")]
After = Annotated[str | None, Query(max_length=CURSOR_MAX, description="`next_cursor` of the page before.")]


Item = TypeVar("Item")
Row = TypeVar("Row")


class Page(BaseModel, Generic[Item]):
    """A page of items; `next_cursor` is null on the last one."""

    model_config = ConfigDict(extra="forbid")
    items: list[Item]
    next_cursor: str | None


def encode(*parts: str) -> str:
    """An opaque cursor from the sort key of the last item."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decode(cursor: str, parts: int) -> list[str]:
    """The sort key inside a cursor; Refusal ``page.cursor`` when it is not one of ours."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise Refusal("page.cursor", pointer="/after") from error
    if not isinstance(values, list) or len(values) != parts or not all(isinstance(value, str) for value in values):
        raise Refusal("page.cursor", pointer="/after")
    return values


def cut(rows: Sequence[Row], limit: int, key: Callable[[Row], tuple[str, ...]]) -> tuple[list[Row], str | None]:
    """Split ``limit + 1`` rows that were asked for into the page and its next cursor."""
    page = list(rows[:limit])
    return page, encode(*key(page[-1])) if len(rows) > limit else None


def instant_and_id(cursor: str) -> tuple[datetime, UUID]:
    """The commonest sort key: an instant, then an id; Refusal ``page.cursor`` when it is not one of ours."""
    at, identifier = decode(cursor, 2)
    try:
        return in_utc(datetime.fromisoformat(at)), UUID(identifier)
    except ValueError as error:
        raise Refusal("page.cursor", pointer="/after") from error


def only_id(cursor: str | None) -> UUID | None:
    """The sort key of a list in the order of ids, None on the first page; Refusal ``page.cursor``."""
    if cursor is None:
        return None
    try:
        return UUID(decode(cursor, 1)[0])
    except ValueError as error:
        raise Refusal("page.cursor", pointer="/after") from error


def only_number(cursor: str | None) -> int:
    """The sort key of a list in the order of numbers, 0 on the first page; Refusal ``page.cursor``."""
    (number,) = ["0"] if cursor is None else decode(cursor, 1)
    if not number.isdecimal() or len(number) > 18:
        raise Refusal("page.cursor", pointer="/after")
    return int(number)
