"""Reads a document that the release before kept as one of today: what had one meaning only is said out loud."""

from services.voucher.scheme.domain.checking.sources import DEFAULT_SOURCE
from services.voucher.scheme.domain.words import Document


def as_of_today(document: Document) -> Document:
    """The document with what it could not say yet: effective from its window, with a waiting list, tax included."""
    if "effective" in document:
        return document
    opens = document["allocation"]["opens"]
    waiting = {"value": True, "source": DEFAULT_SOURCE}
    return {
        **document,
        "effective": {"value": opens["value"][:10], "source": opens["source"]},
        "allocation": {"waiting_list": waiting, **document["allocation"]},
        "rate": {"tax": "included", **document["rate"]},
    }
