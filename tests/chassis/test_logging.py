"""A log line is JSON, and a trace tells no values. It took a bug: a 500 once printed tokens, for two seconds."""

import json
from collections.abc import Iterator

import pytest
import structlog

from services.chassis import logging


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_a_trace_is_one_line_without_local_values(capsys: pytest.CaptureFixture[str]) -> None:
    logging.configure()
    password = "nine rivers"
    try:
        raise ArithmeticError(len(password))
    except ArithmeticError:
        structlog.get_logger().exception("request.failed", request_id="req_1")
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"], told["request_id"]) == ("request.failed", "error", "req_1")
    assert "ArithmeticError" in told["exception"]
    assert password not in line


def test_what_only_a_developer_asks_for_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    logging.configure()
    structlog.get_logger().debug("office.taken")
    structlog.get_logger().info("started")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["started"]
