"""Decides in SQL whether an entry fits a question, each way so that an index finds what does."""

from collections.abc import Callable, Collection, Mapping

from sqlalchemy import ARRAY, ColumnElement, Text, and_, any_, false, literal, not_, or_

from services.registry.search.domain import grams
from services.registry.search.domain.question import INSIDE_LEAST, Fit, Question
from services.registry.search.domain.spelling import EDGE
from services.registry.search.store.tables import SearchEntries

ENTRY = SearchEntries.__table__.c
Condition = ColumnElement[bool]


def fitting(question: Question, fit: Fit) -> Condition:
    """Whether an entry fits in this way and in no better one."""
    better = [_FITS[other](question) for other in question.fits if other < fit]
    found = and_(_INDEXED[fit](question), _FITS[fit](question))
    return and_(found, not_(or_(*better))) if better else found


def _like(column: ColumnElement[str], pattern: str) -> Condition:
    """What is compared is folded: it has nothing that LIKE takes for anything else, but for characters left open."""
    return column.like(f"%{pattern}%")


def _has(pieces: Collection[str]) -> Condition:
    return ENTRY.pieces.contains(literal(sorted(pieces), ARRAY(Text())))


def _coded(question: Question) -> Condition:
    return false() if question.code is None else ENTRY.code.like(f"{question.code}%")


def _exact(question: Question) -> Condition:
    return or_(_like(ENTRY.names, f"{EDGE}{question.text}{EDGE}"), ENTRY.code == (question.code or EDGE))


def _begins(question: Question) -> Condition:
    return or_(_like(ENTRY.names, f"{EDGE}{question.text}"), _coded(question))


def _inside(question: Question) -> Condition:
    return _like(ENTRY.names, question.text)


def _spelled_begins(question: Question) -> Condition:
    return _like(ENTRY.spelled, f"{EDGE}{question.text}")


def _spelled_inside(question: Question) -> Condition:
    return _like(ENTRY.spelled, question.text)


def _words(question: Question) -> Condition:
    return and_(*(_either(word, _like(ENTRY.names, word)) for word in question.words))


def _nearly(question: Question) -> Condition:
    patterns = [f"%{pattern}%" for pattern in grams.slips(question.text)]
    near = ENTRY.names.like(any_(literal(patterns, ARRAY(Text()))))
    return or_(near, _alike(question)) if question.is_latin else near


def _alike(question: Question) -> Condition:
    """Whether a word of its pinyin has enough of the trigrams, for slips in pinyin."""
    alike: Condition = literal(question.text, Text()).op("<%", is_comparison=True)(ENTRY.spelled)
    return alike


def _exact_indexed(question: Question) -> Condition:
    named = _has(grams.pieces(f"{EDGE}{question.text}{EDGE}"))
    return named if question.code is None else or_(named, ENTRY.code == question.code)


def _begins_indexed(question: Question) -> Condition:
    named = _has(grams.pieces(EDGE + question.text))
    return named if question.code is None else or_(named, _coded(question))


def _words_indexed(question: Question) -> Condition:
    """Of each word that has pieces; a shorter one is looked for in what the others have found."""
    long = [word for word in question.words if len(word) >= INSIDE_LEAST]
    return and_(*(_either(word, _has(grams.pieces(word))) for word in long))


def _either(word: str, named: Condition) -> Condition:
    """Whether a word is in a name, or in its pinyin where it may be that."""
    return or_(named, _like(ENTRY.spelled, word)) if Question(word).is_latin else named


def _nearly_indexed(question: Question) -> Condition:
    ways = or_(*map(_has, grams.ways_to(question.text)))
    return or_(ways, _alike(question)) if question.is_latin else ways


_FITS: Mapping[Fit, Callable[[Question], Condition]] = {
    Fit.EXACT: _exact,
    Fit.BEGINS: _begins,
    Fit.INSIDE: _inside,
    Fit.SPELLED_BEGINS: _spelled_begins,
    Fit.SPELLED_INSIDE: _spelled_inside,
    Fit.WORDS: _words,
    Fit.NEARLY: _nearly,
}
_INDEXED: Mapping[Fit, Callable[[Question], Condition]] = {
    Fit.EXACT: _exact_indexed,
    Fit.BEGINS: _begins_indexed,
    Fit.INSIDE: lambda question: _has(grams.pieces(question.text)),
    Fit.SPELLED_BEGINS: _spelled_begins,
    Fit.SPELLED_INSIDE: _spelled_inside,
    Fit.WORDS: _words_indexed,
    Fit.NEARLY: _nearly_indexed,
}
"""What an index answers of it: the pieces; all that fits is among what they find."""
