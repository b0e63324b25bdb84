"""Stands in for registry and gateway in one app: it tells the changes it is given, at once or when it is let."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from services.chassis.neighbours import Credentials, Neighbour, TokenSource
from services.voucher.directory.domain.change import Change
from services.voucher.directory.neighbours import Registry


class Told:
    """What it tells and was asked for; cursors are places in the list. mended: what it tells from its next answer on.

    Clear ``answers`` and it takes questions but answers none before it is set again. history: which one it tells, so
    that the same place in another has another event. A registry that lies changes its answers by ``lies``.
    """

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = list(changes)
        self.asked: list[str | None] = []
        self.mended: list[Change] | None = None
        self.history = "first"
        self.lies: dict[str, Any] = {}
        self.answers = asyncio.Event()
        self.answers.set()
        self.app = FastAPI()
        self.app.post("/oauth2/token")(self.token)
        self.app.get("/v1/changes")(self.list_changes)
        self.registry = registry_at(Neighbour("http://registry", app=self.app))

    async def token(self) -> dict[str, Any]:
        return {"access_token": "t", "expires_in": 600}

    async def list_changes(self, limit: int, after: str | None = None, seen: str | None = None) -> Any:
        self.asked.append(after)
        await self.answers.wait()
        start = int(after or 0)
        if start > len(self.changes) or (seen is not None and seen != self.event(start)):
            return JSONResponse({"code": "changes.rewound"}, 409)
        page = self.changes[start : start + limit]
        self.changes = self.changes if self.mended is None else self.mended
        items = [
            {
                "kind": one.kind,
                "id": one.key,
                "document": one.document,
                "position": str(place),
                "event": self.event(place),
            }
            for place, one in enumerate(page, start=start + 1)
        ]
        cursor = str(start + len(page)) if page else after
        return {"items": items, "next_cursor": cursor, "head": str(len(self.changes)), **self.lies}

    def event(self, place: int) -> str:
        """The id of the event at a place of this history."""
        return f"{self.history} {place}"


def registry_at(neighbour: Neighbour) -> Registry:
    """The registry as the directory calls it."""
    return Registry(neighbour, TokenSource(neighbour, Credentials("cli_voucher", "of the tests"), "test"))
