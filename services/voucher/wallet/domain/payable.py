"""Decides whether vouchers of a scheme may be given out at all: only where what they pay can be paid."""

from collections.abc import Iterator

from services.chassis.refusals import Reason
from services.voucher.scheme.domain.settlement import Settlement


def reasons(settlement: Settlement) -> Iterator[Reason]:
    """Which ways of paying a file can say and no voucher can be paid on yet: through escrow, and by two treasuries.

    Nobody is given a voucher that its provider could not be paid for, so no round is made.
    """
    if settlement.model.value == "escrow":
        numbers, clause = {"way": settlement.model.value}, settlement.model.source
        yield Reason("round.way_not_built", "settlement.model", "/scheme_version_id", numbers, clause)
    if settlement.split is not None:
        numbers, clause = {"way": "split"}, settlement.split.source
        yield Reason("round.way_not_built", "settlement.split", "/scheme_version_id", numbers, clause)
