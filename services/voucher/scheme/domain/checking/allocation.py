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
    first, *more = windows_of(said)
    yield from _dates(first, zone, at="/allocation", end="/value")
    before = first
    for place, one in enumerate(more):
        at = f"/allocation/windows/value/{place}"
        yield from _dates(one, zone, at=at, end="")
        if local_minute(one["opens"], zone) < local_minute(before["closes"], zone):
            yield order(f"{at}/opens", later="opens", earlier="closes")
        if one["allocate_until"][:4] != first["allocate_until"][:4]:
            yield Fault(f"{at}/allocate_until", "scheme.window_other_year", {"year": first["allocate_until"][:4]})
        before = one


def windows_of(said: Document) -> list[Document]:
    """The windows of a year in their order: that of the section itself, then those that it adds."""
    first = {name: said[name]["value"] for name in ("opens", "closes", "allocate_until")}
    return [first, *said.get("windows", {"value": []})["value"]]


def _dates(one: Document, zone: str, *, at: str, end: str) -> Iterator[Fault]:
    if local_minute(one["opens"], zone) >= local_minute(one["closes"], zone):
        yield order(f"{at}/closes{end}", later="closes", earlier="opens")
    if one["closes"][:10] > one["allocate_until"]:
        yield order(f"{at}/allocate_until{end}", later="allocate_until", earlier="closes")


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
    if value != "full" and value["prorata_on"] < windows_of(document["allocation"])[-1]["allocate_until"]:
        yield order("/backing/value/prorata_on", later="prorata_on", earlier="allocate_until")


def _reviewed(document: Document) -> bool:
    return bool(document.get("applications", {"review": {"value": []}})["review"]["value"])
