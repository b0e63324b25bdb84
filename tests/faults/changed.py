"""Starts a service as ``innovoucher`` does, after one guard was switched off or the process's clock was put wrong.

The first argument is JSON: ``values``, what stands at a dotted path instead (a number, a list, or the name of something
of this module); ``skew``, by how many seconds the clock of this process alone is wrong. Nothing in the product can be
told any of this.
"""

import json
import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import time_machine
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.standalone import cli


async def own_clock(connection: AsyncConnection) -> datetime:
    """What a node would take for business time if it asked its own clock how late it is."""
    moved: timedelta = (await connection.execute(text("SELECT business_now() - clock_timestamp()"))).scalar_one()
    return datetime.now(UTC) + moved


async def own_clocks(connection: AsyncConnection) -> tuple[datetime, datetime]:
    """The same beside real time."""
    return await own_clock(connection), datetime.now(UTC)


def put(values: Mapping[str, Any]) -> None:
    """Replace what stands in modules."""
    for path, value in values.items():
        place, _, name = path.rpartition(".")
        module = import_module(place)
        # what is put where nothing stood would change nothing, and the test would not say so
        getattr(module, name)
        setattr(module, name, globals()[value] if isinstance(value, str) else unlisted(value))


def unlisted(value: Any) -> Any:
    """JSON knows no tuples."""
    return tuple(value) if isinstance(value, list) else value


def clock_off_by(seconds: float) -> AbstractContextManager[Any]:
    """The clock of this process, wrong and running."""
    return time_machine.travel(time.time() + seconds, tick=True) if seconds else nullcontext()


if __name__ == "__main__":
    change = json.loads(sys.argv.pop(1))
    put(change["values"])
    with clock_off_by(change["skew"]):
        cli.main()
