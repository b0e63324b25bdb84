"""Reads a scheme file's document, already checked against the schema, into the frozen values of `scheme`."""

from datetime import date
from fractions import Fraction
from typing import Any

from services.chassis.refusals import Refusal
from services.voucher.scheme.domain.allocation import Allocation, Backing, ClassShare, Opening, PriorityList
from services.voucher.scheme.domain.applications import Applications, Field
from services.voucher.scheme.domain.award_document import award
from services.voucher.scheme.domain.caps import TIMES, Cap, CapCase
from services.voucher.scheme.domain.eligibility import Ceilings, Team, Who
from services.voucher.scheme.domain.evidence import Evidence, Instant
from services.voucher.scheme.domain.exclusions import ALL, Exclusions
from services.voucher.scheme.domain.rate import Band, Rate, RateCase, Rates, kind_of
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import AwardScheme, Scheme
from services.voucher.scheme.domain.settlement import Settlement, Window
from services.voucher.scheme.domain.validity import After, Terms, Validity, day_or_after
from services.voucher.scheme.domain.words import (
    AWARD,
    Document,
    Words,
    rule,
    rule_or_none,
    source_of,
    span,
    working_days,
)


def read(document: Document) -> Scheme:
    """The scheme that a document says. The document has passed the schema and `checks.faults`.

    Refusal ``scheme.no_vouchers`` for one of the family ``award``: `read_awards` reads it.
    """
    if document["family"] == AWARD:
        raise Refusal("scheme.no_vouchers", numbers={"scheme": document["scheme"]})
    words = Words.of(document)
    return Scheme(
        family=document["family"],
        allocation=_allocation(document["allocation"], words),
        caps=tuple(_cap(one, words) for one in document["caps"]),
        backing=rule(document["backing"], _backing),
        rates=_rates(document["rate"], words),
        exclusions=_exclusions(document["exclusions"]),
        validity=_validity(document["validity"]),
        leftover=rule(document["leftover"]),
        evidence=_evidence(document["evidence"], words),
        under_use=rule(document["under_use"], lambda share: None if share is None else Fraction(share)),
        **_common(document, words),
    )


def read_awards(document: Document) -> AwardScheme:
    """The same of a document of the family ``award``."""
    return AwardScheme(**_common(document, Words.of(document)))


def _common(document: Document, words: Words) -> dict[str, Any]:
    """The sections that schemes of every family have."""
    applications, settlement = document.get("applications"), document["settlement"]
    return {
        "id": document["scheme"],
        "title_zh": document["title"]["zh"],
        "title_en": document["title"]["en"],
        "bureau": document["bureau"],
        "zone": document["zone"],
        "currency": document["currency"],
        "basis": tuple(source_of(one) for one in document["basis"]),
        "effective": date.fromisoformat(document["effective"]["value"]),
        "follows": rule_or_none(document.get("follows")),
        "who": _who(document["who"], words),
        "applications": None if applications is None else _applications(applications),
        "disclosure": rule(document["disclosure"], span),
        "settlement": _settlement(settlement, words),
        "awards": tuple(award(one, words, settlement.get("split")) for one in document.get("awards", ())),
        "sanctions": rule_or_none(document.get("sanctions"), lambda value: int(value["years"])),
    }


def _who(who: Document, words: Words) -> Who:
    return Who(
        holders=rule(who["holders"], tuple),
        registered_in=rule_or_none(who.get("registered_in"), words.places),
        size_class=rule_or_none(who.get("size_class"), tuple),
        good_standing=rule(who["good_standing"]),
        off_site=rule_or_none(who.get("off_site")),
        legal_form=rule_or_none(who.get("legal_form"), tuple),
        ceilings=rule_or_none(who.get("ceilings"), lambda value: _ceilings(value, words)),
        trading=rule_or_none(who.get("trading"), lambda value: int(value["months"])),
        listed=rule_or_none(who.get("listed"), tuple),
        team=rule_or_none(who.get("team"), lambda value: Team(value["members"], tuple(value["resident_in"]))),
    )


def _ceilings(value: Document, words: Words) -> Ceilings:
    sales, assets = (words.amount(value[name]) if name in value else None for name in ("sales", "assets"))
    return Ceilings(value["years"], value.get("staff"), sales, assets)


def _allocation(allocation: Document, words: Words) -> Allocation:
    return Allocation(
        method=rule(allocation["method"]),
        opens=rule(allocation["opens"], words.minute),
        closes=rule(allocation["closes"], words.minute),
        one_live_application=rule(allocation["one_live_application"]),
        priority=rule(allocation["priority"], lambda value: PriorityList(value["list"], tuple(value["classes"]))),
        results_within=working_days(allocation["results_within"]),
        allocate_until=rule(allocation["allocate_until"], date.fromisoformat),
        last_place=rule(allocation["last_place"]),
        waiting_list=rule(allocation["waiting_list"]),
        class_shares=rule_or_none(allocation.get("class_shares"), _class_shares),
        spent_first=rule_or_none(allocation.get("spent_first")),
        windows=rule_or_none(allocation.get("windows"), lambda value: tuple(_opening(one, words) for one in value)),
    )


def _opening(said: Document, words: Words) -> Opening:
    opens, closes = (words.minute(said[name]) for name in ("opens", "closes"))
    return Opening(opens, closes, date.fromisoformat(said["allocate_until"]))


def _class_shares(value: list[Document]) -> tuple[ClassShare, ...]:
    return tuple(ClassShare(one["class"], Fraction(one["at_most"])) for one in value)


