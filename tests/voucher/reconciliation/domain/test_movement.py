"""A movement is known again in whatever file it stands, and true twins stay two."""

import hashlib
from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.voucher.reconciliation.domain.movement import identified
from tests.voucher.reconciliation.samples import ACCOUNT, movement

AMOUNTS = st.lists(st.integers(min_value=-3, max_value=3).filter(bool), max_size=12)


def keys(amounts: list[int]) -> list[str]:
    return [one.key for one in identified(ACCOUNT, [movement(amount) for amount in amounts])]


def test_a_movement_with_a_reference_of_the_banks_is_known_by_it() -> None:
    (one,) = identified(ACCOUNT, [movement(bank_reference="B7")])
    assert (one.key, one.number, one.occurrence) == ("ref B7", 1, 1)


def test_a_movement_without_one_is_known_by_its_digest() -> None:
    (one,) = identified(ACCOUNT, [movement(text="款")])
    said = f"{ACCOUNT}\n2020-11-03\n-10000\n江门检测有限公司\n6222000011112222\n\n款\n1"
    assert one.key == one.digest == hashlib.sha256(said.encode()).hexdigest()


def test_true_twins_stay_two_and_both_are_known_again() -> None:
    assert len(set(keys([-5, -5]))) == 2
    assert keys([-5, -5]) == keys([-5, -5])


def test_a_reference_that_stands_twice_is_one_key() -> None:
    one, two = identified(ACCOUNT, [movement(bank_reference="B7"), movement(bank_reference="B7")])
    assert one.key == two.key


@given(AMOUNTS.flatmap(lambda amounts: st.tuples(st.just(amounts), st.permutations(amounts))))
def test_the_order_of_the_lines_does_not_matter(twice: tuple[list[int], list[int]]) -> None:
    assert sorted(keys(twice[0])) == sorted(keys(twice[1]))


@given(AMOUNTS, AMOUNTS)
def test_over_two_files_each_kind_is_known_as_often_as_the_longer_of_them_shows_it(
    first: list[int], second: list[int]
) -> None:
    assert len({*keys(first), *keys(second)}) == (Counter(first) | Counter(second)).total()


def test_whatever_the_bank_says_otherwise_makes_another_movement() -> None:
    other: list[dict[str, Any]] = [
        {"booked_on": date(2020, 11, 4)},
        {"counterparty_name": "x"},
        {"counterparty_account": "1"},
        {"text": "x"},
    ]
    told = [movement(), movement(-9_999), *(movement(**changes) for changes in other)]
    assert len({identified(ACCOUNT, [one])[0].key for one in told}) == len(told)
    assert identified(UUID(int=8), [movement()])[0].key != identified(ACCOUNT, [movement()])[0].key


def test_two_files_tell_the_same_movement_though_they_word_it_otherwise() -> None:
    assert movement().is_told_as(movement(text="other words"))
    assert not movement().is_told_as(movement(-9_999))
    assert not movement().is_told_as(movement(booked_on=date(2020, 11, 4)))
    assert not movement().is_told_as(movement(counterparty_name="x"))
    assert not movement().is_told_as(movement(counterparty_account="1"))
