"""When two sides have not written the same."""

from bench.rows import Shape, differences, of_each, unlike

BEFORE = {"idempotency_keys": 10, "entries": 40, "events": 7, "tasks": 3}
AFTER = {"idempotency_keys": 15, "entries": 50, "events": 12, "tasks": 3}
SHAPE = Shape(frozenset({"id", "at"}), 100.0)


def test_rows_are_counted_by_the_redemption() -> None:
    assert of_each(BEFORE, AFTER) == {"idempotency_keys": 1, "entries": 2, "events": 1}


def test_who_redeemed_nothing_left_nothing() -> None:
    assert of_each(BEFORE, BEFORE) == {}


def test_a_row_less_is_a_difference() -> None:
    assert differences({"entries": 2, "events": 1}, {"entries": 2}) == [
        "events: 1 rows of each of ours, 0 of the rival's"
    ]


def test_as_many_rows_are_none() -> None:
    assert differences({"entries": 2}, {"entries": 2}) == []


def test_a_column_that_only_one_side_fills_is_a_difference() -> None:
    found = unlike({"events": SHAPE}, {"events": Shape(frozenset({"id"}), 90.0)})
    assert found == ["events: only one side fills at"]


def test_a_row_that_is_smaller_is_a_difference() -> None:
    assert unlike({"events": SHAPE}, {"events": Shape(SHAPE.filled, 96.0)}) == [
        "events: a row of ours has 100 bytes, one of the rival's 96"
    ]


def test_a_number_with_one_digit_more_is_none() -> None:
    assert unlike({"events": SHAPE}, {"events": Shape(SHAPE.filled, 102.0)}) == []
