"""Knows which jobs carry lists in and out."""

from collections.abc import Mapping

from services.chassis.jobs import Handler
from services.registry.transfer.neighbours import Platform
from services.registry.transfer.operations import fetching, giving, taking


def handlers(zone: str, platform: Platform | None = None) -> Mapping[str, Handler]:
    """Each job of this wing by its kind; zone: in which local days are told; platform: where extracts lie, if anywhere.

    A look that was ordered while there was a platform waits until there is one again.
    """
    looks = {} if platform is None else {fetching.JOB: fetching.handler(zone, platform)}
    return {taking.JOB: taking.handler(zone), giving.JOB: giving.carry_out, **looks}
