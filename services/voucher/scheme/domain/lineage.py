"""Decides whether a scheme may follow that of the year before, and which is the first of all that follow each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.voucher.scheme.domain.checking.fault import Document, Fault


@dataclass(frozen=True, slots=True)
class Succession:
    """That a scheme follows another; root: the first of all before it."""

    scheme_id: str
    follows: str
    root: str


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A scheme that was published: its name, its bureau, and the first of its lineage, which may be itself."""

    scheme_id: str
    bureau: str
    root: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a scheme says what it follows, or that it follows nothing.

    predecessor: what it names, None when nothing of the name was ever published; follower: what follows that already;
    own: what was said at its first publication; published: whether there was one.
    """

    predecessor: Predecessor | None
    follower: Succession | None
    own: Succession | None
    published: bool


def follows_of(document: Document) -> str | None:
    """The scheme that a document follows."""
    return document["follows"]["value"] if "follows" in document else None


def faults(document: Document, known: Known) -> Iterator[Fault]:
    """What forbids a scheme to follow what it names: its counters go on, and neither fork nor change hands."""
    said = follows_of(document)
    settled = None if known.own is None else known.own.follows
    if known.published and said != settled:
        at = "/follows/value" if said is not None else "/scheme"
        yield Fault(at, "scheme.follows_settled")
        return
    if said is None:
        return
    numbers, found = {"follows": said}, known.predecessor
    if found is None:
        yield Fault("/follows/value", "scheme.follows_unknown", numbers)
        return
    if found.bureau != document["bureau"]:
        yield Fault("/follows/value", "scheme.follows_foreign", {**numbers, "bureau": found.bureau})
    if known.follower is not None and known.follower.scheme_id != document["scheme"]:
        yield Fault("/follows/value", "scheme.follows_taken", {**numbers, "scheme": known.follower.scheme_id})


def follows(document: Document) -> Iterator[Fault]:
    """A scheme that follows itself: that would be its next version."""
    if follows_of(document) == document["scheme"]:
        yield Fault("/follows/value", "scheme.follows_itself")
