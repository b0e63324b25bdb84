"""A voucher of the Jiangmen scheme, its holder and provider, and a way to play orders one after the other."""

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from services.chassis.ids import new_id
from services.standards.calendar import WorkingDays, local_date
from services.voucher.directory.domain.age import Age
from services.voucher.directory.domain.categories import CategoryTree
from services.voucher.directory.domain.party import Admission, Party, ProviderFacts, Span
from services.voucher.ledger.domain.counters import Counter
from services.voucher.ledger.domain.posting import Funding
from services.voucher.redemption.domain import caps, orders
from services.voucher.redemption.domain.agreeing import terms_of
from services.voucher.redemption.domain.orders import Actor, Order, Propose
from services.voucher.redemption.domain.redeem import Outcome, redeem
from services.voucher.redemption.domain.redemption import Contract, Redemption
from services.voucher.redemption.domain.world import Evidence, Facts, World
from services.voucher.scheme.domain import document
from services.voucher.scheme.domain.caps import Cap
from services.voucher.scheme.domain.deadlines import voucher_dates
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.operations import reading
from services.voucher.wallet.domain.voucher import Voucher, VoucherState

HOLDER, PAYEE, PROVIDER, VERSION, VOUCHER = (UUID(int=number) for number in range(1, 6))
RESULT = UUID(int=6)
NOW = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
YUAN = 100
CONTRACTS = itertools.count(117)
"""Every contract is another one, unless a test names it: one contract is paid for once."""
FACE = 20_000 * YUAN

holder = Actor("per_holder", "per_holder", HOLDER, frozenset({"holder"}), request_id="req_1")
provider = Actor("per_provider", "cli_provider", PAYEE, frozenset({"provider"}), request_id="req_2")
arbiter = Actor("per_arbiter", "per_arbiter", None, frozenset({"reviewer"}), region="440700", request_id="req_3")
stranger = Actor("per_stranger", "per_stranger", UUID(int=99), frozenset({"holder", "provider"}))


@cache
def jiangmen() -> Scheme:
    path = Path(__file__).parents[3] / "schemes" / "jiangmen-service-2020.yaml"
    return document.read(reading.read(path.read_text(encoding="utf-8")).document)


def a_voucher(**changes: Any) -> Voucher:
    available = changes.pop("available", FACE)
    dates = voucher_dates(jiangmen(), issued=date(2020, 9, 16), backfilled=changes.get("backfilled", False))
    fields: dict[str, Any] = {
        "id": VOUCHER,
        "number": "V-1",
        "application_id": new_id(),
        "round_id": new_id(),
        "pool_class": "general",
        "scheme_version_id": VERSION,
        "holder_id": HOLDER,
        "quota_root_id": HOLDER,
        "state": VoucherState.ACTIVE,
        "currency": "CNY",
        "face": available,
        "available": available,
        "held": 0,
        "captured": 0,
        "reclaimed": 0,
        "backfilled": False,
        "issued_at": datetime(2020, 9, 16, 2, 0, tzinfo=UTC),
        "activated_at": datetime(2020, 9, 16, 2, 0, tzinfo=UTC),
        "moved_at": datetime(2020, 9, 16, 2, 0, tzinfo=UTC),
        **{name: getattr(dates, name) for name in dates.__dataclass_fields__},
        **changes,
    }
    return Voucher(funding=Funding("CNY", "江门市财政局", round_id=fields["round_id"]), **fields)


def a_holder(**changes: Any) -> Party:
    return replace(Party(HOLDER, "91350100M000100Y43", "江门一号公司", "440703", "small"), **changes)


def a_payee(**changes: Any) -> Party:
    admitted = tuple(Admission(category, Span(date(2020, 1, 1))) for category in ("testing", "design"))
    facts = ProviderFacts(PROVIDER, "admitted", admitted)
    return replace(Party(PAYEE, "11331021002687352Y", "检测所", "440703", provider=facts), **changes)


def a_facts(**changes: Any) -> Facts:
    tree = {"testing": None, "design": None, "testing.inspection": "testing", "catering": None}
    return replace(
        Facts(
            schemes={VERSION: jiangmen()},
            parties={HOLDER: a_holder(), PAYEE: a_payee()},
            payees={PROVIDER: PAYEE},
            categories=CategoryTree(tree),
            calendar=WorkingDays(frozenset(), frozenset(), frozenset({2020, 2021})),
            age=Age(timedelta(seconds=1)),
            documents={RESULT: Evidence(PAYEE, "cli_provider")},
            real=NOW,
        ),
        **changes,
    )


def a_world(*, now: datetime = NOW, voucher: Voucher | None = None, facts: Facts | None = None) -> World:
    found = voucher or a_voucher()
    world = World(now, facts or a_facts(), {found.id: found}, {}, {})
    return with_counters(world, a_proposal())


