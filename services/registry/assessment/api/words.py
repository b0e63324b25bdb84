"""Decides how ids and figures of assessments look in bodies."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NoReturn
from uuid import UUID

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError

from services.chassis.ids import Prefixed
from services.chassis.models import MoneyFromZero

SystemId = Annotated[UUID, Prefixed("isy")]
CampaignId = Annotated[UUID, Prefixed("cmp")]
AssessmentId = Annotated[UUID, Prefixed("asm")]
HelpId = Annotated[UUID, Prefixed("hlp")]

SYSTEM_EXAMPLE = "isy_0190f3c8a1b27d3e8f00112233445566"

BasisPoints = Annotated[int, Field(strict=True, ge=0, le=10_000)]
"""Of all points: 6000 is 60 %."""
Bound = Annotated[int, Field(strict=True, ge=0, le=10**15)]
"""A figure as a whole number, money in fen."""


class FigureInYuan(MoneyFromZero):
    """An amount that is a figure: in yuan, nothing or more."""

    currency: Literal["CNY"]


def _one_shape(value: Any, usual: ValidatorFunctionWrapHandler) -> Any:
    """Read an amount as an amount, so that it is not told to be no number as well, nor where a validator stands."""
    if not isinstance(value, Mapping):
        return usual(value) if type(value) is int else _no_number()
    try:
        return FigureInYuan.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        said = ": ".join([*(str(part) for part in first["loc"]), first["msg"]])
        raise PydanticCustomError(first["type"], said, first.get("ctx")) from None


def _no_number() -> NoReturn:
    raise PydanticCustomError("int_type", "A whole number is needed here, or an amount where money is asked for")


FigureAsked = Annotated[Annotated[int, Field(strict=True)] | FigureInYuan, WrapValidator(_one_shape)]
"""A whole number, or money where the indicator's unit is fen."""


def told(value: FigureAsked) -> tuple[int, bool]:
    """A figure as the domain has it, and whether it is money."""
    return (value.fen, True) if isinstance(value, FigureInYuan) else (value, False)
