"""Knows which jobs carry lists in and out."""

from collections.abc import Mapping

from services.chassis.jobs import Handler
from services.registry.transfer.operations import giving, taking


def handlers(zone: str) -> Mapping[str, Handler]:
    """Each job of this wing by its kind; zone: in which local days are told."""
    return {taking.JOB: taking.handler(zone), giving.JOB: giving.carry_out}
