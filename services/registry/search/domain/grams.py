"""Decides which short pieces of a name an index knows, and what a text with one slip in it may have meant.

Two neighbouring characters are such a piece: Chinese names are asked for by two characters, of which the trigrams that
PostgreSQL brings along know nothing. So are the characters on both sides of one that is left open.
"""

from itertools import pairwise

from services.registry.search.domain.spelling import EDGE

OPEN = "_"
"""Any one character, as SQL's LIKE has it; no folded text has it."""
TYPO_LEAST, SURPLUS_LEAST = 4, 5
"""Characters a text has before one of them may be wrong, and before one may be too many."""
ONE_BY_ONE_MAX = 12
"""Up to this length every slip is looked up by itself."""
PARTS = 6
"""Of a longer text one slip spoils one of so many parts, or two neighbours; the others are looked up together."""


def pieces_of(names: str) -> set[str]:
    """List the pieces of an entry's names, which stand between edges."""
    return {piece for name in names.split(EDGE) if name for piece in pieces(f"{EDGE}{name}{EDGE}") | _across(name)}


def pieces(pattern: str) -> set[str]:
    """List the pieces that whatever fits a pattern has: neighbours, and those on both sides of an open character."""
    around = zip(pattern, pattern[1:], pattern[2:], strict=False)
    beside = {one + other for one, other in pairwise(pattern) if OPEN not in (one, other)}
    return beside | {one + OPEN + other for one, middle, other in around if middle == OPEN}


def slips(text: str) -> list[str]:
    """List what was meant if there is one slip in a text: a wrong character, one too few, one too many, or a swap."""
    if len(text) < TYPO_LEAST:
        return []
    places = range(len(text))
    wrong = [text[:place] + OPEN + text[place + 1 :] for place in places]
    missing = [text[:place] + OPEN + text[place:] for place in places[1:]]
    swapped = [text[: place - 1] + text[place] + text[place - 1] + text[place + 1 :] for place in places[1:]]
    surplus = [text[:place] + text[place + 1 :] for place in places] if len(text) >= SURPLUS_LEAST else []
    return list(dict.fromkeys([*wrong, *missing, *swapped, *surplus]))


def ways_to(text: str) -> list[set[str]]:
    """List sets of pieces, one of which every name has in full that a text with one slip in it may mean."""
    if len(text) <= ONE_BY_ONE_MAX:
        return [pieces(pattern) for pattern in slips(text)]
    ends = [len(text) * part // PARTS for part in range(PARTS + 1)]
    return [pieces(text[:first]) | pieces(text[last:]) for first, last in zip(ends, ends[2:], strict=False)]


def _across(name: str) -> set[str]:
    return {one + OPEN + other for one, other in zip(name, name[2:], strict=False)}