def with_counters(world: World, order: Propose) -> World:
    """The world with every counter that an authorisation of this order would take."""
    voucher = world.vouchers[order.voucher_id]
    scheme, today = world.scheme(voucher), local_date(world.now, "Asia/Shanghai")
    keys = caps.keys(scheme, terms_of(order, world), voucher=voucher, today=today, known=world.facts)
    return replace(world, counters={**{key: Counter(key) for key in keys}, **world.counters})


def with_cap(cap: Cap) -> Facts:
    """The facts under a scheme with one more cap."""
    scheme = jiangmen()
    return a_facts(schemes={VERSION: replace(scheme, caps=(*scheme.caps, cap))})


def a_contract(amount: int = 30_000 * YUAN, **changes: Any) -> Contract:
    return replace(Contract(f"JC-2020-{next(CONTRACTS)}", date(2020, 9, 18), amount), **changes)


def a_proposal(by: Actor = provider, **changes: Any) -> Propose:
    fields: dict[str, Any] = {
        "redemption_id": new_id(),
        "by": by,
        "voucher_id": VOUCHER,
        "provider_id": PROVIDER,
        "category": "testing",
        "currency": "CNY",
        "contract": a_contract(),
        **changes,
    }
    return Propose(**fields)


@dataclass
class Play:
    """Orders played one after the other upon a world that remembers."""

    world: World
    redemption_id: UUID
    last: Outcome | None = None

    @property
    def redemption(self) -> Redemption:
        return self.world.redemption(self.redemption_id)

    @property
    def voucher(self) -> Voucher:
        return self.world.voucher(VOUCHER)

    def play(self, order: Order) -> Outcome:
        self.last = redeem(order, self.world)
        self.world = self.last.world
        return self.last

    def at(self, now: datetime) -> "Play":
        self.world = replace(self.world, now=now)
        return self

    def confirm(self, by: Actor = holder) -> Outcome:
        return self.play(orders.Confirm(redemption_id=self.redemption_id, by=by))

    def deliver(self, settlement: int = 30_000 * YUAN, **changes: Any) -> Outcome:
        fields: dict[str, Any] = {
            "redemption_id": self.redemption_id,
            "by": provider,
            "settlement": settlement,
            "currency": "CNY",
            "completed_on": date(2020, 9, 20),
            "document_id": RESULT,
            **changes,
        }
        return self.play(orders.Deliver(**fields))

    def accept(self, **changes: Any) -> Outcome:
        return self.play(orders.Accept(**{"redemption_id": self.redemption_id, "by": holder, "rating": 5, **changes}))

    def rework(self) -> Outcome:
        return self.play(orders.Rework(redemption_id=self.redemption_id, by=holder, note="again"))

    def dispute(self) -> Outcome:
        return self.play(orders.Dispute(redemption_id=self.redemption_id, by=holder, note="incomplete"))

    def decide(self, *, accepted: bool, by: Actor = arbiter, document_id: UUID | None = None) -> Outcome:
        return self.play(
            orders.Decide(
                redemption_id=self.redemption_id, by=by, note="heard both", accepted=accepted, document_id=document_id
            )
        )

    def capture(self, amount: int | None = None, **changes: Any) -> Outcome:
        fields: dict[str, Any] = {
            "redemption_id": self.redemption_id,
            "by": provider,
            "capture_id": new_id(),
            "amount": amount,
            "currency": "CNY",
            **changes,
        }
        return self.play(orders.Capture(**fields))

    def void(self, by: Actor) -> Outcome:
        return self.play(orders.Void(redemption_id=self.redemption_id, by=by, note="no longer needed"))

    def refund(self, amount: int, **changes: Any) -> Outcome:
        fields: dict[str, Any] = {
            "redemption_id": self.redemption_id,
            "by": provider,
            "amount": amount,
            "currency": "CNY",
            **changes,
        }
        return self.play(orders.Refund(**fields))

    def tick(self) -> Outcome:
        return self.play(orders.CatchUp(redemption_id=self.redemption_id, by=orders.TIMER))


def proposed(by: Actor = provider, *, world: World | None = None, **changes: Any) -> Play:
    order = a_proposal(by, **changes)
    played = Play(with_counters(world or a_world(), order), order.redemption_id)
    played.play(order)
    return played


def authorised(*, world: World | None = None, **changes: Any) -> Play:
    played = proposed(world=world, **changes)
    played.confirm()
    return played


def delivered(settlement: int = 30_000 * YUAN, *, last: bool = True, **changes: Any) -> Play:
    played = authorised(**changes)
    played.deliver(settlement, last=last)
    return played


def accepted(settlement: int = 30_000 * YUAN, *, last: bool = True, **changes: Any) -> Play:
    played = delivered(settlement, last=last, **changes)
    played.accept()
    return played


def captured(settlement: int = 30_000 * YUAN, *, last: bool = True, **changes: Any) -> Play:
    played = accepted(settlement, last=last, **changes)
    played.capture()
    return played
