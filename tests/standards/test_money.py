"""Holds which text is an amount, and that what is written can be read again."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.standards.money import LARGEST, MINOR_UNITS, AmountFault, decimals, format_amount, parse_amount


@pytest.mark.parametrize(
    ("text", "fen"),
    [("1234.50", 123450), ("1234.5", 123450), ("1234", 123400), ("0", 0), ("0.01", 1), ("007", 700), (f"{1:064}", 100)],
)
def test_plain_digits_are_read(text: str, fen: int) -> None:
    assert parse_amount(text, "CNY") == fen


@pytest.mark.parametrize(
    "text",
    ["", " ", "1,00", "1,234.50", "-1", "+1", "1e400", "1E2", "NaN", "Infinity", "0x10", "1_000", ".5", "1.", "1.2.3"],
)
def test_anything_but_plain_digits_is_refused(text: str) -> None:
    with pytest.raises(AmountFault) as fault:
        parse_amount(text, "CNY")
    assert fault.value.code == "amount.malformed"


@pytest.mark.parametrize(
    "text",
    ["１２", "١٢", "1 ", "1\n", "1\x00", "¥1", "9" * 65],
    ids=["full width", "arabic", "blank", "newline", "nul", "symbol", "endless"],
)
def test_what_only_looks_like_digits_is_refused(text: str) -> None:
    with pytest.raises(AmountFault) as fault:
        parse_amount(text, "CNY")
    assert fault.value.code == "amount.malformed"


@pytest.mark.parametrize("text", ["0.001", "1.000", "0.30000000000000004"])
def test_a_part_of_a_fen_is_refused(text: str) -> None:
    with pytest.raises(AmountFault) as fault:
        parse_amount(text, "CNY")
    assert fault.value.code == "amount.too_precise"


def test_the_largest_amount_is_read_and_one_fen_more_is_refused() -> None:
    assert parse_amount(format_amount(LARGEST), "CNY") == LARGEST
    with pytest.raises(AmountFault) as fault:
        parse_amount(format_amount(LARGEST + 1), "CNY")
    assert fault.value.code == "amount.too_large"


@pytest.mark.parametrize("currency", ["XXX", "cny", ""])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(AmountFault) as fault:
        decimals(currency)
    assert fault.value.code == "currency.unknown"


def test_a_negative_amount_is_written_with_a_minus() -> None:
    assert format_amount(-5, "EUR") == "-0.05"


@given(st.integers(min_value=0, max_value=LARGEST), st.sampled_from(sorted(MINOR_UNITS)))
def test_what_is_written_is_read_again(amount: int, currency: str) -> None:
    assert parse_amount(format_amount(amount, currency), currency) == amount


@given(st.text(max_size=80))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    with suppress(AmountFault):
        assert 0 <= parse_amount(text, "CNY") <= LARGEST
