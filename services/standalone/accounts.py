"""Opens the first accounts from the command line, and hands out tokens in a sandbox."""

from __future__ import annotations

import asyncio
import json
import secrets
import shlex
from dataclasses import dataclass, field

from services.chassis.database import Mode
from services.chassis.refusals import Refusal
from services.standalone import callers, gatehouse
from services.standalone.installation import Installation, Unusable
from services.standalone.reaching import reached

USUAL_URL = "http://127.0.0.1:8000"
HOW_TO_ACTIVATE = (
    "Give each admin his line: it works once, within seven days. He puts a login and a password of 12 characters or "
    "more of his own in place of LOGIN and PASSWORD and sends it."
)


@dataclass(frozen=True)
class Told:
    """What a person is told, once."""

    lines: tuple[str, ...] = field(repr=False)


def create_admins(installation: Installation, first: str, second: str, mode: Mode) -> Told:
    """A one-time link for each of the first two admins of a mode; Unusable when there are admins already."""
    try:
        tokens = asyncio.run(gatehouse.make_admins(installation, (first, second), mode))
    except Refusal as refusal:
        if refusal.code == "admins.founded":
            raise Unusable("there are admins already: they propose and second whoever comes after them") from None
        raise Unusable(f"refused: {', '.join(reason.code for reason in refusal.reasons)}") from None
    url = installation.gateway_url or USUAL_URL
    lines = [f"{name}: {_activation(url, link)}" for name, link in zip((first, second), tokens, strict=True)]
    return Told((HOW_TO_ACTIVATE, *lines))


def _activation(url: str, link: str) -> str:
    """A line for the shell. The token goes in the body: addresses are logged on their way."""
    body = json.dumps({"token": link, "login": "LOGIN", "password": "PASSWORD"})
    return shlex.join(["curl", "-s", f"{url}/v1/auth/activate", "-H", "Content-Type: application/json", "-d", body])


def create_client(installation: Installation, name: str) -> Told:
    """A client with which a service of the city proves itself; its secret is shown this once."""
    secret = secrets.token_urlsafe(32)
    client_id = asyncio.run(gatehouse.make_service_client(installation, name, secret, installation.modes[0]))
    return Told((f"client_id {client_id}", f"client_secret {secret}"))


def token(installation: Installation, role: str) -> Told:
    """A token of a demo caller; Unusable on a live installation, and where there are no demo callers."""
    if installation.is_live:
        raise Unusable("a live installation hands out no tokens: log in")
    return Told((asyncio.run(_token(installation, role)),))


async def _token(installation: Installation, role: str) -> str:
    async with reached(installation) as (gateway, logins):
        return await callers.token(gateway, logins, role)
