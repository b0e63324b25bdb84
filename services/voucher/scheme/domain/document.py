"""Reads a scheme file's document, already checked against the schema, into the frozen values of `scheme`."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from services.standards.money import parse_amount
from services.voucher.scheme.domain import scheme as say

Document = Mapping[str, Any]
Value = TypeVar("Value")


def read(document: Document) -> say.Scheme:
    """The scheme that a document says. The document has passed the schema and `checks.faults`."""
    return say.Scheme(
        id=document["scheme"],
        title_zh=document["title"]["zh"],
        title_en=document["title"]["en"],
        family=document["family"],
        bureau=document["bureau"],
        zone=document["zone"],
        currency=document["currency"],
        basis=tuple(source_of(one) for one in document["basis"]),
        who=_who(document["who"]),
        allocation=_allocation(document["allocation"], document["zone"]),
        caps=tuple(_cap(one, document["currency"]) for one in document["caps"]),
        backing=_rule(document["backing"]),
        rate=_rate(document["rate"]),
        exclusions=_exclusions(document["exclusions"]),
        validity=_validity(document["validity"]),
        leftover=_rule(document["leftover"]),
        review=_rule(document["review"], tuple),
        evidence=_evidence(document["evidence"], document["currency"]),
        disclosure=_span(document["disclosure"]),
        settlement=_settlement(document["settlement"]),
        under_use=_rule(document["under_use"]),
    )


def source_of(basis: Document) -> str:
    """How a rule names one of the scheme's bases as its source."""
    return f"row {basis['row']}" if "row" in basis else f"policy {basis['policy']}{basis['clause']}"


def local_minute(text: str, zone: str) -> datetime:
    """The instant (UTC) of a local minute written ``2020-09-15 10:00``; ValueError for anything else."""
    local = datetime.strptime(f"{text} +0000", "%Y-%m-%d %H:%M %z")
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _same(value: Any) -> Any:
    return value


def _rule(rule: Document, make: Callable[[Any], Value] = _same) -> say.Rule[Value]:
    return say.Rule(make(rule["value"]), rule["source"], rule.get("as_of"))


def _span(rule: Document) -> say.Rule[int]:
    return _rule(rule, lambda value: int(value["working_days"]))


def _who(who: Document) -> say.Who:
    return say.Who(
        holders=_rule(who["holders"], tuple),
        registered_in=_rule(who["registered_in"], tuple),
        size_class=_rule(who["size_class"], tuple),
        good_standing=_rule(who["good_standing"]),
    )


def _allocation(allocation: Document, zone: str) -> say.Allocation:
    return say.Allocation(
        method=_rule(allocation["method"]),
        opens=_rule(allocation["opens"], lambda text: local_minute(text, zone)),
        closes=_rule(allocation["closes"], lambda text: local_minute(text, zone)),
        one_live_application=_rule(allocation["one_live_application"]),
        priority=_rule(allocation["priority"], lambda value: say.PriorityList(value["list"], tuple(value["classes"]))),
        results_within=_span(allocation["results_within"]),
        allocate_until=_rule(allocation["allocate_until"], date.fromisoformat),
        last_place=_rule(allocation["last_place"]),
    )


def _cap(cap: Document, currency: str) -> say.Cap:
    return say.Cap(
        id=cap["cap"],
        counts=cap["counts"],
        subject=cap["subject"],
        period=cap["period"],
        year_of=cap.get("year_of"),
        limit=int(cap["limit"]) if cap["counts"] in say.TIMES else parse_amount(cap["limit"], currency),
        source=cap["source"],
        as_of=cap.get("as_of"),
        categories=tuple(cap.get("categories", ())),
        months=cap.get("months"),
    )


def _rate(rate: Document) -> say.Rate:
    return say.Rate(
        kind=rate["kind"],
        share=Fraction(rate["share"]),
        base=rate["base"],
        until_invoice=rate["until_invoice"],
        source=rate["source"],
        as_of=rate["as_of"],
    )


def _exclusions(exclusions: Document) -> say.Exclusions:
    return say.Exclusions(
        categories=_rule(exclusions["categories"], tuple), related_parties=_rule(exclusions["related_parties"])
    )


def _terms(terms: Document) -> say.Terms:
    return say.Terms(**{name: _rule(terms[name], date.fromisoformat) for name in say.Terms.__dataclass_fields__})


def _validity(validity: Document) -> say.Validity:
    return say.Validity(
        issued=_terms(validity["issued"]),
        backfilled=_terms(validity["backfilled"]),
        may_predate_voucher=_rule(validity["may_predate_voucher"]),
        proposal_lapses=_span(validity["proposal_lapses"]),
        restores_allowance=_rule(validity["restores_allowance"]),
        extension=_rule(validity["extension"], lambda value: None if value is None else int(value["days"])),
        year_end_void=_rule(validity["year_end_void"]),
        reminders=_rule(validity["reminders"], tuple),
    )


def _evidence(evidence: Document, currency: str) -> say.Evidence:
    return say.Evidence(
        invoice=_rule(evidence["invoice"]),
        bank_slip=_rule(evidence["bank_slip"]),
        confirmed_by=_rule(evidence["confirmed_by"]),
        silence_accepts=_span(evidence["silence_accepts"]),
        rating=_rule(evidence["rating"]),
        instant=_rule(evidence["instant"], lambda value: _instant(value, currency)),
    )


def _instant(value: Document | None, currency: str) -> say.Instant | None:
    if value is None:
        return None
    return say.Instant(parse_amount(value["up_to"], currency), parse_amount(value["pin_above"], currency))


def _settlement(settlement: Document) -> say.Settlement:
    return say.Settlement(
        payee=_rule(settlement["payee"]),
        cadence=_rule(settlement["cadence"]),
        model=_rule(settlement["model"]),
        review=_rule(settlement["review"], tuple),
        review_within=_span(settlement["review_within"]),
        correction_within=_span(settlement["correction_within"]),
        pay_within=_span(settlement["pay_within"]),
    )
