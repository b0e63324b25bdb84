"""When a voucher that gives no change ends: once it has paid and nothing is held, until all that it paid comes back."""

from dataclasses import replace
from datetime import datetime

from services.voucher.scheme.domain.deadlines import LEFTOVER, voucher_dates
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.voucher import Voucher


def without_change(voucher: Voucher, scheme: Scheme, *, at: datetime) -> Voucher:
    """The voucher once its scheme's rule on what is left has spoken, after value moved at an instant (UTC).

    Where the scheme gives no change, what is still available ends with the last use and goes back to the pool. A
    refund that leaves something captured goes the same way; one that leaves nothing gives the voucher its own end back.
    """
    if scheme.leftover.value != "reclaimed":
        return voucher
    if voucher.captured and not voucher.held and voucher.available and at < voucher.ends_at:
        return _ending(voucher, at, LEFTOVER, at=at)
    if not voucher.captured and voucher.ends_by == LEFTOVER:
        more = (scheme.validity.extension.value or 0) * voucher.extended
        own = voucher_dates(scheme, backfilled=voucher.backfilled, extended_by=more)
        return _ending(voucher, own.ends_at, own.ends_by, at=at)
    return voucher


def _ending(voucher: Voucher, ends_at: datetime, ends_by: str, *, at: datetime) -> Voucher:
    ending = replace(voucher, ends_at=ends_at, ends_by=ends_by)
    return replace(ending, state=ending.state_at(at))
