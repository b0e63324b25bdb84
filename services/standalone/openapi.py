"""Writes the one OpenAPI document of all services as the gateway gives it, or checks that the written one is current.

``python -m services.standalone.openapi [--check] docs/openapi/innovoucher.json``
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from migrations.clock_mode import ClockMode
from services.chassis import logging
from services.standalone import checkup, installation
from services.standalone.caller import Caller
from services.standalone.compose import inhabited
from services.standalone.logins import over
from services.standalone.postgres import Server


def document() -> dict[str, Any]:
    """The merged document, asked of the real gateway in front of the real services on a throw-away database."""
    with checkup.throw_away_server() as server:
        return asyncio.run(_asked(server))


async def _asked(server: Server) -> dict[str, Any]:
    made = await installation.sandbox_of(server, server.log.parent, "described", ClockMode(sandbox=True))
    async with inhabited(made) as house, over(house.gateway) as http:
        return await Caller(http).get("/openapi.json")


def main(words: list[str]) -> int:
    """Exit code 1 when the written document is not what the services say now."""
    logging.configure("warning")
    check = "--check" in words
    files = [Path(word) for word in words if word != "--check"]
    if len(files) != 1:
        print("usage: python -m services.standalone.openapi [--check] FILE", file=sys.stderr)
        return 2
    text = json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if not check:
        files[0].parent.mkdir(parents=True, exist_ok=True)
        files[0].write_text(text)
        return 0
    if files[0].exists() and files[0].read_text() == text:
        return 0
    remedy = f"write it with `python -m services.standalone.openapi {files[0]}`"
    print(f"{files[0]} is not what the services say: {remedy}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
