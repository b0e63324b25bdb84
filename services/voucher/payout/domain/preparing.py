"""Decides which legs a batch pays and which stay held, each with every reason, and asks again before it goes out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.chassis.refusals import Reason, Scalar
from services.standards import references
from services.voucher.payout.domain.bank_account import AccountState, BankAccount, is_changing, paid_to, standing
from services.voucher.payout.domain.batch import Batch, digest_of
from services.voucher.payout.domain.payer_account import AccountKind, PayerAccount
from services.voucher.payout.domain.payout import Payout
from services.voucher.settlement.domain.claim import ClaimLine, Leg, LegState, LineState
from services.voucher.settlement.domain.stop import Stop

PAYOUTS_MAX = 500
"""How many payments one batch, and so one bank file, carries."""


HELD_TOLD = 50
"""Of how many held legs it is told what holds them; the others are counted."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands around legs, read under their locks: their claim lines, their payees' accounts, their live stops.

    names: what each payee is called today; a bank sends back what is paid to a former name.
    """

    lines: Mapping[UUID, ClaimLine]
    accounts: Mapping[UUID, Sequence[BankAccount]]
    stops: Mapping[UUID, Sequence[Stop]]
    names: Mapping[UUID, str]

    @property
    def acted(self) -> frozenset[str]:
        """The persons who took part in any of the cases."""
        return frozenset(person for line in self.lines.values() for person in line.acted)

    def at(self, instant: datetime) -> "Scene":
        """The same at an instant (UTC): what has cooled by then is paid to, whether or not the timer has run."""
        return replace(self, accounts={payee: standing(theirs, at=instant) for payee, theirs in self.accounts.items()})


@dataclass(frozen=True, slots=True)
class Held:
    """A leg that stays out, with all that holds it."""

    leg_id: UUID
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Legs that go into the batch, those of which it is told what holds them, and how many more were asked for."""

    payable: tuple[Leg, ...]
    held: tuple[Held, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A new batch with its payouts, legs that stay held, and how many more were asked for and wait for the next one."""

    batch: Batch
    payouts: tuple[Payout, ...]
    held: tuple[Held, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Ids:
    """What a new batch and its payouts are called; number: the batch's, which no other has."""

    batch_id: UUID
    number: int
    payouts: Sequence[UUID]


def sort(asked: Iterable[UUID], legs: Mapping[UUID, Leg], scene: Scene, *, account: PayerAccount, maker: str) -> Sorted:
    """Which legs a person may put into a batch from an account, in the order asked; legs: those there are, locked."""
    payable: list[Leg] = []
    held: list[Held] = []
    for leg_id in asked:
        leg = legs.get(leg_id)
        if leg is None or leg.treasury != account.treasury:
            held.append(Held(leg_id, (_reason("payout_batch.leg_unknown", leg_id, rule="leg.of_treasury"),)))
        elif reasons := [*_of_case(leg, scene, account, maker), *_of_payment(leg, scene)]:
            held.append(Held(leg_id, tuple(reasons)))
        else:
            payable.append(leg)
    more = len(payable[PAYOUTS_MAX:]) + len(held[HELD_TOLD:])
    return Sorted(tuple(payable[:PAYOUTS_MAX]), tuple(held[:HELD_TOLD]), more)


def _of_case(leg: Leg, scene: Scene, account: PayerAccount, maker: str) -> list[Reason]:
    line, reasons = scene.lines[leg.claim_line_id], []
    if leg.state is not LegState.PAYABLE:
        reasons.append(_reason("leg.not_payable", leg.id, rule="leg.states", state=leg.state.value))
    if line.state is not LineState.RELEASED:
        reasons.append(_reason("leg.not_released", leg.id, rule="leg.released", state=line.state.value))
    if leg.currency != account.currency:
        reasons.append(_reason("leg.currency", leg.id, rule="leg.currency", currency=leg.currency))
    if leg.of_deposit != (account.kind is AccountKind.ESCROW):
        reasons.append(_reason("leg.other_account", leg.id, rule="payer_account.escrow", kind=account.kind.value))
    if maker in line.acted:
        reasons.append(_reason("leg.took_part", leg.id, rule="four_eyes"))
    return reasons


def _of_payment(leg: Leg, scene: Scene) -> list[Reason]:
    reasons = []
    if stops := scene.stops.get(leg.id):
        kinds = ", ".join(dict.fromkeys(stop.kind.value for stop in stops))
        reasons.append(_reason("leg.stopped", leg.id, rule="stop.live", kinds=kinds))
    accounts = scene.accounts.get(leg.payee_id, ())
    if is_changing(accounts):
        reasons.append(_reason("bank_account.changing", leg.id, rule="bank_account.cooling"))
    elif (active := paid_to(accounts)) is None:
        reasons.append(_reason("bank_account.missing", leg.id, rule="bank_account.active"))
    elif active.name != (today := scene.names.get(leg.payee_id)):
        reasons.append(_reason("bank_account.renamed", leg.id, rule="payee_name", name=today))
    return reasons


def blocked(payouts: Iterable[Payout], legs: Mapping[UUID, Leg], scene: Scene) -> list[Reason]:
    """Everything that keeps the payouts of a batch from going out now, their legs locked; none when nothing does.

    An account that is no longer the one frozen blocks its payout: what was approved was the other one.
    """
    reasons = []
    for payout in payouts:
        reasons += _of_payment(legs[payout.leg_id], scene)
        active = paid_to(scene.accounts.get(payout.payee_id, ()))
        if active is not None and active.id != payout.bank_account_id:
            reasons.append(_reason("bank_account.changed", payout.leg_id, rule="bank_account.active"))
    return reasons


def make(found: Sorted, scene: Scene, *, account: PayerAccount, ids: Ids, maker: str, at: datetime) -> Prepared:
    """The batch that pays the payable legs, each to its payee's account as it stands, in their order."""
    numbered = enumerate(zip(found.payable, ids.payouts, strict=True), start=1)
    payouts = tuple(
        Payout(
            id=payout_id,
            batch_id=ids.batch_id,
            position=position,
            leg_id=leg.id,
            claim_line_id=leg.claim_line_id,
            part=leg.part,
            payer_account_id=account.id,
            budget_line_id=leg.budget_line_id,
            treasury=leg.treasury,
            funding_source=leg.funding_source,
            payee_id=leg.payee_id,
            currency=leg.currency,
            amount=leg.amount,
            reference=references.of_payout(ids.number, position),
            **_frozen(scene.accounts[leg.payee_id]),
        )
        for position, (leg, payout_id) in numbered
    )
    batch = Batch(
        id=ids.batch_id,
        number=ids.number,
        payer_account_id=account.id,
        treasury=account.treasury,
        currency=account.currency,
        payouts=len(payouts),
        total=sum(one.amount for one in payouts),
        digest=digest_of(ids.number, account.id, payouts),
        made_by=maker,
        made_at=at,
    )
    return Prepared(batch, payouts, found.held, found.more)


def _frozen(accounts: Sequence[BankAccount]) -> dict[str, Any]:
    """What a payout keeps of its payee's active account, of all its accounts, one of which must be."""
    active = next(one for one in accounts if one.state is AccountState.ACTIVE)
    return {
        "bank_account_id": active.id,
        "payee_name": active.name,
        "account_number": active.number,
        "bank_code": active.bank_code,
        "bank_name": active.bank_name,
    }


def _reason(code: str, leg_id: UUID, *, rule: str, **numbers: Scalar) -> Reason:
    return Reason(code, rule=rule, numbers={"leg": f"leg_{leg_id.hex}", **numbers})
