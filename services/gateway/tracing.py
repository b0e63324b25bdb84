"""Decides how a request is followed: one trace from the door on, of which the services hear in `traceparent`.

A trace begins here. What a client says of one of its own is dropped, as all that it says of itself: it would choose
what is kept. Where traces go nowhere (services/standalone/tracing.py) nothing is done.
"""

from contextlib import AbstractContextManager, nullcontext

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, StatusCode

TRACER = trace.get_tracer("innovoucher.gateway")
NOWHERE = nullcontext(trace.INVALID_SPAN)
SAID = frozenset({b"traceparent", b"tracestate", b"baggage"})
"""Headers in which a client tells of a trace."""


def followed(method: str, request_id: str) -> AbstractContextManager[Span]:
    """A span around one request; method: one that we take."""
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return NOWHERE
    return TRACER.start_as_current_span(
        method,
        context=Context(),
        kind=SpanKind.SERVER,
        attributes={"http.request.method": method, "innovoucher.request_id": request_id},
        record_exception=False,
        set_status_on_exception=False,
    )


def told_to_service(span: Span) -> list[tuple[bytes, bytes]]:
    """The headers from which a service knows what its own span is part of."""
    if not span.get_span_context().is_valid:
        return []
    carrier: dict[str, str] = {}
    propagate.inject(carrier, trace.set_span_in_context(span, Context()))
    return [(name.encode(), value.encode()) for name, value in carrier.items()]


def ended(span: Span, operation: str | None, status: int | None) -> None:
    """What became of the request."""
    if operation is not None:
        span.update_name(operation)
    if status is not None:
        span.set_attribute("http.response.status_code", status)
    if status is None or status >= 500:
        span.set_status(StatusCode.ERROR)
