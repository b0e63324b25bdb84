"""A service behind the gateway that tells what reached it, and fails in every way a service can."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

echo = FastAPI(docs_url=None, redoc_url=None)


@echo.get("/v1/echo")
async def get_echo(request: Request) -> dict[str, object]:
    """The request as it arrived."""
    return {
        "method": request.method,
        "path": request.scope["raw_path"].decode(),
        "query": request.url.query,
        "headers": {name: request.headers.getlist(name) for name in set(request.headers)},
    }


@echo.post("/v1/echo")
@echo.post("/v1/documents")
async def post_echo(request: Request) -> dict[str, object]:
    """What the body was."""
    body = await request.body()
    return {"length": len(body), "sha256": hashlib.sha256(body).hexdigest()}


@echo.get("/v1/echo/stream")
async def stream_echo() -> StreamingResponse:
    """Three chunks."""

    async def chunks() -> AsyncIterator[bytes]:
        for part in (b"one ", b"two ", b"three"):
            yield part
            await asyncio.sleep(0)

    headers = {"X-Request-Id": "forged by the service", "Connection": "X-Hop", "X-Hop": "1", "Server": "secret/1.0"}
    return StreamingResponse(chunks(), media_type="text/plain", headers=headers)


@echo.get("/v1/echo/refused")
async def refuse_echo() -> JSONResponse:
    """A refusal of the service's own."""
    return JSONResponse({"code": "thing.refused"}, 409, media_type="application/problem+json")


@echo.get("/v1/echo/broken")
async def break_echo() -> Response:
    """An error page that tells too much."""
    return PlainTextResponse("Traceback: password=hunter2", 500)


@echo.get("/v1/echo/raises")
async def raise_echo() -> Response:
    """A bug."""
    raise RuntimeError("password=hunter2")


@echo.get("/v1/echo/slow")
async def wait_echo() -> Response:
    """Answers when nobody waits any more."""
    await asyncio.sleep(5)
    return Response()
