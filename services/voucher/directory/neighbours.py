"""Asks the registry for what changed since a cursor, and tells it how work was rated."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.chassis.neighbours import Neighbour, NeighbourFailed, TokenSource
from services.voucher.directory.domain.change import Change, Heard, Place

PAGE = 200
REWOUND = frozenset({"changes.rewound", "page.cursor"})
"""What a registry answers that does not know the change behind which it is asked: the newer code, and the older."""
RATINGS = 200
"""How many ratings the registry takes at a time."""


class Rewound(Exception):
    """The registry no longer has what it told before."""


class Registry:
    """The registry service, called with this service's own token."""

    def __init__(self, neighbour: Neighbour, tokens: TokenSource) -> None:
        self._neighbour = neighbour
        self._tokens = tokens

    async def changes(self, place: Place) -> Heard:
        """What changed behind a place. Rewound; NeighbourFailed when the registry or the gateway does not answer."""
        behind = {"after": place.cursor, "seen": place.event}
        params = {"limit": str(PAGE)} | {name: value for name, value in behind.items() if value is not None}
        try:
            page = await self._neighbour.get("/v1/changes", params=params, token=await self._tokens.token())
        except NeighbourFailed as failure:
            if failure.body.get("code") in REWOUND and place.cursor is not None:
                raise Rewound from failure
            raise
        changes = tuple(
            Change(item["kind"], str(item["id"]), item["document"], item["position"], item.get("event"))
            for item in page["items"]
        )
        last = changes[-1].position if changes else place.cursor
        return Heard(changes, page["next_cursor"] or last, len(changes) < PAGE, page.get("head"))

    async def rate(self, ratings: Sequence[Mapping[str, Any]]) -> Sequence[str]:
        """Tell ratings, each as ``POST /v1/ratings`` has it; gives the redemptions whose provider it does not know.

        It keeps each redemption's once, however often it is told. NeighbourFailed as above.
        """
        body = {"items": list(ratings)}
        answer = await self._neighbour.post("/v1/ratings", json=body, token=await self._tokens.token())
        unknown: Sequence[str] = answer["unknown"]
        return unknown
