"""Decides what gets past the door: plain paths, bounded bodies, verified tokens, spent limits, and our own request id.

Everything a client says of itself in ``X-…`` headers is dropped: identity is the token, the address is the
connection's, the method is the request line's. Pure ASGI, since every redemption passes here.
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI
from opentelemetry import trace
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis import problems
from services.chassis.documents import SIZE_MAX as DOCUMENT_MAX
from services.chassis.headers import OPERATION, bearer_of, problem_headers
from services.chassis.http import BODY_MAX
from services.chassis.ids import new_id
from services.chassis.logging import request_served
from services.chassis.metrics import count_refusal
from services.chassis.problems import Problem
from services.chassis.refusals import Refusal
from services.chassis.revocations import RevocationList
from services.chassis.tokens import Caller, Verifier
from services.gateway.authorisation import POLLED, UNCOUNTED, needs_token
from services.gateway.domain.slices import payer_of
from services.gateway.limits import Limits
from services.gateway.tracing import NOWHERE, SAID, ended, followed, told_to_service
from services.gateway.upstream import Upstreams

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
READS = frozenset({"GET", "HEAD", "OPTIONS"})
DROPPED_PREFIX = b"x-"
NOT_RETURNED = frozenset({b"x-request-id", OPERATION})
DROPPED = SAID | {b"forwarded", b"via", b"true-client-ip", b"proxy-authorization"}
SECURITY_HEADERS: Mapping[bytes, bytes] = {
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cross-origin-resource-policy": b"same-origin",
    b"referrer-policy": b"no-referrer",
    b"strict-transport-security": b"max-age=31536000",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
}
PATH_TOLD = 200
"""Characters of a path that a log line tells: a client may send any."""
PLAIN_PATH = re.compile(rb"/|(/(?!\.{1,2}(/|$))[A-Za-z0-9._~:@!$&'()*+,;=-]+)+")
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Door:
    """What the edge asks before it lets a request in. Limits are calls a minute."""

    upstreams: Upstreams
    verifier: Verifier
    revocations: RevocationList
    limits: Limits
    calls_per_caller: int
    calls_per_address: int
    problems: Mapping[str, Problem]


class Edge:
    """The ASGI app in front of the gateway's own: refuses, answers from it, or hands over to an upstream."""

    def __init__(self, own: FastAPI, door: Door) -> None:
        self.own = own
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection: HTTP is let in, lifespan passes, a WebSocket is closed."""
        if scope["type"] == "http":
            await _Passage(self.door, self.own, scope, receive, send).run()
        elif scope["type"] == "lifespan":
            await self.own(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})


class _Passage:
    """One request on its way through."""

    def __init__(self, door: Door, own: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self.door, self.own, self.scope = door, own, scope
        self._receive, self._send = receive, send
        self.request_id = f"req_{new_id().hex}"
        self.limit = DOCUMENT_MAX if scope["path"].endswith("/documents") else BODY_MAX
        self.received = 0
        self.too_large = False
        self.started = False
        self.opaque = False
        self.caller: Caller | None = None
        self.operation: str | None = None
        self.status: int | None = None
        self.began = time.perf_counter()
        self.span: trace.Span = trace.INVALID_SPAN

    async def run(self) -> None:
        """One request from its first byte to its line in the log."""
        method = self.scope["method"] if self.scope["method"] in METHODS else "_OTHER"
        with NOWHERE if self.scope["path"] in POLLED else followed(method, self.request_id) as self.span:
            await self._pass()

    async def _pass(self) -> None:
        """Let it in or refuse it; what fails behind the door is told without its inside."""
        try:
            app = await self._admitted()
            await app(self._cleaned(), self.receive, self.send)
        except Refusal as refusal:
            await self._refuse(refusal)
        except (ClientDisconnect, OSError):
            await self._refuse(Refusal("upstream.unavailable"))
        except Exception as error:
            if not self.started:
                log.error("edge.failed", request_id=self.request_id, error=type(error).__name__, exc_info=error)
            await self._refuse(Refusal("upstream.failed"))
        else:
            if self.too_large or self.opaque:
                await self._refuse(Refusal("upstream.failed"))
        finally:
            self._tell()

    def _tell(self) -> None:
        """The one line of each request: who asked for what, and what became of it; status is null where nothing did.

        What programs ask for again and again is told when it fails.
        """
        caller = self.caller
        ended(self.span, self.operation, self.status)
        if self.status == 200 and self.scope["path"] in POLLED:
            return
        holder = caller.holder if caller is not None else None
        request_served(
            {
                "request_id": self.request_id,
                "caller": caller.subject if caller is not None else None,
                "organization": holder.shown if holder is not None else None,
                "mode": caller.mode if caller is not None else None,
                "method": self.scope["method"],
                "path": self.scope["path"][:PATH_TOLD],
                "operation": self.operation,
                "status": self.status,
                "milliseconds": round((time.perf_counter() - self.began) * 1000, 2),
            }
        )

    async def _admitted(self) -> ASGIApp:
        """The app that shall answer; a Refusal of whatever keeps the request out, cheapest check first."""
        path, method = self.scope["path"], self.scope["method"]
        if not PLAIN_PATH.fullmatch(self.scope.get("raw_path") or path.encode()):
            raise Refusal("request.path")
        if method not in METHODS:
            raise Refusal("request.method")
        if self._declared_length() > self.limit:
            raise Refusal("request.too_large")
        await self._spend(method, path)
        return self.door.upstreams.of(path) or self.own

    def _declared_length(self) -> int:
        sent = self._header(b"content-length")
        return int(sent) if sent and sent.isdigit() else 0

    async def _spend(self, method: str, path: str) -> None:
        """A known caller pays from his own limit, everybody else from that of the address, failed tokens too."""
        if path in UNCOUNTED:
            return
        address = payer_of(self.scope["client"][0] if self.scope.get("client") else "")
        if not needs_token(method, path):
            await self.door.limits.spend(address, self.door.calls_per_address)
            return
        try:
            caller = await self._caller()
        except Refusal:
            await self.door.limits.spend(address, self.door.calls_per_address)
            raise
        await self.door.limits.spend(f"{caller.mode}:{caller.subject}", self.door.calls_per_caller)
        self.door.revocations.check(caller, writes=method not in READS)

    async def _caller(self) -> Caller:
        self.caller = await self.door.verifier.verify(bearer_of(self.scope["headers"]))
        return self.caller

    def _header(self, wanted: bytes) -> bytes:
        """A header that stands once; empty when it is absent or stands twice."""
        found = [value for name, value in self.scope["headers"] if name == wanted]
        return found[0] if len(found) == 1 else b""

    def _cleaned(self) -> Scope:
        """The request as the service sees it: no header that claims who or where the client is, our request id."""
        headers = [
            (name, value)
            for name, value in self.scope["headers"]
            if not name.startswith(DROPPED_PREFIX) and name not in DROPPED
        ]
        headers += [(b"x-request-id", self.request_id.encode()), *told_to_service(self.span)]
        return {**self.scope, "headers": headers, "state": dict(self.scope.get("state") or {})}

    async def receive(self) -> Message:
        """The body, counted as it streams; past the limit the app is told that nothing more comes."""
        message = await self._receive()
        if message["type"] == "http.request":
            self.received += len(message.get("body", b""))
            if self.received > self.limit:
                self.too_large = True
                return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        """The answer, with our headers; one to a body that was cut, or a failure that is no problem, is held back."""
        if message["type"] == "http.response.start":
            self.operation = next((value.decode() for name, value in message["headers"] if name == OPERATION), None)
            self.opaque = message["status"] >= 500 and not _is_problem(message["headers"])
            if self.too_large or self.opaque:
                return
            self.started = True
            self.status = message["status"]
            message = {**message, "headers": self._dressed(message.get("headers", []))}
        if self.started:
            await self._send(message)

    def _dressed(self, headers: Any) -> list[tuple[bytes, bytes]]:
        kept = [(name, value) for name, value in headers if name not in NOT_RETURNED]
        there = {name for name, _ in kept}
        ours = [(name, value) for name, value in SECURITY_HEADERS.items() if name not in there]
        return [*kept, *ours, (b"x-request-id", self.request_id.encode())]

    async def _refuse(self, refusal: Refusal) -> None:
        """A problem document, unless an answer is already under way: then the connection is all that can be cut."""
        if self.started:
            return
        self.started = True
        if self.too_large:
            refusal = Refusal("request.too_large")
        count_refusal("gateway", refusal)
        language = problems.language_of(self._header(b"accept-language").decode("latin-1"))
        document = problems.document(
            self.door.problems,
            refusal,
            instance=self.scope["path"],
            request_id=self.request_id,
            language=language,
        )
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        headers = [
            (b"content-type", problems.MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
        ]
        said = problem_headers(document["status"], refusal, language, allowed=METHODS)
        headers += [(name.lower().encode(), value.encode()) for name, value in said.items()]
        self.status = document["status"]
        await self._send({"type": "http.response.start", "status": self.status, "headers": self._dressed(headers)})
        await self._send({"type": "http.response.body", "body": body})


def _is_problem(headers: Any) -> bool:
    return any(name == b"content-type" and value.startswith(problems.MEDIA_TYPE.encode()) for name, value in headers)
