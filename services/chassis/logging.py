"""Decides what a log line is: JSON on standard error that no input can break, and in which no value of a row stands."""

import json
import logging
import re
import sys
import traceback
from collections.abc import Generator, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TextIO

import structlog
from pydantic import ValidationError

LEVEL_NAMED_BY = "INNOVOUCHER_LOG_LEVEL"
LEVELS = {name: getattr(logging, name.upper()) for name in ("debug", "info", "warning", "error")}
LONGEST = 1_000
"""Characters of a value, and of what an exception says, that are told; a trace is told whole."""
SECRET = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"  # a token that is signed
    r"|\b[a-z]{2,16}_(?:live|test)_[0-9a-f]{64}"  # one that is drawn
    r"|\bIV[A-Z]1:[\w:=+/-]+"  # what a code says
    r"|(?<=://)[^/\s@]+(?=@)"  # login and password in an address
)
"""What is a secret by its form, wherever it stands."""
SECRET_NAMES = re.compile("password|secret|token|authorization|pepper|(^|_)pin$")
HIDDEN = "…"
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that move the cursor, break the line or turn its direction: JSON escapes them all, a terminal obeys."""

Event = MutableMapping[str, Any]
log = structlog.get_logger(__name__)
_as_json = json.JSONEncoder(separators=(",", ":"), default=repr).encode


class _Requests:
    """Where the lines of requests go: straight to a stream, by way of structlog, or nowhere."""

    stream: TextIO | None = None
    told = True


def configure(level: str = "info", stream: TextIO | None = None) -> None:
    """Log from a level on, to standard error if not said otherwise: JSON lines, or a form for people on a terminal.

    What others log by the standard library (asyncio, uvicorn) goes the same way, from warnings on.
    """
    out = stream or sys.stderr
    terminal = out.isatty()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_trace,
            _without_secrets,
            *([_visible, structlog.dev.ConsoleRenderer()] if terminal else [_rendered]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _Requests.stream = None if terminal or LEVELS[level] > logging.INFO else out
    root = logging.getLogger()
    root.handlers = [*(one for one in root.handlers if not isinstance(one, _Standard)), _Standard(logging.WARNING)]


def request_served(fields: Mapping[str, Any]) -> None:
    """Tell of one request, as ``log.info("request", …)`` would: every request has such a line, so it must be cheap.

    The fields are ours, but for the path, which is the client's: it is cut, and JSON escapes it.
    """
    stream = _Requests.stream
    if not _Requests.told:
        return
    if stream is None:
        log.info("request", **fields)
    else:
        told = {"event": "request", **fields, "level": "info", "timestamp": datetime.now(UTC).isoformat()}
        stream.write(_as_json(told) + "\n")
        stream.flush()


@contextmanager
def without_requests() -> Generator[None]:
    """Tell of no request meanwhile, such as of the hundred with which a sandbox is filled before anybody asks."""
    _Requests.told = False
    try:
        yield
    finally:
        _Requests.told = True


def _with_trace(_: Any, __: str, event: Event) -> Event:
    """What went wrong, as text."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(trace_of(error))
    return event


def trace_of(error: BaseException) -> Iterator[str]:
    """The lines of a trace, what came first first: where and of which kind, with neither local values nor rows.

    Of what the database or a validator says, only what is no value stands: the state and the place.
    """
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from trace_of(before)
    yield from "".join(traceback.format_tb(error.__traceback__)).splitlines()
    yield f"{type(error).__name__}: {said_by(error)}"
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from trace_of(one)


def said_by(error: BaseException) -> str:
    """What an exception says, without the values that were sent or stored."""
    if isinstance(error, ValidationError):
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in faults)
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    text = str(error).partition("\n")[0]  # what follows is the row that was refused
    if state is not None:
        return str(state) if state.startswith("22") else f"{state} {text}"  # 22: what is wrong with a value is told
    return _plain(text)


def _without_secrets(_: Any, __: str, event: Event) -> Event:
    for name, value in event.items():
        if SECRET_NAMES.search(name):
            event[name] = HIDDEN
        elif name == "exception":
            event[name] = SECRET.sub(HIDDEN, value)
        elif not isinstance(value, int | float | bool | None):
            event[name] = _plain(value if isinstance(value, str) else repr(value))
    return event


def _plain(text: str) -> str:
    return SECRET.sub(HIDDEN, text[:LONGEST])


def _rendered(_: Any, __: str, event: Event) -> str:
    return _as_json(event)


def _visible(_: Any, __: str, event: Event) -> Event:
    """Where a person reads, nothing but line ends of our own traces is obeyed by the terminal."""
    for name, value in event.items():
        if isinstance(value, str):
            lines = value.split("\n") if name == "exception" else [value]
            event[name] = "\n".join(UNSEEN.sub(lambda found: ascii(found[0])[1:-1], line) for line in lines)
    return event


class _Standard(logging.Handler):
    """What others log by the standard library, as an event of the logger's name."""

    def emit(self, record: logging.LogRecord) -> None:
        """Hand it on."""
        log.log(record.levelno, record.name, message=record.getMessage(), exc_info=record.exc_info)
