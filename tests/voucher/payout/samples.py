"""A leg that may be paid, what stands around it, and the batch that pays it: of the domain's tests."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.payout.domain import preparing
from services.voucher.payout.domain.bank_account import BankAccount
from services.voucher.payout.domain.payer_account import PayerAccount
from services.voucher.payout.domain.preparing import Ids, Prepared, Scene
from services.voucher.settlement.domain.claim import ClaimLine, Leg, LegState, LineState
from services.voucher.settlement.domain.stop import Stop, StopKind
from tests.voucher.payout.steps import MAKER, NOW, THIRD, a_payer_account, an_account
from tests.voucher.redemption.samples import PAYEE, YUAN
from tests.voucher.settlement.lines import a_line

PAYER = a_payer_account()
ACCOUNT = an_account()


def a_leg(**changes: Any) -> Leg:
    leg = Leg(
        id=new_id(),
        claim_line_id=new_id(),
        part="1",
        budget_line_id=UUID(int=25),
        treasury=PAYER.treasury,
        funding_source="江门市财政局",
        payee_id=PAYEE,
        currency="CNY",
        amount=15_000 * YUAN,
        state=LegState.PAYABLE,
    )
    return replace(leg, **changes)


def a_released(leg: Leg, **changes: Any) -> ClaimLine:
    line = a_line(id=leg.claim_line_id, state=LineState.RELEASED, stage=None, approved=leg.amount)
    return replace(line, **changes)


def a_stop(leg: Leg, kind: StopKind = StopKind.MANUAL) -> Stop:
    objection = new_id() if kind is StopKind.OBJECTION else None
    return Stop(id=new_id(), leg_id=leg.id, kind=kind, reason="Wait.", set_by=THIRD, since=NOW, objection_id=objection)


def a_scene(
    *legs: Leg,
    accounts: Sequence[BankAccount] = (ACCOUNT,),
    stops: Sequence[Stop] = (),
    named: str | None = None,
    **line: Any,
) -> Scene:
    """The payee is called as its account is, unless named otherwise."""
    return Scene(
        lines={leg.claim_line_id: a_released(leg, **line) for leg in legs},
        accounts={PAYEE: tuple(accounts)},
        stops={leg.id: tuple(stop for stop in stops if stop.leg_id == leg.id) for leg in legs},
        names={PAYEE: named or next((one.name for one in accounts), ACCOUNT.name)},
    )


def prepared(*legs: Leg, account: PayerAccount = PAYER, scene: Scene | None = None, number: int = 17) -> Prepared:
    """The batch of these legs, each of which may be paid."""
    around = scene or a_scene(*legs)
    found = preparing.sort(
        [leg.id for leg in legs], {leg.id: leg for leg in legs}, around, account=account, maker=MAKER
    )
    ids = Ids(new_id(), number, [new_id() for _ in legs])
    return preparing.make(found, around, account=account, ids=ids, maker=MAKER, at=NOW)


def code_of(ask: Callable[[], object]) -> str:
    """The code with which something is refused; 'done' when it is not."""
    try:
        ask()
    except Refusal as refusal:
        return refusal.code
    return "done"
