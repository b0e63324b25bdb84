"""Decides how a request becomes what an operation is told."""

from typing import Annotated

from fastapi import Depends, Request

from services.chassis.http import Db, Permitted, RequestId
from services.registry.operations.asked import Asked


async def _asked(request: Request, db: Db, permit: Permitted, request_id: RequestId) -> Asked:
    return Asked(db, permit, request_id, request.app.state.settings)


AskedBy = Annotated[Asked, Depends(_asked)]
