"""Decides which counters an issue takes from, and how much of a holder's allowance is left under the scheme's caps."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.chassis.refusals import Reason
from services.standards.money import format_amount
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.scheme.domain.caps import Cap, period_on
from services.voucher.scheme.domain.scheme import Scheme

Takes = Mapping[CounterKey, Cap]


def takes(scheme: Scheme, *, quota_root_id: UUID, day: date) -> dict[CounterKey, Cap]:
    """The caps on what is issued to a holder, by the counter each takes from; day: the local date of issue."""
    return {
        CounterKey(scheme.counter_of(cap), f"org_{quota_root_id.hex}", period_on(cap, {"issue": day})): cap
        for cap in scheme.caps_on("issued")
    }


def headroom(counters: Mapping[CounterKey, Counter], takes: Takes, *, asked: int) -> int:
    """How much of what is asked for (fen) the caps let through."""
    return min([asked, *(counters[key].headroom(cap.limit) for key, cap in takes.items())])


def reasons(scheme: Scheme, counters: Mapping[CounterKey, Counter], takes: Takes) -> list[Reason]:
    """The caps that leave nothing at all."""
    return [
        Reason(
            "application.cap_used",
            rule=f"caps.{cap.id}",
            pointer="/amount",
            numbers={
                "limit": format_amount(cap.limit, scheme.currency),
                "used": format_amount(counters[key].used, scheme.currency),
                "period": key.period,
            },
            clause=cap.source,
        )
        for key, cap in takes.items()
        if counters[key].headroom(cap.limit) == 0
    ]
