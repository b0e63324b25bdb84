"""Decides what a Merkle tree over leaves comes to, and which hashes prove that one of them is in it (RFC 9162)."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

HASH_BYTES = 32
LEAF, NODE = b"\x00", b"\x01"
"""What is put before a row and before two nodes, so that neither is ever taken for the other."""

_MAKERS: Mapping[str, Callable[[bytes], "hashlib._Hash"]] = MappingProxyType(
    {"sha256": hashlib.sha256, "sm3": partial(hashlib.new, "sm3")}
)
ALGORITHMS = tuple(_MAKERS)
"""SHA-256 everywhere, SM3 (GB/T 32905) where this machine's OpenSSL has it; both give 32 bytes."""


def available(algorithm: str) -> bool:
    """Whether this machine can compute it."""
    return algorithm in hashlib.algorithms_available


def digest(algorithm: str, data: bytes) -> bytes:
    """The 32 bytes of a hash; KeyError for an algorithm that is none of ours."""
    return _MAKERS[algorithm](data).digest()


def leaf_hash(algorithm: str, row: bytes) -> bytes:
    """The hash of a row in its canonical form."""
    return digest(algorithm, LEAF + row)


def root(algorithm: str, leaves: Sequence[bytes]) -> bytes:
    """The root over at least one leaf hash."""
    level = list(leaves)
    while len(level) > 1:
        level = _above(algorithm, level)
    return level[0]


def paths(algorithm: str, leaves: Sequence[bytes], indices: Sequence[int]) -> list[tuple[bytes, ...]]:
    """For each leaf the hashes beside its way to the root, lowest first; IndexError where there is no such leaf."""
    for index in indices:
        if not 0 <= index < len(leaves):
            raise IndexError(index)
    found: list[list[bytes]] = [[] for _ in indices]
    here, level = list(indices), list(leaves)
    while len(level) > 1:
        for path, index in zip(found, here, strict=True):
            if index ^ 1 < len(level):
                path.append(level[index ^ 1])
        level, here = _above(algorithm, level), [index // 2 for index in here]
    return [tuple(path) for path in found]


def climbed(algorithm: str, leaf: bytes, *, index: int, count: int, beside: Sequence[bytes]) -> bytes | None:
    """The root that a leaf at an index among so many leads to; None when a path of that length leads nowhere."""
    here, last, node = index, count - 1, leaf
    for other in beside:
        if last <= 0:
            return None
        if here % 2 or here == last:
            node = digest(algorithm, NODE + other + node)
            while here % 2 == 0:  # the last of an odd level stands for itself on the next
                here, last = here // 2, last // 2
        else:
            node = digest(algorithm, NODE + node + other)
        here, last = here // 2, last // 2
    return node if last == 0 and 0 <= index < count else None


def _above(algorithm: str, level: Sequence[bytes]) -> list[bytes]:
    """The next level: two by two, an odd last one as it is."""
    make, paired = _MAKERS[algorithm], len(level) // 2 * 2
    nodes = [make(NODE + level[place] + level[place + 1]).digest() for place in range(0, paired, 2)]
    return [*nodes, *level[paired:]]
