"""How a decision on a claim line gives captured value back: to the voucher, or past it to its round's pool."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.standards.money import format_amount
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.ledger.domain.posting import Posting
from services.voucher.redemption.domain.case import Case
from services.voucher.redemption.domain.earning import state_with
from services.voucher.redemption.domain.orders import Actor
from services.voucher.redemption.domain.redeem import catch_up
from services.voucher.redemption.domain.redemption import Capture, Redemption, Side
from services.voucher.redemption.domain.world import Ruling, Step, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What a decision on the claim line of a capture takes back, as of an instant (UTC).

    posting: what is booked with the line (row 13 or 16); frees: whether the line no longer lives on the capture.
    """

    claim_line_id: UUID
    redemption_id: UUID
    capture_id: UUID
    posting: Posting
    frees: bool
    at: datetime
    by: Actor
    reason: str | None = None


def undo(undone: Undone, world: World) -> tuple[tuple[Step, ...], World]:
    """The steps of the redemption, and the world they leave behind: what fell due by then, then the value goes back.

    No step when the posting takes nothing out of captured. ValueError when the capture does not stand on the claim
    line, or on less than what is taken back: the caller decided on what was not locked.
    """
    voucher_id = world.redemption(undone.redemption_id).terms.voucher_id
    amount = -undone.posting.moved(PlaceKind.CAPTURED, voucher_id)
    if not amount:
        return (), world
    steps = catch_up(world.redemption(undone.redemption_id), replace(world, now=undone.at))
    world = world.after_all(steps)
    case = Case(world.redemption(undone.redemption_id), world, undone.by, Side.ARBITER, undone.at, undone.reason)
    back = _given_back(case, undone, amount)
    return (*steps, back), world.after(back)


def _given_back(case: Case, undone: Undone, amount: int) -> Step:
    redemption = case.redemption
    captures = _captures(redemption, undone, amount)
    numbers = {"amount": format_amount(amount, redemption.terms.currency)}
    rule = f"ledger.row_{undone.posting.row}"
    step = case.step(
        "refunded",
        posting=undone.posting,
        rulings=(Ruling("refund", undone.posting.event, rule, numbers=numbers),),
        captures=captures,
        state=state_with(redemption, captures),
    )
    # who decides a claim line takes no part in the redemption: he may review its next milestone
    after = replace(step.after, acted=redemption.acted)
    return replace(step, after=after, claim_line_id=undone.claim_line_id)


def _captures(redemption: Redemption, undone: Undone, amount: int) -> tuple[Capture, ...]:
    """The redemption's captures, the claimed one less what goes back."""
    claimed = {one.id: one for one in redemption.captures if one.claim_line_id == undone.claim_line_id}
    one = claimed.get(undone.capture_id)
    if one is None:
        raise ValueError(f"capture {undone.capture_id} does not stand on claim line {undone.claim_line_id}")
    line = None if undone.frees else undone.claim_line_id
    after = replace(one, refunded=one.refunded + amount, claim_line_id=line)
    return tuple(after if one.id == after.id else one for one in redemption.captures)
