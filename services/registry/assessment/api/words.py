"""Decides how ids and figures of assessments look in bodies."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

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


FigureAsked = Annotated[int, Field(strict=True)] | FigureInYuan
"""A whole number, or money where the indicator's unit is fen."""


def told(value: FigureAsked) -> tuple[int, bool]:
    """A figure as the domain has it, and whether it is money."""
    return (value.fen, True) if isinstance(value, FigureInYuan) else (value, False)
