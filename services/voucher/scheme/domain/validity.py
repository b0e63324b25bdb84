"""Until when a voucher may be used, delivered and claimed, what time does to it, and which work it may pay for."""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.chassis.refusals import Reason, Scalar
from services.voucher.scheme.domain.rule import Rule


@dataclass(frozen=True, slots=True)
class After:
    """So long after the day of issue, or after another date of the voucher (`behind`): whole months, then days.

    A month later is the same day, or the month's last.
    """

    months: int = 0
    days: int = 0
    behind: "date | After | None" = None

    def on(self, issued: date) -> date:
        """The date of what was issued on a day."""
        start = issued if self.behind is None else dated(self.behind, issued)
        month = start.month - 1 + self.months
        year, month = start.year + month // 12, month % 12 + 1
        day = min(start.day, calendar.monthrange(year, month)[1])
        return date(year, month, day) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Terms:
    """The dates of one voucher, each with its whole day in the scheme's zone; fixed, or so long after issue.

    completed_from and completed_until bound the service; None: the scheme sets no such bound.
    """

    use_by: Rule[date | After]
    deliver_by: Rule[date | After]
    claim_by: Rule[date | After]
    completed_from: Rule[date | None]
    completed_until: Rule[date | None]


def dated(value: date | After, issued: date) -> date:
    """A date of a voucher that was issued on a local date."""
    return value.on(issued) if isinstance(value, After) else value


def day_or_after(terms: Mapping[str, Any], name: str) -> date | After:
    """A date of a voucher as its terms in a document say it; one that counts from another begins where that ends."""
    value = terms[name]["value"]
    if isinstance(value, str):
        return date.fromisoformat(value)
    behind = day_or_after(terms, value["after"]) if "after" in value else None
    return After(value.get("months", 0), value.get("days", 0), behind)


@dataclass(frozen=True, slots=True)
class Validity:
    """How long: the terms of vouchers of the first allocation and of back-filled ones, and the working-day spans.

    extension: by how many calendar days the three dates of a voucher may be moved, once; None: not at all.
    year_end_void: whether nothing may be used or delivered after the last day of the budget's year, whatever the
    terms say. reminders: how many days before its end a voucher's holder is told. restores_allowance: whether expired
    quota gives the year's allowance back to its holder.
    """

    issued: Terms
    backfilled: Terms
    may_predate_voucher: Rule[bool]
    proposal_lapses: Rule[int]
    restores_allowance: Rule[bool]
    extension: Rule[int | None]
    year_end_void: Rule[bool]
    reminders: Rule[tuple[int, ...]]


def predating(validity: Validity, *, signed_on: date, issued_on: date) -> Iterator[Reason]:
    """That a contract is older than its voucher, where the scheme does not allow it; local dates."""
    rule = validity.may_predate_voucher
    if not rule.value and signed_on < issued_on:
        numbers = {"signed_on": signed_on.isoformat(), "issued_on": issued_on.isoformat()}
        name, pointer = "validity.may_predate_voucher", "/contract/signed_on"
        yield Reason("contract.predates_voucher", name, pointer, numbers, rule.source)


def outside(terms: Terms, completed_on: date, *, later: timedelta = timedelta()) -> Iterator[Reason]:
    """That work was completed on a day (local) that the scheme does not pay for.

    later: by how much an extension of the voucher moved the last day.
    """
    first, last = terms.completed_from, terms.completed_until
    until = None if last.value is None else last.value + later
    too_early = first.value is not None and completed_on < first.value
    if not too_early and (until is None or completed_on <= until):
        return
    numbers: dict[str, Scalar] = {
        "completed_on": completed_on.isoformat(),
        "from": _written(first.value),
        "until": _written(until),
    }
    clause = first.source if too_early else last.source
    yield Reason("contract.completed_outside", "validity.completed", "/completed_on", numbers, clause)


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
