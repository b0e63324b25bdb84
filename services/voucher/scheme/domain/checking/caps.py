"""Finds what is wrong with caps: limits that are none, periods without their date, subjects that are not counted."""

from collections.abc import Iterator, Mapping, Sequence

from services.voucher.scheme.domain.caps import SPENDING, TIMES
from services.voucher.scheme.domain.checking.cases import OF_DEAL, OF_PARTY, cases
from services.voucher.scheme.domain.checking.days import OF_CONTRACT, known_day
from services.voucher.scheme.domain.checking.fault import Document, Fault, amount, twice
from services.voucher.scheme.domain.words import Words

DAYS: Mapping[str, Sequence[str]] = {
    "application_amount": ("submission",),
    "applications": ("submission",),
    "issued": ("issue",),
    "held": ("issue",),
    "authorised": OF_CONTRACT,
    "authorised_times": OF_CONTRACT,
}
"""By what a cap counts: the days that are known when it does."""
GROUP_MONTHS_MAX = 36
"""Over how many months a group is summed: every member has a counter for each of them."""


def caps(document: Document) -> Iterator[Fault]:
    """Faults of the section `caps`."""
    words = Words.of(document)
    yield from twice("/caps", document["caps"], "cap", "scheme.named_twice")
    yield from _regimes(document["caps"])
    for place, cap in enumerate(document["caps"]):
        at = f"/caps/{place}"
        yield from _period(at, cap)
        yield from _subject(at, cap)
        yield from _limit(at, cap, cap, document["currency"])
        yield from _fixed(at, cap, document)
        if "as_of" in cap:
            yield from known_day(f"{at}/as_of", cap["as_of"], DAYS[cap["counts"]])
        other, known = cap.get("cases", ()), OF_DEAL if cap["counts"] in SPENDING else OF_PARTY
        yield from cases(f"{at}/cases", other, words, known=known)
        for number, case in enumerate(other):
            if "as_of" not in cap and {"from", "until"} & case["when"].keys():
                yield Fault(f"{at}/cases/{number}/when", "scheme.when_undated")
            yield from _limit(f"{at}/cases/{number}", cap, case, document["currency"])


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
    if (cap["counts"] in ("held", "application_amount") or cap["subject"] == "redemption") and cap["period"] != "once":
        yield Fault(f"{at}/period", "scheme.cap_once", numbers)


def _fixed(at: str, cap: Document, document: Document) -> Iterator[Fault]:
    """A face value is what one application is for, and nobody is given a part of it as the last."""
    if not cap.get("fixed", False):
        return
    if cap["counts"] != "application_amount":
        yield Fault(f"{at}/fixed", "scheme.fixed_face", {"cap": cap["cap"]})
    if document["allocation"]["last_place"]["value"] != "whole":
        yield Fault("/allocation/last_place/value", "scheme.fixed_face_whole", {"cap": cap["cap"]})


def _subject(at: str, cap: Document) -> Iterator[Fault]:
    if cap["subject"] not in _subjects(cap["counts"]):
        yield Fault(f"{at}/subject", "scheme.cap_subject", {"cap": cap["cap"]})
    if (cap["subject"] == "bucket") != ("categories" in cap):
        yield Fault(f"{at}/categories" if "categories" in cap else at, "scheme.cap_bucket", {"cap": cap["cap"]})


def _regimes(caps: Sequence[Document]) -> Iterator[Fault]:
    """State aid is what a group of undertakings was granted over rolling months (EU 2023/2831, Article 3(2)), once."""
    named = {place: cap for place, cap in enumerate(caps) if "regime" in cap}
    for place, cap in named.items():
        numbers = {"cap": cap["cap"], "regime": cap["regime"]}
        if (cap["counts"], cap["subject"], cap["period"]) != ("authorised", "group", "rolling"):
            yield Fault(f"/caps/{place}/regime", "scheme.cap_regime", numbers)
        if any(other["regime"] == cap["regime"] for before, other in named.items() if before < place):
            yield Fault(f"/caps/{place}/regime", "scheme.cap_regime_twice", numbers)


def _subjects(counts: str) -> tuple[str, ...]:
    """Whom a cap may be about: an application's amount, a holder's vouchers, or any side of what is spent."""
    if counts == "application_amount":
        return ("application",)
    if counts not in SPENDING:
        return ("holder",)
    each = ("redemption",) if counts not in TIMES else ()
    return ("holder", "provider", "pair", "contract", *each, "bucket", "group")


def _limit(at: str, cap: Document, said: Document, currency: str) -> Iterator[Fault]:
    """A limit in fen or, where times are counted, a whole number of them."""
    limit, pointer = said["limit"], f"{at}/limit"
    if cap["counts"] not in TIMES:
        yield from amount(pointer, limit, currency)
    elif not limit.isdigit():
        yield Fault(pointer, "amount.too_precise")
    elif int(limit) == 0:
        yield Fault(pointer, "amount.not_positive")
