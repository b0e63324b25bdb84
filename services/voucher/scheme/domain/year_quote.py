"""Answers a worked case on what belongs to a voucher's year: what may be issued, its dates, little use, pro rata."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from services.chassis.refusals import Reason, Refusal
from services.voucher.scheme.domain.backing import prorata
from services.voucher.scheme.domain.caps import TIMES, headroom
from services.voucher.scheme.domain.case import Case
from services.voucher.scheme.domain.deadlines import voucher_dates
from services.voucher.scheme.domain.holder_quote import reasons
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.domain.telling import Decided, Teller, refused, share
from services.voucher.scheme.domain.under_use import suspended

Part = tuple[dict[str, Any], list[Decided]]


def answer(scheme: Scheme, case: Case) -> dict[str, Any]:
    """What of it applies to the case; nothing where it asks for none of it."""
    tell = Teller(scheme.currency)
    parts = [*_use(scheme, case, tell), *_pro_rata(scheme, case, tell), *_application(scheme, case, tell)]
    found: dict[str, Any] = {}
    for said, _ in parts:
        found |= said
    if "issued_on" in case:
        found |= _dates(scheme, case.get("issued_on"))
    if parts:
        found["decisions"] = [one.told() for _, decided in parts for one in decided]
    return found


def _use(scheme: Scheme, case: Case, tell: Teller) -> Iterator[Part]:
    if "used" not in case or "issued" not in case:
        return
    used, issued, lost = case.get("used", 0), case.get("issued", 0), case.get("lost_by_provider", 0)
    if used + lost > issued:
        numbers = {"word": "used", "form": tell.amount(issued - lost)}
        raise Refusal("case.more_used", pointer="/used", numbers=numbers)
    rule = scheme.under_use
    numbers = {"used": tell.amount(used), "issued": tell.amount(issued), "lost_by_provider": tell.amount(lost)}
    least = None if rule.value is None else share(rule.value)
    outcome = suspended(rule, used, issued, lost)
    yield {"suspended_next_year": outcome}, [Decided("under_use", rule.source, numbers | {"least": least})]


def _pro_rata(scheme: Scheme, case: Case, tell: Teller) -> Iterator[Part]:
    if "approved" not in case or "budget" not in case:
        return
    approved, budget = case.get("approved", ()), case.get("budget", 0)
    backing = scheme.backing
    if backing.value.full and sum(approved) > budget:
        numbers = {"approved": tell.amount(sum(approved)), "budget": tell.amount(budget)}
        raise Refusal("case.fully_backed", rule="backing", pointer="/budget", numbers=numbers, clause=backing.source)
    paid, left = prorata(approved, budget)
    decided = {
        "approved": [tell.amount(one) for one in approved],
        "budget": tell.amount(budget),
        "prorata_on": None if backing.value.prorata_on is None else backing.value.prorata_on.isoformat(),
    }
    yield (
        {"paid": [tell.amount(one) for one in paid], "left": tell.amount(left)},
        [Decided("backing", backing.source, decided)],
    )


def _application(scheme: Scheme, case: Case, tell: Teller) -> Iterator[Part]:
    """What may be issued on an application: as much as asked, or what the caps on issuing leave."""
    if "asked" not in case:
        return
    asked = case.get("asked", 0)
    counted = {cap.id: case.get("held", 0) for cap in scheme.caps_on("held")} | case.get("counted", {})
    against = [*reasons(scheme.who, case, scheme.under_use), *_over(scheme, asked, case, tell)]
    if against:
        yield {"granted": tell.amount(0), "refused": refused(against)}, []
        return
    caps = [cap for cap in scheme.caps if cap.counts in {"issued", "applications", "held"}]
    granted, decided = asked, []
    known, day = case.known("issue"), case.day("issue")
    for room in (headroom(cap, counted.get(cap.id, 0), known=known, day=day) for cap in caps):
        if room.allows is not None and room.allows < granted:
            granted = room.allows
            numbers = {"limit": _limit(room.cap.limit, room.cap.counts, tell), "leaves": tell.amount(granted)}
            decided.append(Decided(f"cap.{room.cap.id}", room.cap.source, numbers))
    if scheme.fixed_faces and granted < asked:
        granted = 0
    yield {"granted": tell.amount(granted)}, decided


def _limit(limit: int, counts: str, tell: Teller) -> str | int:
    return limit if counts in TIMES else tell.amount(limit)


def _over(scheme: Scheme, asked: int, case: Case, tell: Teller) -> Iterator[Reason]:
    caps = scheme.caps_on("application_amount")
    known, day = case.known("submission"), case.day("submission")
    for room in (headroom(cap, 0, known=known, day=day) for cap in caps):
        if room.cap.fixed and asked < room.left:
            numbers = {"face": tell.amount(room.left), "asked": tell.amount(asked)}
            yield Reason("application.not_the_face", f"caps.{room.cap.id}", "/amount", numbers, room.cap.source)
        if asked > room.left:
            numbers = {"limit": tell.amount(room.left), "asked": tell.amount(asked)}
            yield Reason("application.over_cap", f"caps.{room.cap.id}", "/amount", numbers, room.cap.source)


def _dates(scheme: Scheme, issued: date) -> Mapping[str, str]:
    dates = voucher_dates(scheme, issued=issued, backfilled=False)
    return {name: getattr(dates, name).isoformat() for name in ("use_by", "deliver_by", "claim_by")}
