"""Sends traces as OTEL_… says, without what clients ask in a query; needs the extra `otel`."""

from __future__ import annotations

import os

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.environment_variables import OTEL_SERVICE_NAME
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

QUERY = "url.query"


class Discreet(SpanProcessor):
    """Takes off a span what a client may have put into its query by mistake."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """When a request begins."""
        if span.attributes is not None and QUERY in span.attributes:
            span.set_attribute(QUERY, "…")


def provider_of(service: str, exporting: SpanProcessor | None = None) -> TracerProvider:
    """What makes spans of a service, and sends them, by default by OTLP over HTTP; OTEL_SERVICE_NAME wins."""
    named = os.environ.get(OTEL_SERVICE_NAME) or service
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: named}))
    provider.add_span_processor(Discreet())
    provider.add_span_processor(exporting or BatchSpanProcessor(OTLPSpanExporter()))
    return provider
