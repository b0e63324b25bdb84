"""A second evaluator of scheme files: plain dicts and fractions, and no line of it shared with the engine."""

import json
from fractions import Fraction
from typing import Any

Doc = dict[str, Any]
DAYS = {"contract": "contract_date", "issue": "issued_on", "authorise": "authorised_on", "completion": "completed_on"}


def fen(text: str) -> int:
    return int(Fraction(text) * 100)


def text(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def answer(file: str, case: Doc) -> Doc:
    """What a file (in JSON, which is YAML too) answers to a case; only the fields that apply."""
    doc = json.loads(file)
    if doc["family"] == "award":
        return awards(doc, doc["awards"][0], case)
    return over_issued(case) if "approved" in case else price(doc, case)


def known(doc: Doc, case: Doc, word: str) -> list[str]:
    """What a case says of a word, as a list; a region as its codes."""
    if word.endswith("region"):
        return codes(doc, [case[word]]) if word in case else []
    said = case.get(word, "organization" if word == "holder" else [])
    return said if isinstance(said, list) else [said]


def codes(doc: Doc, names: list[str]) -> list[str]:
    return [code for name in names for code in doc.get("regions", {}).get(name, [name])]


def holds(doc: Doc, case: Doc, when: Doc, as_of: str | None) -> bool:
    day = case.get(DAYS.get(as_of or "authorise", "-"), doc["effective"]["value"])
    if not when.get("from", "") <= day <= when.get("until", "9999"):
        return False
    return all(among(doc, case, word, when[word]) for word in when if word not in ("from", "until"))


def among(doc: Doc, case: Doc, word: str, values: list[str]) -> bool:
    found = known(doc, case, word)
    if word.endswith("region"):
        provinces = [one[:2] for one in codes(doc, values) if one.endswith("0000")]
        cities = [one[:4] for one in codes(doc, values) if one.endswith("00") and not one.endswith("0000")]
        districts = [one for one in codes(doc, values) if not one.endswith("00")]
        return any(one.startswith((*provinces, *cities, *districts)) for one in found)
    return bool(set(found) & set(values))


def first(doc: Doc, case: Doc, rule: Doc, as_of: str | None) -> tuple[int, Doc]:
    for place, one in enumerate(rule.get("cases", [])):
        if holds(doc, case, one["when"], as_of):
            return place, one
    return -1, rule


def exact(rate: Doc, base: int) -> Fraction:
    total, start = Fraction(0), 0
    for band in rate.get("bands", [{"share": rate.get("share")}]):
        end = min(base, fen(band["up_to"])) if "up_to" in band else base
        total, start = total + Fraction(band["share"]) * max(0, end - start), max(start, end)
    return total


def lines_of(doc: Doc, case: Doc) -> tuple[int, list[tuple[str | None, int]]]:
    """What is paid in all, and the base of each eligible line with its category."""
    eligible = [None, *doc["exclusions"]["categories"]["value"]]
    if "lines" in case:
        whole = sum(fen(one["amount"]) for one in case["lines"])
        lines = [(one["category"], fen(one["amount"]), one["tax"]) for one in case["lines"]]
    else:
        told = [fen(case[word]) for word in ("invoice", "settled", "fee") if word in case]
        whole, kind = told[0], doc["rate"]["base"]
        base = told[-1] if kind == "contract" else told[0] if kind == "invoice" else min(told)
        lines = [(case.get("category"), base, case.get("tax", "0"))]
    taxed = doc["rate"]["tax"] == "included"
    return whole, [(one, base if taxed else max(0, base - fen(tax))) for one, base, tax in lines if one in eligible]


def price(doc: Doc, case: Doc) -> Doc:
    rate = doc["rate"]
    whole, lines = lines_of(doc, case)
    wallet = {"left_in_wallet": case["wallet"]} if "wallet" in case else {}
    if not lines:
        return {"subsidy": "0.00", "self_paid": text(whole)} | wallet
    amount = min(rated(doc, case, rate, lines), whole, fen(case.get("wallet", text(whole))))
    for cap in doc["caps"]:
        limit, used = first(doc, case, cap, cap.get("as_of"))[1]["limit"], case.get("counted", {}).get(cap["cap"])
        if cap["counts"] == "authorised_times" and (used or 0) >= int(limit):
            amount = 0
        if cap["counts"] == "authorised":
            this_year = case.get("used_this_year", "0") if cap["period"] == "year" else "0"
            amount = min(amount, max(0, fen(limit) - fen(used or this_year)))
    found = {
        "base": text(sum(base for _, base in lines)),
        "subsidy": text(amount),
        "self_paid": text(whole - amount),
    }
    wallet = {name: text(fen(held) - amount) for name, held in wallet.items()}
    return found | wallet | parts(doc, case, doc["settlement"], rate["as_of"], amount)


def rated(doc: Doc, case: Doc, rate: Doc, lines: list[tuple[str | None, int]]) -> int:
    """Each line floored by itself, or the lines of one rate summed and the sum over all rates floored once."""
    of_line = [(case | ({"category": one} if one else {}), base) for one, base in lines]
    found = [(*first(doc, said, rate, rate["as_of"]), base) for said, base in of_line]
    if rate.get("each") == "line":
        return sum(int(exact(one, base)) for _, one, base in found)
    rates = {place: one for place, one, _ in found}
    return int(sum(exact(one, sum(base for other, _, base in found if other == place)) for place, one in rates.items()))


def parts(doc: Doc, case: Doc, rule: Doc, as_of: str, amount: int) -> Doc:
    if "split" not in rule:
        return {}
    weights = {one["part"]: one["weight"] for one in first(doc, case, rule["split"], as_of)[1]["parts"]}
    shares = {name: Fraction(amount * weight, sum(weights.values())) for name, weight in weights.items()}
    left = amount - sum(map(int, shares.values()))
    odd = sorted(weights, key=lambda name: int(shares[name]) - shares[name])[:left]
    return {"split": {name: text(int(shares[name]) + (1 if name in odd else 0)) for name in weights}}


def over_issued(case: Doc) -> Doc:
    approved, budget = [fen(one) for one in case["approved"]], fen(case["budget"])
    paid = [one * min(budget, sum(approved)) // sum(approved) for one in approved]
    return {"paid": [text(one) for one in paid], "left": text(budget - sum(paid))}


def awards(doc: Doc, award: Doc, case: Doc) -> Doc:
    """What one award on a figure pays: its share, under the joint ceiling and its limit."""
    figures: Doc = case | {"upper_award": case["provincial"], "services": case["provider_services"]}
    base, share = fen(figures[award["base"]]), first(doc, case, award, award["as_of"])[1]["share"]
    if not holds(doc, case, award.get("when", {}), award["as_of"]):
        return {"base": text(base), "subsidy": "0.00"}
    amounts = [int(base * Fraction(share))]
    if "ceiling" in award:
        ceiling = award["ceiling"]["value"]
        whole = int(fen(figures[ceiling["of"]]) * Fraction(ceiling["share"]))
        amounts.append(max(0, whole - sum(fen(figures[one]) for one in ceiling.get("less", []))))
    if "limit" in award:
        amounts.append(max(0, fen(award["limit"]["value"]) - fen(case.get("given_this_year", "0"))))
    name = "reward" if award["payee"]["value"] == "provider" else "subsidy"
    return {"base": text(base), name: text(min(amounts))} | parts(doc, case, award, award["as_of"], min(amounts))
