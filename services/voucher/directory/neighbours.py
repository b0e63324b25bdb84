"""Asks the registry for what changed since a cursor, and tells it how work was rated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.chassis.neighbours import Neighbour, TokenSource
from services.voucher.directory.domain.change import Change

PAGE = 200
RATINGS = 200
"""How many ratings the registry takes at a time."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A page of the feed. cursor: where to read on; complete: nothing was left behind it."""

    changes: tuple[Change, ...]
    cursor: str | None
    complete: bool


class Registry:
    """The registry service, called with this service's own token."""

    def __init__(self, neighbour: Neighbour, tokens: TokenSource) -> None:
        self._neighbour = neighbour
        self._tokens = tokens

    async def changes(self, after: str | None) -> Heard:
        """What changed after a cursor. NeighbourFailed when the registry or the gateway does not answer."""
        params = {"limit": str(PAGE)} | ({} if after is None else {"after": after})
        page = await self._neighbour.get("/v1/changes", params=params, token=await self._tokens.token())
        changes = tuple(
            Change(item["kind"], str(item["id"]), item["document"], item["position"]) for item in page["items"]
        )
        last = changes[-1].position if changes else after
        return Heard(changes, page["next_cursor"] or last, len(changes) < PAGE)

    async def rate(self, ratings: Sequence[Mapping[str, Any]]) -> Sequence[str]:
        """Tell ratings, each as ``POST /v1/ratings`` has it; gives the redemptions whose provider it does not know.

        It keeps each redemption's once, however often it is told. NeighbourFailed as above.
        """
        body = {"items": list(ratings)}
        answer = await self._neighbour.post("/v1/ratings", json=body, token=await self._tokens.token())
        unknown: Sequence[str] = answer["unknown"]
        return unknown
