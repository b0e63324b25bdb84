"""Decides how what is secret comes in: a code, a secret and a PIN as text that no log and no fault repeats."""

import re
from typing import Annotated

from fastapi import Depends, Request
from pydantic import AfterValidator, ConfigDict, Field, SecretStr
from pydantic_core import PydanticCustomError

from services.chassis.models import StrictModel
from services.voucher.redemption.domain.code import TEXT_MAX
from services.voucher.redemption.domain.pin import DIGITS
from services.voucher.redemption.operations.consenting import Presented
from services.voucher.redemption.operations.sealing import Seal


async def _seal(request: Request) -> Seal:
    seal: Seal = request.app.state.seal
    return seal


Sealed = Annotated[Seal, Depends(_seal)]


def _six_digits(value: SecretStr) -> SecretStr:
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", value.get_secret_value()):
        raise PydanticCustomError("pin.form", "a PIN has six digits")
    return value


Pin = Annotated[SecretStr, Field(max_length=64), AfterValidator(_six_digits)]
CodeText = Annotated[SecretStr, Field(min_length=1, max_length=TEXT_MAX)]


PROOF = frozenset({"pin"})
"""Members that prove who asks and are no part of what is asked: six digits could be guessed back from a digest."""


class ConsentBody(StrictModel):
    """What proves the holder's consent: his QR code, the voucher's secret code with the PIN, or a provider's code.

    A holder who scans a provider's code adds his PIN where the scheme asks for it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "7GQ4-PXAB-23CD-EF9H-TUVW", "pin": "482913"}]})

    code: CodeText
    pin: Pin | None = None

    @property
    def presented(self) -> Presented:
        """The same inside."""
        pin = self.pin.get_secret_value() if self.pin is not None else None
        return Presented(self.code.get_secret_value().strip(), pin)
