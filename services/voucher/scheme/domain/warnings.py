"""Finds what to know of a scheme document that may be kept: draft policies, our own defaults, rules that surprise."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from services.voucher.scheme.domain.checking.allocation import windows_of
from services.voucher.scheme.domain.checking.fault import Document, Fault
from services.voucher.scheme.domain.checking.sources import HOUSE, OURS, each_source
from services.voucher.scheme.domain.validity import dated, day_or_after
from services.voucher.scheme.domain.words import source_of


def warnings(document: Document) -> list[Fault]:
    """Everything to know before a document is published, in the order of the file; it may be published all the same."""
    surprising = (*_of_contract(document), *_late_cut(document), *_longest_ban(document))
    return [*_draft_basis(document), *surprising, *_defaults(document)]


def _draft_basis(document: Document) -> Iterator[Fault]:
    for place, basis in enumerate(document["basis"]):
        if basis.get("draft", False):
            yield Fault(f"/basis/{place}", "scheme.draft_basis", {"basis": source_of(basis)})


def _of_contract(document: Document) -> Iterator[Fault]:
    """A rate on what was agreed, whatever is then delivered and paid for."""
    if document.get("rate", {}).get("base") == "contract":
        yield Fault("/rate/base", "scheme.rate_of_contract")


def _late_cut(document: Document) -> Iterator[Fault]:
    """A day of the cut before all can have claimed: it is made behind the last claim, on whatever day that is."""
    backing = document.get("backing", {"value": "full"})["value"]
    if backing == "full":
        return
    issued = date.fromisoformat(windows_of(document["allocation"])[-1]["allocate_until"])
    said = document["validity"]
    last = max(dated(day_or_after(said[name], "claim_by"), issued) for name in ("issued", "backfilled") if name in said)
    if date.fromisoformat(backing["prorata_on"]) < last:
        numbers = {"prorata_on": backing["prorata_on"], "from": (last + timedelta(days=1)).isoformat()}
        yield Fault("/backing/value/prorata_on", "scheme.cut_before_claims", numbers)


def _longest_ban(document: Document) -> Iterator[Fault]:
    """A ban of up to so many years: the service proposes the most, and whoever decides it may take less."""
    value = document.get("sanctions", {}).get("value", {})
    if value.get("up_to", False):
        yield Fault("/sanctions/value/up_to", "scheme.longest_ban", {"years": value["years"]})


def _defaults(document: Document) -> Iterator[Fault]:
    for pointer, source in each_source("", document):
        if source in OURS:
            at = pointer.removesuffix("/source")
            code = "scheme.house_default" if source == HOUSE else "scheme.our_default"
            yield Fault(at, code, {"rule": at.removeprefix("/").replace("/", "."), "value": _value(document, at)})


def _value(document: Document, pointer: str) -> str:
    """What a rule of our own says, as a file writes it; of a cap, a rate or an award, its figure."""
    node: Any = document
    for step in pointer.split("/")[1:]:
        node = node[int(step)] if isinstance(node, list) else node[step]
    return written(next((node[key] for key in FIGURES if key in node), None))


def written(value: Any) -> str:
    """A value as a file writes it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {written(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(one) for one in value) + "]"
    return _PLAIN.get(str(value), str(value))


FIGURES = ("value", "limit", "share", "bands", "amount", "parts")
_PLAIN = {"None": "null", "True": "true", "False": "false"}
