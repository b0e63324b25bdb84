"""Finds credit codes by which a file names providers and that are nobody's: their check characters do not fit."""

from collections.abc import Iterator

from services.standards import uscc
from services.voucher.scheme.domain.checking.fault import Document, Fault

ID = "prv_"
"""What an id of the registry begins with, which has nothing to be checked by."""


def named(document: Document) -> Iterator[Fault]:
    """Faults of the providers that a file names by their credit codes."""
    for place, name in enumerate(document["exclusions"].get("providers", {"value": ()})["value"]):
        if not name.startswith(ID) and not _is_code(name):
            yield Fault(f"/exclusions/providers/value/{place}", "scheme.credit_code", {"found": name})


def _is_code(text: str) -> bool:
    try:
        uscc.check(text)
    except uscc.UsccFault:
        return False
    return True
