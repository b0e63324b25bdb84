"""Carries out the registry's jobs in a process of its own until it is killed; told the database and a batch's lines."""

import asyncio
import sys

from services.chassis.database import Database
from services.chassis.jobs import Worker
from services.chassis.timers import Timetable
from services.registry.transfer.operations import taking
from services.registry.transfer.operations.handlers import handlers


def main(url: str, batch: str) -> None:
    """Work on a database, so many lines a transaction."""
    taking.BATCH = int(batch)
    asyncio.run(Worker(Database(url, "registry"), handlers("Asia/Shanghai"), Timetable([])).run_forever())


if __name__ == "__main__":
    main(*sys.argv[1:])
