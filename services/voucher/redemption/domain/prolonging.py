"""Which deadlines of a redemption move when its voucher is extended: those that were the voucher's own."""

from dataclasses import replace
from datetime import datetime

from services.voucher.redemption.domain.orders import Actor
from services.voucher.redemption.domain.redemption import Redemption, State
from services.voucher.redemption.domain.states import HOLDS
from services.voucher.redemption.domain.world import Ruling, Step, last_day
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.lives import Life


def prolong(redemption: Redemption, life: Life, *, scheme: Scheme, by: Actor) -> Step | None:
    """The step that gives a redemption the dates of its extended voucher; None where there is nothing to move.

    What fell due before the extension stays as it is: its timer plays as of its due instant.
    """
    at, voucher, due_at = life.said.at, life.after, redemption.due_at
    if redemption.held == 0 or (due_at is not None and due_at <= at):
        return None
    due_at = _due(redemption, life)
    after = replace(
        redemption,
        deliver_by=voucher.deliver_by,
        deliver_by_ends=voucher.deliver_by_ends,
        due_at=due_at,
        due_on=None if due_at is None else last_day(due_at, scheme),
    )
    if after == redemption:
        return None
    rule, numbers = scheme.validity.extension, {"deliver_by": voucher.deliver_by.isoformat()}
    ruling = Ruling("extend", "extended", "validity.extension", rule.source, numbers)
    told = replace(after, steps=redemption.steps + 1)
    return Step("extended", redemption, told, at, by, life.said.reason, rulings=(ruling,))


def _due(redemption: Redemption, life: Life) -> datetime | None:
    """A hold is due when its delivery is, an accepted one when its claim is; silence and people keep their time."""
    if redemption.state in HOLDS:
        return life.after.deliver_by_ends
    if redemption.state is State.ACCEPTED and redemption.due_at is not None:
        return life.after.claim_by_ends
    return redemption.due_at