def _backing(value: str | Document) -> Backing:
    if isinstance(value, str):
        return Backing()
    return Backing(Fraction(value["factor"]), date.fromisoformat(value["prorata_on"]))


def _cap(cap: Document, words: Words) -> Cap:
    def limit(text: str) -> int:
        return int(text) if cap["counts"] in TIMES else words.amount(text)

    return Cap(
        id=cap["cap"],
        counts=cap["counts"],
        subject=cap["subject"],
        period=cap["period"],
        year_of=cap.get("year_of"),
        limit=limit(cap["limit"]),
        source=cap["source"],
        as_of=cap.get("as_of"),
        categories=tuple(cap.get("categories", ())),
        months=cap.get("months"),
        regime=cap.get("regime"),
        fixed=cap.get("fixed", False),
        cases=tuple(
            CapCase(words.when(one["when"]), limit(one["limit"]), one["source"]) for one in cap.get("cases", ())
        ),
    )


def _rates(rate: Document, words: Words) -> Rates:
    bands = _bands(rate, words)
    general = Rate(
        kind=kind_of(bands),
        bands=bands,
        base=rate["base"],
        until_invoice=rate["until_invoice"],
        source=rate["source"],
        as_of=rate["as_of"],
        taxed=rate["tax"] == "included",
        line_by_line=rate.get("each") == "line",
    )
    cases = rate.get("cases", ())
    return Rates(general, tuple(RateCase(words.when(one["when"]), _bands(one, words), one["source"]) for one in cases))


def _bands(said: Document, words: Words) -> tuple[Band, ...]:
    if "share" in said:
        return (Band(Fraction(said["share"])),)
    return tuple(
        Band(Fraction(one["share"]), words.amount(one["up_to"]) if "up_to" in one else None) for one in said["bands"]
    )


def _exclusions(exclusions: Document) -> Exclusions:
    return Exclusions(
        categories=rule(exclusions["categories"], lambda value: (ALL,) if value == ALL else tuple(value)),
        related_parties=rule(exclusions["related_parties"]),
        services=rule_or_none(exclusions.get("services"), tuple),
        funded=rule_or_none(exclusions.get("funded")),
        subcontracted=rule_or_none(exclusions.get("subcontracted")),
        providers=rule_or_none(exclusions.get("providers"), tuple),
        offerings=rule_or_none(exclusions.get("offerings"), tuple),
    )


def _terms(terms: Document) -> Terms:
    return Terms(
        use_by=_ends(terms, "use_by"),
        deliver_by=_ends(terms, "deliver_by"),
        claim_by=_ends(terms, "claim_by"),
        completed_from=rule(terms["completed_from"], _day_or_none),
        completed_until=rule(terms["completed_until"], _day_or_none),
    )


def _ends(terms: Document, name: str) -> Rule[date | After]:
    return rule(terms[name], lambda _: day_or_after(terms, name))


def _day_or_none(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _validity(validity: Document) -> Validity:
    return Validity(
        issued=_terms(validity["issued"]),
        backfilled=_terms(validity.get("backfilled", validity["issued"])),
        may_predate_voucher=rule(validity["may_predate_voucher"]),
        proposal_lapses=working_days(validity["proposal_lapses"]),
        restores_allowance=rule(validity["restores_allowance"]),
        extension=rule(validity["extension"], lambda value: None if value is None else int(value["days"])),
        year_end_void=rule(validity["year_end_void"]),
        reminders=rule(validity["reminders"], tuple),
    )


def _applications(said: Document) -> Applications:
    return Applications(
        form=rule(said["form"], lambda fields: tuple(_field(one) for one in fields)),
        review=rule(said["review"], tuple),
        review_within=working_days(said["review_within"]),
        correction_within=working_days(said["correction_within"]),
        refusal_reasons=rule(said["refusal_reasons"], tuple),
        appeal_within=working_days(said["appeal_within"]),
        audit_sample=rule_or_none(said.get("audit_sample"), Fraction),
        second_review=rule_or_none(said.get("second_review"), Fraction),
    )


def _field(said: Document) -> Field:
    label = said["label"]
    return Field(
        said["field"], said["kind"], label["zh"], label["en"], said["required"], tuple(said.get("choices", ()))
    )


def _evidence(evidence: Document, words: Words) -> Evidence:
    return Evidence(
        invoice=rule(evidence["invoice"]),
        bank_slip=rule(evidence["bank_slip"]),
        confirmed_by=rule(evidence["confirmed_by"]),
        silence_accepts=working_days(evidence["silence_accepts"]),
        rating=rule(evidence["rating"]),
        instant=rule(evidence["instant"], lambda value: _instant(value, words)),
        service_centre=rule_or_none(evidence.get("service_centre")),
    )


def _instant(value: Document | None, words: Words) -> Instant | None:
    return None if value is None else Instant(words.amount(value["up_to"]), words.amount(value["pin_above"]))


def _settlement(settlement: Document, words: Words) -> Settlement:
    return Settlement(
        payee=rule(settlement["payee"]),
        cadence=rule(settlement["cadence"]),
        model=rule(settlement["model"]),
        review=rule(settlement["review"], tuple),
        review_within=working_days(settlement["review_within"]),
        correction_within=working_days(settlement["correction_within"]),
        pay_within=working_days(settlement["pay_within"]),
        claims=rule_or_none(settlement.get("claims"), lambda value: _window(value, words)),
        split=words.split(settlement.get("split")),
        audit_sample=rule_or_none(settlement.get("audit_sample"), Fraction),
    )


def _window(value: Document, words: Words) -> Window:
    return Window(words.minute(value["opens"]), words.minute(value["closes"]))
