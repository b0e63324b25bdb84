"""What is withheld cannot be computed: found out by trying other tables that agree with all that is shown."""

from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.statistics.domain.counted import Counted, Key, Line, Shown, in_full
from services.registry.statistics.domain.disclosure import for_the_public, withheld_alone

LEAST = 3
"""Small, so that sums above and below it are common; what holds of it holds of any other bound."""
A: Key = ("a",)
B: Key = ("b",)
C: Key = ("c",)


def by_kind(**counts: int) -> Counted:
    return Counted(("kind",), {(kind,): many for kind, many in counts.items()})


def square(rows: list[list[int]]) -> Counted:
    cells: dict[Key, int] = {(str(x), str(y)): many for x, row in enumerate(rows) for y, many in enumerate(row) if many}
    return Counted(("region", "kind"), cells)


def shown_cells(shown: Shown) -> dict[Key, int | None]:
    return {line.key: line.count for line in shown.cells}


def others(counted: Counted, shown: Shown) -> Iterator[dict[Key, int]]:
    """Tables that differ by one here and there, and show the same: the same cells, sums and total."""
    open_keys = [line.key for line in shown.cells if line.count is None]
    told = [(place, line) for place, sums in enumerate(shown.margins) for line in sums]
    for steps in product((-1, 0, 1), repeat=len(open_keys)):
        moved = {key: counted.cells.get(key, 0) + step for key, step in zip(open_keys, steps, strict=True)}
        table = {**counted.cells, **moved}
        if sum(steps) == 0 and min(moved.values()) >= 0 and all(fits(table, place, line) for place, line in told):
            yield table


def fits(table: dict[Key, int], place: int, line: Line) -> bool:
    found = sum(many for key, many in table.items() if key[place] == line.key[0])
    return found >= 1 if line.count is None else found == line.count


def test_a_table_without_small_counts_is_shown_as_it_is() -> None:
    counted = by_kind(a=5, b=7)
    assert for_the_public(counted, least=5) == in_full(counted)


def test_a_small_count_takes_the_next_larger_one_with_it() -> None:
    shown = for_the_public(by_kind(a=4, b=7, c=9), least=5)
    assert shown_cells(shown) == {A: None, B: None, C: 9}
    assert (shown.total, shown.withheld) == (20, 2)


def test_small_counts_that_could_only_be_ones_are_not_left_alone() -> None:
    assert withheld_alone({A: 1, B: 1, C: 9}, least=5) == frozenset([A, B, C])


def test_of_nothing_but_ones_only_the_total_is_told() -> None:
    shown = for_the_public(Counted(("kind",), {(str(one),): 1 for one in range(6)}), least=5)
    assert (shown.cells, shown.total, shown.whole) == ([], 6, False)


def test_a_small_total_is_not_told() -> None:
    shown = for_the_public(by_kind(a=4), least=5)
    assert (shown.cells, shown.total, shown.whole) == ([], None, False)


def test_an_empty_table_is_shown_as_empty() -> None:
    shown = for_the_public(Counted(("region", "kind"), {}), least=5)
    assert (shown.cells, shown.total, shown.whole) == ([], 0, True)


def test_a_total_without_dimensions_is_told() -> None:
    assert for_the_public(Counted((), {(): 9}), least=5).total == 9


def test_a_small_cell_of_two_dimensions_is_withheld_in_its_row_and_its_column() -> None:
    shown = for_the_public(square([[2, 9], [9, 9]]), least=5)
    assert [line.count for line in shown.cells] == [None] * 4
    assert [[line.count for line in sums] for sums in shown.margins] == [[11, 18], [11, 18]]


def test_a_table_by_two_dimensions_withholds_the_sums_that_a_table_by_one_withholds() -> None:
    counted = square([[2, 0], [6, 6], [9, 9]])
    alone = for_the_public(Counted(("region",), counted.along(0)), least=5)
    assert for_the_public(counted, least=5).margins[0] == alone.cells


def test_where_a_dimension_alone_tells_nothing_two_tell_nothing() -> None:
    shown = for_the_public(square([[1, 0], [1, 0], [1, 0], [1, 0], [1, 0]]), least=5)
    assert (shown.cells, shown.total, shown.whole) == ([], 5, False)


tables = st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=3), min_size=2, max_size=3).filter(
    lambda rows: len({len(row) for row in rows}) == 1
)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=6))
def test_no_withheld_count_of_one_dimension_can_be_computed(counts: list[int]) -> None:
    shown = for_the_public(Counted(("kind",), {(str(at),): many for at, many in enumerate(counts)}), least=5)
    known = [line for line in shown.cells if line.count is not None]
    assert all(line.count >= 5 for line in known if line.count is not None)
    if shown.withheld:
        assert shown.total is not None
        left = shown.total - sum(line.count or 0 for line in known)
        assert shown.withheld >= 2
        assert left > shown.withheld


@settings(deadline=None)
@given(tables)
def test_no_withheld_count_of_two_dimensions_can_be_computed(rows: list[list[int]]) -> None:
    counted = square(rows)
    shown = for_the_public(counted, least=LEAST)
    held_still = {line.key for line in shown.cells if line.count is None}
    for table in others(counted, shown) if held_still else ():
        held_still = {key for key in held_still if table[key] == counted.cells.get(key, 0)}
    assert held_still == set()


@given(tables)
def test_no_small_count_is_ever_shown(rows: list[list[int]]) -> None:
    shown = for_the_public(square(rows), least=LEAST)
    told = [line.count for line in [*shown.cells, *(line for sums in shown.margins for line in sums)]]
    assert [count for count in told if count is not None and 0 < count < LEAST] == []


@given(tables)
def test_whatever_is_shown_is_what_was_counted(rows: list[list[int]]) -> None:
    counted = square(rows)
    shown = for_the_public(counted, least=LEAST)
    assert all(line.count in (None, counted.cells.get(line.key, 0)) for line in shown.cells)
    assert shown.total in (None, counted.total)
