"""When a voucher that gives no change ends: once it has paid and nothing is held, until all that it paid comes back."""

from dataclasses import replace
from datetime import datetime

from services.standards.calendar import local_date
from services.voucher.scheme.domain.deadlines import LEFTOVER, USE_BY, YEAR_END, is_cut
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.domain.validity import dated
from services.voucher.wallet.domain.reminders import next_reminder
from services.voucher.wallet.domain.voucher import Voucher


def without_change(voucher: Voucher, scheme: Scheme, *, at: datetime) -> Voucher:
    """The voucher once its scheme's rule on what is left has spoken, after value moved at an instant (UTC).

    Where the scheme gives no change, what is still available ends with the last use and goes back to the pool. A
    refund that leaves something captured goes the same way; one that leaves nothing gives the voucher its own end back,
    with the reminders that are left.
    """
    if scheme.leftover.value != "reclaimed":
        return voucher
    if voucher.captured and not voucher.held and voucher.available and at < voucher.ends_at:
        return _ending(voucher, at, LEFTOVER, at=at)
    if not voucher.captured and voucher.ends_by == LEFTOVER:
        use_by, issued = scheme.terms(backfilled=voucher.backfilled).use_by, local_date(voucher.issued_at, scheme.zone)
        own, ends_at = dated(use_by.value, issued), voucher.use_by_ends
        ends_by = YEAR_END if is_cut(scheme, own, extended=voucher.extended) else USE_BY
        again = replace(voucher, remind_at=next_reminder(scheme, ends_at=ends_at, after=at))
        return _ending(again, ends_at, ends_by, at=at)
    return voucher


def _ending(voucher: Voucher, ends_at: datetime, ends_by: str, *, at: datetime) -> Voucher:
    ending = replace(voucher, ends_at=ends_at, ends_by=ends_by)
    return replace(ending, state=ending.state_at(at))
