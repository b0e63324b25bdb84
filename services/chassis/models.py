"""Decides how values look in JSON: strict bodies, money as text, dates, instants and names."""

import base64
import re
import unicodedata
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    model_validator,
)
from pydantic_core import PydanticCustomError

from services.standards.money import AmountFault, Fen, format_amount, parse_amount


class StrictModel(BaseModel):
    """A body or an answer: unknown fields are refused, nothing is changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Money(StrictModel):
    """An amount as decimal text with its currency: ``{"amount": "1234.50", "currency": "CNY"}``."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": "1234.50", "currency": "CNY"}]})

    amount: str = Field(max_length=64, pattern=r"^-?[0-9]+(\.[0-9]+)?$")
    currency: str = Field(min_length=3, max_length=3)

    @classmethod
    def of(cls, fen: Fen, currency: str = "CNY") -> Self:
        """The outside form of an amount in minor units; an answer has dozens, and most say nothing, or the same."""
        return cast(Self, _shown(cls, fen, currency))

    @property
    def fen(self) -> Fen:
        """The amount in minor units."""
        return parse_amount(self.amount, self.currency)


@lru_cache(maxsize=4_096)
def _shown(kind: type[Money], fen: Fen, currency: str) -> Money:
    return kind(amount=format_amount(fen, currency), currency=currency)


class MoneyFromZero(Money):
    """Money in a request that may be nothing: in a currency we know, with no more decimals than it has."""

    amount: str = Field(max_length=4096)
    currency: str = Field(max_length=64)

    @model_validator(mode="after")
    def _readable(self) -> Self:
        try:
            parse_amount(self.amount, self.currency)
        except AmountFault as fault:
            raise PydanticCustomError(fault.code, "{why}", {"why": str(fault)}) from fault
        return self


class MoneyAsked(MoneyFromZero):
    """Money in a request: above zero, in a currency we know, with no more decimals than it has."""

    @model_validator(mode="after")
    def _above_zero(self) -> Self:
        if self.fen <= 0:
            raise PydanticCustomError("amount.not_positive", "the amount must be above zero")
        return self


def _iso_day(value: Any) -> Any:
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII)):
        return value
    raise PydanticCustomError("date_form", "A date is text, written YYYY-MM-DD")


def _iso_instant(value: Any) -> Any:
    written = isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}", value, re.ASCII)
    if isinstance(value, date) or written:
        return value
    raise PydanticCustomError("instant_form", "An instant is text as in RFC 3339, such as 2020-09-14T01:00:00Z")


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC; ValueError without an offset, or where UTC would leave the calendar."""
    if instant.tzinfo is None:
        raise ValueError("an instant carries its offset, such as Z")
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("this instant lies outside the calendar") from error


def _aware(value: datetime) -> datetime:
    try:
        return in_utc(value)
    except ValueError as error:
        raise PydanticCustomError("instant_form", "{why}", {"why": str(error)}) from error


def _rfc3339(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


Day = Annotated[date, BeforeValidator(_iso_day)]
Instant = Annotated[
    datetime, BeforeValidator(_iso_instant), AfterValidator(_aware), PlainSerializer(_rfc3339, return_type=str)
]


def _clean(value: str) -> str:
    text = unicodedata.normalize("NFC", value).strip()
    if not text.isprintable() and any(
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"} for character in text
    ):
        raise PydanticCustomError("text_characters", "control, direction and private characters are not taken")
    if not text:
        raise PydanticCustomError("text_empty", "this must not be empty")
    return text


def _clean_lines(value: str) -> str:
    return "\n".join(_clean(line) if line.strip() else "" for line in value.splitlines()).strip() or _clean(value)


Line = Annotated[str, Field(max_length=200), AfterValidator(_clean)]
"""One line a person wrote: NFC, without control or direction characters."""

Prose = Annotated[str, Field(max_length=2000), AfterValidator(_clean_lines)]
"""Several lines a person wrote."""

ClientRef = Annotated[str, Field(max_length=64, pattern=r"^[\x21-\x7e]+$")]
"""The client's own name for what it creates; unique per client."""


KEY_BYTES = 32


def checked_key(value: SecretStr, *, called: str) -> SecretStr:
    """A setting that is base64 of exactly 32 bytes; ValueError otherwise, with no word of the value in its message."""
    try:
        length = len(base64.b64decode(value.get_secret_value(), validate=True))
    except ValueError:
        length = 0
    if length != KEY_BYTES:
        raise ValueError(f"{called} is {KEY_BYTES} random bytes in base64")
    return value


def key_bytes(value: SecretStr) -> bytes:
    """The key of such a setting, itself."""
    return base64.b64decode(value.get_secret_value())
