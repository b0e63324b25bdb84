"""Carries out what fell due one by one, so that a row that fails holds up no other."""

from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

import structlog

from services.chassis.database import lost

log = structlog.get_logger(__name__)


async def each(timer: str, due: Iterable[UUID], carry_out: Callable[[UUID], Awaitable[None]]) -> int:
    """Carry out everything that is due, each in a transaction of its own; answers how many did not fail.

    What fails is logged and stays due; what says that the database is lost is raised.
    """
    done = 0
    for one in due:
        try:
            await carry_out(one)
        except Exception as error:
            if lost(error):
                raise
            log.exception("timer.row_failed", timer=timer, row=str(one))
        else:
            done += 1
    return done
