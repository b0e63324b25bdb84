"""Reads the words of one scheme file: its amounts in its currency, its minutes in its zone, its regions by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from services.standards.money import parse_amount
from services.voucher.scheme.domain.rule import REGIONS, Rule, When
from services.voucher.scheme.domain.settlement import Part, Span, Split, SplitCase

AWARD = "award"
"""The family of schemes that issue no vouchers."""
Document = Mapping[str, Any]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Words:
    """What a file's values are read by: currency (ISO 4217), zone (IANA), and its own names of regions."""

    currency: str
    zone: str
    regions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @staticmethod
    def of(document: Document) -> "Words":
        """The words of a document."""
        regions = {name: tuple(codes) for name, codes in document.get("regions", {}).items()}
        return Words(document["currency"], document["zone"], regions)

    def amount(self, text: str) -> int:
        """An amount in fen. AmountFault."""
        return parse_amount(text, self.currency)

    def minute(self, text: str) -> datetime:
        """The instant (UTC) of a local minute."""
        return local_minute(text, self.zone)

    def places(self, names: list[str]) -> tuple[str, ...]:
        """The region codes of names; what the file gives no name to is a code itself."""
        return tuple(code for name in names for code in self.regions.get(name, (name,)))

    def when(self, case: Document) -> When:
        """Whom and which days a case is about."""
        said = [(word, values) for word, values in case.items() if word not in {"from", "until"}]
        return When(
            tuple((word, self.places(values) if word in REGIONS else tuple(values)) for word, values in said),
            since=_day(case.get("from")),
            until=_day(case.get("until")),
        )

    def split(self, said: Document | None) -> Split | None:
        """How what is paid is split; None where one treasury pays."""
        if said is None:
            return None
        cases = tuple(
            SplitCase(self.when(case["when"]), _parts(case["parts"]), case["source"]) for case in said.get("cases", ())
        )
        return Split(_parts(said["parts"]), said["source"], cases)


DAY_ENDS = "24:00"


def local_minute(text: str, zone: str) -> datetime:
    """The instant (UTC) of a local minute written ``2020-09-15 10:00``; ValueError for anything else.

    24:00 is the end of its day.
    """
    day, _, time = text.partition(" ")
    ends = timedelta(days=1) if time == DAY_ENDS else timedelta()
    local = datetime.strptime(f"{day} {'00:00' if ends else time} +0000", "%Y-%m-%d %H:%M %z")
    return (local + ends).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def source_of(basis: Document) -> str:
    """How a rule names one of the scheme's bases as its source."""
    return f"row {basis['row']}" if "row" in basis else f"policy {basis['policy']}{basis['clause']}"


def same(value: Any) -> Any:
    """A value that needs no reading."""
    return value


def rule(said: Document, make: Callable[[Any], Value] = same) -> Rule[Value]:
    """One rule."""
    return Rule(make(said["value"]), said["source"], said.get("as_of"))


def rule_or_none(said: Document | None, make: Callable[[Any], Value] = same) -> Rule[Value] | None:
    """A rule that a file may leave out."""
    return None if said is None else rule(said, make)


def working_days(said: Document) -> Rule[int]:
    """A rule on a span of working days."""
    return rule(said, lambda value: int(value["working_days"]))


def span(value: Document) -> Span:
    """So many days of either kind."""
    return Span(value["days"], working=False) if "days" in value else Span(value["working_days"])


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _parts(parts: list[Document]) -> tuple[Part, ...]:
    return tuple(Part(one["part"], one["weight"]) for one in parts)
