"""Keeps the spans of a test that follows requests: one provider per process, for tracers remember theirs."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.standalone import exporting

KEPT = InMemorySpanExporter()
PROVIDER = exporting.provider_of("tests", SimpleSpanProcessor(KEPT))


class Spans:
    """What was followed so far, in the order in which it ended."""

    @property
    def all(self) -> list[ReadableSpan]:
        return list(KEPT.get_finished_spans())

    def the(self, name: str) -> ReadableSpan:
        (found,) = [span for span in self.all if span.name == name]
        return found


@contextmanager
def followed() -> Generator[Spans]:
    """Follow requests for the block."""
    KEPT.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trace, "_TRACER_PROVIDER", PROVIDER)
        yield Spans()


def is_below(span: ReadableSpan, other: ReadableSpan) -> bool:
    """Whether a span is a part of another one, itself."""
    assert span.context is not None
    assert other.context is not None
    return (
        span.parent is not None
        and span.parent.span_id == other.context.span_id
        and span.context.trace_id == other.context.trace_id
    )
