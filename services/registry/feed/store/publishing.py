"""Remembers every change in the feed, whole, in the transaction that makes it.

The feed is kept whole: whoever prunes these events must keep the newest one of each subject.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import events
from services.chassis.events import Event

Document = dict[str, Any]
"""What the registry tells about a thing as a whole, in the feed and by its API alike."""


async def tell(
    connection: AsyncConnection, kind: str, documents: Sequence[Document], *, at: datetime, key: str = "id"
) -> None:
    """Put the documents of changed things into the feed; whoever may change a thing besides holds its row locked.

    key: which field names the thing.
    """
    told = [Event(f"{kind}.changed", kind, str(document[key]), (), document, at) for document in documents]
    await events.append(connection, told)
