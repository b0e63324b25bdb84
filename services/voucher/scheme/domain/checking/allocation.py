"""Finds what is wrong with how the budget is given out: the window, the classes, and what backs what is issued."""

from collections.abc import Iterator

from services.voucher.scheme.domain.allocation import BATCH_REVIEW
from services.voucher.scheme.domain.checking.fault import Document, Fault, nothing, order, twice
from services.voucher.scheme.domain.words import local_minute


def allocation(document: Document) -> Iterator[Fault]:
    """Faults of the sections `allocation` and `backing`."""
    yield from _window(document)
    yield from _classes(document["allocation"])
    yield from _backing(document)
    if document["allocation"]["method"]["value"] == BATCH_REVIEW and not _reviewed(document):
        yield Fault("/allocation/method/value", "scheme.review_missing")


def _window(document: Document) -> Iterator[Fault]:
    said, zone = document["allocation"], document["zone"]
    opens, closes = (local_minute(said[name]["value"], zone) for name in ("opens", "closes"))
    if opens >= closes:
        yield order("/allocation/closes/value", later="closes", earlier="opens")
    if said["closes"]["value"][:10] > said["allocate_until"]["value"]:
        yield order("/allocation/allocate_until/value", later="allocate_until", earlier="closes")


def _classes(said: Document) -> Iterator[Fault]:
    shares = said.get("class_shares", {"value": []})["value"]
    at = "/allocation/class_shares/value"
    yield from twice(at, shares, "class", "scheme.named_twice")
    for place, share in enumerate(shares):
        if share["class"] not in said["priority"]["value"]["classes"]:
            yield Fault(f"{at}/{place}/class", "scheme.class_unknown", {"name": share["class"]})
        yield from nothing(f"{at}/{place}", share, "at_most")


def _backing(document: Document) -> Iterator[Fault]:
    value = document["backing"]["value"]
    if value != "full" and value["prorata_on"] < document["allocation"]["allocate_until"]["value"]:
        yield order("/backing/value/prorata_on", later="prorata_on", earlier="allocate_until")


def _reviewed(document: Document) -> bool:
    return bool(document.get("applications", {"review": {"value": []}})["review"]["value"])
