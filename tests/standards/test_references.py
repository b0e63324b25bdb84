"""A payment's reference is its own, is carried whole by a bank, and no slip of the pen makes another of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from services.standards import references

BATCHES, POSITIONS = st.integers(1, 10**9), st.integers(1, 9999)


def test_a_reference_says_batch_and_position() -> None:
    assert references.of_payout(17, 3).startswith("P0000170003")


@given(BATCHES, POSITIONS)
def test_a_reference_is_plain_and_short_enough_for_every_bank(batch: int, position: int) -> None:
    reference = references.of_payout(batch, position)
    assert reference.isascii()
    assert reference.isalnum()
    assert len(reference) <= references.LONGEST


@given(BATCHES, POSITIONS)
def test_a_reference_is_known_as_one_of_ours(batch: int, position: int) -> None:
    assert references.is_ours(references.of_payout(batch, position))
    made = {make(batch) for make in (references.of_funding, references.of_deposit, references.of_refund)}
    assert len(made) == 3
    assert all(references.is_ours(one) for one in made)


@pytest.mark.parametrize("word", ["", "P", "P00001700030", "X00004711203344", "付P0000170003U", "P0000170003U1"])
def test_another_word_is_not(word: str) -> None:
    assert not references.is_ours(word)


@given(st.tuples(BATCHES, POSITIONS), st.tuples(BATCHES, POSITIONS))
def test_no_two_payments_share_a_reference(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (references.of_payout(*one) == references.of_payout(*other)) == (one == other)


@given(st.integers(min_value=0), st.integers(1, 12), st.sampled_from("0123456789"))
def test_a_wrong_digit_is_found(identity: int, place: int, digit: str) -> None:
    reference = references.of_funding(identity)
    typed = reference[:place] + digit + reference[place + 1 :]
    assert mod_37_36.is_valid(typed) == (typed == reference)
