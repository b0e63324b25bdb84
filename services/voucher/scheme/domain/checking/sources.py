"""Finds sources that the basis does not name: every number is traced to a clause, a row, or to ourselves."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from services.voucher.scheme.domain.checking.fault import Document, Fault
from services.voucher.scheme.domain.words import source_of

DEFAULT_SOURCE = "our default, not in the notice"
UNPUBLISHED = "our default, not published"
"""What stands as the source of a number of ours: where there is a notice, and where only a summary is known."""
HOUSE = "default of the house"
"""The source of a rule that a file leaves out, as it is filled in before the file is kept."""
OURS = frozenset({DEFAULT_SOURCE, UNPUBLISHED, HOUSE})


def sources(document: Document) -> Iterator[Fault]:
    """Bases named twice, and sources that are neither a basis nor our own default: each once, where it is first."""
    known: set[str] = set()
    for place, basis in enumerate(document["basis"]):
        if source_of(basis) in known:
            yield Fault(f"/basis/{place}", "scheme.named_twice", {"name": source_of(basis)})
        known.add(source_of(basis))
    unknown = [(pointer, source) for pointer, source in each_source("", document) if source not in known | OURS]
    times = Counter(source for _, source in unknown)
    for source, pointer in {source: pointer for pointer, source in reversed(unknown)}.items():
        yield Fault(pointer, "scheme.source_unknown", {"found": source, "times": times[source]})


def each_source(pointer: str, node: Any) -> Iterator[tuple[str, str]]:
    """Every source that a document names, with the pointer at which it stands."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "source":
                yield f"{pointer}/source", value
            else:
                yield from each_source(f"{pointer}/{key}", value)
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from each_source(f"{pointer}/{place}", value)
