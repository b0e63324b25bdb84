"""Decides what of a version one person alone must not publish: two read each warning, one after the other."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from enum import StrEnum

from services.voucher.scheme.domain.checking.fault import Document, Fault
from services.voucher.scheme.domain.scheme import Rulebook, Scheme
from services.voucher.scheme.domain.words import source_of

DRAFT, IN_FORCE = "draft", "in_force"
"""What the register of policies says of a paper; it may be incomplete or abolished as well."""


class Doubt(StrEnum):
    """What two persons are warned of, each by its code."""

    DRAFT_BASIS = "scheme.draft_basis"
    POLICY_UNKNOWN = "scheme.policy_unknown"
    POLICY_NOT_IN_FORCE = "scheme.policy_not_in_force"
    EFFECTIVE_PAST = "scheme.effective_past"
    LIMIT_DROPPED = "scheme.limit_dropped"
    NAME_UNKNOWN = "scheme.name_unknown"


WARNINGS: Mapping[Doubt, str] = {
    Doubt.DRAFT_BASIS: "a basis is a draft that was not in force",
    Doubt.POLICY_UNKNOWN: "the register of policies does not know a basis",
    Doubt.POLICY_NOT_IN_FORCE: "a basis is not in force by the register of policies",
    Doubt.EFFECTIVE_PAST: "the version counts from a day that was over",
    Doubt.LIMIT_DROPPED: "what a limit had counted counts no longer",
    Doubt.NAME_UNKNOWN: "the registry knows no such provider or offering as the file names",
}
"""In which words a decision keeps what both persons were warned of."""
UNCOUNTED = frozenset({"application_amount", "held"})
"""What caps limit without counting it over time."""


def policies(document: Document) -> frozenset[str]:
    """The papers on which a document rests, as the register names them."""
    return frozenset(one["policy"] for one in document["basis"] if "policy" in one)


def on_basis(document: Document, papers: Mapping[str, str]) -> Iterator[Fault]:
    """A basis that is no policy in force: by the file's own word, or by what the register says of it.

    papers: the status of each policy that the register knows.
    """
    for place, basis in enumerate(document["basis"]):
        status = papers.get(basis["policy"]) if "policy" in basis else IN_FORCE
        numbers = {"basis": source_of(basis)}
        if basis.get("draft", False) or status == DRAFT:
            yield Fault(f"/basis/{place}", Doubt.DRAFT_BASIS, numbers)
        elif status is None:
            yield Fault(f"/basis/{place}", Doubt.POLICY_UNKNOWN, numbers)
        elif status != IN_FORCE:
            yield Fault(f"/basis/{place}", Doubt.POLICY_NOT_IN_FORCE, {**numbers, "paper": status})


def names(document: Document) -> Mapping[str, str]:
    """The providers and offerings that a document names: by the pointer at which each stands."""
    said = document.get("exclusions", {})
    lists = {f"/exclusions/{key}/value": said[key]["value"] for key in ("providers", "offerings") if key in said}
    return {f"{at}/{place}": name for at, found in lists.items() for place, name in enumerate(found)}


def on_names(document: Document, heard_of: Collection[str]) -> Iterator[Fault]:
    """A provider or an offering of which the registry never told: nobody could use a voucher there."""
    for pointer, name in names(document).items():
        if name not in heard_of:
            yield Fault(pointer, Doubt.NAME_UNKNOWN, {"name": name})


def on_day(effective: date, today: date) -> Iterator[Fault]:
    """A version that counts from a day that is over: contracts of that day were signed by other rules."""
    if effective < today:
        numbers = {"effective": effective.isoformat(), "today": today.isoformat()}
        yield Fault("/effective/value", Doubt.EFFECTIVE_PAST, numbers)


def on_limits(said: Rulebook, before: Rulebook | None) -> Iterator[Fault]:
    """Limits that outlive a year and are no longer in the file, or bear another name: what they counted is let go.

    before: the version that this one supersedes, or that of the scheme which it follows.
    """
    if before is None:
        return
    aid = {*_regimes(said).values()}
    for award, regime in _regimes(before).items():
        if regime not in aid:
            yield Fault("/awards", Doubt.LIMIT_DROPPED, {"cap": f"{award} ({regime})"})
    if not isinstance(said, Scheme) or not isinstance(before, Scheme):
        return
    kept = {said.counter_of(cap) for cap in said.caps}
    counted = [one for one in before.caps if one.period != "year" and one.counts not in UNCOUNTED]
    for cap in counted:
        if before.counter_of(cap) not in kept:
            numbers = {"cap": cap.id if cap.regime is None else f"{cap.id} ({cap.regime})"}
            yield Fault("/caps", Doubt.LIMIT_DROPPED, numbers)


def _regimes(said: Rulebook) -> Mapping[str, str]:
    """Under which regime of state aid each award is given that is aid."""
    return {one.id: one.regime.value.name for one in said.awards if one.regime is not None}
