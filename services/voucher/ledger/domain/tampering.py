"""Decides what became of rows that were sealed, and of seals themselves, from what stands there now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate

from services.voucher.ledger.domain import merkle
from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.domain.seal import GENESIS, Name, Rows, Seal, Signed


class How(StrEnum):
    """What happened to a sealed row, or to one that stands between them."""

    ALTERED = "altered"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not as it was sealed. index: of its leaf in the seal; None for one that has none there."""

    how: How
    name: Name
    seal: int
    index: int | None

    @property
    def finding(self) -> Finding:
        """As the audit says it."""
        where = f"seal {self.seal}" if self.index is None else f"seal {self.seal}, leaf {self.index}"
        return Finding(f"sealed.{self.how}", f"{_called(self.name)}, {where}", _SAID[self.how])


def stray(name: Name) -> Finding:
    """A row that no seal can reach, whatever it says of its transaction."""
    return Finding(
        f"sealed.{How.INSERTED}", f"{_called(name)}, no seal", "expected a transaction that has been, actual none such"
    )


def _called(name: Name) -> str:
    prefix = "jnl" if name.kind == "journal" else name.kind[:3]
    return f"{name.kind} {prefix}_{name.id.hex}"


_SAID = {
    How.ALTERED: "expected the row that was sealed here, actual another content, entries included",
    How.DELETED: "expected the row that was sealed here, actual none",
    How.INSERTED: "expected no more rows than were sealed, actual this one too",
    How.REORDERED: "expected the row at the place where it was sealed, actual another place",
}


def differences(number: int, sealed: Rows, found: Rows) -> list[Difference]:
    """How the rows found differ from those of a seal, one by one."""
    before, now = dict(_placed(sealed)), dict(_placed(found))
    moved = _moved(before, now)
    different = []
    for index, (name, leaf) in enumerate(before.items()):
        if name not in now:
            different.append(Difference(How.DELETED, Name.of(name), number, index))
        elif name in moved:
            different.append(Difference(How.REORDERED, Name.of(name), number, index))
        elif now[name] != leaf:
            different.append(Difference(How.ALTERED, Name.of(name), number, index))
    return different + [Difference(How.INSERTED, Name.of(name), number, None) for name in now if name not in before]


def _moved(before: Mapping[bytes, bytes], now: Mapping[bytes, bytes]) -> set[bytes]:
    """The rows that changed places, and not those that they passed by.

    A leaf tells what a row's place is made of, so that one that is as it was has not moved: the others are held
    against those, and then against each other.
    """
    kept, order = [name for name in before if name in now], [name for name in now if name in before]
    same = {name for name in kept if before[name] == now[name]}
    same -= _apart([name for name in kept if name in same], [name for name in order if name in same])
    behind, here = _behind(kept, same), _behind(order, same)
    moved = {name for name in kept if name not in same and behind[name] != here[name]}
    rest = same | moved
    return moved | _apart([name for name in kept if name not in rest], [name for name in order if name not in rest])


def _apart(one: Sequence[bytes], other: Sequence[bytes]) -> set[bytes]:
    return {name for name, instead in zip(one, other, strict=True) if name != instead}


def _behind(names: Sequence[bytes], same: Collection[bytes]) -> dict[bytes, int]:
    """Behind how many of those that are as they were each name stands."""
    return dict(zip(names, accumulate((name in same for name in names), initial=0), strict=False))


def _placed(rows: Rows) -> Iterable[tuple[bytes, bytes]]:
    return zip(rows.name_list(), rows.leaf_list(), strict=True)


def told_once(different: Sequence[Difference]) -> list[Difference]:
    """The same with each row that left one seal's place and stands at another's told as reordered, once."""
    inserted = {one.name for one in different if one.how is How.INSERTED}
    gone = {one.name for one in different if one.how is How.DELETED}
    return [
        replace(one, how=How.REORDERED) if one.how is How.DELETED and one.name in inserted else one
        for one in different
        if not (one.how is How.INSERTED and one.name in gone)
    ]


def same(seal: Seal, rows: Rows) -> bool:
    """Whether these are the very rows that a seal states."""
    stated = rows.count == seal.count and merkle.digest(seal.algorithm, rows.names) == seal.names
    return stated and merkle.root(seal.algorithm, rows.leaf_list()) == seal.root


def chain_faults(before: Signed | None, signed: Signed) -> list[Finding]:
    """What is wrong with a seal as the one after another, which may be missing."""
    number, expected = signed.seal.number, 1 if before is None else before.seal.number + 1
    found = [_of_chain(missing, "a seal", "none") for missing in range(expected, min(number, expected + 200))]
    held = GENESIS if before is None else before.head
    if number == expected and signed.seal.previous != held:
        found.append(_of_chain(number, f"the head {held.hex()} before it", signed.seal.previous.hex()))
    if signed.head != signed.seal.head:
        found.append(altered(number, f"the head {signed.seal.head.hex()}", signed.head.hex()))
    return found


def _of_chain(number: int, expected: str, actual: str) -> Finding:
    return Finding.differs("seal.chain", f"seal {number}", expected=expected, actual=actual)


def altered(number: int, expected: str, actual: str) -> Finding:
    """A seal that does not say what it was made of."""
    return Finding.differs("seal.altered", f"seal {number}", expected=expected, actual=actual)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a chain as it was once given away."""

    number: int
    head: bytes

    def fault(self, there: Signed | None) -> Finding | None:
        """What the chain says of it now: cut off before it, another one in its place, or nothing wrong."""
        if there is not None and there.head == self.head:
            return None
        actual = "the chain ends before it" if there is None else there.head.hex()
        return Finding.differs("seal.head", f"seal {self.number}", expected=self.head.hex(), actual=actual)


def head_after(signed: Signed) -> Head:
    """The head that a seal makes."""
    return Head(signed.seal.number, signed.head)
