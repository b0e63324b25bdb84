"""Decides which numbered clauses the body of a policy paper has, from how they are printed.

A mark counts only where its number is the next one. So a figure in the prose begins no clause, a mark that lost its dot
(3IC装备) still does, and sections that are numbered through from chapter to chapter are told from those that are not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from services.registry.catalogue.domain.bureaus import charges_of
from services.registry.catalogue.domain.policy import Clause, ClauseLevel, Paragraph

HEADING_LENGTH = 40
"""A first sentence that is longer is no heading as a whole; its first part is."""

_FIGURES = ("零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_FIGURE = "[一二三四五六七八九十]{1,3}"
_MARK = re.compile(
    rf"\s*(?:(?P<chapter>{_FIGURE})、|[(（](?P<section>{_FIGURE})[)）]|(?P<item>[0-9]{{1,2}})(?![0-9])[.．、]?"
    rf"|(?P<first>{_FIGURE})是)(?P<rest>.*)"
)
_HEADING_ENDS = re.compile(r"[。:：]")
_PART_ENDS = re.compile(r"[,，;；]")
_TEXT_ENDS = ("；", ";", ")", "）")
_DASH = re.compile(r"(?<=。)(?=——)")


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the numbering has come."""

    chapter: int = 0
    section: int = 0
    item: int = 0

    def next(self, mark: re.Match[str]) -> "_Place | None":
        """The place at which a mark stands; None when it is not the next of its kind."""
        if mark["chapter"] is not None:
            following = replace(self, chapter=self.chapter + 1, item=0)
            return following if mark["chapter"] == _figure(following.chapter) else None
        if self.chapter == 0:
            return None
        if mark["section"] is not None:
            return self._section(mark["section"])
        following = replace(self, item=self.item + 1)
        expected = str(following.item) if mark["item"] is not None else _figure(following.item)
        return following if expected == (mark["item"] or mark["first"]) else None

    def _section(self, printed: str) -> "_Place | None":
        """Numbered through, or anew in each chapter."""
        for number in (self.section + 1, 1):
            if printed == _figure(number):
                return replace(self, section=number, item=0)
        return None


@dataclass(slots=True)
class _Open:
    """A clause while its lines are read."""

    id: str
    level: ClauseLevel
    heading: str
    lines: list[str] = field(default_factory=list)

    def closed(self) -> Clause:
        paragraphs = tuple(Paragraph(line, charges_of(line)) for line in self.lines)
        return Clause(self.id, self.level, self.heading, paragraphs)


def clauses_in(body: str) -> tuple[Clause, ...]:
    """Give the clauses of a paper's body in the order of print; what stands before the first chapter is in none."""
    place, path, read = _Place(), ["", ""], list[_Open]()
    for line in _lines(body):
        mark = _MARK.match(line)
        following = None if mark is None else place.next(mark)
        if mark is None or following is None:
            if read:
                read[-1].lines.append(line)
            continue
        place = following
        read.append(_begun(mark, path))
    return tuple(one.closed() for one in read)


def _begun(mark: re.Match[str], path: list[str]) -> _Open:
    """The clause that a mark begins. path: the chapter it lies in, and what of the section's id follows; kept."""
    rest = mark["rest"].strip()
    if mark["chapter"] is not None:
        path[:] = [mark["chapter"], ""]
        level, own = ClauseLevel.CHAPTER, ""
    elif mark["section"] is not None:
        path[1] = f"({mark['section']})"
        level, own = ClauseLevel.SECTION, ""
    else:
        level, own = ClauseLevel.ITEM, mark["item"] or f"{mark['first']}是"
    alone = "。" not in rest and not rest.endswith(_TEXT_ENDS)
    return _Open("".join(path) + own, level, _heading(rest), [] if alone else [rest])


def _heading(text: str) -> str:
    sentence = _HEADING_ENDS.split(text)[0]
    return sentence if len(sentence) <= HEADING_LENGTH else _PART_ENDS.split(sentence)[0]


def _lines(body: str) -> list[str]:
    lines = [line.strip() for line in body.splitlines()]
    kept = [line for line in lines if line]
    return kept if len(kept) > 1 else list(_unfolded("".join(kept)))


def _unfolded(text: str) -> Iterator[str]:
    """The lines of a paper that was handed down without line breaks: each begins where the next mark stands."""
    place, start = _Place(), 0
    for mark in re.finditer(rf"{_FIGURE}、|[(（]{_FIGURE}[)）]|(?<![0-9])[0-9]{{1,2}}[.．](?![0-9])", text):
        found = _MARK.match(mark[0])
        following = None if found is None else place.next(found)
        if following is not None:
            yield from _DASH.split(text[start : mark.start()])
            place, start = following, mark.start()
    yield from _DASH.split(text[start:])


def _figure(number: int) -> str:
    """A number up to 99 as it is printed in Chinese: 十, 十七, 二十."""
    tens, ones = divmod(number, 10)
    return (_FIGURES[tens] if tens > 1 else "") + "十" * (tens > 0) + (_FIGURES[ones] if ones else "")
