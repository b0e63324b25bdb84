"""Decides whether traces are made: when OTEL_… says whereto, by the extra `otel`; else nothing of it is loaded."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module

from opentelemetry import trace

from services.standalone.installation import Unusable

ASKED_BY = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""The standard's own variables: without one of them there is nowhere to send anything."""


@contextmanager
def traced(service: str) -> Generator[None]:
    """Follow requests for the block, and send at its end what is not sent yet. Unusable without the extra."""
    if not any(map(os.environ.get, ASKED_BY)):
        yield
        return
    try:
        exporting = import_module("services.standalone.exporting")
    except ModuleNotFoundError as missing:
        raise Unusable(f"{ASKED_BY[0]} asks for traces: install innovoucher[otel] ({missing.name})") from None
    provider = exporting.provider_of(service)
    trace.set_tracer_provider(provider)
    try:
        yield
    finally:
        provider.shutdown()
