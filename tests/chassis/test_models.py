"""Values in JSON are read strictly and written in one way."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.chassis.models import Day, Instant, Line, Money, MoneyAsked, MoneyFromZero, Prose

BAD_AMOUNTS = [
    ("0", "amount.not_positive"),
    ("0.00", "amount.not_positive"),
    ("-1", "amount.malformed"),
    ("0.001", "amount.too_precise"),
    ("1e400", "amount.malformed"),
    ("NaN", "amount.malformed"),
    ("1,00", "amount.malformed"),
    ("9223372036854775808", "amount.too_large"),
    ("0.30000000000000004", "amount.too_precise"),
    ("１２", "amount.malformed"),
    ("", "amount.malformed"),
    ("9" * 4000, "amount.malformed"),
]


@pytest.mark.parametrize(("amount", "code"), BAD_AMOUNTS)
def test_a_wrong_amount_is_named(amount: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MoneyAsked(amount=amount, currency="CNY")
    assert refused.value.errors()[0]["type"] == code


@pytest.mark.parametrize("amount", [0.1 + 0.2, 1, True, None])
def test_an_amount_is_text_and_never_a_number(amount: Any) -> None:
    with pytest.raises(ValidationError):
        MoneyAsked(amount=amount, currency="CNY")


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        MoneyAsked(amount="1.00", currency="XXX")
    assert refused.value.errors()[0]["type"] == "currency.unknown"


def test_where_nothing_may_be_asked_zero_is_taken_and_no_wrong_amount() -> None:
    assert MoneyFromZero(amount="0.00", currency="CNY").fen == 0
    with pytest.raises(ValidationError) as refused:
        MoneyFromZero(amount="-1.00", currency="CNY")
    assert refused.value.errors()[0]["type"] == "amount.malformed"


def test_money_keeps_its_fen() -> None:
    assert Money.of(123450).model_dump() == {"amount": "1234.50", "currency": "CNY"}
    assert MoneyAsked(amount="1234.5", currency="CNY").fen == 123450


@pytest.mark.parametrize("value", ["2020-9-14", "2020-09-14T00:00:00Z", "20200914", 1600000000, "2020-02-30"])
def test_a_day_has_one_form(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(value)


def test_a_day_is_read() -> None:
    assert TypeAdapter(Day).validate_python("2020-09-14") == date(2020, 9, 14)
    assert TypeAdapter(Day).validate_python(date(2020, 9, 14)) == date(2020, 9, 14)


def test_an_instant_needs_its_offset_and_becomes_utc() -> None:
    instant = TypeAdapter(Instant).validate_python("2020-09-15T10:00:00+08:00")
    assert instant == datetime(2020, 9, 15, 2, tzinfo=UTC)
    assert TypeAdapter(Instant).dump_python(instant) == "2020-09-15T02:00:00Z"
    with pytest.raises(ValidationError):
        TypeAdapter(Instant).validate_python("2020-09-15T10:00:00")


@pytest.mark.parametrize("text", ["", "  ", "a\0b", "a\u202eb", "a\u200bb", "x" * 201])
def test_a_line_has_no_hidden_characters(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Line).validate_python(text)


def test_a_line_is_composed_and_trimmed() -> None:
    assert TypeAdapter(Line).validate_python(" 江门e\u0301 ") == "江门é"


def test_prose_keeps_its_lines() -> None:
    assert TypeAdapter(Prose).validate_python("one\r\n\ntwo ") == "one\n\ntwo"
    with pytest.raises(ValidationError):
        TypeAdapter(Prose).validate_python("\n \n")
