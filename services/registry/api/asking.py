"""Decides how a request becomes what an operation is told, and what an answer says beside its body."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from services.chassis.http import Db, Permitted, RequestId, etag
from services.registry.asked import Asked


async def _asked(request: Request, db: Db, permit: Permitted, request_id: RequestId) -> Asked:
    return Asked(db, permit, request_id, request.app.state.settings)


AskedBy = Annotated[Asked, Depends(_asked)]


def tagged(response: Response, document: dict[str, Any]) -> dict[str, Any]:
    """The document, with its version as the response's ETag (RFC 9110 section 8.8.3)."""
    response.headers["ETag"] = etag(document["version"])
    return document
