"""Decides how a public request becomes what an operation is told; no token of it is looked at."""

from typing import Annotated

from fastapi import Depends, Request

from services.chassis.http import Db
from services.registry.statistics.operations.openly import Openly


async def _openly(request: Request, db: Db) -> Openly:
    return Openly(db, request.app.state.settings)


AskedOpenly = Annotated[Openly, Depends(_openly)]
