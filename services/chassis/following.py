"""Speaks HTTP for the feed of events: a page, a page that is waited for, or a stream of them (server-sent events)."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Header, Query, Request
from prometheus_client import Counter, Histogram
from pydantic import ConfigDict, Field
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.chassis import events
from services.chassis.authorisation import Permit
from services.chassis.background import hung_up
from services.chassis.database import Database
from services.chassis.events import Entry
from services.chassis.feed import Bell, event_feed
from services.chassis.http import Db, Permitted, authorise, problem_of, router
from services.chassis.ids import Prefixed
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import CURSOR_MAX, PAGE_DEFAULT, PAGE_MAX, Page
from services.chassis.refusals import Refusal

WAIT_MAX = 30
"""Seconds that a page is waited for."""
STREAM_SECONDS, HEARTBEAT_SECONDS, SLOW_SECONDS = 900.0, 10.0, 10.0
"""How long a stream lives, after which silence it shows that it lives, and how long a reader may take for a piece."""
CHECK_SECONDS = 1.0
"""How often whoever waits is looked after: whether he still may."""
END = "end"
MEDIA_TYPE = "text/event-stream"
EXAMPLE = 'retry: 1000\n\nid: WyIyIiwi…\nevent: redemption.authorised\ndata: {"id":"evt_…","type":…}\n\n'

LAG = Histogram(
    "innovoucher_feed_lag_seconds",
    "From an event's making to its being given to somebody who waited for it.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)
GIVEN = Counter("innovoucher_feed_given_total", "Events that were given to somebody who waited, to each.", ["how"])
ENDED = Counter("innovoucher_feed_streams_ended_total", "Streams that ended.", ["why"])
log = structlog.get_logger(__name__)


class EventView(StrictModel):
    """Something that happened; cursor: to ask for what came after it."""

    id: Annotated[UUID, Prefixed("evt")]
    type: str
    subject_kind: str
    subject_id: str
    data: dict[str, Any]
    at: Instant
    cursor: str


class EventFilter(StrictModel):
    """Which events to give. types: any of these; subject_id: of this object; wait: seconds, until there is one."""

    model_config = ConfigDict(extra="forbid")

    after: str | None = Field(
        default=None,
        max_length=CURSOR_MAX,
        description="`next_cursor` of the page before, or `cursor` of an event; `end`: only what comes from now on.",
    )
    limit: int = Field(default=PAGE_DEFAULT, ge=1, le=PAGE_MAX, description="Items a page, 200 at the most.")
    wait: int = Field(default=0, ge=0, le=WAIT_MAX, description="Seconds to wait for the first event; 0: not at all.")
    types: list[Annotated[str, Field(max_length=64)]] = Field(
        default=[], max_length=20, description="Only events of these types, such as `redemption.authorised`."
    )
    subject_id: str | None = Field(
        default=None, max_length=128, description="Only events of this object, such as `red_…`."
    )


@dataclass(frozen=True)
class Reader:
    """Whoever asks: the request, with what it may see of the events and what of that it wants."""

    request: Request
    database: Database
    permit: Permit
    asked: EventFilter

    async def page(self, after: str | None) -> Page[EventView]:
        """What came after a cursor. `next_cursor` is behind all that was looked at, whoever it is for."""
        asked = self.asked
        async with event_feed(self.database).look() as connection:
            if after == END:
                return Page(items=[], next_cursor=await events.end(connection))
            found = await events.read(
                connection,
                after=after,
                limit=asked.limit,
                audience=self.permit.only_organization,
                types=asked.types,
                subject_id=asked.subject_id,
            )
            full = len(found) == asked.limit
            cursor = found[-1].cursor if full else await events.end(connection, behind=after)
        return Page(items=[_view(entry) for entry in found], next_cursor=cursor)

    def bell(self) -> AbstractContextManager[Bell]:
        """What rings when there may be more; Refusal ``feed.waiting`` or ``service.unavailable``."""
        caller = self.permit.caller
        return event_feed(self.database).bell(f"{caller.mode}:{caller.subject}", self.permit.only_organization)

    async def waited(self, after: str | None) -> Page[EventView]:
        """The first page with something on it; an empty one when time is up, and when nobody is there to read it.

        Refusal ``auth.…`` once the caller may no longer read.
        """
        until = time.monotonic() + self.asked.wait
        with self.bell() as bell:
            page = await self.page(after)
            async with _hanging_up(self.request.receive, bell) as gone:
                while not page.items and not self.over(until) and not gone.done():
                    rung = await _rings(bell, until)
                    await authorise(self.request)
                    if rung:
                        page = await self.page(page.next_cursor)
        _given(page.items, "poll")
        return page

    def over(self, until: float) -> str | None:
        """Why it is over: the server ends, or time is up (monotonic seconds); None while it is not."""
        stopping: asyncio.Event | None = getattr(self.request.state, "stopping", None)
        if event_feed(self.database).closed or (stopping is not None and stopping.is_set()):
            return "stopped"
        return "time" if time.monotonic() >= until else None


async def _rings(bell: Bell, until: float) -> bool:
    return await bell.wait(max(0.0, min(CHECK_SECONDS, until - time.monotonic())))


class Stream(Response):
    """Events as they come, until the server ends, its time is up, or the caller may no longer read them.

    The cursor is the event's id, so that a reader who was cut off goes on where he was by Last-Event-ID.
    """

    media_type = MEDIA_TYPE

    def __init__(self, reader: Reader, after: str | None) -> None:
        super().__init__(headers={"X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._reader, self._after = reader, after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it. What refuses the first page is a problem document; what breaks it off later cuts the connection."""
        with self._reader.bell() as bell:
            page = await self._reader.page(self._after)
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            async with _hanging_up(receive, bell) as gone:
                try:
                    why = await self._run(bell, page, _Pipe(send, gone))
                except Exception:
                    log.exception("feed.broken")
                    why = "broken"
        ENDED.labels(why).inc()

    async def _run(self, bell: Bell, page: Page[EventView], pipe: "_Pipe") -> str:
        """Send what there is and wait for more; why there will be none."""
        until = time.monotonic() + STREAM_SECONDS
        await pipe.send("retry: 1000\n\n")
        while True:
            await pipe.send("".join(_told(item) for item in page.items))
            _given(page.items, "stream")
            if (why := await self._quiet(bell, page, pipe, until)) is not None:
                return why
            page = await self._reader.page(page.next_cursor)

    async def _quiet(self, bell: Bell, page: Page[EventView], pipe: "_Pipe", until: float) -> str | None:
        """Wait for a reason to look again; why there will be none."""
        full = len(page.items) == self._reader.asked.limit
        while True:
            if full:
                await bell.pace()
            rung = full or await _rings(bell, until)
            if pipe.closed:
                return "slow" if pipe.slow else "gone"
            if (why := self._reader.over(until)) is not None:
                await pipe.end()
                return why
            if await self._refused(pipe):
                return "refused"
            if rung:
                return None
            await pipe.beat(page.next_cursor)

    async def _refused(self, pipe: "_Pipe") -> bool:
        """Whether the caller may read no more, which he is told as the last event."""
        request = self._reader.request
        try:
            await authorise(request)
        except Refusal as refusal:
            document = problem_of(request, refusal, instance=request.url.path)
            await pipe.send(f"event: problem\ndata: {json.dumps(document, ensure_ascii=False)}\n\n")
            await pipe.end()
            return True
        return False


