"""Finds what nobody has decided yet in a scheme document that may be kept: draft policies, and our own defaults."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.voucher.scheme.domain.checking.fault import Document, Fault
from services.voucher.scheme.domain.checking.sources import HOUSE, OURS, each_source
from services.voucher.scheme.domain.words import source_of


def warnings(document: Document) -> list[Fault]:
    """Everything to know before a document is published, in the order of the file; it may be published all the same."""
    return [*_draft_basis(document), *_defaults(document)]


def _draft_basis(document: Document) -> Iterator[Fault]:
    for place, basis in enumerate(document["basis"]):
        if basis.get("draft", False):
            yield Fault(f"/basis/{place}", "scheme.draft_basis", {"basis": source_of(basis)})


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
