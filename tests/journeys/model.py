"""What the redemptions of one holder should say, written after docs/redemption-cycle.md, not after the code.

Amounts in fen. A play either raises No with every code that is told, or has changed the model as it should.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.standards.calendar import WorkingDays, end_of_day, local_date
from tests.journeys.purse import YUAN, ZONE, No, Purse, refuse

DAYS = WorkingDays(frozenset(), frozenset(), frozenset({2020}))
HOLDER_MOST, PAIR_MOST, PAIR_TIMES = 20_000 * YUAN, 15_000 * YUAN, 6
COUNTER_MOST, PIN_ABOVE = 2_000 * YUAN, 500 * YUAN
OTHER = {"holder": "provider", "provider": "holder"}
BOTH, HOLDER, PROVIDER, ARBITER = {"holder", "provider"}, {"holder"}, {"provider"}, {"reviewer"}
HOLDS = {"authorised", "part_captured"}
WAYS: dict[str, tuple[set[str], set[str]]] = {
    "confirm": ({"proposed"}, BOTH),
    "decline": ({"proposed"}, BOTH),
    "withdraw": ({"proposed"}, BOTH),
    "deliver": (HOLDS, PROVIDER),
    "accept": ({"delivered"}, HOLDER),
    "rework": ({"delivered"}, HOLDER),
    "dispute": ({"delivered"}, HOLDER),
    "decide": ({"disputed"}, ARBITER),
    "capture": ({"accepted"}, PROVIDER),
    "void": (HOLDS | {"delivered"}, BOTH),
    "refund": ({"part_captured", "captured", "voided", "lapsed"}, PROVIDER),
}
"""In which states each verb is taken, and from whom."""


@dataclass
class Taken:
    """One capture."""

    amount: int
    claim_ends: datetime
    refunded: int = 0

    @property
    def stands(self) -> int:
        return self.amount - self.refunded


@dataclass
class Deal:
    """One redemption; first: whether a cap on times counts it."""

    purse: str
    number: str
    price: int
    by: str
    state: str = "proposed"
    held: int = 0
    settled: int = 0
    taken: list[Taken] = field(default_factory=list)
    delivery: tuple[int, bool] | None = None
    due: datetime | None = None
    asked_to_void: str | None = None
    instant: bool = False
    first: bool = True

    @property
    def captured(self) -> int:
        return sum(one.amount for one in self.taken)

    @property
    def stands(self) -> int:
        return sum(one.stands for one in self.taken)

    def earned(self, settlement: int) -> int:
        return max(0, min((self.settled + settlement) // 2 - self.captured, self.held))


@dataclass
class Model:
    """Everything that is known, and what time it is."""

    now: datetime
    purses: dict[str, Purse]
    deals: dict[str, Deal] = field(default_factory=dict)

    def tried(self, act: str, *said: Any, **more: Any) -> tuple["Model", set[str]]:
        """The model after an act and no codes, or as it was and why not."""
        after = deepcopy(self)
        try:
            getattr(after, act)(*said, **more)
        except No as no:
            return self, no.codes
        return after, set()

    def live(self, verb: str, which: str) -> None:
        """Suspend, resume, cancel or extend; the dates of what stands on a voucher move with its own."""
        purse = self.purses[which]
        getattr(purse, verb)(self.now)
        for deal in self.deals.values() if verb == "extend" else ():
            if deal.purse == which:
                self._prolong(deal, purse)

    def top_up(self, which: str, amount: int) -> None:
        self.purses[which].top_up(self.now, amount, sum(purse.face for purse in self.purses.values()))

    def propose(self, side: str, purse: str, number: str, price: int) -> None:
        self._fit([purse], number, price, told=side == "holder")
        self.deals["new"] = Deal(purse, number, price, side)
        self._enter(self.deals["new"], "proposed")

    def sell(self, named: tuple[str, ...], number: str, price: int) -> None:
        """The holder scans the provider's code, and enters no PIN."""
        spendable = [one for one, purse in self.purses.items() if purse.state(self.now) == "active" and purse.available]
        refuse({"wallet.empty": not named and not spendable})
        paying = sorted(named or spendable, key=self._in_order)
        self._fit(paying, number, price, told=True, at_counter=True)
        subsidy, parts = price // 2, 0
        for name in paying:
            purse = self.purses[name]
            amount = min(subsidy, purse.available, *(self._rooms()[:2] if parts else self._rooms()))
            if amount:
                deal = Deal(name, number, price, "holder", "captured", instant=True, first=not parts)
                deal.taken.append(Taken(amount, purse.claim_ends))
                purse.take(amount)
                subsidy, parts = subsidy - amount, parts + 1
                self.deals[f"part {parts}"] = deal

    def order(self, verb: str, which: str, side: str, **said: Any) -> None:
        deal = self.deals[which]
        states, sides = ({"captured"}, PROVIDER) if verb == "void" and deal.instant else WAYS[verb]
        refuse({"auth.forbidden": side not in WAYS[verb][1]})
        self.catch_up(which)
        refuse({"redemption.side": side not in sides})
        refuse({"redemption.state": deal.state not in states})
        getattr(self, f"_{verb}")(deal, side, **said)

    def catch_up(self, which: str) -> None:
        """What has fallen due for one redemption, in due order."""
        deal = self.deals[which]
        while True:
            dues = [(one.claim_ends, "claim_lapse") for one in deal.taken if one.stands]
            dues += [(deal.due, deal.state)] if deal.due is not None else []
            if not dues or min(dues)[0] > self.now:
                return
            at, what = min(dues)
            if what == "delivered":
                self._enter(deal, "accepted", at)
            elif what != "claim_lapse":
                self._let_go(deal, "lapsed")
            for one in deal.taken if what == "claim_lapse" else ():
                self._back(deal, one, one.stands if one.claim_ends <= at else 0)

    def run_timers(self) -> None:
        """Everything that has fallen due."""
        for which in self.deals:
            self.catch_up(which)
        for purse in self.purses.values():
            purse.sweep(self.now)

    def _confirm(self, deal: Deal, side: str) -> None:
        refuse({"redemption.own_proposal": side == deal.by})
        purse = self.purses[deal.purse]
        self._fit([deal.purse], deal.number, deal.price, told=True, veiled=side == "provider")
        deal.held = min(deal.price // 2, purse.available, *self._rooms())
        purse.hold(deal.held)
        self._enter(deal, "authorised")

    def _decline(self, deal: Deal, side: str) -> None:
        refuse({"redemption.own_proposal": side == deal.by})
        self._enter(deal, "declined")

    def _withdraw(self, deal: Deal, side: str) -> None:
        refuse({"redemption.not_proposer": side != deal.by})
        self._enter(deal, "withdrawn")

    def _deliver(self, deal: Deal, _: str, *, amount: int, last: bool) -> None:
        refuse({"delivery.earns_nothing": not deal.earned(amount)})
        deal.delivery = (amount, last)
        self._enter(deal, "delivered")

    def _accept(self, deal: Deal, _: str) -> None:
        self._enter(deal, "accepted")

    def _rework(self, deal: Deal, _: str) -> None:
        refuse({"rework.too_late": self.now >= self.purses[deal.purse].deliver_ends})
        deal.delivery = None
        self._enter(deal, "part_captured" if deal.taken else "authorised")

    def _dispute(self, deal: Deal, _: str) -> None:
        self._enter(deal, "disputed")

    def _decide(self, deal: Deal, _: str, *, accepted: bool) -> None:
        self._enter(deal, "accepted") if accepted else self._let_go(deal, "voided")

    def _capture(self, deal: Deal, _: str, *, amount: int | None) -> None:
        settlement, last = deal.delivery or (0, True)
        earned, purse = deal.earned(settlement), self.purses[deal.purse]
        refuse({"capture.too_much": (amount or 0) > earned})
        amount = amount or earned
        deal.held -= amount
        purse.hold(-amount)
        purse.take(amount)
        deal.taken.append(Taken(amount, purse.claim_ends))
        deal.settled, deal.delivery = deal.settled + settlement, None
        self._let_go(deal, "captured") if last or not deal.held else self._enter(deal, "part_captured")

    def _void(self, deal: Deal, side: str) -> None:
        """At the counter it gives all back; before a delivery the provider may alone, else it takes both."""
        if deal.instant:
            self._refund(deal, side, amount=deal.stands)
        elif (side == "provider" and deal.state in HOLDS) or deal.asked_to_void == OTHER[side]:
            self._let_go(deal, "voided")
        else:
            refuse({"void.already_asked": deal.asked_to_void == side})
            deal.asked_to_void = side

    def _refund(self, deal: Deal, _: str, *, amount: int) -> None:
        refuse({"capture.unknown": not deal.taken})
        refuse({"refund.too_much": amount > deal.stands})
        for one in reversed(deal.taken):
            back = min(amount, one.stands)
            amount -= back
            self._back(deal, one, back)

    def _fit(
        self, paying: list[str], number: str, price: int, *, told: bool, veiled: bool = False, at_counter: bool = False
    ) -> None:
        """Every code that speaks against it; told: whether there is consent to say anything of room."""
        purses = [self.purses[one] for one in paying]
        today, available = local_date(self.now, ZONE), sum(purse.available for purse in purses)
        amount = min(price // 2, available, *self._rooms())
        late = [today > purse.completed_until for purse in purses]
        lacking = {
            "voucher.too_little_left" if veiled else "voucher.insufficient": not available,
            "cap.too_little_left" if veiled else "cap.reached": not min(self._rooms()),
        }
        counter = {
            "contract.completed_outside": any(late),
            "instant.too_much": amount > COUNTER_MOST,
            "pin.required": amount > PIN_ABOVE,
        }
        same = [deal for deal in self.deals.values() if deal.number == number and deal.held + deal.stands]
        refuse(
            {
                **{code: True for purse in purses if (code := purse.unusable(self.now))},
                "contract.already_redeemed": bool(same),
                "price.exceeded": price < 2,
                **(lacking if told else {}),
                **(counter if at_counter else {}),
            }
        )

    def _rooms(self) -> list[int]:
        """What the caps leave: of the holder's year, of the pair's, and of how often the pair may."""
        uses = [deal.held + deal.stands for deal in self.deals.values()]
        times = sum(deal.first and deal.held + deal.stands > 0 for deal in self.deals.values())
        return [max(0, HOLDER_MOST - sum(uses)), max(0, PAIR_MOST - sum(uses)), HOLDER_MOST * (times < PAIR_TIMES)]

    def _in_order(self, which: str) -> tuple[datetime, int, str]:
        purse = self.purses[which]
        return purse.ends_at, purse.available, purse.number

    def _enter(self, deal: Deal, state: str, at: datetime | None = None) -> None:
        at, purse = at or self.now, self.purses[deal.purse]
        due = {
            "proposed": min(_working_days(3, at), purse.ends_at),
            "delivered": _working_days(5, at),
            "accepted": max(purse.claim_ends, at),
            **dict.fromkeys(HOLDS, max(purse.deliver_ends, at)),
        }
        deal.state, deal.due, deal.asked_to_void = state, due.get(state), None

    def _let_go(self, deal: Deal, state: str) -> None:
        self.purses[deal.purse].hold(-deal.held)
        deal.held, deal.delivery = 0, None
        self._enter(deal, state)

    def _back(self, deal: Deal, one: Taken, amount: int) -> None:
        one.refunded += amount
        self.purses[deal.purse].take(-amount)
        if deal.state == "captured" and not deal.stands:
            deal.state = "refunded"

    def _prolong(self, deal: Deal, purse: Purse) -> None:
        for one in deal.taken:
            one.claim_ends = purse.claim_ends if one.claim_ends > self.now else one.claim_ends
        if deal.held and deal.due is not None and deal.due > self.now:
            moved = {"accepted": purse.claim_ends, **dict.fromkeys(HOLDS, purse.deliver_ends)}
            deal.due = moved.get(deal.state, deal.due)


def _working_days(number: int, at: datetime) -> datetime:
    return end_of_day(DAYS.add(local_date(at, ZONE), number), ZONE)