class _Pipe:
    """What goes out to one reader, piece by piece; closed when he has gone or is too slow to take it."""

    def __init__(self, send: Send, gone: "asyncio.Task[None]") -> None:
        self._send, self._gone = send, gone
        self.slow = False
        self._last = time.monotonic()

    @property
    def closed(self) -> bool:
        return self.slow or self._gone.done()

    async def send(self, text: str) -> None:
        if text and not self.closed:
            await self._piece(text, more=True)

    async def beat(self, cursor: str | None) -> None:
        """After a silence: a comment, and how far all was looked at, which is no event."""
        if time.monotonic() - self._last >= HEARTBEAT_SECONDS:
            await self.send(f": nothing new\nid: {cursor}\n\n")

    async def end(self) -> None:
        if not self.closed:
            await self._piece("", more=False)

    async def _piece(self, text: str, *, more: bool) -> None:
        try:
            async with asyncio.timeout(SLOW_SECONDS):
                await self._send({"type": "http.response.body", "body": text.encode(), "more_body": more})
        except TimeoutError:
            self.slow = True
        self._last = time.monotonic()


@asynccontextmanager
async def _hanging_up(receive: Receive, bell: Bell) -> AsyncGenerator["asyncio.Task[None]"]:
    """Done when the reader hangs up; it rings, so that who comes again and again is not counted as many who wait."""
    gone = asyncio.create_task(hung_up(receive))
    gone.add_done_callback(lambda _: bell.rung.set())
    try:
        yield gone
    finally:
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)


def _told(item: EventView) -> str:
    return f"id: {item.cursor}\nevent: {item.type}\ndata: {item.model_dump_json()}\n\n"


def _given(items: Sequence[EventView], how: str) -> None:
    """Count what was given to somebody who waited; an id tells when it was made."""
    if items:
        GIVEN.labels(how).inc(len(items))
        LAG.observe(max(0.0, time.time() - (items[-1].id.int >> 80) / 1000))


def _view(entry: Entry) -> EventView:
    event = entry.event
    return EventView(
        id=entry.id,
        type=event.type,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        data=event.data,
        at=event.at,
        cursor=entry.cursor,
    )


def events_router(prefix: str = "/v1") -> APIRouter:
    """The feed of events under a service's prefix."""
    events_api = router()
    streamed = {"content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": EXAMPLE}}}

    @events_api.get(f"{prefix}/events", tags=["events"], response_model=Page[EventView], responses={200: streamed})
    async def list_events(
        request: Request,
        db: Db,
        permit: Permitted,
        asked: Annotated[EventFilter, Query()],
        last_event_id: Annotated[str | None, Header(max_length=CURSOR_MAX)] = None,
    ) -> Any:
        """What happened after a cursor, oldest first; `next_cursor` is always given, to ask again from.

        With `wait` the answer comes as soon as there is an event, or empty when time is up. With
        `Accept: text/event-stream` it is a stream (server-sent events): `id` is the cursor, `event` the type and `data`
        the event as in a page; `Last-Event-ID` goes before `after`. A stream ends after 15 minutes at the latest, and
        with an event `problem` once its token no longer counts. Events of one object come in the order in which they
        happened; none is left out and none comes twice, whoever commits late.
        """
        reader = Reader(request, db, permit, asked)
        if MEDIA_TYPE in request.headers.get("accept", ""):
            return Stream(reader, last_event_id or asked.after)
        return await (reader.waited(asked.after) if asked.wait else reader.page(asked.after))

    return events_api
