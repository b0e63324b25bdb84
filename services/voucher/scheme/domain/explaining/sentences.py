"""Says the rules that have more than one value: caps, the rate and its cases, splits, forms and awards."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.voucher.scheme.domain.caps import TIMES
from services.voucher.scheme.domain.explaining.values import Document, Teller


@dataclass(frozen=True, slots=True)
class Said:
    """One rule in a sentence. key: by which the same rule is found in another file; whom: a case's own, if any."""

    section: str
    key: str
    text: str
    source: str
    whom: str = ""


COUNTS = {
    "application_amount": ("金额", "at most {} may be asked for"),
    "issued": ("发放的金额", "at most {} is issued"),
    "applications": ("申请次数", "one applies at most {}"),
    "held": ("同时持有的金额", "at most {} is held at one time"),
    "authorised": ("约定的金额", "at most {} is agreed upon"),
    "authorised_times": ("约定的次数", "it is used at most {}"),
}
SUBJECTS = {
    "application": ("每份申请", "in each application"),
    "holder": ("每家用券单位", "for each holder"),
    "provider": ("每家服务机构", "for each provider"),
    "pair": ("同一用券单位与服务机构之间", "between one holder and one provider"),
    "contract": ("每份合同", "for each contract"),
    "redemption": ("每次用券", "each time vouchers are used"),
    "bucket": ("每家用券单位在{}类", "for each holder in {}"),
    "group": ("每组关联企业", "for each group of related firms"),
}


def caps(document: Document, tell: Teller) -> Iterator[Said]:
    """Each cap, and each of its cases."""
    for cap in document["caps"]:
        key = f"caps/{cap['cap']}"
        (what, counts), limit = COUNTS[cap["counts"]], _limit(cap, cap, tell)
        exact = cap.get("fixed", False)
        told = f"{_subject(cap, tell)}{_period(cap, tell)}"
        aid = cap.get("regime", "")
        aid = aid and tell.either(f"（计入国家援助“{tell.name(aid)}”）", f" (state aid, {tell.name(aid)})")
        zh, en = f"{told}{what}{'固定为' if exact else '不超过'}{limit}{aid}。", f"{counts.format(limit)} {told}{aid}."
        en = f"{en[:1].upper()}{en[1:]}".replace("At most", "Exactly" if exact else "At most")
        yield Said("caps", key, tell.either(zh, en), cap["source"])
        for place, case in enumerate(cap.get("cases", ())):
            whom, limit = tell.when(case["when"]), _limit(cap, case, tell)
            bound = tell.either("固定为" if exact else "不超过", "exactly" if exact else "at most")
            text = tell.either(f"其中{whom}的，{bound}{limit}。", f"In the case of {whom}: {bound} {limit}.")
            yield Said("caps", f"{key}/{place}", text, case["source"], whom)


def _subject(cap: Document, tell: Teller) -> str:
    return tell.either(*SUBJECTS[cap["subject"]]).format(tell.names(cap.get("categories", ["–"])))


def _period(cap: Document, tell: Teller) -> str:
    if cap["period"] == "year":
        day = _day(cap["year_of"], tell)
        return tell.either(f"每年（按{day}计年）", f" each year, counted by {day}")
    if cap["period"] == "rolling":
        return tell.either(f"连续{cap['months']}个月内", f" in any {cap['months']} months")
    return ""


def _day(word: str, tell: Teller) -> str:
    """A date by which something is looked up; of a contract, the day of its signature."""
    return tell.name("signed" if word == "contract" else word)


def _limit(cap: Document, said: Document, tell: Teller) -> str:
    if cap["counts"] in TIMES:
        return tell.either(f"{said['limit']}次", "once" if said["limit"] == "1" else f"{said['limit']} times")
    return tell.amount(said["limit"])


def rate(document: Document, tell: Teller) -> Iterator[Said]:
    """The general rate, and each of its cases."""
    said = document["rate"]
    base, tax, day = tell.name(said["base"]), tell.name(said["tax"]), _day(said["as_of"], tell)
    zh = f"补贴{base}（{tax}）的{_bands(said, tell)}，以{day}为准。"
    en = f"{_bands(said, tell)} of {base}, {tax}, as of {day}."
    yield Said("rate", "rate", tell.either(zh, en), said["source"])
    for place, case in enumerate(said.get("cases", ())):
        whom = tell.when(case["when"])
        text = tell.either(f"{whom}的，补贴{_bands(case, tell)}。", f"In the case of {whom}: {_bands(case, tell)}.")
        yield Said("rate", f"rate/{place}", text, case["source"], whom)


def _bands(said: Document, tell: Teller) -> str:
    if "share" in said:
        return tell.share(said["share"])
    *bounded, last = said["bands"]
    told, before = [], ""
    for band in bounded:
        share = tell.share(band["share"])
        start, end = before and tell.amount(before), tell.amount(band["up_to"])
        zh, en = (
            (f"{start}至{end}部分{share}", f"{share} from there to {end}") if start else (f"{end}以内部分{share}", "")
        )
        told.append(tell.either(zh, en or f"{share} up to {end}"))
        before = band["up_to"]
    share = tell.share(last["share"])
    told.append(tell.either(f"{tell.amount(before)}以上部分{share}", f"{share} of what is above"))
    return tell.either("、", ", ").join(told)


