"""Decides which counters an application and an issue take from, and how much the scheme's caps leave its holder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from services.chassis.refusals import Reason
from services.standards.money import format_amount
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.scheme.domain.caps import Cap, period_on
from services.voucher.scheme.domain.rule import Known
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.take_up import TakeUp

Takes = Mapping[CounterKey, Cap]
HELD = "held"
"""The period of a counter that counts nothing: its lock keeps two rounds from issuing to one holder at once."""


NOBODY: Known = MappingProxyType({})
"""Nothing is known of a holder: the keys of counters are the same, and no case of a cap holds."""


@dataclass(frozen=True, slots=True)
class Use:
    """One cap on what is issued with what of it is used, in fen."""

    cap: Cap
    used: int
    period: str

    @property
    def left(self) -> int:
        """What it leaves; nothing once its limit was lowered below what is used."""
        return max(0, self.cap.limit - self.used)


def takes(scheme: Scheme, *, quota_root_id: UUID, day: date, known: Known = NOBODY) -> dict[CounterKey, Cap]:
    """The caps on what is issued to a holder, by the counter each takes from; day: the local date of issue."""
    return _counted(scheme, "issued", quota_root_id, day, known)


def applied(scheme: Scheme, *, quota_root_id: UUID, day: date, known: Known = NOBODY) -> dict[CounterKey, Cap]:
    """The same of the caps on how often he applies; day: the local date of submission."""
    return _counted(scheme, "applications", quota_root_id, day, known)


def _counted(scheme: Scheme, counts: str, quota_root_id: UUID, day: date, known: Known) -> dict[CounterKey, Cap]:
    return {
        CounterKey(scheme.counter_of(cap), f"org_{quota_root_id.hex}", period_on(cap, {"issue": day})): cap.for_whom(
            known, day
        )
        for cap in scheme.caps_on(counts)
    }


def held(scheme: Scheme, *, quota_root_id: UUID, day: date, known: Known = NOBODY) -> dict[CounterKey, Cap]:
    """The caps on what a holder has at one time, by a counter that is locked and never moves."""
    root = f"org_{quota_root_id.hex}"
    return {CounterKey(scheme.counter_of(cap), root, HELD): cap.for_whom(known, day) for cap in scheme.caps_on("held")}


def spent_first(scheme: Scheme, *, quota_root_id: UUID) -> set[CounterKey]:
    """The same lock where a scheme has earlier vouchers used up before it, or what follows it, issues another."""
    rule = scheme.allocation.spent_first
    asked = rule is not None and rule.value
    return {CounterKey(f"{scheme.lineage}/spent_first", f"org_{quota_root_id.hex}", HELD)} if asked else set()


def uses(counters: Mapping[CounterKey, Counter], takes: Takes, *, held: Takes, standing: int) -> list[Use]:
    """What is used of each cap on what is issued; standing: what the holder has of the scheme now, in fen."""
    return [
        *(Use(cap, counters[key].used, key.period) for key, cap in takes.items()),
        *(Use(cap, standing, key.period) for key, cap in held.items()),
    ]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the caps of a scheme say of one holder on a local date, whether its counters are locked or only read.

    standing: what he has of the scheme now, available or held, in fen. before: what he took up of what it issued to
    him the year before, where the scheme asks and issued anything.
    """

    takes: Takes
    held: Takes
    applied: Takes
    counters: Mapping[CounterKey, Counter]
    standing: int = 0
    before: TakeUp | None = None

    @property
    def uses(self) -> list[Use]:
        """What is used of each cap on what is issued."""
        return uses(self.counters, self.takes, held=self.held, standing=self.standing)

    def reasons(self, scheme: Scheme) -> list[Reason]:
        """What speaks against his next application: caps that leave nothing, and earlier vouchers that have value."""
        return [
            *reasons(scheme, self.uses),
            *too_many(self.counters, self.applied),
            *unspent(scheme, self.standing),
            *(self.before.reasons(scheme) if self.before is not None else ()),
        ]

    def headroom(self, scheme: Scheme, *, asked: int) -> int:
        """How much of what is asked for (fen) may be issued to him now; of a face value all or nothing."""
        room = 0 if unspent(scheme, self.standing) else headroom(self.uses, asked=asked)
        return 0 if scheme.fixed_faces and room < asked else room

    def against(self, scheme: Scheme, *, asked: int) -> list[Reason]:
        """What leaves nothing of what is asked for (fen) that may be issued to him now."""
        least = asked if scheme.fixed_faces else 1
        return [*reasons(scheme, self.uses, least=least), *unspent(scheme, self.standing)]

    def after_applying(self) -> list[Counter]:
        """The counters that one more application takes from, once it has."""
        return [self.counters[key].take(1) for key in self.applied]


def headroom(uses: Iterable[Use], *, asked: int) -> int:
    """How much of what is asked for (fen) the caps let through."""
    return min([asked, *(use.left for use in uses)])


def reasons(scheme: Scheme, uses: Iterable[Use], *, least: int = 1) -> list[Reason]:
    """The caps that leave nothing at all, or less than the least that may be issued (fen)."""
    return [
        Reason(
            "application.cap_used",
            rule=f"caps.{use.cap.id}",
            pointer="/amount",
            numbers={
                "limit": format_amount(use.cap.limit, scheme.currency),
                "used": format_amount(use.used, scheme.currency),
                "period": use.period,
            },
            clause=use.cap.source,
        )
        for use in uses
        if use.left < least
    ]


def too_many(counters: Mapping[CounterKey, Counter], applied: Takes) -> list[Reason]:
    """The caps on the number of applications that let no other one through."""
    return [
        Reason(
            "application.too_many",
            rule=f"caps.{cap.id}",
            pointer="/round_id",
            numbers={"limit": cap.limit, "used": counters[key].used, "period": key.period},
            clause=cap.source,
        )
        for key, cap in applied.items()
        if counters[key].headroom(cap.limit) == 0
    ]


def unspent(scheme: Scheme, standing: int) -> list[Reason]:
    """What speaks against a holder who has not used up what was issued to him before, where the scheme asks that.

    standing: what he has of the scheme now, available or held, in fen.
    """
    rule = scheme.allocation.spent_first
    if rule is None or not rule.value or not standing:
        return []
    numbers = {"unspent": format_amount(standing, scheme.currency)}
    return [Reason("application.unspent", "allocation.spent_first", "/holder", numbers, rule.source)]
