"""Finds dates of vouchers that end before what comes earlier has ended, on whichever day a voucher is issued."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from services.voucher.scheme.domain.checking.allocation import windows_of
from services.voucher.scheme.domain.checking.fault import Document, Fault, order
from services.voucher.scheme.domain.validity import dated, day_or_after

IN_ORDER = ("use_by", "deliver_by", "claim_by")


def validity(document: Document) -> Iterator[Fault]:
    """Faults of the section `validity`."""
    allocation, said = document["allocation"], document["validity"]
    windows = windows_of(allocation)
    inside = tuple(date.fromisoformat(one[name][:10]) for one in windows for name in ("opens", "closes"))
    closes, last = (date.fromisoformat(windows[-1][name][:10]) for name in ("closes", "allocate_until"))
    for name, days in (("issued", inside), ("backfilled", (last,))):
        if name in said:
            found = list(_chain(f"/validity/{name}", said[name]))
            if found:  # no date of it can be reckoned
                yield from found
                return
            yield from _terms(f"/validity/{name}", said[name], days)
    yield from _after("/validity/issued/use_by/value", said["issued"], closes, than="closes")
    at = "backfilled" if "backfilled" in said else "issued"
    yield from _after(f"/validity/{at}/use_by/value", said[at], last, than="allocate_until")
    yield from _claimed_in_time(document, said["issued"], inside[0])


def _claimed_in_time(document: Document, terms: Document, first: date) -> Iterator[Fault]:
    """Where claims are taken at certain times only, what was issued first must not have lapsed before they begin."""
    claims = document["settlement"].get("claims")
    if claims is not None and _on(terms, "claim_by", first) < date.fromisoformat(claims["value"]["opens"][:10]):
        yield order("/settlement/claims/value/opens", later="claim_by", earlier="opens")


def _terms(at: str, terms: Document, days: tuple[date, ...]) -> Iterator[Fault]:
    for earlier, later in pairwise(IN_ORDER):
        if any(_on(terms, earlier, day) > _on(terms, later, day) for day in days):
            yield order(f"{at}/{later}/value", later=later, earlier=earlier)
    since, until = terms["completed_from"]["value"], terms["completed_until"]["value"]
    if since is not None and until is not None and since > until:
        yield order(f"{at}/completed_until/value", later="completed_until", earlier="completed_from")


def _after(pointer: str, terms: Document, day: date, *, than: str) -> Iterator[Fault]:
    if _on(terms, "use_by", day) < day:
        yield order(pointer, later="use_by", earlier=than)


def _on(terms: Document, name: str, issued: date) -> date:
    """A date of a voucher that was issued on a day."""
    return dated(day_or_after(terms, name), issued)


def _chain(at: str, terms: Document) -> Iterator[Fault]:
    """A date that counts from another counts from one that comes before it."""
    for place, name in enumerate(IN_ORDER):
        value = terms[name]["value"]
        after = value.get("after", "") if isinstance(value, dict) else ""
        if after and after not in IN_ORDER[:place]:
            yield Fault(f"{at}/{name}/value/after", "scheme.dates_after_later", {"name": name, "after": after})
