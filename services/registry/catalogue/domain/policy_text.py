"""Decides what a policy paper is from its text as it was found, with the furniture of the page around it.

What is printed is kept as printed, traditional characters and lost brackets included; what is odd is noted.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from services.registry.catalogue.domain.policy import Paper, PolicyFacts, PolicyStatus
from services.registry.catalogue.domain.policy_clauses import clauses_in

_DRAFT = re.compile(r"征求意见稿|徵求意見稿")
_KIND = "(?:意见|意見|方案|办法|辦法|细则|細則|通知|规定|規定|计划|計劃|措施)(?:[(（][^()（）\n]*[)）])?"
_TITLE = re.compile(
    rf"^[ \u3000]*(?:\S+?〔\d{{4}}〕\d+[号號])?(?P<title>\S*(?:关于|關於)\s*\S+?{_KIND}|\S+?{_KIND})\s*?$", re.MULTILINE
)
_OFFICE = re.compile(r"(?P<issuer>.+?人民政府(?:办公室|办公厅|辦公室|辦公廳)?)(?:关于|關於)")
_PLACE = re.compile(r"(?P<issuer>[^省市县縣]{2,8}[省市县縣])")
_NUMBER = re.compile(r"^[ \u3000]*(?P<number>[\u4e00-\u9fff]{2,8}〔\d{4}〕\d+[号號])", re.MULTILINE)
_BODY = re.compile(r"(?:^[ \u3000]*|(?<=[)）]))一、", re.MULTILINE)
_LOST_BRACKET = re.compile(r"〔\d{5,}[号號]")
_SENTENCE_ENDS = ("。", "！", "？", "；", "”", ")", "）")

_FORM_MADE = re.compile(r"\[成文日期\]\s*(\d{4})-(\d{2})-(\d{2})")
_FORM_PUBLISHED = re.compile(r"\[[發发][佈布]日期\]\s*(\d{4})-(\d{2})-(\d{2})")
_PAGE_PUBLISHED = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日 +\d{1,2}:\d{2}", re.MULTILINE)
_CLOSING = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_BROKEN = re.compile(r"^\s*(\d{4})\s+(\d{2,4})\s*$")


@dataclass(frozen=True, slots=True)
class _Cut:
    """A text in three: up to the first chapter, the clauses, and what follows the signature."""

    head: str
    body: str
    tail: str


def parse(text: str) -> Paper:
    """Read a paper from its text: what it is, and its clauses; what cannot be told is left out and never guessed."""
    begin = _BODY.search(text)
    start = len(text) if begin is None else begin.start()
    title = _title(text[:start])
    issuer = _issuer(title)
    cut = _cut(text, start, issuer)
    clauses = clauses_in(cut.body)
    number = _NUMBER.search(cut.head)
    status = _status(title, cut.body)
    made, broken = _made(cut)
    facts = PolicyFacts(
        title=title,
        issuer=issuer,
        number=None if number is None else number["number"],
        made=made,
        published=_day(_FORM_PUBLISHED.search(cut.head)) or _day(_PAGE_PUBLISHED.search(cut.head)),
        status=status,
    )
    return Paper(_noted(facts, cut, broken=broken), clauses)


def _title(head: str) -> str:
    found = _TITLE.search(head)
    return "" if found is None else "".join(found["title"].split())


def _issuer(title: str) -> str:
    found = _OFFICE.match(title) or _PLACE.match(title)
    return "" if found is None else found["issuer"]


def _cut(text: str, start: int, issuer: str) -> _Cut:
    """The body ends where its issuer has signed, alone on a line."""
    signed = re.search(rf"^\s*{re.escape(issuer)}\s*$", text[start:], re.MULTILINE) if issuer else None
    end = len(text) if signed is None else start + signed.start()
    return _Cut(text[:start], text[start:end], "" if signed is None else text[start + signed.end() :])


def _status(title: str, body: str) -> PolicyStatus:
    if _DRAFT.search(title):
        return PolicyStatus.DRAFT
    return PolicyStatus.IN_FORCE if body.rstrip().endswith(_SENTENCE_ENDS) else PolicyStatus.INCOMPLETE


def _made(cut: _Cut) -> tuple[date | None, bool]:
    """The day on which it was made, and whether its print is broken over lines, without the words for month and day."""
    whole = _day(_FORM_MADE.search(cut.head)) or _day(_CLOSING.search(cut.tail))
    broken = _BROKEN.match(cut.tail)
    if whole is not None or broken is None:
        return whole, False
    year, figures = broken.groups()
    days = [_day_of(year, figures[:place], figures[place:]) for place in range(1, len(figures))]
    possible = [day for day in days if day is not None]
    return (possible[0], True) if len(possible) == 1 else (None, False)


def _day(found: re.Match[str] | None) -> date | None:
    return None if found is None else _day_of(*found.groups())


def _day_of(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _noted(facts: PolicyFacts, cut: _Cut, *, broken: bool) -> PolicyFacts:
    """The same with what a reader of the print should know."""
    draft, incomplete = facts.status is PolicyStatus.DRAFT, facts.status is PolicyStatus.INCOMPLETE
    told = [
        ("brackets lost inside the text", _LOST_BRACKET.search(cut.head + cut.body) is not None),
        ("the closing date is broken over lines", broken),
        ("no number", facts.number is None and not draft),
        ("cut off in mid-sentence", incomplete),
        ("征求意见稿", draft),
        ("clauses name their responsible bureaus", "责任单位" in cut.body),
    ]
    return replace(facts, note="; ".join(note for note, is_so in told if is_so) or None)
