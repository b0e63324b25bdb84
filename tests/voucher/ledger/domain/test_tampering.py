"""Of rows that are not as they were sealed, each is named with what happened to it."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.voucher.ledger.domain import merkle
from services.voucher.ledger.domain.seal import Kind, Name, Rows, Signed, next_seal
from services.voucher.ledger.domain.tampering import Head, How, chain_faults, differences, same, told_once
from tests.voucher.ledger.domain.test_seal import AT, UPTO


def name(number: int) -> Name:
    return Name(Kind.JOURNAL, UUID(int=number))


def rows(*numbers: int, altered: Collection[int] = ()) -> Rows:
    leaves = [merkle.leaf_hash("sha256", b"altered" if one in altered else bytes([one])) for one in numbers]
    return Rows(b"".join(name(one).packed for one in numbers), b"".join(leaves))


SEALED = rows(1, 2, 3, 4)


def told(found: Rows) -> list[tuple[str, int, int | None]]:
    return [(one.how.value, one.name.id.int, one.index) for one in differences(7, SEALED, found)]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (SEALED, []),
        (rows(1, 2, 3, 4, altered=[3]), [("altered", 3, 2)]),
        (rows(1, 3, 4), [("deleted", 2, 1)]),
        (rows(), [("deleted", one, one - 1) for one in (1, 2, 3, 4)]),
        (rows(1, 2, 9, 3, 4), [("inserted", 9, None)]),
        (rows(1, 3, 2, 4), [("reordered", 2, 1), ("reordered", 3, 2)]),
        (rows(2, 3, 4, 1, altered=[1]), [("reordered", 1, 0)]),
        (rows(2, 3, 4, 1, altered=[1, 3]), [("reordered", 1, 0), ("altered", 3, 2)]),
        (rows(1, 3, 2, 4, altered=[2, 3]), [("reordered", 2, 1), ("reordered", 3, 2)]),
        (
            rows(3, 9, 1, 4, altered=[4]),
            [("reordered", 1, 0), ("deleted", 2, 1), ("reordered", 3, 2), ("altered", 4, 3), ("inserted", 9, None)],
        ),
    ],
)
def test_each_row_is_named_with_what_happened_to_it(found: Rows, said: list[tuple[str, int, int | None]]) -> None:
    assert told(found) == said


@given(st.lists(st.integers(1, 12), unique=True, max_size=8))
def test_rows_are_as_sealed_exactly_when_nothing_is_told(numbers: list[int]) -> None:
    found = rows(*numbers)
    assert (told(found) == []) == (found == SEALED)


def test_a_row_that_left_one_seal_for_another_is_told_once() -> None:
    left, came = differences(1, rows(1, 2), rows(2)), differences(2, rows(3), rows(1, 3))
    deleted = differences(2, rows(5), rows())
    (moved, gone) = told_once([*left, *came, *deleted])
    assert (moved.how, moved.name, moved.seal, gone.how) == (How.REORDERED, name(1), 1, How.DELETED)


def test_a_finding_names_row_seal_and_leaf() -> None:
    (one,) = differences(7, SEALED, rows(1, 3, 4))
    assert (one.finding.check, one.finding.subject) == (
        "sealed.deleted",
        f"journal jnl_{UUID(int=2).hex}, seal 7, leaf 1",
    )
    (other,) = differences(7, Rows(b"", b""), Rows(b"d" + bytes(16), bytes(32)))
    assert other.finding.subject == f"decision dec_{'0' * 32}, seal 7"


def a_chain(length: int) -> list[Signed]:
    chain: list[Signed] = []
    for _ in range(length):
        seal = next_seal(chain[-1] if chain else None, SEALED, algorithm="sha256", upto=UPTO, key="x", sealed_at=AT)
        chain.append(Signed(seal, seal.head, ""))
    return chain


FIRST, SECOND, THIRD = a_chain(3)


def test_a_chain_that_holds_has_no_faults() -> None:
    assert [chain_faults(None, FIRST), chain_faults(FIRST, SECOND), chain_faults(SECOND, THIRD)] == [[], [], []]


def test_a_seal_that_is_missing_is_named() -> None:
    assert [one.subject for one in chain_faults(FIRST, THIRD)] == ["seal 2"]
    assert [one.subject for one in chain_faults(None, THIRD)] == ["seal 1", "seal 2"]


def test_a_seal_that_holds_another_one_is_named() -> None:
    changed = replace(SECOND.seal, previous=bytes(32))
    (fault,) = chain_faults(FIRST, Signed(changed, changed.head, ""))
    assert (fault.check, fault.subject) == ("seal.chain", "seal 2")


def test_a_seal_under_another_head_is_named() -> None:
    (fault,) = chain_faults(FIRST, replace(SECOND, head=bytes(32)))
    assert (fault.check, fault.subject) == ("seal.altered", "seal 2")


def test_the_rows_of_a_seal_are_the_same_only_when_all_are() -> None:
    assert same(FIRST.seal, SEALED)
    assert not same(FIRST.seal, rows(1, 2, 3))
    assert not same(FIRST.seal, rows(2, 1, 3, 4))
    assert not same(FIRST.seal, rows(1, 2, 3, 4, altered=[4]))


def test_a_head_that_was_given_away_is_still_there_or_the_chain_was_cut_or_rewritten() -> None:
    given_away = Head(2, SECOND.head)
    assert given_away.fault(SECOND) is None
    cut, rewritten = given_away.fault(None), given_away.fault(THIRD)
    assert cut is not None
    assert rewritten is not None
    assert ("ends before it" in cut.detail, THIRD.head.hex() in rewritten.detail) == (True, True)
