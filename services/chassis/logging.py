"""Decides what a log line is: one line of JSON on standard error, a trace without the values it passed."""

import logging
import sys

import structlog


def configure() -> None:
    """Log as JSON lines, from info on.

    Local values never stand in a trace: they may be secrets, and rendering them takes seconds.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
