"""Decides where a sandbox is spoken to: at the gateway that another process serves, else in this one for a moment."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from services.standalone.installation import Installation, Unusable
from services.standalone.logins import DemoLogins, remembered


@asynccontextmanager
async def reached(installation: Installation) -> AsyncGenerator[tuple[Any, DemoLogins]]:
    """The gateway, as a URL or an app, and the demo callers it knows.

    Raises Unusable on a live installation, and where somebody else opened the accounts. The services are loaded only
    where nobody serves them yet, so that a call to those that run is quick.
    """
    if installation.is_live:
        raise Unusable("a live installation has no demo callers and hands out no tokens: log in")
    if installation.gateway_url is not None:
        yield installation.gateway_url, _there(remembered(installation.data))
        return
    compose, callers = (import_module(f"services.standalone.{name}") for name in ("compose", "callers"))
    async with compose.inhabited(installation) as house:
        yield house.gateway, _there(await callers.seed(house.gateway, installation))


def _there(logins: DemoLogins | None) -> DemoLogins:
    if logins is None:
        raise Unusable("this sandbox has no demo callers: its accounts were opened by somebody else")
    return logins
