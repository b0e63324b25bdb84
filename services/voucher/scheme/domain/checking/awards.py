"""Finds what is wrong with awards: amounts without what they are for, shares of nothing, limits without a period."""

from collections.abc import Iterator, Sequence

from services.voucher.scheme.domain.checking.cases import OF_AWARD, cases, when
from services.voucher.scheme.domain.checking.fault import Document, Fault, amount, nothing, twice
from services.voucher.scheme.domain.checking.settlement import split
from services.voucher.scheme.domain.eligibility import NOT_YET_FIRMS
from services.voucher.scheme.domain.words import AWARD, Words

IN_AMOUNTS = frozenset({"fixed", "added_area", "services_opened"})
"""Bases that are paid an amount for each; all others are figures of money, of which a share is paid."""
DAYS = ("completion", "submission")
"""The days that an award can be asked for: one that its payee proves, and that of its claim."""
OF_SPACE = (*DAYS, "recognition")
"""Of a space the day of its recognition too, which the registry knows."""


def awards(document: Document) -> Iterator[Fault]:
    """Faults of the section `awards`, where there is one."""
    said = document.get("awards", [])
    yield from twice("/awards", said, "award", "scheme.named_twice")
    if document["family"] == AWARD:
        yield from _own(document)
    for place, award in enumerate(said):
        yield from _award(f"/awards/{place}", award, document)


def _own(document: Document) -> Iterator[Fault]:
    """What a scheme of awards says twice or cannot have: its one way of payment and review, and no vouchers."""
    settlement, payees = document["settlement"], {award["payee"]["value"] for award in document["awards"]}
    if settlement["model"]["value"] == "escrow":
        yield Fault("/settlement/model/value", "scheme.award_model", {"model": "escrow"})
    if settlement["payee"]["value"] not in payees:
        numbers = {"payee": settlement["payee"]["value"], "payees": ", ".join(sorted(payees))}
        yield Fault("/settlement/payee/value", "scheme.award_payee", numbers)
    said = document.get("applications", {})
    for key in ("review", "review_within", "correction_within"):
        if key in said and said[key]["value"] != settlement[key]["value"]:
            yield Fault(f"/applications/{key}/value", "scheme.award_reviewed_twice", {"key": key})
    for key in ("audit_sample", "second_review"):
        if key in said:
            yield Fault(f"/applications/{key}", "scheme.not_in_awards", {"key": key})
    if "audit_sample" in settlement:
        yield Fault("/settlement/audit_sample", "scheme.not_in_awards", {"key": "audit_sample"})


def _award(at: str, award: Document, document: Document) -> Iterator[Fault]:
    words, other = Words.of(document), award.get("cases", ())
    yield from _paid(at, award, award, document["currency"])
    if "amount" not in award and award["base"] in IN_AMOUNTS and not other:
        yield Fault(at, "scheme.award_amount_missing", {"award": award["award"]})
    yield from cases(f"{at}/cases", other, words, known=OF_AWARD)
    for place, case in enumerate(other):
        yield from _paid(f"{at}/cases/{place}", award, case, document["currency"])
    if "when" in award:
        yield from when(f"{at}/when", award["when"], known=OF_AWARD)
    yield from _holders(at, award, document["who"]["holders"]["value"])
    yield from _pairs(at, award)
    yield from _ceiling(at, award)
    yield from _day(at, award)
    if award["base"] == "services" and (document["family"] == AWARD or award["payee"]["value"] != "provider"):
        yield Fault(f"{at}/base", "scheme.award_services")
    if "regime" in award:
        yield from _regime(at, award["regime"]["value"], document)
    if "limit" in award:
        yield from amount(f"{at}/limit/value", award["limit"]["value"], document["currency"])
    if "split" in award:
        yield from split(f"{at}/split", award["split"], words, known=OF_AWARD)


def _regime(at: str, said: Document, document: Document) -> Iterator[Fault]:
    """One regime has one ceiling in a file, whether vouchers or awards use it up."""
    yield from amount(f"{at}/regime/value/limit", said["limit"], document["currency"])
    caps = [cap for cap in document.get("caps", ()) if cap.get("regime") == said["name"]]
    others = [(cap.get("months"), cap["limit"]) for cap in caps]
    for award in document["awards"]:
        other = award.get("regime", {}).get("value")
        if other is not None and other["name"] == said["name"]:
            others.append((other["months"], other["limit"]))
    if any(one != (said["months"], said["limit"]) for one in others):
        yield Fault(f"{at}/regime/value", "scheme.regime_limits", {"regime": said["name"]})


def _holders(at: str, award: Document, holders: Sequence[str]) -> Iterator[Fault]:
    """Teams and persons have no bank account that a treasury could pay an award to."""
    given = set(holders) & set(award.get("when", {}).get("holder", holders))
    if award["payee"]["value"] == "holder" and (unpaid := given & NOT_YET_FIRMS):
        numbers = {"award": award["award"], "holders": ", ".join(sorted(unpaid))}
        yield Fault(f"{at}/payee/value", "scheme.award_holders", numbers)


def _day(at: str, award: Document) -> Iterator[Fault]:
    """A day that nobody can know, or show, when the award is claimed."""
    days = OF_SPACE if award["payee"]["value"] == "space" else DAYS
    if award["as_of"] not in days:
        numbers = {"as_of": award["as_of"], "days": ", ".join(days), "payee": award["payee"]["value"]}
        yield Fault(f"{at}/as_of", "scheme.award_day", numbers)


def _paid(at: str, award: Document, said: Document, currency: str) -> Iterator[Fault]:
    """An amount where units are counted, a share where money is."""
    wrong = "share" if award["base"] in IN_AMOUNTS else "amount"
    if wrong in said:
        yield Fault(f"{at}/{wrong}", "scheme.award_paid_by", {"base": award["base"], "found": wrong})
    if "amount" in said:
        yield from amount(f"{at}/amount", said["amount"], currency)
    yield from nothing(at, said)


def _pairs(at: str, award: Document) -> Iterator[Fault]:
    """Two rules that mean nothing without each other."""
    for one, other in (("limit", "period"), ("spend_on", "report_within")):
        if (one in award) != (other in award):
            there, missing = (one, other) if one in award else (other, one)
            yield Fault(f"{at}/{there}", "scheme.award_pair", {"found": there, "key": missing})


def _ceiling(at: str, award: Document) -> Iterator[Fault]:
    if "ceiling" not in award:
        return
    value, pointer = award["ceiling"]["value"], f"{at}/ceiling/value"
    yield from nothing(pointer, value)
    if value["of"] in value.get("less", ()):
        yield Fault(f"{pointer}/less", "scheme.ceiling_of_itself", {"figure": value["of"]})
