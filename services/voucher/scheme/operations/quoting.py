"""Answers what a scheme file says to a worked case, from two texts and nothing else."""

import json
from typing import Any

from services.chassis.refusals import Refusal
from services.voucher.scheme.domain import quote
from services.voucher.scheme.operations import reading


def quote_scheme(file: str, case: str) -> dict[str, Any]:
    """What a scheme file answers to a case that is written as a JSON object.

    Refusal of every fault of the file, each with line and column; of every fault of the case; or ``case.no_object``.
    """
    read = reading.read(file)
    read.refuse()
    try:
        told = json.loads(case)
    except ValueError as error:
        raise Refusal("case.no_object", numbers={"why": str(error)}) from None
    if not isinstance(told, dict):
        raise Refusal("case.no_object", numbers={"why": type(told).__name__})
    return quote.quote(read.document, told)
