"""A counter goes up and down, and never below what was taken."""

import pytest

from services.voucher.ledger.domain.counters import Counter, CounterKey

KEY = CounterKey("per_year", "org_1", "2020")


def test_what_is_taken_can_be_given_back() -> None:
    assert Counter(KEY).take(30).give(10) == Counter(KEY, 20)
    assert Counter(KEY).take(1).give(1) == Counter(KEY, 0)


@pytest.mark.parametrize(("used", "left"), [(30, 70), (100, 0), (130, 0)])
def test_headroom_is_what_is_left_and_never_negative(used: int, left: int) -> None:
    assert Counter(KEY, used).headroom(100) == left


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_cannot_be_taken(amount: int) -> None:
    with pytest.raises(ValueError, match="cannot be taken"):
        Counter(KEY).take(amount)


@pytest.mark.parametrize("amount", [0, -1, 11])
def test_no_more_can_be_given_back_than_was_taken(amount: int) -> None:
    with pytest.raises(ValueError, match="cannot be given back"):
        Counter(KEY, 10).give(amount)


def test_keys_have_one_order_in_which_they_are_locked() -> None:
    keys = [CounterKey("b", "x", "1"), CounterKey("a", "y", "1"), CounterKey("a", "x", "2")]
    assert sorted(keys) == [keys[2], keys[1], keys[0]]
