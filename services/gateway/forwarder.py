"""Hands a request to a service at another address, streaming both ways, and passes on nothing that is hop by hop."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable

import aiohttp
from multidict import CIMultiDict
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send
from yarl import URL

from services.chassis.background import hung_up
from services.chassis.refusals import Refusal

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""RFC 9110 section 7.6.1: these concern one connection only."""

NOT_FORWARDED = HOP_BY_HOP | {b"host", b"expect"}
NOT_RETURNED = HOP_BY_HOP | {b"server", b"date"}
SMALL = 64 * 1024
"""Bytes up to which a body whose length is known is passed on whole: by one write, and without a task of its own."""
WAITED_FOR = frozenset({"/v1/events"})
"""Paths whose answer may be waited for, or never end by itself."""
SILENT_SECONDS = 60.0
"""How long a service may say nothing there: longer than it lets anybody wait, and than a stream is ever silent."""
KEEP_IDLE_SECONDS = 3.0
CONNECT_SECONDS = 2.0

Headers = Iterable[tuple[bytes, bytes]]
Body = bytes | AsyncIterator[bytes] | None


class Forwarder:
    """An ASGI app that is a service elsewhere. Its pool is bounded: who finds no connection in time is told 503.

    What is waited for has a pool of its own, as large, so that those who wait keep nobody else out.

    Idle connections are dropped before the service drops them, so that a POST, which is never repeated here, does
    not meet one that is just being closed.
    """

    def __init__(self, url: str, *, connections: int, seconds: float) -> None:
        self._base = url.rstrip("/")
        self._connections = connections
        self._seconds = seconds
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward one request; Refusal ``upstream.unavailable``, ``upstream.timeout`` or ``upstream.failed``."""
        body = await _sent(scope["headers"], receive)
        if scope["path"] in WAITED_FOR:
            await _while_wanted(self._forward(scope, body, send, waited=True), scope, receive)
        else:
            await self._forward(scope, body, send, waited=False)

    async def _forward(self, scope: Scope, body: Body, send: Send, *, waited: bool) -> None:
        headers = CIMultiDict(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in end_to_end(scope["headers"])
        )
        try:
            async with self._open(waited=waited).request(
                scope["method"], self._url(scope), headers=headers, data=body, allow_redirects=False
            ) as response:
                await _pass_on(response, send)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Refusal("upstream.unavailable") from error
        except TimeoutError as error:
            raise Refusal("upstream.timeout") from error
        except aiohttp.ClientError as error:
            raise Refusal("upstream.failed") from error

    async def close(self) -> None:
        """Close its connections."""
        for session in self._sessions.values():
            await session.close()

    def _open(self, *, waited: bool) -> aiohttp.ClientSession:
        if waited not in self._sessions:
            total, silent = (None, SILENT_SECONDS) if waited else (self._seconds, None)
            self._sessions[waited] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEP_IDLE_SECONDS),
                timeout=aiohttp.ClientTimeout(total=total, connect=CONNECT_SECONDS, sock_read=silent),
                auto_decompress=False,
                skip_auto_headers=("User-Agent", "Content-Type", "Accept", "Accept-Encoding"),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._sessions[waited]

    def _url(self, scope: Scope) -> URL:
        """As it came: nothing is decoded and encoded again on the way."""
        query = scope["query_string"].decode("latin-1")
        return URL(f"{self._base}{scope['raw_path'].decode('latin-1')}{'?' * bool(query)}{query}", encoded=True)


def end_to_end(headers: Headers, dropped: frozenset[bytes] = NOT_FORWARDED) -> list[tuple[bytes, bytes]]:
    """The headers that are for the other end, without those that Connection names."""
    sent = list(headers)
    named = {part.strip().lower() for name, value in sent if name == b"connection" for part in value.split(b",")}
    return [(name, value) for name, value in sent if name.lower() not in dropped and name.lower() not in named]


async def _sent(headers: Headers, receive: Receive) -> Body:
    """The body as it is to be sent: whole where it is small, chunk by chunk where it is not; None for none."""
    said = dict(headers)
    length = int(said.get(b"content-length", 0))
    if b"transfer-encoding" in said or length > SMALL:
        return _body(receive)
    return b"".join([chunk async for chunk in _body(receive)]) if length else None


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    """Chunk by chunk; when the client hangs up the upstream sees a cut request, never a whole one."""
    while True:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        if message.get("body"):
            yield message["body"]
        if not message.get("more_body"):
            return


async def _while_wanted(work: Coroutine[None, None, None], scope: Scope, receive: Receive) -> None:
    """Wait for it as long as the client does (ClientDisconnect) and this server serves (``upstream.unavailable``)."""
    stopping: asyncio.Event = (scope.get("state") or {}).get("stopping") or asyncio.Event()
    done, gone, stopped = (asyncio.create_task(one) for one in (work, hung_up(receive), _set(stopping)))
    try:
        await asyncio.wait([done, gone, stopped], return_when=asyncio.FIRST_COMPLETED)
        if done.done():
            return done.result()
        raise Refusal("upstream.unavailable") if stopped.done() else ClientDisconnect
    finally:
        for task in (done, gone, stopped):
            task.cancel()
        await asyncio.gather(done, gone, stopped, return_exceptions=True)


async def _set(event: asyncio.Event) -> None:
    await event.wait()


async def _pass_on(response: aiohttp.ClientResponse, send: Send) -> None:
    """The answer; a small one is there whole before anything of it is told."""
    whole = response.content_length is not None and response.content_length <= SMALL
    body = await response.read() if whole else b""
    lowered = [(name.lower(), value) for name, value in response.raw_headers]
    await send({"type": "http.response.start", "status": response.status, "headers": end_to_end(lowered, NOT_RETURNED)})
    if not whole:
        async for chunk in response.content.iter_any():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": body, "more_body": False})
