"""Decides how a simulation is told as a table: what, how many, how much, in English or Chinese."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.standards.money import format_amount
from services.voucher.wallet.domain.outlook import Dry, Outlook

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "applicants": "applicants",
        "served": "served",
        "waiting": "waiting or unserved",
        "refused": "refused",
        "budget": "budget",
        "left": "left",
        "dry": "budget runs dry at place {rank} (number {number}, {on})",
        "lasts": "budget lasts for everybody",
        "rule": "refused by {rule}, {clause}",
        "moved": "rate {points:+d} point",
        "as_is": "rate as it is",
        "needed": "{what}: needed to serve everybody in line",
        "issued": "{what}: issued of this budget",
        "queue_class": "class {value}",
        "size_class": "size {value}",
        "region": "region {value}",
        "of": "{what}: applied",
        "got": "{what}: served",
    },
    "zh-CN": {
        "applicants": "申领",
        "served": "获券",
        "waiting": "候补或未获券",
        "refused": "不予通过",
        "budget": "预算",
        "left": "剩余",
        "dry": "预算在第 {rank} 位用尽（编号 {number}，{on}）",
        "lasts": "预算足够全部申领",
        "rule": "因 {rule} 不予通过（{clause}）",
        "moved": "补贴比例 {points:+d} 个百分点",
        "as_is": "现行补贴比例",
        "needed": "{what}：满足全部所需",
        "issued": "{what}：本预算内发放",
        "queue_class": "类别 {value}",
        "size_class": "规模 {value}",
        "region": "地区 {value}",
        "of": "{what}：申领",
        "got": "{what}：获券",
    },
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: in words, how many applicants, and an amount as decimal text; None where there is none."""

    what: str
    applicants: int | None
    amount: str | None


def table(found: Outlook, *, currency: str, lang: str) -> list[Row]:
    """The rows of a simulation; lang: ``en`` or ``zh-CN``."""
    words = WORDS[lang]
    rows = (*_sums(found, words), *_rules(found, words), *_points(found, words), *_groups(found, words))
    return [Row(what, many, None if fen is None else format_amount(fen, currency)) for what, many, fen in rows]


_Said = tuple[str, int | None, int | None]


def _sums(found: Outlook, words: Mapping[str, str]) -> Iterator[_Said]:
    yield words["applicants"], found.applicants, found.asked
    yield words["refused"], found.refused, None
    yield words["served"], found.served, found.issued
    yield words["waiting"], found.waiting, None
    yield words["budget"], None, found.budget
    yield words["left"], None, found.left
    yield _dry(found.dry, words), None, None


def _dry(dry: Dry | None, words: Mapping[str, str]) -> str:
    if dry is None:
        return words["lasts"]
    return words["dry"].format(rank=dry.rank, number=dry.number, on=dry.came_on.isoformat())


def _rules(found: Outlook, words: Mapping[str, str]) -> Iterator[_Said]:
    for one in found.refusals:
        yield words["rule"].format(rule=one.rule or one.code, clause=one.clause or "–"), one.applicants, one.asked


def _points(found: Outlook, words: Mapping[str, str]) -> Iterator[_Said]:
    for one in found.points:
        what = words["moved" if one.points else "as_is"].format(points=one.points)
        yield words["needed"].format(what=what), None, one.needed
        yield words["issued"].format(what=what), one.served, one.issued


def _groups(found: Outlook, words: Mapping[str, str]) -> Iterator[_Said]:
    for one in found.groups:
        what = words[one.by].format(value=one.value)
        yield words["of"].format(what=what), one.applicants, one.asked
        yield words["got"].format(what=what), one.served, one.issued
