"""Decides that the amounts of one body are in one currency."""

from collections.abc import Iterable
from typing import TypeVar

from pydantic_core import PydanticCustomError

from services.chassis.models import Money, StrictModel

Body = TypeVar("Body", bound=StrictModel)


def one_currency(body: Body, amounts: Iterable[Money]) -> Body:
    """The body whose amounts these are; a fault ``currency_differs`` where they are in several currencies."""
    if len({one.currency for one in amounts}) > 1:
        raise PydanticCustomError("currency_differs", "The figures of a body are in one currency")
    return body
