"""Decides which endpoint answers a request."""

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


class Nouns(BaseRoute):
    """Holds a request against the routes of its own noun alone, and not against some two hundred in turn.

    The noun is the first two words of a path, such as ``/v1/vouchers``. Put before all routes, it answers for every
    noun it knows; a route with a parameter there is not known to it, and found as ever.
    """

    def __init__(self, routes: Sequence[APIRoute]) -> None:
        self._routers: dict[str, APIRouter] = {}
        for route in routes:
            self._routers.setdefault(_noun(route.path), APIRouter()).routes.append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Fully, where the noun is known: its routes alone can say then that there is nothing of that name."""
        known = scope["type"] == "http" and _noun(scope["path"]) in self._routers
        return (Match.FULL if known else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over to the routes of the noun."""
        await self._routers[_noun(scope["path"])].app(scope, receive, send)


def _noun(path: str) -> str:
    """The first two words of a path."""
    return "/".join(path.split("/", 3)[:3])
