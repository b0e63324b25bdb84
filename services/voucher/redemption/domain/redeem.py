"""What becomes of an order: first what fell due meanwhile, then the order; an outcome, or every reason why not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from services.chassis.refusals import Refusal
from services.voucher.redemption.domain import agreeing, delivering, earning, instant, releasing, replacing
from services.voucher.redemption.domain.case import Case, admit, side_of
from services.voucher.redemption.domain.orders import TIMER, CatchUp, Order, Propose, Redeem, Verb
from services.voucher.redemption.domain.redemption import Redemption, Side
from services.voucher.redemption.domain.states import CLAIM_LAPSE, falls_due
from services.voucher.redemption.domain.world import Step, World


@dataclass(frozen=True, slots=True)
class Outcome:
    """The steps an order led to, in order, and the world they leave behind. No step: nothing was due.

    redemptions: all that the order made or changed, as it left them; more than one where several vouchers pay.
    """

    redemptions: tuple[Redemption, ...]
    steps: tuple[Step, ...]
    world: World

    @property
    def redemption(self) -> Redemption:
        """The first of them, the only one of most orders."""
        return self.redemptions[0]

    @property
    def spendable(self) -> int:
        """What may be spent now of the vouchers it drew on, in fen."""
        paid = {one.terms.voucher_id for one in self.redemptions}
        return sum(self.world.voucher(one).spendable_at(self.world.now) for one in paid)


_ACTS: Mapping[Verb, Callable[[Case, Any], Sequence[Step]]] = MappingProxyType(
    {
        Verb.CONFIRM: agreeing.confirm,
        Verb.DECLINE: agreeing.decline,
        Verb.WITHDRAW: agreeing.withdraw,
        Verb.LET_GO: replacing.let_go,
        Verb.DELIVER: delivering.deliver,
        Verb.ACCEPT: delivering.accept,
        Verb.REWORK: delivering.rework,
        Verb.DISPUTE: delivering.dispute,
        Verb.DECIDE: delivering.decide,
        Verb.CAPTURE: earning.capture,
        Verb.REFUND: earning.refund,
        Verb.VOID: releasing.void,
    }
)

_DUE: Mapping[str, Callable[[Case], Step]] = MappingProxyType(
    {
        "proposal_lapse": agreeing.lapse_proposal,
        "delivery_lapse": releasing.lapse,
        "silence": delivering.accept_by_silence,
        "capture_lapse": releasing.lapse_accepted,
        CLAIM_LAPSE: earning.expire_claims,
    }
)


def redeem(order: Order, world: World) -> Outcome:
    """Decide one order. Refusal with every reason that can be known at once; nothing is changed then.

    Source: the life cycles of docs/redemption-cycle.md and the rows 5 to 11 of docs/ledger.md.
    """
    if isinstance(order, Propose | Redeem):
        if order.redemption_id in world.redemptions:
            raise ValueError(f"redemption {order.redemption_id} exists")
        made = (agreeing.propose(order, world),) if isinstance(order, Propose) else instant.redeem(order, world)
        return Outcome(tuple(step.after for step in made), made, world.after_all(made))
    redemption = world.redemption(order.redemption_id)
    side = Side.TIMER if isinstance(order, CatchUp) else side_of(order.by, redemption.terms)
    due = catch_up(redemption, world)
    world = world.after_all(due)
    if side is Side.TIMER:
        return Outcome((world.redemption(redemption.id),), due, world)
    case = Case(world.redemption(redemption.id), world, order.by, side, world.now, order.note)
    admit(case, order.verb)
    asked = tuple(_ACTS[order.verb](case, order))
    return Outcome((asked[-1].after,), due + asked, world.after_all(asked))


def catch_up(redemption: Redemption, world: World) -> tuple[Step, ...]:
    """What has fallen due, in due order and each as of its due instant; none of it asks what the voucher still has."""
    steps: list[Step] = []
    while (due := falls_due(redemption)) is not None and due[0] <= world.now:
        at, timer = due
        step = _DUE[timer](Case(redemption, world, TIMER, Side.TIMER, at, timer))
        steps.append(step)
        redemption = step.after
    return tuple(steps)


def fold(orders: Sequence[Order], world: World) -> tuple[list[Outcome | Refusal], World]:
    """Decide orders in turn, each upon what the earlier ones left; a refused one leaves nothing."""
    answers: list[Outcome | Refusal] = []
    for order in orders:
        try:
            outcome = redeem(order, world)
        except Refusal as refusal:
            answers.append(refusal)
        else:
            answers.append(outcome)
            world = outcome.world
    return answers, world
