"""A log line is JSON whatever stands in it, and tells no value. It took a bug: a 500 once printed tokens."""

import io
import json
import logging as standard
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis import logging
from services.chassis.database import Database

HOSTILE = 'a\r\n{"event":"admin"}\x1b[2J\x9b2K\u2028\u202egnp\x00\x7f'
TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJwZXJfMSJ9.c2lnbmVk"
VALUE = "nine rivers"
"""Where it stands in the code that fails it would be told with the code."""
REFRESH = f"rt_live_{'0f' * 32}"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    logging.configure()


def told(say: Callable[[Any], Any], level: str = "info") -> list[dict[str, Any]]:
    """What was logged meanwhile, read line by line as whoever collects the lines would."""
    out = io.StringIO()
    logging.configure(level, out)
    say(structlog.get_logger())
    return [json.loads(line) for line in out.getvalue().split("\n")[:-1]]


def failing(error: BaseException) -> Callable[[Any], None]:
    def say(log: Any) -> None:
        password = VALUE
        try:
            raise error
        except type(error):
            log.exception("request.failed", request_id=f"req_{len(password)}")

    return say


def test_a_trace_is_one_line_without_local_values() -> None:
    (line,) = told(failing(ArithmeticError("eleven")))
    assert (line["event"], line["level"], line["request_id"]) == ("request.failed", "error", "req_11")
    assert line["exception"].endswith("ArithmeticError: eleven")
    assert "in say" in line["exception"]
    assert VALUE not in str(line)


def test_what_led_to_a_failure_is_told_before_it() -> None:
    error = RuntimeError("second")
    error.__cause__ = ExceptionGroup("first", [KeyError("part")])
    (line,) = told(failing(error))
    said = [word for word in line["exception"].splitlines() if not word.startswith(" ")]
    assert said == ["ExceptionGroup: first (1 sub-exception)", "KeyError: 'part'", "RuntimeError: second"]


def test_what_led_to_nothing_is_not_told() -> None:
    error = RuntimeError("mine")
    error.__context__, error.__suppress_context__ = KeyError("another's"), True
    assert "another's" not in told(failing(error))[0]["exception"]


@pytest.mark.parametrize(
    ("level", "seen"),
    [("debug", ["debug", "info", "warning"]), ("info", ["info", "warning"]), ("warning", ["warning"])],
)
def test_a_level_is_where_telling_begins(level: str, seen: list[str]) -> None:
    def say(log: Any) -> None:
        for name in ("debug", "info", "warning"):
            getattr(log, name)(name)

    assert [line["event"] for line in told(say, level)] == seen


@given(value=st.text())
@example(value=HOSTILE)
@example(value="\ud800")
def test_no_input_breaks_a_line(value: str) -> None:
    (line,) = told(lambda log: log.info("x", said=value, kept={value: [value]}))
    assert line["event"] == "x"


@given(path=st.text())
@example(path=HOSTILE)
def test_no_path_breaks_the_line_of_a_request(path: str) -> None:
    out = io.StringIO()
    logging.configure("info", out)
    logging.request_served({"path": path})
    assert out.getvalue().count("\n") == 1
    assert out.getvalue().isascii()
    assert json.loads(out.getvalue())["path"] == path


def test_the_line_of_a_request_has_a_time_and_a_level_as_any_other() -> None:
    (line,) = told(lambda _: logging.request_served({"status": 200}))
    (other,) = told(lambda log: log.info("request", status=200))
    assert line.keys() == other.keys()
    assert {**line, "timestamp": ""} == {**other, "timestamp": ""}


def test_requests_are_not_told_from_warnings_on() -> None:
    assert told(lambda _: logging.request_served({"status": 200}), "warning") == []


def test_a_person_reads_it_otherwise_and_no_input_moves_the_cursor() -> None:
    out = Terminal()
    logging.configure("info", out)
    logging.request_served({"path": HOSTILE})
    structlog.get_logger().info("x", said=HOSTILE)
    failing(ValueError(HOSTILE))(structlog.get_logger())
    shown = out.getvalue()
    assert shown.isprintable() is False  # colours and line ends are ours
    assert not any(sign in shown for sign in ("\x1b[2J", "\x9b", "\u2028", "\u202e", "\x00", "\r", '\n{"event"'))


@pytest.mark.parametrize("secret", [TOKEN, REFRESH, "IVQ1:AQIDBA", "IVP1:ABCD-EFGH-JKMN"])
def test_what_is_a_secret_by_its_form_is_hidden_wherever_it_stands(secret: str) -> None:
    lines = told(lambda log: log.info("x", said=f"not {secret}!", deep=[{"a": secret}]))
    lines += told(failing(ValueError(f"not {secret}!")))
    assert secret not in str(lines)
    assert lines[0]["said"] == "not …!"


def test_an_address_is_told_without_login_and_password() -> None:
    (line,) = told(lambda log: log.info("x", url="postgresql://voucher:nine@db:5432/innovoucher"))
    assert line["url"] == "postgresql://…@db:5432/innovoucher"


@pytest.mark.parametrize("name", ["password", "client_secret", "pin", "current_pin", "access_token", "authorization"])
def test_a_field_with_the_name_of_a_secret_is_hidden(name: str) -> None:
    assert told(lambda log: log.info("x", **{name: "1234"}))[0][name] == "…"


def test_what_a_validator_was_given_is_not_told() -> None:
    class Body(BaseModel):
        secret: SecretStr
        amount: int

    def say(log: Any) -> None:
        try:
            Body.model_validate({"secret": [VALUE], "amount": VALUE})
        except ValueError:
            log.exception("x")

    (line,) = told(say)
    assert line["exception"].endswith("ValidationError: secret: string_type; amount: int_parsing")
    assert VALUE not in str(line)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT CAST(:value AS text)::int", "22P02"),
        (f"DO $$ BEGIN RAISE 'x' USING DETAIL = '{VALUE}'; END $$", "P0001"),
    ],
)
async def test_a_row_that_the_database_refused_is_not_told(voucher_db: Database, sql: str, code: str) -> None:
    with pytest.raises(DBAPIError) as caught:
        async with voucher_db.begin() as connection:
            await connection.execute(text(sql), {"value": VALUE} if ":value" in sql else {})
    (line,) = told(failing(caught.value))
    assert code in line["exception"]
    assert VALUE not in str(line)


def test_what_others_log_is_a_line_as_ours_are() -> None:
    (line,) = told(lambda _: standard.getLogger("uvicorn.error").warning("Invalid %s\n", TOKEN))
    assert (line["event"], line["level"], line["message"]) == ("uvicorn.error", "warning", "Invalid …\n")
