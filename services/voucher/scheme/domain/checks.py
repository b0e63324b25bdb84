"""Finds everything in a scheme document that its schema cannot see: dates out of order, sources nobody cites, caps."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from services.standards.money import MINOR_UNITS, AmountFault, parse_amount
from services.voucher.scheme.domain.caps import SPENDING, TIMES
from services.voucher.scheme.domain.document import AWARD
from services.voucher.scheme.domain.words import local_minute, source_of

GROUP_MONTHS_MAX = 36
"""Over how many months a group is summed: every member has a counter for each of them."""
DEFAULT_SOURCE = "our default, not in the notice"
UNPUBLISHED = "our default, not published"
"""What stands as the source of a number of ours: where there is a notice, and where only a summary is known."""
OURS = frozenset({DEFAULT_SOURCE, UNPUBLISHED})
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (JSON pointer, RFC 6901), its stable code, and what the message needs."""

    pointer: str
    code: str
    numbers: Mapping[str, str | int] = field(default_factory=dict)


def faults(document: Document) -> list[Fault]:
    """Every fault of a document that has passed the schema, all at once; an empty list when it may be kept."""
    # without a zone and a currency no date and no amount can be read
    unreadable = list(_zone_and_currency(document))
    asked = _CHECKS if document["family"] != AWARD else _OF_AWARDS
    return unreadable or [fault for check in asked for fault in check(document)]


def _zone_and_currency(document: Document) -> Iterator[Fault]:
    try:
        ZoneInfo(document["zone"])
    except (LookupError, ValueError, OSError):
        yield Fault("/zone", "scheme.zone_unknown", {"zone": document["zone"]})
    if document["currency"] not in MINOR_UNITS:
        yield Fault("/currency", "currency.unknown")


def _sources(document: Document) -> Iterator[Fault]:
    known = {*OURS, *(source_of(one) for one in document["basis"])}
    for pointer, source in each_source("", document):
        if source not in known:
            yield Fault(pointer, "scheme.source_unknown", {"found": source})


def each_source(pointer: str, node: Any) -> Iterator[tuple[str, str]]:
    """Every source that a document names, with the pointer at which it stands."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "source":
                yield f"{pointer}/source", value
            else:
                yield from each_source(f"{pointer}/{key}", value)
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from each_source(f"{pointer}/{place}", value)


def _window(document: Document) -> Iterator[Fault]:
    allocation, zone = document["allocation"], document["zone"]
    opens = local_minute(allocation["opens"]["value"], zone)
    closes = local_minute(allocation["closes"]["value"], zone)
    if opens >= closes:
        yield _order("/allocation/closes/value", later="closes", earlier="opens")
    if allocation["closes"]["value"][:10] > allocation["allocate_until"]["value"]:
        yield _order("/allocation/allocate_until/value", later="allocate_until", earlier="closes")


def _terms(document: Document) -> Iterator[Fault]:
    for name in ("issued", "backfilled"):
        terms = document["validity"].get(name)
        if terms is None:
            continue
        for earlier, later in pairwise(("use_by", "deliver_by", "claim_by")):
            if _later(terms[earlier], terms[later]):
                yield _order(f"/validity/{name}/{later}/value", later=later, earlier=earlier)
        if _later(terms["completed_from"], terms["completed_until"]):
            yield _order(f"/validity/{name}/completed_until/value", later="completed_until", earlier="completed_from")
    closes = {"value": document["allocation"]["closes"]["value"][:10]}
    if _later(closes, document["validity"]["issued"]["use_by"]):
        yield _order("/validity/issued/use_by/value", later="use_by", earlier="closes")
    last = document["validity"].get("backfilled", document["validity"]["issued"])
    if _later(document["allocation"]["allocate_until"], last["use_by"]):
        yield _order("/validity/backfilled/use_by/value", later="use_by", earlier="allocate_until")


def _later(one: Document, other: Document) -> bool:
    """Whether a date comes after another; one that counts from the day of issue, or no date at all, does not."""
    said = (one["value"], other["value"])
    return all(isinstance(value, str) for value in said) and said[0] > said[1]


def _order(pointer: str, *, later: str, earlier: str) -> Fault:
    return Fault(pointer, "scheme.dates_out_of_order", {"later": later, "earlier": earlier})


def _caps(document: Document) -> Iterator[Fault]:
    names = Counter(cap["cap"] for cap in document["caps"])
    for place, cap in enumerate(document["caps"]):
        at = f"/caps/{place}"
        if names[cap["cap"]] > 1:
            yield Fault(f"{at}/cap", "scheme.cap_twice", {"cap": cap["cap"]})
        yield from _period(at, cap)
        yield from _subject(at, cap)
        if cap["counts"] in TIMES:
            yield from _times(f"{at}/limit", cap["limit"])
        else:
            yield from _limit(f"{at}/limit", cap["limit"], document["currency"])


def _period(at: str, cap: Document) -> Iterator[Fault]:
    """A year names its date, of issue unless what is counted is spent; a rolling period, of spending, its months."""
    spending, numbers = cap["counts"] in SPENDING, {"cap": cap["cap"]}
    if (cap["period"] == "year") != ("year_of" in cap) or not (spending or cap.get("year_of") in (None, "issue")):
        yield Fault(f"{at}/year_of" if "year_of" in cap else at, "scheme.cap_year", numbers)
    rolling = cap["period"] == "rolling"
    if rolling != ("months" in cap) or (rolling and not spending):
        yield Fault(f"{at}/months" if "months" in cap else at, "scheme.cap_months", numbers)
    if cap["subject"] == "group" and cap.get("months", 0) > GROUP_MONTHS_MAX:
        yield Fault(f"{at}/months", "scheme.cap_group_months", {**numbers, "at_most": GROUP_MONTHS_MAX})


def _subject(at: str, cap: Document) -> Iterator[Fault]:
    if cap["subject"] not in _subjects(cap["counts"]):
        yield Fault(f"{at}/subject", "scheme.cap_subject", {"cap": cap["cap"]})
    if (cap["subject"] == "bucket") != ("categories" in cap):
        yield Fault(f"{at}/categories" if "categories" in cap else at, "scheme.cap_bucket", {"cap": cap["cap"]})


def _subjects(counts: str) -> tuple[str, ...]:
    """Whom a cap may be about: an application's amount, a holder's vouchers, or any side of what is spent."""
    if counts == "application_amount":
        return ("application",)
    return ("holder", "provider", "pair", "contract", "bucket", "group") if counts in SPENDING else ("holder",)


def _times(pointer: str, limit: str) -> Iterator[Fault]:
    if not limit.isdigit():
        yield Fault(pointer, "amount.too_precise")
    elif int(limit) == 0:
        yield Fault(pointer, "amount.not_positive")


def _limit(pointer: str, limit: str, currency: str) -> Iterator[Fault]:
    try:
        amount = parse_amount(limit, currency)
    except AmountFault as fault:
        yield Fault(pointer, fault.code)
    else:
        if amount == 0:
            yield Fault(pointer, "amount.not_positive")


def _share(document: Document) -> Iterator[Fault]:
    rate = document["rate"]
    if "share" in rate and not Fraction(rate["share"]):
        yield Fault("/rate/share", "scheme.share_zero")


_CHECKS = (_sources, _window, _terms, _caps, _share)
_OF_AWARDS = (_sources,)