def form(document: Document, tell: Teller) -> Iterator[Said]:
    """The questions of the form, in one sentence."""
    said = document["applications"]["form"]
    labels = [tell.either(one["label"]["zh"], one["label"]["en"]) for one in said["value"]]
    if labels:
        told = tell.either("、", "; ").join(labels)
        yield Said(
            "applications", "applications/form", tell.either(f"须填报：{told}。", f"It states: {told}."), said["source"]
        )


def split(section: str, key: str, said: Document, tell: Teller) -> Iterator[Said]:
    """How what is paid is split among treasuries, and each case."""
    text = tell.either(f"由{_parts(said, tell)}分担。", f"It is shared: {_parts(said, tell)}.")
    yield Said(section, f"{key}/split", text, said["source"])
    for place, case in enumerate(said.get("cases", ())):
        whom = tell.when(case["when"])
        told = tell.either(f"{whom}的，由{_parts(case, tell)}分担。", f"In the case of {whom}: {_parts(case, tell)}.")
        yield Said(section, f"{key}/split/{place}", told, case["source"], whom)


def _parts(said: Document, tell: Teller) -> str:
    names = [tell.name(one["part"]) for one in said["parts"]]
    weights = ":".join(str(one["weight"]) for one in said["parts"])
    return tell.either(f"{'、'.join(names)}按{weights}", f"{' and '.join(names)} {weights}")


def awards(document: Document, tell: Teller) -> Iterator[Said]:
    """Each award with its cases, its ceiling, its limit and what it may be spent on."""
    for award in document.get("awards", ()):
        key, whom = f"awards/{award['award']}", tell.when(award["when"]) if "when" in award else ""
        title, payee = tell.either(award["title"]["zh"], award["title"]["en"]), tell.name(award["payee"]["value"])
        only = tell.either(f"，限{whom}", f", in the case of {whom}") if whom else ""
        zh, en = f"{title}付给{payee}：{_paid(award, award, tell)}{only}。", f"{title}, to {payee}: "
        yield Said("awards", key, tell.either(zh, f"{en}{_paid(award, award, tell)}{only}."), award["source"], whom)
        for place, case in enumerate(award.get("cases", ())):
            told, who = _paid(award, case, tell), tell.when(case["when"])
            text = tell.either(f"其中{who}的：{told}。", f"Of these, in the case of {who}: {told}.")
            yield Said("awards", f"{key}/{place}", text, case["source"], who)
        yield from _bounds(key, award, tell)
        if "split" in award:
            yield from split("awards", key, award["split"], tell)


def _paid(award: Document, said: Document, tell: Teller) -> str:
    base = tell.name(award["base"])
    if "amount" in said:
        amount = tell.amount(said["amount"])
        return amount if award["base"] == "fixed" else tell.either(f"{base}{amount}", f"{amount} for {base}")
    if "share" in said:
        return tell.either(f"{base}的{tell.share(said['share'])}", f"{tell.share(said['share'])} of {base}")
    return tell.either(f"以{base}为基数，比例尚未公布", f"on {base}, at a rate that nobody has published")


def _bounds(key: str, award: Document, tell: Teller) -> Iterator[Said]:
    if "ceiling" in award:
        value, less = award["ceiling"]["value"], tell.names(award["ceiling"]["value"].get("less", ()) or ["none"])
        share, of = tell.share(value["share"]), tell.name(value["of"])
        without = tell.either(f"减去{less}", f" less {less}") if "less" in value else ""
        text = tell.either(f"合计不超过{of}的{share}{without}。", f"At most {share} of {of}{without}.")
        yield Said("awards", f"{key}/ceiling", text, award["ceiling"]["source"])
    if "regime" in award:
        value = award["regime"]["value"]
        name, limit, months = tell.name(value["name"]), tell.amount(value["limit"]), value["months"]
        text = tell.either(
            f"计入国家援助“{name}”，关联企业组连续{months}个月内合计不超过{limit}。",
            f"State aid, {name}: at most {limit} over {months} months for a group of related undertakings.",
        )
        yield Said("awards", f"{key}/regime", text, award["regime"]["source"])
    if "limit" in award:
        limit, period = tell.amount(award["limit"]["value"]), tell.name(award["period"])
        text = tell.either(f"{period}不超过{limit}。", f"At most {limit}, {period}.")
        yield Said("awards", f"{key}/limit", text, award["limit"]["source"])
    if "once_per" in award:
        facts = [tell.fact(one) for one in award["once_per"]["value"]]
        text = tell.either(f"按{'、'.join(facts)}各给一次。", f"Once for each {' and '.join(facts)}.")
        yield Said("awards", f"{key}/once_per", text, award["once_per"]["source"])
    if "spend_on" in award:
        use, within = tell.names(award["spend_on"]["value"]), tell.span(award["report_within"]["value"])
        text = tell.either(
            f"只能用于{use}，{within}内报告使用情况。", f"Spent on {use} only, and reported within {within}."
        )
        yield Said("awards", f"{key}/spend_on", text, award["spend_on"]["source"])
