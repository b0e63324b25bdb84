"""Finds words that nobody knows: what a file names must be a word of the house, or explained in the file itself."""

from collections.abc import Iterator
from difflib import get_close_matches

from services.voucher.scheme.domain.checking.fault import Document, Fault
from services.voucher.scheme.domain.vocabulary import choices, is_known, known, used


def words(document: Document) -> Iterator[Fault]:
    """Faults of words that a case would never meet, or a service never be called by."""
    allowed = known(document)
    for pointer, kind, word in used(document):
        if not is_known(kind, word, allowed):
            every = choices(kind, allowed)
            near = get_close_matches(word, every, n=1) or every
            numbers = {"found": word, "word_kind": kind, "allowed": ", ".join(near)}
            yield Fault(pointer, "scheme.word_unknown", numbers)
