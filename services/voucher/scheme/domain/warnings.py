"""Finds what nobody has decided yet in a scheme document that may be kept: draft policies, and our own defaults."""

from collections.abc import Iterator

from services.voucher.scheme.domain.checking.fault import Document, Fault
from services.voucher.scheme.domain.checking.sources import OURS, each_source
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
            yield Fault(at, "scheme.our_default", {"rule": at.removeprefix("/").replace("/", ".")})
