"""A tree's root changes with anything in it, and a path proves one leaf at one index and nothing else."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.voucher.ledger.domain import merkle

ROWS = st.lists(st.binary(max_size=8), min_size=1, max_size=40, unique=True)
ALGORITHM = "sha256"


def leaves_of(rows: list[bytes], algorithm: str = ALGORITHM) -> list[bytes]:
    return [merkle.leaf_hash(algorithm, row) for row in rows]


def recursive(leaves: list[bytes]) -> bytes:
    """The tree as RFC 9162 defines it: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + recursive(leaves[:split]) + recursive(leaves[split:])).digest()


@given(ROWS)
def test_the_root_is_that_of_the_standard(rows: list[bytes]) -> None:
    assert merkle.root(ALGORITHM, leaves_of(rows)) == recursive(leaves_of(rows))


def test_a_leaf_and_a_node_are_never_the_same() -> None:
    left, right = leaves_of([b"a", b"b"])
    assert merkle.root(ALGORITHM, [left, right]) != merkle.leaf_hash(ALGORITHM, left + right)


@given(ROWS)
def test_the_path_of_every_leaf_leads_to_the_root(rows: list[bytes]) -> None:
    leaves = leaves_of(rows)
    root = merkle.root(ALGORITHM, leaves)
    for index, leaf in enumerate(leaves):
        beside = merkle.paths(ALGORITHM, leaves, [index])[0]
        assert merkle.climbed(ALGORITHM, leaf, index=index, count=len(leaves), beside=beside) == root


@given(ROWS, st.data())
def test_a_path_proves_no_other_leaf_and_no_other_index(rows: list[bytes], data: st.DataObject) -> None:
    leaves = leaves_of(rows)
    root, index = merkle.root(ALGORITHM, leaves), data.draw(st.integers(0, len(leaves) - 1))
    beside = merkle.paths(ALGORITHM, leaves, [index])[0]
    for other, leaf in enumerate(leaves):
        for place in range(-1, len(leaves) + 1):
            if (other, place) != (index, index):
                found = merkle.climbed(ALGORITHM, leaf, index=place, count=len(leaves), beside=beside)
                assert found != root


@given(ROWS, st.data())
def test_a_path_that_is_longer_or_shorter_leads_nowhere(rows: list[bytes], data: st.DataObject) -> None:
    leaves = leaves_of(rows)
    root, index = merkle.root(ALGORITHM, leaves), data.draw(st.integers(0, len(leaves) - 1))
    beside = merkle.paths(ALGORITHM, leaves, [index])[0]
    for wrong in ((*beside, leaves[0]), beside[:-1]) if beside else ((leaves[0],),):
        assert merkle.climbed(ALGORITHM, leaves[index], index=index, count=len(leaves), beside=wrong) != root


@given(ROWS, st.data())
def test_the_root_changes_with_any_change(rows: list[bytes], data: st.DataObject) -> None:
    leaves = leaves_of(rows)
    root, index = merkle.root(ALGORITHM, leaves), data.draw(st.integers(0, len(leaves) - 1))
    another = merkle.leaf_hash(ALGORITHM, b"a row that is longer than any")
    assert merkle.root(ALGORITHM, [*leaves[:index], another, *leaves[index + 1 :]]) != root
    assert merkle.root(ALGORITHM, [*leaves[:index], another, *leaves[index:]]) != root
    if len(leaves) > 1:
        assert merkle.root(ALGORITHM, leaves[:index] + leaves[index + 1 :]) != root
        assert merkle.root(ALGORITHM, leaves[::-1]) != root


@pytest.mark.parametrize("index", [-1, 2])
def test_there_is_no_path_of_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.paths(ALGORITHM, leaves_of([b"a", b"b"]), [0, index])


def test_sm3_is_the_standards_where_the_machine_has_it() -> None:
    if merkle.available("sm3"):
        said = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"  # of "abc", GB/T 32905 A.1
        assert merkle.digest("sm3", b"abc").hex() == said
    assert not merkle.available("no such hash")
