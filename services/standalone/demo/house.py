"""Decides where the demonstration is played: a sandbox made new for it, on a server of its own or a given one."""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any

from migrations.clock_mode import ClockMode
from services.standalone import folders, installation, postgres, serving
from services.standalone.demo.allocating import ZONE
from services.standalone.installation import Installation
from services.standalone.settings import StandaloneSettings

BEGINS = datetime(2020, 9, 14, 9, tzinfo=ZONE)
DATABASE = "innovoucher_demo"


@contextmanager
def sandbox(settings: StandaloneSettings) -> Iterator[Installation]:
    """A sandbox in which it is the morning of 14 September 2020; it is gone after the block."""
    clock = ClockMode(sandbox=True, start=BEGINS)
    if settings.database_url is not None:
        with installation.sandbox_beside(settings, f"{DATABASE}_{os.getpid()}", clock) as made:
            yield made
        return
    folder = settings.data_dir / "demo"
    folders.remove(folder)
    with postgres.start(folder, configured=settings.postgres_bin) as server:
        yield asyncio.run(installation.sandbox_of(server, folder, DATABASE, clock))
    folders.remove(folder)


@asynccontextmanager
async def served(app: Any) -> AsyncGenerator[str]:
    """The gateway on a free port of this machine, over real HTTP; its URL."""
    with serving.listen("127.0.0.1", 0) as listener:
        address = serving.Address(listener)
        async with serving.served(app, address):
            yield address.url
